"""Query + sentences -> features -> scores: which sentence answers best."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .dates import PartialDate
from .fusion import DENSE_WEIGHT
from .kinds import MEASURED, Kind
from .normalization import scripts, shared
from .querying import Query
from .tokenization import units
from .types import Part, Vectors
from .views import View, presence

SHORT = 12
"""Characters below which a sentence is called short."""

FOREIGN = 0.5
"""Share of a question's words in foreign scripts from which on sentences differ in it."""
READ = 4
"""Passages that are read, those with the best sentences by overlap."""
UNLIKELY, LIKELY = -10.0, 6.0
"""Log-odds beyond these tell no more."""

Rows = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float32]
Columns = dict[str, npt.NDArray[Any]]
"""One value a candidate, by the name of the feature."""

MODEL = Path(__file__).parent / "builtin" / "ranking.json"

FEATURES = (
    "coverage",  # of the question's term weights by the sentence
    "context",  # by the sentences next to it, of what it lacks
    "section",  # by title and headings, of what is lacking still
    "lacking",  # weight of the rarest term that none of these has, nor a word near it
    "lexical",  # the chunk's BM25 over its ideal
    "cosine",  # of the sentence
    "window",  # cosine of the sentence with its better neighbor
    "chunk",  # cosine of the chunk
    "kind",  # share of the kinds asked for that the sentence gives, but for those in figures
    "figure",  # share of the kinds in figures
    "date",  # a date of the question is one of the sentence
    "contradiction",  # the sentence has dates and none of them agrees
    "length",  # ln of its characters
    "short",  # fewer than `SHORT` characters
    "heading",
    "caption",
    "table",
    "reference",
    "crossing",  # share of the question that is not in the scripts of the sentence
    "crossing_coverage",  # the product of both
    "crossing_cosine",
    "affinity",  # coverage, where a word that is lacking counts by its nearest one
    "crossing_affinity",
    "reading",  # log-odds by the reader that the answer stands in the sentence
    "crossing_reading",
    "nameless",  # weight of the rarest name that none of these has
    "told",  # it answers the question before, which this one leans on
)


READING, CROSSING_READING = map(FEATURES.index, ("reading", "crossing_reading"))
CROSSING, TOLD = map(FEATURES.index, ("crossing", "told"))


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Sentences to be scored, one a row, with what surrounds them."""

    sentences: Rows
    """Rows of the generation."""
    passages: Rows
    """Rows of their chunks."""
    views: Sequence[View]
    """Of the sentences and of those beside them, each once."""
    own: Rows
    """Which of the views each sentence's is."""
    before: Rows
    """That of the sentence before; -1 where none is."""
    after: Rows
    headings: Sequence[View]
    """Titles of documents with the headings below, each once."""
    above: Rows
    """Which of the headings stands above each sentence."""
    lexical: Vectors
    cosine: Vectors
    window: Vectors
    chunk: Vectors
    affinities: Vectors
    """Cosine of the nearest word for each term of the query; shape ``(sentences, terms)``."""

    def __len__(self) -> int:
        return len(self.sentences)

    def own_views(self) -> list[View]:
        """Return the view of each sentence."""
        return [self.views[at] for at in self.own.tolist()]

    def taken(self, kept: npt.NDArray[np.bool_]) -> Candidates:
        """Return those of the sentences that are flagged, in their order."""
        return replace(self, **{name: getattr(self, name)[kept] for name in _BY_SENTENCE})


_BY_SENTENCE = (
    *("sentences", "passages", "own", "before", "after", "above"),
    *("lexical", "cosine", "window", "chunk", "affinities"),
)


@dataclass(frozen=True, slots=True)
class Ranker:
    """Two linear models over `FEATURES`; their numbers are fitted, by `index.training`."""

    weights: Vectors
    """Shape ``(len(FEATURES),)``."""
    before: Vectors
    """Of a model that has no reading yet: it tells which passages are worth one."""
    reads: int = READ
    """Passages that are read."""
    dense_weight: float = DENSE_WEIGHT
    """What a cosine counts against BM25 when passages are retrieved."""

    @classmethod
    def load(cls, path: Path = MODEL) -> Ranker:
        """Read the fitted weights; a feature that the file lacks has weight 0."""
        fitted = json.loads(path.read_text("utf-8"))
        dense_weight = fitted.get("dense_weight", DENSE_WEIGHT)
        return cls(_vector(fitted["weights"]), _vector(fitted["before"]), dense_weight=dense_weight)

    def overlap(self, features: Matrix) -> Vectors:
        """Return one score per row without regard to readings."""
        scores: Vectors = features @ self.before
        return scores

    def score(self, features: Matrix) -> Vectors:
        """Return one score per row of `features`; comparable within one question only."""
        scores: Vectors = features @ self.weights
        return scores


def _vector(fitted: Mapping[str, float]) -> Vectors:
    return np.array([fitted.get(name, 0.0) for name in FEATURES], dtype=np.float32)


