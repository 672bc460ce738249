"""Retrieved chunks as stretches of sentences, and how near each sentence is to a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from .arrays import read_array, read_raw
from .generations import Layout
from .types import Vectors
from .word_pieces import Compared

Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
TINY = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """The sentences of some chunks, one chunk behind the other."""

    own: Rows
    """Rows of the sentences."""
    hits: Rows
    """Which of the chunks each is of."""
    around: Rows
    """Rows of the sentences and of one before and one after each chunk, where there is one;
    ascending, each once."""
    places: Rows
    """Where each sentence stands in `around`: a neighbor that there is stands beside it."""

    @classmethod
    def of(cls, bounds: npt.NDArray[np.int32], count: int) -> Stretches:
        """Spread chunks, given by first and last sentence, half open, of `count` in all."""
        firsts, lasts = bounds.astype(np.int64).T
        own, hits = _spread(firsts, lasts)
        around, _ = _spread(np.maximum(firsts - 1, 0), np.minimum(lasts + 1, count))
        around = np.unique(around)
        return cls(own, hits, around, np.searchsorted(around, own))


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """How near a question comes to sentences that stand one behind the other."""

    cosines: Vectors
    squares: Vectors
    """Of the lengths of their vectors: 1, or 0 for one without a word."""
    joints: Vectors
    """Inner product of each one's vector and the next one's."""

    def windows(self, places: Rows, before: Flags, after: Flags) -> Vectors:
        """Return the best cosine of each sentence and of it joined with a neighbor, if it has one.

        The vector of two is the sum of theirs.
        """
        last = len(self.cosines) - 1
        best = self.cosines[places]
        for lefts, there in ((places - 1, before), (places, after)):
            left = np.clip(lefts, 0, last)
            right = np.minimum(left + 1, last)
            squares = self.squares[left] + self.squares[right] + 2 * self.joints[left]
            sums = self.cosines[left] + self.cosines[right]
            joined = sums / np.maximum(np.sqrt(np.maximum(squares, 0.0)), TINY)
            best = np.maximum(best, np.where(there, joined, -1.0))
        found: Vectors = best.astype(np.float32)
        return found


class SentenceVectors(Protocol):
    """The vectors of a generation's sentences, in whatever form they are kept."""

    @property
    def summed(self) -> bool:
        """Whether they are sums of the pieces that the built-in model has vectors of."""
        ...

    def near(self, vector: Vectors, rows: Rows, compared: Compared) -> Near:
        """Compare a question with sentences.

        Where they are sums, its vector is the last direction that `compared` was made with.
        """
        ...


class KeptVectors:
    """Vectors of a foreign model, one a sentence, in float16."""

    summed = False

    def __init__(self, vectors: npt.NDArray[np.float16]) -> None:
        self._vectors = vectors

    def near(self, vector: Vectors, rows: Rows, compared: Compared) -> Near:
        """As `SentenceVectors.near`."""
        own = self._vectors[rows].astype(np.float32)
        joints = np.zeros(len(own), dtype=np.float32)
        joints[:-1] = np.einsum("ij,ij->i", own[:-1], own[1:])
        return Near(own @ vector, np.einsum("ij,ij->i", own, own), joints)


class SummedVectors:
    """Vectors that are not kept, as the pieces tell them; their lengths and joints are."""

    summed = True

    def __init__(self, sums: npt.NDArray[np.float16] | Vectors) -> None:
        self._sums = sums

    def near(self, vector: Vectors, rows: Rows, compared: Compared) -> Near:
        """As `SentenceVectors.near`."""
        lengths, joints = self._sums[rows].astype(np.float32).T
        cosines: Vectors = compared.sums(-1) / np.maximum(lengths, TINY)
        return Near(cosines, (lengths > TINY).astype(np.float32), joints)


def sentence_vectors(layout: Layout) -> SentenceVectors:
    """Map those of a generation."""
    if layout.sentence_sums.exists():
        return SummedVectors(read_raw(layout.sentence_sums, np.float16, 2))
    return KeptVectors(read_array(layout.sentence_vectors))


def _spread(starts: Rows, ends: Rows) -> tuple[Rows, Rows]:
    """Return the numbers of all ranges, and which range each is of."""
    lengths = ends - starts
    which = np.repeat(np.arange(len(starts)), lengths)
    offsets = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) - offsets[which] + starts[which], which
