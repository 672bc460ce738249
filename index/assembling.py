"""Pieces, one behind the other -> the files of a generation, without holding all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .encoder import Encoder
from .generations import Layout, write_table
from .pieces import Piece, Table, texts_of
from .types import Vectors
from .vector_cache import VectorCache

TOGETHER = 512
"""Texts that are encoded at once, or those of one longer document."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """Files that a build needs and a generation has not."""

    tokens: Path
    """The tokens of a chunk a line."""
    vectors: Path
    """The chunks' vectors, float32, as an array of numpy's."""


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


@contextmanager
def scratch_of(layout: Layout) -> Iterator[Scratch]:
    """Give two files of the generation's folder, and remove them."""
    scratch = Scratch(layout.folder / "tokens.tmp", layout.folder / "vectors.tmp.npy")
    try:
        yield scratch
    finally:
        scratch.tokens.unlink(missing_ok=True)
        scratch.vectors.unlink(missing_ok=True)


def assemble(layout: Layout, scratch: Scratch, pieces: Iterable[Piece]) -> Assembled:
    """Write documents, tables and tokens."""
    documents: dict[str, str] = {}
    sentences, chunks = [np.empty((0, 5), np.int32)], [np.empty((0, 5), np.int32)]
    lengths: list[tuple[int, int]] = []
    base = 0
    with (
        layout.documents.open("w", encoding="utf-8", newline="\n") as lines,
        scratch.tokens.open("w", encoding="utf-8", newline="\n") as tokens,
    ):
        for row, piece in enumerate(pieces):
            lines.write(f"{piece.line}\n")
            tokens.writelines(f"{line}\n" for line in piece.tokens)
            # Rows of the document's own become rows of the generation.
            sentences.append(_moved(piece.sentences, row, (0, 0, 0, base)))
            chunks.append(_moved(piece.chunks, row, (0, 0, base, base)))
            documents[piece.name] = piece.digest
            lengths.append((len(piece.sentences), len(piece.chunks)))
            base += len(piece.sentences)
    assembled = Assembled(
        documents,
        lengths,
        np.concatenate(sentences).astype(np.int32),
        np.concatenate(chunks).astype(np.int32),
    )
    write_table(layout.sentences, assembled.sentences, 5)
    write_table(layout.chunks, assembled.chunks, 5)
    return assembled


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


def read_tokens(scratch: Scratch) -> Iterator[list[str]]:
    """Yield the tokens of each chunk, in row order."""
    with scratch.tokens.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield line.split()


def read_vectors(scratch: Scratch) -> Vectors:
    """Map the vectors of the chunks."""
    vectors: Vectors = np.load(scratch.vectors, mmap_mode="r").view(np.ndarray)
    return vectors


def _moved(table: Table, row: int, by: Sequence[int]) -> Table:
    """Put the document's row before the columns, which are moved `by`."""
    return np.insert(table + np.array(by, dtype=np.int32), 0, row, axis=1)


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
