"""Rows of different length in two flat arrays, so that a batch is gathered without a loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ragged:
    """Row `i` is ``values[offsets[i]:offsets[i + 1]]``."""

    values: Ints
    offsets: Ints
    """One more than there are rows; starts at 0, never decreases."""

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> Ragged:
        """Lay `rows` end to end."""
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        values = np.fromiter((value for row in rows for value in row), dtype=np.int64)
        return cls(values, _offsets(lengths))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> Ints:
        """How many values each row has."""
        return np.diff(self.offsets)

    def take(self, rows: Ints) -> Ragged:
        """Return the given rows, in that order; a row may come twice."""
        lengths = self.lengths[rows]
        offsets = _offsets(lengths)
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
        return Ragged(self.values[np.repeat(self.offsets[rows], lengths) + within], offsets)

    def where(self, kept: npt.NDArray[np.bool_]) -> Ragged:
        """Return the rows without the values that `kept`, one flag a value, leaves out."""
        before = np.concatenate([[0], np.cumsum(kept)])
        return Ragged(self.values[kept], before[self.offsets])

    def replace(self, replacements: Ragged) -> Ragged:
        """Put row `j` of `replacements` in the place of value `j`."""
        return Ragged(replacements.values, replacements.offsets[self.offsets])


def _offsets(lengths: Ints) -> Ints:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)])