def add_readings(table: Matrix, sentences: Sequence[int], readings: Mapping[int, float]) -> None:
    """Write the log-odds of the sentences, by row, into a table of features.

    A sentence that was not read is taken to be as unlikely as `UNLIKELY`.
    """
    found = np.array([readings.get(row, UNLIKELY) for row in sentences])
    odds = np.clip(found, UNLIKELY, LIKELY)
    table[:, READING], table[:, CROSSING_READING] = odds, odds * table[:, CROSSING]


def telling(query: Query, candidates: Candidates) -> Candidates:
    """Return the candidates that say more than the question did: no bare name of it, no title."""
    asked = {form for term in query.terms for form in term.forms}
    asked.update(unit.text for unit in units(query.folded))
    more = [not view.echoes(asked) for view in candidates.own_views()]
    return candidates if all(more) else candidates.taken(np.array(more))


def features(query: Query, candidates: Candidates, *, told: int | None = None) -> Matrix:
    """Return one row per candidate; shape ``(len(candidates), len(FEATURES))``.

    `told` is the row of the sentence that answers the question before.
    """
    views = candidates.own_views()
    columns = {
        **_coverages(query, candidates),
        "lexical": candidates.lexical,
        "cosine": candidates.cosine,
        "window": candidates.window,
        "chunk": candidates.chunk,
        **_dates(query, views),
        **_forms(views),
        "kind": _given(query.kinds - MEASURED, views),
        "figure": _given(query.kinds & MEASURED, views),
        "told": candidates.sentences == (-1 if told is None else told),
        "crossing": _crossing(query, views),
    }
    for name in ("coverage", "cosine", "affinity"):
        columns[f"crossing_{name}"] = columns[name] * columns["crossing"]
    # The readings come when the candidates are sorted out.
    table = np.zeros((len(candidates), len(FEATURES)), dtype=np.float32)
    for column, name in enumerate(FEATURES):
        if name in columns:
            table[:, column] = columns[name]
    return table


def _coverages(query: Query, candidates: Candidates) -> Columns:
    """Return the shares of term weight found here, beside and above, and the most lacking."""
    views = candidates.views
    found = presence(query.terms, [*views, *candidates.headings])
    # The last row is of no sentence at all, which the place -1 stands for.
    around = np.vstack([found[: len(views)], np.zeros((1, found.shape[1]), dtype=np.bool_)])
    here = around[candidates.own]
    beside = (around[candidates.before] | around[candidates.after]) & ~here
    above = found[len(views) :][candidates.above] & ~(here | beside)
    weights = np.array([term.weight for term in query.terms], dtype=np.float64)
    near = np.maximum(candidates.affinities, 0.0)
    lacking = np.where(here | beside | above, 0.0, weights * (1.0 - near))
    names = np.array([term.name for term in query.terms], dtype=np.bool_)
    total = weights.sum() or 1.0
    return {
        "coverage": here @ weights / total,
        "context": beside @ weights / total,
        "section": above @ weights / total,
        "lacking": lacking.max(axis=1, initial=0.0),
        "nameless": (lacking * names).max(axis=1, initial=0.0),
        "affinity": np.where(here, 1.0, near) @ weights / total,
    }


def _dates(query: Query, views: Sequence[View]) -> Columns:
    if not query.dates:
        return {}
    agrees = [_agrees(query.dates, view.dates) for view in views]
    return {
        "date": np.array([each is True for each in agrees]),
        "contradiction": np.array([each is False for each in agrees]),
    }


def _forms(views: Sequence[View]) -> Columns:
    lengths = np.array([len(view.folded) for view in views])
    parts = np.fromiter((view.part for view in views), dtype=np.int8, count=len(views))
    return {
        "length": np.log1p(lengths),
        "short": lengths < SHORT,
        "heading": parts == Part.HEADING,
        "caption": parts == Part.CAPTION,
        "table": parts == Part.TABLE,
        "reference": parts == Part.REFERENCE,
    }


def _crossing(query: Query, views: Sequence[View]) -> Vectors:
    """Return the share of the question that is in none of a sentence's scripts.

    Of a question in the corpus's own scripts no more than the share that the corpus has not.
    """
    if query.crossing < FOREIGN:
        return np.full(len(views), query.crossing, dtype=np.float32)
    asked = scripts(query.folded)
    own = [1.0 - shared(asked, view.scripts) for view in views]
    return np.minimum(np.array(own, dtype=np.float32), query.crossing)


def _given(asked: frozenset[Kind], views: Sequence[View]) -> Vectors:
    """Return the share of the kinds asked for that each sentence gives."""
    found = np.zeros(len(views), dtype=np.float32)
    for kind in asked:
        found += [view.gives(kind) for view in views]
    return found / np.float32(max(1, len(asked)))


def _agrees(asked: Sequence[PartialDate], found: Sequence[PartialDate]) -> bool | None:
    """Tell whether a date that was asked for is found, or all found contradict; else None."""
    if any(theirs.meets(ours) for ours in asked for theirs in found):
        return True
    contradicted = asked and found and not any(o.agrees(t) for o in asked for t in found)
    return False if contradicted else None
