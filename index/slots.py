"""Where the chunks of each document stand in an index that is amended and not made anew.

A chunk's row changes when a document before it grows, so what such an index keeps of a chunk is a
slot, which is the chunk's as long as its document stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .arrays import read_array

KEY_BYTES = 16

Table = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Amendment:
    """What makes the index of one corpus that of another."""

    slots: Slots
    gone: tuple[tuple[int, int], ...]
    """First and last slot, half open, of documents that are there no more."""
    added: tuple[int, ...]
    """Rows of documents that are new; their chunks' slots begin at `first`."""
    first: int


class Slots:
    """The slots of documents, in row order: of each a key, its first slot, and its chunks."""

    def __init__(self, table: Table) -> None:
        self._table = table
        firsts, counts = table[:, 2:].astype(np.int64).T
        starts = np.cumsum(counts) - counts
        # A document without chunks has no slots, and must not be met when one is looked up.
        order = np.argsort(firsts, kind="stable")
        order = order[counts[order] > 0]
        self._firsts, self._starts = firsts[order], starts[order]
        self._end = int((firsts + counts).max(initial=0))
        self._count = int(counts.sum())

    @classmethod
    def of(cls, keys: Sequence[bytes], counts: Sequence[int]) -> Slots:
        """Number the slots in row order."""
        ends = np.cumsum(counts, dtype=np.int64)
        return cls(_table(keys, ends - np.array(counts, dtype=np.int64), counts))

    @classmethod
    def read(cls, path: Path) -> Slots:
        """Read what `write` saved."""
        return cls(read_array(path))

    def write(self, path: Path) -> None:
        """Save the table: uint64, two columns of the key, one of first slots, one of chunks."""
        np.save(path, self._table)

    def __len__(self) -> int:
        """Return the number of chunks."""
        return self._count

    @property
    def keys(self) -> list[bytes]:
        """The key of each document."""
        return _keys(self._table)

    def rows(self, slots: Sequence[int]) -> Rows:
        """Return the row of each slot's chunk; only slots of documents that are there have one."""
        sought = np.array(slots, dtype=np.int64)
        at = np.searchsorted(self._firsts, sought, side="right") - 1
        found: Rows = self._starts[at] + sought - self._firsts[at]
        return found

    def amendment(self, keys: Sequence[bytes], counts: Sequence[int]) -> Amendment:
        """Return how these documents become those with `keys`, which may come in any order."""
        known = dict(zip(self.keys, self._table[:, 2:].tolist(), strict=True))
        firsts, added, end = [], list[int](), self._end
        for row, (key, count) in enumerate(zip(keys, counts, strict=True)):
            first, _ = known.pop(key, (None, count))
            if first is None:
                added.append(row)
                first, end = end, end + count
            firsts.append(first)
        gone = tuple((first, first + count) for first, count in known.values() if count)
        slots = Slots(_table(keys, firsts, counts))
        return Amendment(slots, gone, tuple(added), self._end)


def _table(keys: Sequence[bytes], firsts: npt.ArrayLike, counts: npt.ArrayLike) -> Table:
    numbers = np.frombuffer(b"".join(keys), dtype=np.uint64).reshape(-1, 2)
    places = np.array([firsts, counts], dtype=np.uint64).T
    return np.hstack([numbers, places])


def _keys(table: Table) -> list[bytes]:
    raw = np.ascontiguousarray(table[:, :2]).tobytes()
    return [raw[at : at + KEY_BYTES] for at in range(0, len(raw), KEY_BYTES)]
