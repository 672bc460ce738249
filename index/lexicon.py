"""Chinese words for English and Russian ones, so that a question finds Chinese text."""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .normalization import Word, words

FILE = Path(__file__).parent / "builtin" / "lexicon.tsv.gz"

LONGEST_KEY = 3
"""Words that a key of the lexicon has at most."""


@dataclass(frozen=True, slots=True)
class Translation:
    """What the phrase ``source == folded[start:end]`` may be in Chinese."""

    start: int
    end: int
    source: str
    options: tuple[tuple[str, float], ...]
    """Folded Chinese words with their probabilities, most probable first, never empty."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A dictionary from stems to Chinese words."""

    lines: Sequence[str]
    """Sorted: stems joined by spaces, a tab, ``word probability word probability ...``."""

    @classmethod
    @cache
    def load(cls, path: Path = FILE) -> Lexicon:
        """Read the table that `index.training` made."""
        return cls(gzip.decompress(path.read_bytes()).decode("utf-8").split("\n"))

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
        line = self._line(f"{word}\t")
        return tuple((stems.replace("_", " "), chance) for stems, chance in _parse(line))

    def _longest(self, sequence: Sequence[Word], row: int) -> tuple[int, str]:
        for size in range(min(LONGEST_KEY, len(sequence) - row), 0, -1):
            key = " ".join(word.stem for word in sequence[row : row + size]) + "\t"
            line = self._line(key)
            if line:
                return size, line
        return 1, ""

    def _line(self, key: str) -> str:
        """Return what follows the key, with its tab; empty where there is no such line."""
        # A dictionary of all lines would take longer to build than most programs run.
        place = bisect_left(self.lines, key)
        found = place < len(self.lines) and self.lines[place].startswith(key)
        return self.lines[place][len(key) :] if found else ""


def _parse(line: str) -> tuple[tuple[str, float], ...]:
    parts = line.split(" ") if line else []
    return tuple(zip(parts[::2], map(float, parts[1::2]), strict=True))
