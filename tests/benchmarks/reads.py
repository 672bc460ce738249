"""What a question must read, how fast the machine reads, and what quicker searches miss."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from index import Engine
from index.affinity import Affinity
from index.dense import NEAREST
from index.fusion import fuse
from index.generations import Manifest
from index.live import Live
from index.querying import make_query
from index.ranking import ASSURED, RETRIEVED, SCORED
from index.types import Vectors
from index.word_pieces import joined, sums

Ranking = Sequence[tuple[int, float]]
"""Chunks with their scores, best first."""

BLOCK = 4096
"""Chunks whose vectors are made at once."""
FIRST = 10


def bandwidth() -> float:
    """Return the bytes a second that one core reads of an array far larger than its caches."""
    numbers = np.ones(64 * 1024 * 1024, dtype=np.float32)
    taken = []
    for _ in range(7):
        began = time.perf_counter()
        numbers.max()
        taken.append(time.perf_counter() - began)
    return numbers.nbytes / min(taken)


def dense_bytes(manifest: Manifest) -> float:
    """Return the bytes that a search by vectors reads of them."""
    facts: Mapping[str, Any] = manifest.search
    numbers = manifest.chunks * manifest.dim
    if facts["kind"] == "screened":
        return numbers / 4 + NEAREST * facts["probed"] * manifest.dim
    if facts["kind"] == "lists":
        return 2 * numbers * facts["probed"] / (4 * manifest.chunks**0.5)
    return numbers * (4 if facts["kind"] == "exact" else 2)


def recall(engine: Engine, questions: Sequence[str]) -> tuple[float, float]:
    """Return what both searches find of the ten best chunks, as two shares.

    Of those by exact vectors and the search by words as it is, and of those by one in which all
    words are looked up, too.
    """
    live = engine._live
    whole = getattr(live.lexical, "whole", live.lexical)
    queries = [make_query(question, live.resources) for question in questions]
    exact = _nearest(live, np.stack([query.vector for query in queries]))
    shares = []
    for query, nearest in zip(queries, exact, strict=True):
        tokens, dense = query.tokens(), live.dense.search(query.vector, RETRIEVED)
        words, all_words = (search.search(tokens, RETRIEVED) for search in (live.lexical, whole))
        ideal = whole.ideal(tokens)
        quick = _first(engine, dense, words, ideal)
        wholes = (_first(engine, nearest, found, ideal) for found in (words, all_words))
        shares.append([len(quick & whole) / max(1, len(whole)) for whole in wholes])
    exactly, with_all_words = np.mean(shares, axis=0).tolist()
    return exactly, with_all_words


def _first(engine: Engine, dense: Ranking, lexical: Ranking, ideal: float) -> set[int]:
    """Return the first chunks by two rankings."""
    hits = fuse(
        dense,
        lexical,
        ideal=ideal,
        limit=SCORED,
        assured=ASSURED,
        dense_weight=engine.ranker.dense_weight,
    )
    return {hit.chunk for hit in hits[:FIRST]}


def _nearest(live: Live, asked: Vectors) -> list[list[tuple[int, float]]]:
    """Return the nearest chunks of each question, by vectors made again from the word pieces."""
    affinity, chunks = Affinity.load(), live.manifest.chunks
    best: list[list[tuple[int, float]]] = [[] for _ in asked]
    for start in range(0, chunks, BLOCK):
        groups = [live.sentences_of(row) for row in range(start, min(start + BLOCK, chunks))]
        first = groups[0].start
        own = sums(live.words.taken(np.arange(first, groups[-1].stop)), affinity)
        bounds = np.array([(g.start - first, g.stop - first) for g in groups], dtype=np.int32)
        cosines = asked @ joined(own, bounds).T
        for row, values in enumerate(cosines):
            kept = np.argsort(-values, kind="stable")[:RETRIEVED]
            new = [(start + int(at), float(values[at])) for at in kept]
            best[row] = sorted([*best[row], *new], key=lambda pair: (-pair[1], pair[0]))[:RETRIEVED]
    return best
