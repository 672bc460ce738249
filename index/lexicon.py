"""Chinese words for English and Russian ones, so that a question finds Chinese text."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from .normalization import Word, words

FILE = Path(__file__).parent / "builtin" / "lexicon.npz"

LONGEST_KEY = 3
"""Words that a key of the lexicon has at most."""
BLOCK_LINES = 256
WORDS = 16_384
"""Chinese words whose translations are remembered."""
BLOCKS = 512
"""Blocks that are remembered unpacked, some 50 kB each."""


@dataclass(frozen=True, slots=True)
class Translation:
    """What the phrase ``source == folded[start:end]`` may be in Chinese."""

    start: int
    end: int
    source: str
    options: tuple[tuple[str, float], ...]
    """Folded Chinese words with their probabilities, most probable first, never empty."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """A dictionary from stems to Chinese words, and back, in blocks that are unpacked when met.

    A line is: stems joined by spaces, a tab, ``word probability word probability ...``. To unpack
    all of it would take longer than most programs that ask run.
    """

    firsts: Sequence[str]
    """The key, with its tab, of each block's first line; lines are sorted."""
    blocks: Sequence[bytes]
    """Compressed."""

    @classmethod
    def of(cls, lines: Sequence[str]) -> Lexicon:
        """Pack sorted lines."""
        parts = [lines[at : at + BLOCK_LINES] for at in range(0, len(lines), BLOCK_LINES)]
        firsts = [part[0][: part[0].index("\t") + 1] for part in parts]
        return cls(firsts, [zlib.compress("\n".join(part).encode("utf-8"), 9) for part in parts])

    @classmethod
    @cache
    def load(cls, path: Path = FILE) -> Lexicon:
        """Read the table that `index.training` made."""
        with np.load(path) as table:
            firsts, packed = table["firsts"].tobytes(), table["blocks"].tobytes()
            ends = table["ends"].tolist()
        blocks = [packed[start:end] for start, end in pairwise([0, *ends])]
        return cls(firsts.decode("utf-8").split("\n"), blocks)

    def save(self, path: Path) -> None:
        """Write what `load` reads; equal lines give equal bytes."""
        ends = np.cumsum([len(block) for block in self.blocks])
        firsts = "\n".join(self.firsts).encode("utf-8")
        np.savez(
            path,
            firsts=np.frombuffer(firsts, dtype=np.uint8),
            ends=ends.astype(np.int32),
            blocks=np.frombuffer(b"".join(self.blocks), dtype=np.uint8),
        )

    def lines(self) -> Iterator[str]:
        """Yield all lines, in order."""
        for block in self.blocks:
            yield from _unpacked(block)

    def translate(self, folded: str) -> list[Translation]:
        """Translate the words of a folded text, in order, as long phrases as the lexicon has.

        Words that it lacks are left out; no two translations overlap.
        """
        found, row, sequence = [], 0, words(folded)
        while row < len(sequence):
            size, line = self._longest(sequence, row)
            if line:
                start, end = sequence[row].start, sequence[row + size - 1].end
                found.append(Translation(start, end, folded[start:end], _parse(line)))
            row += size
        return found

    def abroad(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return what a folded Chinese word may be in English or Russian; empty if unknown.

        Each is a stem, or several joined by spaces.
        """
        return _abroad(self, word)

    def _longest(self, sequence: Sequence[Word], row: int) -> tuple[int, str]:
        for size in range(min(LONGEST_KEY, len(sequence) - row), 0, -1):
            key = " ".join(word.stem for word in sequence[row : row + size]) + "\t"
            line = self._line(key)
            if line:
                return size, line
        return 1, ""

    def _line(self, key: str) -> str:
        """Return what follows the key, with its tab; empty where there is no such line."""
        block = bisect_left(self.firsts, key)
        # Lines with the key begin in the block before, or are the first of this one.
        for at in (block - 1, block):
            if 0 <= at < len(self.firsts) and self.firsts[at] <= key:
                lines = _unpacked(self.blocks[at])
                place = bisect_left(lines, key)
                if place < len(lines) and lines[place].startswith(key):
                    return lines[place][len(key) :]
        return ""


@lru_cache(maxsize=WORDS)
def _abroad(lexicon: Lexicon, word: str) -> tuple[tuple[str, float], ...]:
    line = lexicon._line(f"{word}\t")
    return tuple((stems.replace("_", " "), chance) for stems, chance in _parse(line))


@lru_cache(maxsize=BLOCKS)
def _unpacked(block: bytes) -> list[str]:
    return zlib.decompress(block).decode("utf-8").split("\n")


def _parse(line: str) -> tuple[tuple[str, float], ...]:
    parts = line.split(" ") if line else []
    return tuple(zip(parts[::2], map(float, parts[1::2]), strict=True))
