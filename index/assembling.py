"""Pieces, one behind the other -> the files of a generation, without holding all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from .arrays import WORD_PIECE_ENDS, write_table
from .encoder import Encoder
from .generations import Layout
from .pieces import Piece, Table, texts_of
from .types import Vectors
from .vector_cache import VectorCache

TOGETHER = 512
"""Texts that are encoded at once, or those of one longer document."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """Files that a build needs and a generation has not."""

    vectors: Path
    """The chunks' vectors, float32, as an array of numpy's."""
    halved: Path
    """The same in float16, as they are, where the built-in model embeds."""


@dataclass(frozen=True, slots=True, eq=False)
class Assembled:
    """What of a corpus is held while its generation is written."""

    documents: dict[str, str]
    """Digest of each document, by id, in row order."""
    lengths: list[tuple[int, int]]
    """Sentences and chunks of each document."""
    sentences: Table
    """As `Layout.sentences`."""
    chunks: Table
    """As `Layout.chunks`."""


class Growing:
    """The tables that were met so far: of documents, sentences, chunks and headings."""

    def __init__(self) -> None:
        self.documents: dict[str, str] = {}
        self.sentences = [np.empty((0, 4), np.int32)]
        self.chunks = [np.empty((0, 8), np.int32)]
        self.headings: list[int] = []
        self.lines: list[tuple[int, int]] = []
        self.heading_ends: list[int] = []
        self._bytes = self._heading_bytes = 0

    def add(self, piece: Piece, size: int) -> None:
        """Take a document whose line has so many bytes."""
        self.documents[piece.name] = piece.digest
        self.sentences.append(piece.sentences)
        self.chunks.append(piece.chunks)
        self.headings.append(len(piece.headings))
        self.lines.append((self._bytes, piece.published))
        self._bytes += size
        for heading in piece.headings:
            self._heading_bytes += len(heading.encode()) + 1
            self.heading_ends.append(self._heading_bytes)

    def write(self, layout: Layout) -> Assembled:
        """Move the rows of each document behind those of the documents before, and write them."""
        lengths = [(len(s), len(c)) for s, c in zip(self.sentences, self.chunks, strict=True)][1:]
        bases = _before([sentences for sentences, _ in lengths])
        sentences = _moved(self.sentences, {3: bases})
        headings = _before(self.headings)
        chunks = _moved(self.chunks, {2: bases, 3: bases, 4: headings})
        write_table(layout.sentences, sentences, 5)
        write_table(layout.chunks, chunks, 9)
        np.save(layout.lines, np.array([*self.lines, (self._bytes, 0)], dtype=np.int64))
        np.save(layout.heading_ends, np.array(self.heading_ends, dtype=np.int64))
        return Assembled(self.documents, lengths, sentences, chunks)


@contextmanager
def scratch_of(layout: Layout) -> Iterator[Scratch]:
    """Give files of the generation's folder, and remove them."""
    names = ("vectors.tmp.npy", "halved.tmp")
    scratch = Scratch(*(layout.folder / name for name in names))
    try:
        yield scratch
    finally:
        for path in (scratch.vectors, scratch.halved):
            path.unlink(missing_ok=True)


def assemble(layout: Layout, scratch: Scratch, pieces: Iterable[Piece]) -> Assembled:
    """Write everything but the vectors of foreign models and what the chunks are searched by."""
    growing = Growing()
    with ExitStack() as stack:
        lines, headings = (
            stack.enter_context(path.open("wb")) for path in (layout.documents, layout.headings)
        )
        arrays = _Arrays(layout, scratch, stack)
        for piece in pieces:
            growing.add(piece, len(piece.line) + 1)
            lines.write(piece.line)
            lines.write(b"\n")
            headings.writelines(f"{heading}\n".encode() for heading in piece.headings)
            arrays.write(piece)
    return growing.write(layout)


