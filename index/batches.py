"""Documents side by side, as the files of a generation hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .pieces import Piece, Table
from .types import Vectors
from .word_pieces import WordPieces

Ends = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Documents one behind the other; rows and bytes are counted from its own first ones."""

    digests: Mapping[str, str]
    """Of each document, by its id, in order."""
    published: Sequence[int]
    """Ordinal of each document's date."""
    counts: Sequence[tuple[int, int]]
    """Sentences and chunks of each document."""
    lines: bytes | memoryview
    """Of `Layout.documents`."""
    line_ends: Ends
    headings: bytes | memoryview
    """Lines of `Layout.headings`."""
    heading_ends: Ends
    sentences: Table
    """As of a `Piece`, as what follows."""
    chunks: Table
    parts: npt.NDArray[np.uint8]
    words: WordPieces
    sums: Vectors | None
    vectors: npt.NDArray[np.float16] | None


def batch_of(piece: Piece) -> Batch:
    """Return a batch of one document."""
    lines = [f"{heading}\n".encode() for heading in piece.headings]
    return Batch(
        digests={piece.name: piece.digest},
        published=(piece.published,),
        counts=((len(piece.sentences), len(piece.chunks)),),
        lines=piece.line + b"\n",
        line_ends=np.array([len(piece.line) + 1], dtype=np.int64),
        headings=b"".join(lines),
        heading_ends=np.cumsum([len(line) for line in lines], dtype=np.int64),
        sentences=piece.sentences,
        chunks=piece.chunks,
        parts=piece.parts,
        words=piece.words,
        sums=piece.sums,
        vectors=piece.vectors,
    )
