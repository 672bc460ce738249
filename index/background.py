"""How usual a term is in general, so that three documents need not tell it all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "builtin" / "frequencies.npz"

PRIOR_CHUNKS = 100
"""The background counts as much as this many chunks of the corpus itself."""
UNSEEN = 0.5
"""Occurrences assumed for a term that the background has not met."""
QUESTIONING = 0.5
"""A term this much rarer in questions than in texts, or rarer still, names something."""


@dataclass(frozen=True, slots=True)
class Background:
    """Frequencies of terms in public paragraphs, and in questions about them."""

    paragraphs: int
    questions: int
    counts: dict[str, tuple[int, int]]
    """Term -> number of paragraphs, and of questions, that hold it."""

    @classmethod
    @cache
    def load(cls, path: Path = FILE) -> Background:
        """Read the table that `index.training` made."""
        with np.load(path) as table:
            terms = bytes(table["terms"]).decode("utf-8").split("\n")
            pairs = zip(table["paragraphs"].tolist(), table["questions"].tolist(), strict=True)
            paragraphs, questions = (int(n) for n in table["totals"])
        return cls(paragraphs, questions, dict(zip(terms, pairs, strict=True)))

    def weight(self, term: str, frequency: int, chunks: int) -> float:
        """Return -ln of the probability that a chunk holds `term`, x how much it names.

        The probability is estimated from `frequency` of `chunks` and the background together.
        """
        usual = max(UNSEEN, self.counts.get(term, (0, 0))[0]) / max(1, self.paragraphs)
        probability = (frequency + PRIOR_CHUNKS * usual) / (chunks + PRIOR_CHUNKS)
        return -math.log(min(1.0, max(probability, 1e-9))) * self.telling(term)

    def telling(self, term: str) -> float:
        """Return 1 for a term that names something, down to 0 for one that only asks."""
        in_paragraphs, in_questions = self.counts.get(term, (0, 0))
        asked = in_questions / max(1, self.questions)
        if not asked:
            return 1.0
        told = (in_paragraphs + 1) / max(1, self.paragraphs)
        return min(1.0, told / asked * QUESTIONING)
