"""BM25 as an inner product, for a search engine that multiplies sparse vectors.

What a token adds to a chunk's score is known when the chunk is written, but for its rarity and its
weight in the question, and these are known when the question is asked. So the engine needs no
tokenizer of its own, and the scores are those of `index.lexical`.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol

import numpy as np
import numpy.typing as npt

from .types import Vectors

K1, B = 1.2, 0.75  # Fixed in tantivy.
EMPTY = 0
"""The dimension of a chunk without tokens, since an engine may refuse an empty vector; no question
asks for it. A token's dimension is one more than its row."""

SparseVector = dict[int, float]
Keys = npt.NDArray[np.uint64]


class Frequencies(Protocol):
    """How many chunks there are, and how many of them hold a token."""

    def __len__(self) -> int: ...

    def frequency(self, token: str) -> int:
        """Return the number of chunks that hold `token`."""
        ...


def idf(frequency: int, count: int) -> float:
    """Return BM25's inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5))."""
    return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))


def ideal(weights: Mapping[str, float], frequencies: Frequencies) -> float:
    """Return the bound of the score: every token there, as often as could be.

    The sum of weight x idf x (k1 + 1) over the query's tokens, unseen ones included, so that
    a question without a lexical match scores near zero and not near one.
    """
    count = len(frequencies)
    return sum(
        weight * idf(frequencies.frequency(token), count) * (K1 + 1)
        for token, weight in weights.items()
    )


class Terms:
    """The tokens of a generation, each with a row and the number of chunks that hold it."""

    def __init__(self, table: Keys, count: int) -> None:
        self._keys, self._frequencies = table
        self._count = count

    @classmethod
    def of(cls, tokens: Iterable[str], frequencies: Iterable[int], *, count: int) -> Terms:
        """Order `tokens` by their keys; `count` is the number of chunks."""
        table = np.array([[key(token) for token in tokens], list(frequencies)], dtype=np.uint64)
        return cls(table[:, np.argsort(table[0], kind="stable")], count)

    @classmethod
    def read(cls, path: Path, *, count: int) -> Terms:
        """Map a file that `write` made."""
        return cls(np.load(path, mmap_mode="r").view(np.ndarray), count)

    def write(self, path: Path) -> None:
        """Save the table: keys in ascending order, and frequencies."""
        np.save(path, np.stack([self._keys, self._frequencies]))

    def __len__(self) -> int:
        """Return the number of chunks."""
        return self._count

    def row(self, token: str) -> int | None:
        """Return the row of a token; None if no chunk holds it."""
        sought = np.uint64(key(token))
        at = int(np.searchsorted(self._keys, sought))
        return at if at < len(self._keys) and self._keys[at] == sought else None

    def frequency(self, token: str) -> int:
        """Return the number of chunks that hold `token`."""
        row = self.row(token)
        return 0 if row is None else int(self._frequencies[row])

    def query(self, weights: Mapping[str, float]) -> SparseVector:
        """Return weight x idf of each token that some chunk holds, by its dimension."""
        found = {}
        for token, weight in weights.items():
            row = self.row(token)
            if row is not None:
                found[row + 1] = weight * idf(int(self._frequencies[row]), self._count)
        return found


def key(token: str) -> int:
    """Return 64 bits that stand for a token; two of a million meet by a chance of 1 in 30 million.

    A table of numbers is mapped and searched without reading it whole.
    """
    return int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "little")


class Postings:
    """The tokens of all chunks, counted; kept on the disk, since rarities are known at the end."""

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - Closed by `close`.
        self._ids: dict[str, int] = {}
        self._frequencies = array("L")
        self._sizes = array("L")
        self._lengths = array("L")

    def close(self) -> None:
        """Remove what was kept."""
        self._file.close()

    def add(self, tokens: Iterable[str]) -> None:
        """Take the tokens of the next chunk."""
        counted = Counter(tokens)
        ids = [self._ids.setdefault(token, len(self._ids)) for token in counted]
        self._frequencies.extend([0] * (len(self._ids) - len(self._frequencies)))
        for number in ids:
            self._frequencies[number] += 1
        np.array([ids, list(counted.values())], dtype=np.uint32).tofile(self._file)
        self._sizes.append(len(ids))
        self._lengths.append(counted.total())

    def terms(self) -> Terms:
        """Return the tokens with their frequencies."""
        return Terms.of(self._ids, self._frequencies, count=len(self._sizes))

    def vectors(self, terms: Terms) -> Iterator[SparseVector]:
        """Yield a vector for each chunk, in order: (k1 + 1) x tf / (tf + norm) of its tokens."""
        rows = np.array([terms.row(token) for token in self._ids], dtype=np.uint32)
        average = sum(self._lengths) / max(len(self._lengths), 1)
        self._file.seek(0)
        for size, norm in zip(self._sizes, norms(self._lengths, average=average), strict=True):
            ids, counts = np.fromfile(self._file, dtype=np.uint32, count=2 * size).reshape(2, size)
            weights = saturated(counts, norm)
            dimensions = rows[ids] + 1
            yield dict(zip(dimensions.tolist(), weights.tolist(), strict=True)) or {EMPTY: 1.0}


def saturated(counts: npt.NDArray[np.integer], norm: Vectors) -> Vectors:
    """Return the part of BM25 that grows with a token's count and falls with the chunk's norm."""
    found: Vectors = ((K1 + 1) * counts / (counts + norm)).astype(np.float32)
    return found


def norms(lengths: npt.ArrayLike, *, average: float) -> Vectors:
    """Return what is added to a count below the line of BM25, for chunks of so many tokens."""
    shares = rounded_length(lengths) / (average or 1.0)
    return np.asarray(K1 * (1 - B + B * shares), dtype=np.float32)


def rounded_length(length: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return lengths as tantivy keeps them, in one byte: exact up to 40, then in growing steps."""
    found: npt.NDArray[np.int64] = _LENGTHS[np.searchsorted(_LENGTHS, length, side="right") - 1]
    return found


def _lengths() -> npt.NDArray[np.int64]:
    """Return the 256 lengths that a byte stands for: three binary digits and an exponent."""
    exact = list(range(32))
    steps = [24 + ((8 + digits) << shift) for shift in range(28) for digits in range(8)]
    return np.array(exact + steps, dtype=np.int64)


_LENGTHS = _lengths()
