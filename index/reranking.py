"""A second reading: question and sentence read together, by a model that was made for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .live import Live
from .quoting import widened
from .ranking import Ranked
from .types import Vectors

READ = 20
"""Sentences that are read again; the others follow them in their old order."""
WEIGHT = 2.0
"""Of the second reading against the first: both are log-odds, and a model that is asked for knows
more than words in common. Not fitted: no such model was at hand."""
LEAST = 1e-3
"""A probability nearer to 0 or 1 than this tells no more than this."""

TINY = 1e-9


class Reranker(Protocol):
    """Reads a question together with passages."""

    def score(self, question: str, passages: Sequence[str]) -> Vectors:
        """Return how likely each passage answers, in [0, 1]; shape ``(len(passages),)``."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A ranking, and what the second reading made of it."""

    ranked: Ranked
    first: Vectors
    """The scores before the second reading, in the new order: the abstainer was fitted on them."""
    log_odds: float | None = None
    """That the best sentence answers; None if nothing was read again."""

    def confidence(self, fitted: float) -> float:
        """Return the probability that the first quote answers.

        Without a second reading it is the fitted one, else both log-odds are pooled by weight.
        """
        if self.log_odds is None:
            return fitted
        first = math.log(max(fitted, TINY) / max(1 - fitted, TINY))
        pooled = (first + WEIGHT * self.log_odds) / (1 + WEIGHT)
        return 1 / (1 + math.exp(-pooled))


def unread(ranked: Ranked) -> Reading:
    """Return a ranking as it is."""
    return Reading(ranked, ranked.scores)


def reread(question: str, ranked: Ranked, live: Live, reranker: Reranker) -> Reading:
    """Order the best sentences by both readings; of equal ones the better before stays so.

    A sentence is read twice: alone, which tells it from its neighbors, and in the quote that a
    reader would see, which tells who its "he" is. The log-odds are the mean of both.

    Raises:
        ValueError: The reranker's scores are not one probability a passage.
    """
    if not ranked.sentences:
        return unread(ranked)
    odds = _read(question, ranked, live, reranker)
    # Against the best: so the scores keep their scale. What wasn't read is as good as the worst.
    gains = np.full(len(ranked.scores), odds.min() - odds.max(), dtype=np.float32)
    gains[: len(odds)] = odds - odds.max()
    scores = ranked.scores + WEIGHT * gains
    order = np.argsort(-scores, kind="stable")
    return Reading(
        Ranked([ranked.sentences[i] for i in order], scores[order], ranked.features[order]),
        ranked.scores[order],
        float(odds[order[0]]),
    )


def _read(question: str, ranked: Ranked, live: Live, reranker: Reranker) -> Vectors:
    known = dict(zip(ranked.sentences, ranked.scores.tolist(), strict=True))
    pairs = [_texts(row, live, known) for row in ranked.sentences[:READ]]
    # Neighbors stand in the same quote: each text is read once.
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    found = reranker.score(question, texts)
    if found.shape != (len(texts),) or not ((found >= 0) & (found <= 1)).all():
        raise ValueError(f"expected {len(texts)} scores from 0 to 1, got {found!r}")
    odds = dict(zip(texts, _log_odds(found).tolist(), strict=True))
    return np.array([(odds[own] + odds[quote]) / 2 for own, quote in pairs], dtype=np.float32)


def _texts(row: int, live: Live, scores: dict[int, float]) -> tuple[str, str]:
    """Return a sentence alone, and in its quote."""
    text = live.documents[live.sentences.document(row)].text
    return live.sentences.span(row).of(text), widened(row, live.sentences, scores).of(text)


def _log_odds(probabilities: Vectors) -> Vectors:
    bounded = np.clip(probabilities, LEAST, 1 - LEAST)
    odds: Vectors = np.log(bounded / (1 - bounded))
    return odds
