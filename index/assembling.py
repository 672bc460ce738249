"""Batches, one behind the other -> the files of a generation, without holding all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from .arrays import WORD_PIECE_ENDS, write_table
from .batches import Batch, Ends
from .encoder import Encoder
from .generations import Layout
from .pieces import Table, texts_of
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
        self.counts: list[tuple[int, int]] = []
        self.published: list[int] = []
        self.sentences = [np.empty((0, 4), np.int32)]
        self.chunks = [np.empty((0, 8), np.int32)]
        self.line_ends = [np.zeros(1, np.int64)]
        self.heading_ends = [np.zeros(0, np.int64)]

    def add(self, batch: Batch) -> None:
        """Take the documents of a batch."""
        self.documents |= batch.digests
        self.counts += batch.counts
        self.published += batch.published
        self.sentences.append(batch.sentences)
        self.chunks.append(batch.chunks)
        self.line_ends.append(batch.line_ends)
        self.heading_ends.append(batch.heading_ends)

    def write(self, layout: Layout) -> Assembled:
        """Move the rows of each batch behind those of the batches before, and write them."""
        of_sentences, of_chunks = np.array(self.counts, dtype=np.int64).reshape(-1, 2).T
        above, before = _before(self.heading_ends), _before(self.sentences)
        sentences = _moved(self.sentences, {3: before}, of_sentences)
        chunks = _moved(self.chunks, {2: before, 3: before, 4: above}, of_chunks)
        write_table(layout.sentences, sentences, 5)
        write_table(layout.chunks, chunks, 9)
        np.save(layout.lines, np.stack([_joined(self.line_ends), [*self.published, 0]], axis=1))
        np.save(layout.heading_ends, _joined(self.heading_ends))
        return Assembled(self.documents, self.counts, sentences, chunks)


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


def assemble(layout: Layout, scratch: Scratch, batches: Iterable[Batch]) -> Assembled:
    """Write everything but the vectors of foreign models and what the chunks are searched by."""
    growing = Growing()
    with ExitStack() as stack:
        lines, headings = (
            stack.enter_context(path.open("wb")) for path in (layout.documents, layout.headings)
        )
        arrays = _Arrays(layout, scratch, stack)
        for batch in batches:
            growing.add(batch)
            lines.write(batch.lines)
            headings.write(batch.headings)
            arrays.write(batch)
    return growing.write(layout)


class _Arrays:
    """Writes the arrays of batches, one behind the other, as they come."""

    def __init__(self, layout: Layout, scratch: Scratch, stack: ExitStack) -> None:
        paths = (layout.parts, layout.word_pieces, layout.word_piece_ends)
        self._parts, self._words, self._ends = (stack.enter_context(p.open("wb")) for p in paths)
        self._stack, self._measured = stack, (layout.sentence_sums, scratch.halved)
        self._sums: list[BinaryIO] = []
        self._words_written = 0

    def write(self, batch: Batch) -> None:
        _put(self._parts, batch.parts)
        _put(self._words, batch.words.ids)
        _put(self._ends, (batch.words.ends + self._words_written).astype(WORD_PIECE_ENDS))
        self._words_written += len(batch.words.ids)
        if batch.sums is not None and batch.vectors is not None:
            if not self._sums:
                files = (path.open("wb") for path in self._measured)
                self._sums = [self._stack.enter_context(file) for file in files]
            _put(self._sums[0], batch.sums.astype(np.float16, copy=False))
            _put(self._sums[1], batch.vectors)


def _put(file: BinaryIO, numbers: npt.NDArray[np.generic]) -> None:
    file.write(np.ascontiguousarray(numbers).data)


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


def _before(tables: Sequence[npt.NDArray[np.generic]]) -> Table:
    """Return of each table how many rows those before it have."""
    counts = np.array([len(table) for table in tables])
    found: Table = (np.cumsum(counts) - counts).astype(np.int32)
    return found


def _moved(tables: Sequence[Table], by: Mapping[int, Table], counts: Ends) -> Table:
    """Join the batches' tables, of which some columns are moved.

    Before them comes the row of the document; `counts` is how many rows each document has.
    """
    joined = np.concatenate(tables)
    for column, distances in by.items():
        joined[:, column] += np.repeat(distances, [len(table) for table in tables])
    rows = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    return np.column_stack([rows, joined])


def _joined(ends: Sequence[Ends]) -> Ends:
    """Join where the lines of batches end, each counted from its own batch's beginning."""
    sizes = np.array([each[-1] if len(each) else 0 for each in ends])
    before: Ends = np.repeat(np.cumsum(sizes) - sizes, [len(each) for each in ends])
    joined: Ends = np.concatenate(ends) + before
    return joined


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
