"""Query + generation -> sentences, best first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial

import numpy as np

from .fusion import DENSE_WEIGHT, Hit, fuse
from .kinds import Kind
from .live import Live
from .querying import Query
from .scoring import FEATURES, Matrix, Ranker, Rows, add_readings, features, telling
from .types import Vectors

RETRIEVED = 50
"""Chunks taken from each ranking."""
ASSURED = 10
"""Chunks of each ranking whose sentences are scored in any case."""
SCORED = 24
"""Chunks whose sentences are scored."""

_BESIDE = ThreadPoolExecutor(thread_name_prefix="words")
"""Runs searches by words beside those by vectors, which both let other threads run."""

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
    hits = retrieve(query, live, stage, dense_weight=ranker.dense_weight)
    ranked = _order(query, live, hits, ranker, stage, _told(query, live, ranker))
    with stage("quote"):
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
    return _order(query, live, hits, ranker, _unmeasured)


def retrieve(
    query: Query, live: Live, stage: Stage, *, dense_weight: float = DENSE_WEIGHT
) -> list[Hit]:
    """Return the chunks whose sentences are worth scoring, by both searches, best first.

    Where both run at once, the stage of the search by words is what had to be waited for it.
    """
    tokens = query.tokens()
    ideal = live.lexical.ideal(tokens)
    by_words = partial(live.lexical.search, tokens, RETRIEVED)
    begun = _BESIDE.submit(by_words) if live.at_once else None
    with stage("dense"):
        dense = live.dense.search(query.vector, RETRIEVED)
    with stage("lexical"):
        lexical = begun.result() if begun else by_words()
    return fuse(
        dense, lexical, ideal=ideal, limit=SCORED, assured=ASSURED, dense_weight=dense_weight
    )


def _told(query: Query, live: Live, ranker: Ranker) -> int | None:
    """Return the row of the sentence that answers the question before best, if there is one.

    There is none for one who asks another kind of thing: the same sentence may say that, too.
    """
    before = query.before
    if before is None or (query.kinds and query.kinds.isdisjoint(before.kinds)):
        return None
    query = before
    hits = retrieve(query, live, _unmeasured, dense_weight=ranker.dense_weight)
    candidates = telling(query, live.candidates(query, hits))
    if not len(candidates):
        return None
    best = int(np.argmax(ranker.overlap(features(query, candidates))))
    return int(candidates.sentences[best])


def _unmeasured(_: str) -> AbstractContextManager[None]:
    return nullcontext()


def _order(
    query: Query,
    live: Live,
    hits: Sequence[Hit],
    ranker: Ranker,
    stage: Stage,
    told: int | None = None,
) -> Ranked:
    """Score the sentences of the hits, read the passages of the best, and score again."""
    with stage("quote"):
        candidates = telling(query, live.candidates(query, hits))
        table = features(query, candidates, told=told)
        first = _ordered(candidates.passages, ranker.overlap(table), table)
        passages = list(dict.fromkeys(first.sentences))[: ranker.reads]
    with stage("read"):
        readings = live.read(query.readable, passages)
        add_readings(table, candidates.sentences.tolist(), readings)
    return _ordered(candidates.sentences, ranker.score(table), table)


def _ordered(rows: Rows, scores: Vectors, table: Matrix) -> Ranked:
    # Stable, so that of equal scores the better chunk's sentence comes first.
    order = np.argsort(-scores, kind="stable")
    return Ranked(rows[order].tolist(), scores[order], table[order])


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
