"""The generation before, whose files hold already what is known of documents that are the same."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .arrays import WORD_PIECE_ENDS, WORD_PIECES, read_array, read_raw, read_table
from .batches import Batch, Ends, batch_of
from .errors import GenerationError
from .generations import Layout
from .kept_vectors import kept
from .pieces import Piece
from .slots import Slots
from .verification import checked
from .word_pieces import WordPieces

TOGETHER = 64
"""Documents that are taken over at once, at most."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that is as it was."""

    row: int
    """Of the document, in the generation before."""


class Former:
    """A generation of this machine, for documents to be taken over from as they are."""

    def __init__(self, layout: Layout) -> None:
        """Open it, once all of it was read.

        Raises:
            GenerationError: It is not as it was sealed, or its vectors are not kept as they were.
        """
        # What has gone bad since it was sealed must not be sealed again as what it should be.
        manifest = checked(layout, afresh=True)
        self._sums = self._vectors = None
        if layout.sentence_sums.exists():
            self._sums = read_raw(layout.sentence_sums, np.float16, 2)
            self._vectors, self._held = kept(layout, manifest)
        self._digests = list(manifest.documents.items())
        self._rows = {key: row for row, key in enumerate(Slots.read(layout.slots).keys)}
        told = read_array(layout.lines)
        self._line_ends, self._published = told[:, 0], told[:-1, 1]
        self._lines, self._headings = _mapped(layout.documents), _mapped(layout.headings)
        self._heading_ends = np.concatenate([[0], read_array(layout.heading_ends)])
        self._sentences, self._chunks = read_table(layout.sentences), read_table(layout.chunks)
        self._parts = read_raw(layout.parts, np.uint8)
        self._words = read_raw(layout.word_pieces, WORD_PIECES)
        ends = read_raw(layout.word_piece_ends, WORD_PIECE_ENDS).astype(np.int64)
        self._word_ends = np.concatenate([[0], ends])
        documents = np.arange(len(told))
        self._first_sentences = np.searchsorted(self._sentences[:, 0], documents)
        self._first_chunks = np.searchsorted(self._chunks[:, 0], documents)
        # Headings are numbered as they are first met.
        met = np.concatenate([[0], np.maximum.accumulate(self._chunks[:, 5]) + 1])
        self._first_headings = met[self._first_chunks]

    @classmethod
    def open(cls, layout: Layout | None) -> Former | None:
        """Open a generation; None if there is none, or nothing can be taken over from it."""
        try:
            return cls(layout) if layout and layout.slots.exists() else None
        except GenerationError:
            return None

    def row(self, key: bytes) -> int | None:
        """Return the row of the document with this key."""
        return self._rows.get(key)

    def line(self, row: int) -> bytes:
        """Return the line of a document, without its end."""
        start, end = self._line_ends[row : row + 2].tolist()
        return bytes(self._lines[start : end - 1])

    def batch(self, rows: range) -> Batch:
        """Return documents that stand together; its arrays are views where they can be."""
        documents = slice(rows.start, rows.stop)
        sentences, sentence_ends = _between(self._first_sentences, documents)
        chunks, chunk_ends = _between(self._first_chunks, documents)
        headings, _ = _between(self._first_headings, documents)
        lines, line_ends = _between(self._line_ends, documents)
        heading_lines, heading_ends = _between(self._heading_ends, headings)
        words, word_ends = _between(self._word_ends, sentences)
        counts = (np.diff(ends, prepend=0).tolist() for ends in (sentence_ends, chunk_ends))
        moved = _row(8, {2: sentences.start, 3: sentences.start, 4: headings.start})
        return Batch(
            digests=dict(self._digests[documents]),
            published=self._published[documents].tolist(),
            counts=list(zip(*counts, strict=True)),
            lines=self._lines[lines],
            line_ends=line_ends,
            headings=self._headings[heading_lines],
            heading_ends=heading_ends,
            sentences=self._sentences[sentences, 1:] - _row(4, {3: sentences.start}),
            chunks=self._chunks[chunks, 1:] - moved,
            parts=self._parts[sentences],
            words=WordPieces(self._words[words], word_ends),
            sums=None if self._sums is None else self._sums[sentences],
            vectors=None if self._vectors is None else self._vectors[chunks],
        )


def batches(documents: Iterable[Piece | Kept], former: Former | None) -> Iterator[Batch]:
    """Yield documents in their order; those that stood together are taken over together."""
    run = range(0)
    for document in documents:
        if isinstance(document, Kept) and document.row == run.stop and 0 < len(run) < TOGETHER:
            run = range(run.start, run.stop + 1)
            continue
        if run and former:
            yield former.batch(run)
        run = range(0)
        if isinstance(document, Kept):
            run = range(document.row, document.row + 1)
        else:
            yield batch_of(document)
    if run and former:
        yield former.batch(run)


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _between(ends: Ends, rows: slice) -> tuple[slice, Ends]:
    """Return which parts some rows have, by where each row begins, and where their parts end.

    The ends are counted from the beginning of the first row.
    """
    own = ends[rows.start : rows.stop + 1]
    return slice(int(own[0]), int(own[-1])), own[1:] - own[0]


def _row(columns: int, told: dict[int, int]) -> npt.NDArray[np.int32]:
    """Return a row of a table: zeros but for some columns."""
    row = np.zeros(columns, dtype=np.int32)
    row[list(told)] = list(told.values())
    return row
