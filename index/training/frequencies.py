"""Count how many public paragraphs, and questions about them, hold each term."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..tokenization import tokens, units
from .collection import Collection

LEAST = 1.0
SEEN = 5
"""Terms of fewer texts tell too little to be kept."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Terms -> number of texts with them, for texts that tell and for texts that ask."""

    told: Mapping[str, float]
    asked: Mapping[str, float]
    paragraphs: int
    questions: int


def count_frequencies(collection: Collection) -> Frequencies:
    """Count Han terms in the reading data, foreign words in the parallel sentences.

    The foreign counts are put in proportion to the numbers of Chinese paragraphs and questions.
    """
    read = collection.questions
    told, asked = _counts(read.paragraphs), _counts(question.text for question in read.questions)
    sizes = len(read.paragraphs), len(read.questions)
    texts = collection.texts()
    for language in ("en", "ru"):
        asking = [text for text in texts[language] if text.endswith("?")]
        telling = [text for text in texts[language] if not text.endswith("?")]
        for counts, sample, size in ((told, telling, sizes[0]), (asked, asking, sizes[1])):
            seen = _counts(sample).items()
            shares = {term: count * size / len(sample) for term, count in seen if count >= SEEN}
            foreign = {term: share for term, share in shares.items() if not units(term)[0].han}
            counts.update(
                {term: max(share, counts.get(term, 0)) for term, share in foreign.items()}
            )
    return Frequencies(told, asked, *sizes)


def with_usage(frequencies: Frequencies, shares: Mapping[str, float]) -> Frequencies:
    """Count a term at least as often as its share of passages has it."""
    told = dict(frequencies.told)
    for term, share in shares.items():
        count = share * frequencies.paragraphs
        if count >= LEAST:
            told[term] = max(told.get(term, 0.0), count)
    return replace(frequencies, told=told)


def save_frequencies(frequencies: Frequencies, path: Path) -> None:
    """Write the table that `index.background` reads: ``terms``, one a line, with both counts."""
    told, asked = frequencies.told, frequencies.asked
    kept = sorted(
        term for term in {*told, *asked} if told.get(term, 0) + asked.get(term, 0) >= LEAST
    )
    np.savez_compressed(
        path,
        terms=np.frombuffer("\n".join(kept).encode("utf-8"), dtype=np.uint8),
        paragraphs=np.array([round(told.get(term, 0)) for term in kept], dtype=np.int32),
        questions=np.array([round(asked.get(term, 0)) for term in kept], dtype=np.int32),
        totals=np.array([frequencies.paragraphs, frequencies.questions], dtype=np.int64),
    )


def _counts(texts: Iterable[str]) -> dict[str, float]:
    counts = Counter(term for text in texts for term in set(tokens(units(text))))
    return {term: count for term, count in counts.items() if count >= SEEN}
