"""A piece as a row of bytes, and back."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from .pieces import Piece
from .word_pieces import WordPieces

KINDS = (np.int64, np.int32, np.int32, np.float32, np.uint16, np.float16, np.uint8)
"""Of the arrays' numbers, the widest first, so that each lies where the processor wants it."""
_PARTS = len(KINDS) + 2
_HEAD = 8 * _PARTS


def packed(piece: Piece) -> bytes:
    """Return a piece without its tokens: how long each part is, the arrays, and the texts."""
    words = piece.words
    arrays = (words.ends, piece.sentences, piece.chunks, piece.sums, words.ids, piece.vectors)
    told = [piece.name, piece.digest, piece.published, piece.headings]
    parts = [
        *(b"" if numbers is None else numbers.tobytes() for numbers in (*arrays, piece.parts)),
        json.dumps(told, ensure_ascii=False).encode(),
        piece.line,
    ]
    return b"".join([array("q", map(len, parts)).tobytes(), *parts])


def unpacked(content: bytes) -> Piece:
    """Return the piece that `packed` made these bytes of; its arrays are views of them."""
    lengths = array("q", content[:_HEAD])
    places = list(pairwise(accumulate(lengths, initial=_HEAD)))
    ends, sentences, chunks, sums, ids, vectors, parts = _arrays(content, places)
    told, line = (content[start:end] for start, end in places[-2:])
    name, digest, published, headings = json.loads(told)
    groups = chunks.reshape(-1, 8)
    return Piece(
        name=name,
        digest=digest,
        published=published,
        line=line,
        sentences=sentences.reshape(-1, 4),
        chunks=groups,
        tokens=None,
        headings=tuple(headings),
        parts=parts,
        words=WordPieces(ids, ends),
        sums=sums.reshape(-1, 2) if len(sums) else None,
        vectors=vectors.reshape(len(groups), -1) if len(vectors) else None,
    )


def _arrays(content: bytes, places: list[tuple[int, int]]) -> Iterator[npt.NDArray[Any]]:
    for kind, (start, end) in zip(KINDS, places, strict=False):
        yield np.frombuffer(content, kind, (end - start) // np.dtype(kind).itemsize, start)
