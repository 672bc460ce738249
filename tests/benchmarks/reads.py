"""What a question must read, how fast the machine reads, and what quicker searches miss."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from index import Engine
from index.affinity import Affinity
from index.dense import NEAREST
from index.fusion import fuse
from index.generations import Layout, Manifest
from index.live import Live
from index.querying import make_query
from index.ranking import ASSURED, RETRIEVED, SCORED
from index.types import Vectors
from index.word_pieces import joined, sums

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


def dense_bytes(layout: Layout, manifest: Manifest) -> float:
    """Return the bytes that a search by vectors reads of them."""
    facts: dict[str, Any] = json.loads(layout.dense_facts.read_text("utf-8"))
    numbers = manifest.chunks * manifest.dim
    if facts["kind"] == "screened":
        return numbers / 4 + NEAREST * facts["probed"] * manifest.dim
    if facts["kind"] == "lists":
        return 2 * numbers * facts["probed"] / (4 * manifest.chunks**0.5)
    return numbers * (4 if facts["kind"] == "exact" else 2)


def recall(engine: Engine, questions: Sequence[str]) -> float:
    """Return the share of the first ten chunks by both searches that exact vectors would give."""
    live = engine._live
    queries = [make_query(question, live.resources) for question in questions]
    exact = _nearest(live, np.stack([query.vector for query in queries]))
    shares = []
    for query, nearest in zip(queries, exact, strict=True):
        tokens = query.tokens()
        lexical = live.lexical.search(tokens, RETRIEVED)
        found = (
            {
                hit.chunk
                for hit in fuse(
                    dense,
                    lexical,
                    ideal=live.lexical.ideal(tokens),
                    limit=SCORED,
                    assured=ASSURED,
                    dense_weight=engine.ranker.dense_weight,
                )[:FIRST]
            }
            for dense in (live.dense.search(query.vector, RETRIEVED), nearest)
        )
        quick, whole = found
        shares.append(len(quick & whole) / max(1, len(whole)))
    return float(np.mean(shares))


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
