"""Chinese words that mean nearly the same, so that 抵达 meets 到."""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "builtin" / "synonyms.tsv.gz"


@dataclass(frozen=True, slots=True)
class Synonyms:
    """A thesaurus with a likeness for each pair."""

    lines: Sequence[str]
    """Sorted: a word, a tab, ``word likeness word likeness ...``."""

    @classmethod
    @cache
    def load(cls, path: Path = FILE) -> Synonyms:
        """Read the table that `index.training` made."""
        return cls(gzip.decompress(path.read_bytes()).decode("utf-8").split("\n"))

    def of(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return words like a folded one, each with its likeness in (0, 1], the likest first."""
        key = f"{word}\t"
        place = bisect_left(self.lines, key)
        if place == len(self.lines) or not self.lines[place].startswith(key):
            return ()
        parts = self.lines[place][len(key) :].split(" ")
        return tuple(zip(parts[::2], map(float, parts[1::2]), strict=True))
