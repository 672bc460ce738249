"""Query + generation -> sentences, best first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from .fusion import Hit, fuse
from .kinds import Kind
from .live import Live
from .querying import Query
from .scoring import FEATURES, Candidate, Matrix, Ranker, features, telling
from .types import Vectors

RETRIEVED = 50
"""Chunks taken from each ranking."""
ASSURED = 10
"""Chunks of each ranking whose sentences are scored in any case."""
SCORED = 24
"""Chunks whose sentences are scored."""

STATEMENTS = 3
"""For a question after a source, the marks of this many best sentences are followed."""

_REFERENCE = FEATURES.index("reference")

Stage = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Sentences, best first."""

    sentences: list[int]
    """Rows of the generation."""
    scores: Vectors
    features: Matrix


def rank(query: Query, live: Live, ranker: Ranker, stage: Stage) -> Ranked:
    """Retrieve chunks by both searches, and rank their sentences."""
    hits = _retrieved(query, live, stage)
    with stage("quote"):
        ranked = order(query, live.candidates(query, hits), ranker)
        return _sources_first(ranked, live) if Kind.SOURCE in query.kinds else ranked


def rank_document(query: Query, live: Live, ranker: Ranker, document: int) -> Ranked:
    """Rank all sentences of one document, given by its row, as if it alone had been retrieved."""
    lexical = dict(live.lexical.search(query.tokens(), RETRIEVED))
    dense = dict(live.dense.search(query.vector, RETRIEVED))
    ideal = live.lexical.ideal(query.tokens()) or 1.0
    hits = [
        Hit(chunk, lexical.get(chunk, 0.0) / ideal, dense.get(chunk, 0.0))
        for chunk in live.chunks(document)
    ]
    return order(query, live.candidates(query, hits), ranker)


def _retrieved(query: Query, live: Live, stage: Stage) -> list[Hit]:
    tokens = query.tokens()
    ideal = live.lexical.ideal(tokens)
    with stage("dense"):
        dense = live.dense.search(query.vector, RETRIEVED)
    with stage("lexical"):
        lexical = live.lexical.search(tokens, RETRIEVED)
    return fuse(dense, lexical, ideal=ideal, limit=SCORED, assured=ASSURED)


def order(query: Query, candidates: Sequence[Candidate], ranker: Ranker) -> Ranked:
    """Score candidates and put the best first."""
    candidates = telling(query, candidates)
    table = features(query, candidates)
    return _ordered([c.sentence for c in candidates], ranker.score(table), table)


def _ordered(rows: list[int], scores: Vectors, table: Matrix) -> Ranked:
    # Stable, so that of equal scores the better chunk's sentence comes first.
    order = np.argsort(-scores, kind="stable")
    return Ranked([rows[i] for i in order], scores[order], table[order])


def _sources_first(ranked: Ranked, live: Live) -> Ranked:
    """Put the references that the best statements are marked with before everything else.

    A reference takes the features and the score of its statement: it is as good an answer as
    that is to the same question.
    """
    found: dict[int, int] = {}
    statements = [i for i, row in enumerate(ranked.sentences) if not _is_reference(ranked, i)]
    for i in statements[:STATEMENTS]:
        for row in live.marked(ranked.sentences[i]):
            found.setdefault(row, i)
        if found:
            break
    rest = [i for i, row in enumerate(ranked.sentences) if row not in found]
    order = [*found.values(), *rest]
    return Ranked(
        [*found, *(ranked.sentences[i] for i in rest)], ranked.scores[order], ranked.features[order]
    )


def _is_reference(ranked: Ranked, i: int) -> bool:
    return bool(ranked.features[i, _REFERENCE])