class _Arrays:
    """Writes the arrays of pieces, one behind the other, as they come."""

    def __init__(self, layout: Layout, scratch: Scratch, stack: ExitStack) -> None:
        paths = (layout.parts, layout.word_pieces, layout.word_piece_ends)
        self._parts, self._words, self._ends = (stack.enter_context(p.open("wb")) for p in paths)
        self._stack, self._measured = stack, (layout.sentence_sums, scratch.halved)
        self._sums: list[BinaryIO] = []
        self._words_written = 0

    def write(self, piece: Piece) -> None:
        self._parts.write(piece.parts.tobytes())
        self._words.write(piece.words.ids.tobytes())
        ends = piece.words.ends + self._words_written
        self._words_written += len(piece.words.ids)
        self._ends.write(ends.astype(WORD_PIECE_ENDS).tobytes())
        if piece.sums is not None and piece.vectors is not None:
            if not self._sums:
                files = (path.open("wb") for path in self._measured)
                self._sums = [self._stack.enter_context(file) for file in files]
            self._sums[0].write(piece.sums.astype(np.float16).tobytes())
            self._sums[1].write(piece.vectors.tobytes())


def write_vectors(
    layout: Layout,
    scratch: Scratch,
    assembled: Assembled,
    cache: VectorCache,
    encoder: Encoder,
    *,
    fresh: bool,
    on_done: Callable[[int], None],
) -> int:
    """Write the vectors of sentences and chunks; return how many texts were encoded."""
    counts = len(assembled.sentences), len(assembled.chunks)
    sentences = _array(layout.sentence_vectors, np.float16, (counts[0], encoder.dim))
    chunks = _array(scratch.vectors, np.float32, (counts[1], encoder.dim))
    encoded = done = 0
    at = [0, 0]
    for batch in _batches(layout, assembled):
        before = done
        found, new = cache.documents(
            [texts for texts, _ in batch],
            encoder.encode,
            fresh=fresh,
            on_done=lambda count, before=before: on_done(before + count),  # type: ignore[misc]  # Bound now.
        )
        for vectors, (_, (size, groups)) in zip(found, batch, strict=True):
            if size:
                sentences[at[0] : at[0] + size] = vectors[:size]
                chunks[at[1] : at[1] + groups] = vectors[size:]
            at = [at[0] + size, at[1] + groups]
        encoded += new
        done = sum(at)
    sentences.flush()
    chunks.flush()
    return encoded


def read_vectors(scratch: Scratch, dim: int) -> Vectors:
    """Map the vectors of the chunks; those of the built-in model are of float16."""
    if scratch.halved.exists():
        halved = np.memmap(scratch.halved, np.float16, "r").view(np.ndarray)
        return halved.reshape(-1, dim)
    vectors: Vectors = np.load(scratch.vectors, mmap_mode="r").view(np.ndarray)
    return vectors


def _before(counts: Sequence[int]) -> Table:
    """Return of each document how many things the documents before it have."""
    found: Table = (np.cumsum(counts) - counts).astype(np.int32)
    return found


def _moved(tables: Sequence[Table], by: Mapping[int, Table]) -> Table:
    """Join the documents' tables; the document's row comes first, and some columns are moved.

    The first table is an empty one, of no document.
    """
    counts = [len(table) for table in tables[1:]]
    joined = np.concatenate(tables)
    for column, distances in by.items():
        joined[:, column] += np.repeat(distances, counts)
    rows = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return np.column_stack([rows, joined])


def _batches(
    layout: Layout, assembled: Assembled
) -> Iterator[list[tuple[list[str], tuple[int, int]]]]:
    """Yield documents, each by its texts and its lengths, so many together as are worth it."""
    batch: list[tuple[list[str], tuple[int, int]]] = []
    waiting = first = start = 0
    with layout.documents.open(encoding="utf-8", newline="\n") as lines:
        for line, (size, groups) in zip(lines, assembled.lengths, strict=True):
            own = assembled.sentences[first : first + size, 1:]
            texts = texts_of(line, own, assembled.chunks[start : start + groups, 1:])
            first, start = first + size, start + groups
            batch.append((texts, (size, groups)))
            waiting += len(texts)
            if waiting >= TOGETHER:
                yield batch
                batch, waiting = [], 0
    if batch:
        yield batch


def _array(path: Path, kind: type[np.generic], shape: tuple[int, int]) -> np.memmap:
    return np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)
