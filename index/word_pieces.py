"""The word pieces of sentences, kept: what is near to a question is found without the texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .affinity import Affinity
from .types import Vectors

Rows = npt.NDArray[np.int64]
Ids = npt.NDArray[np.uint16]
LEAST = 1e-12
"""Sums shorter than this are left as they are."""
BATCH = 128
"""Texts that are summed at once."""


@dataclass(frozen=True, slots=True, eq=False)
class WordPieces:
    """The pieces of texts, one text behind the other."""

    ids: Ids
    ends: npt.NDArray[np.integer]
    """Where each text's pieces end in `ids`; never decreasing."""

    @classmethod
    def of(cls, folded: Sequence[str], affinity: Affinity) -> WordPieces:
        """Cut folded texts into the pieces of the built-in vocabulary."""
        cut = affinity.vocabulary.encode_batch_fast(list(folded), add_special_tokens=False)
        parts = [each.ids for each in cut]
        ends = np.cumsum([len(ids) for ids in parts], dtype=np.int64)
        flat = [np.array(ids, dtype=np.uint16) for ids in parts]
        return cls(np.concatenate([*flat, np.empty(0, np.uint16)]), ends)

    def __len__(self) -> int:
        return len(self.ends)

    def starts(self, rows: Rows) -> Rows:
        """Return where the pieces of each row begin."""
        found: Rows = np.where(rows > 0, self.ends[np.maximum(rows - 1, 0)], 0).astype(np.int64)
        return found

    def of_row(self, row: int) -> Ids:
        """Return the pieces of one text, in its order."""
        return self.ids[int(self.ends[row - 1]) if row else 0 : int(self.ends[row])]

    def taken(self, rows: Rows) -> WordPieces:
        """Return the pieces of some of the texts, in the order of `rows`."""
        starts = self.starts(rows)
        lengths = self.ends[rows].astype(np.int64) - starts
        ends = np.cumsum(lengths)
        places = np.arange(int(ends[-1]) if len(ends) else 0)
        places += np.repeat(starts - (ends - lengths), lengths)
        return WordPieces(self.ids[places], ends)


class Compared:
    """Texts against some directions, piece by piece; each different piece is looked up once."""

    def __init__(self, texts: WordPieces, directions: Vectors, affinity: Affinity) -> None:
        self._affinity = affinity
        self._starts = texts.starts(np.arange(len(texts)))
        self._empty = self._starts == texts.ends
        # A text without a piece is as near as the first piece of all; so it always was.
        met = np.zeros(len(affinity.rows), dtype=np.bool_)
        met[texts.ids] = True
        met[0] = True
        self._ids = np.flatnonzero(met)
        places = np.empty(len(met), dtype=np.int32)
        places[self._ids] = np.arange(len(self._ids), dtype=np.int32)
        self._places = places[texts.ids]
        # `take` copies rows three times as fast as an index does.
        met_rows = np.take(affinity.rows, self._ids, axis=0).astype(np.float32)
        self._products: Vectors = met_rows @ directions.T

    def nearest(self, columns: slice) -> Vectors:
        """Return the cosine of each text's nearest piece to each of some unit directions."""
        cosines = self._products[:, columns] / self._affinity.norms[self._ids, None]
        found = np.empty((len(self._starts), cosines.shape[1]), dtype=np.float32)
        full = np.flatnonzero(~self._empty)
        if len(full):
            taken = np.take(cosines, self._places, axis=0)
            found[full] = np.maximum.reduceat(taken, self._starts[full], axis=0)
        found[self._empty] = cosines[0]
        return found

    def sums(self, column: int) -> Vectors:
        """Return the product of each text's weighted sum of pieces with a direction."""
        found = np.zeros(len(self._starts), dtype=np.float32)
        full = np.flatnonzero(~self._empty)
        if len(full):
            shares = self._products[:, column] * self._affinity.weights[self._ids]
            found[full] = np.add.reduceat(shares[self._places], self._starts[full])
        return found


def sums(texts: WordPieces, affinity: Affinity) -> Vectors:
    """Return the weighted sum of each text's pieces; shape ``(texts, dim)``."""
    found = np.zeros((len(texts), affinity.rows.shape[1]), dtype=np.float32)
    for start in range(0, len(texts), BATCH):
        some = texts.taken(np.arange(start, min(start + BATCH, len(texts))))
        ids, places = np.unique(some.ids, return_inverse=True)
        rows = np.repeat(np.arange(len(some)), np.diff(some.ends, prepend=0))
        shape = (len(some), len(ids))
        # Many texts share few pieces: one product of matrices is sooner than a sum a text.
        counts = np.bincount(rows * shape[1] + places, minlength=shape[0] * shape[1]).reshape(shape)
        shares = counts.astype(np.float32) * affinity.weights[ids]
        found[start : start + len(some)] = shares @ affinity.rows[ids].astype(np.float32)
    return found


def measured(own: Vectors) -> Vectors:
    """Return what stands for the vectors of texts with these sums; shape ``(texts, 2)``.

    The length of each one's sum, and the cosine of it and the next one's; 0 for the last.
    """
    units, lengths = _units(own)
    joints = np.zeros(len(own), dtype=np.float32)
    joints[:-1] = np.einsum("ij,ij->i", units[:-1], units[1:])
    found: Vectors = np.stack([lengths, joints], axis=1).astype(np.float32)
    return found


def joined(own: Vectors, groups: npt.NDArray[np.int32]) -> Vectors:
    """Return the unit vectors of groups of texts, given by first and last, half open.

    The pieces of a whole are those of its sentences: none runs across a mark or a space.
    """
    if not len(groups):
        return np.empty((0, own.shape[1]), dtype=np.float32)
    totals = np.stack([own[first:last].sum(axis=0) for first, last in groups.tolist()])
    return _units(totals)[0]


def _units(sums: Vectors) -> tuple[Vectors, Vectors]:
    """Return vectors of length 1, or 0, and what their lengths were."""
    lengths = np.maximum(np.sqrt(np.einsum("ij,ij->i", sums, sums)), LEAST)
    return sums / lengths[:, None], lengths
