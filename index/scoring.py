"""Query + sentences -> features -> scores: which sentence answers best."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .dates import PartialDate
from .fusion import DENSE_WEIGHT
from .kinds import Kind, gives
from .querying import Query
from .tokenization import units
from .types import Part, Vectors
from .views import Presence, View

SHORT = 12
"""Characters below which a sentence is called short."""

READ = 4
"""Passages that are read, those with the best sentences by overlap."""
UNLIKELY, LIKELY = -10.0, 6.0
"""Log-odds beyond these tell no more."""

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
    "kind",  # share of the kinds asked for that the sentence gives
    "date",  # a date of the question is one of the sentence
    "contradiction",  # the sentence has dates and none of them agrees
    "length",  # ln of its characters
    "short",  # fewer than `SHORT` characters
    "heading",
    "caption",
    "table",
    "reference",
    "crossing_coverage",  # coverage x share of letters that are not Han
    "crossing_cosine",
    "affinity",  # coverage, where a word that is lacking counts by its nearest one
    "crossing_affinity",
    "reading",  # log-odds by the reader that the answer stands in the sentence
    "crossing_reading",
    "nameless",  # weight of the rarest name that none of these has
    "told",  # it answers the question before, which this one leans on
)


READING, CROSSING_READING = map(FEATURES.index, ("reading", "crossing_reading"))
TOLD = FEATURES.index("told")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence to be scored, with what surrounds it."""

    sentence: int
    """Its row in the generation."""
    view: View
    before: View | None
    after: View | None
    heading: View
    """The document's title and the headings above."""
    lexical: float
    cosine: float
    window: float
    chunk: float
    affinities: Sequence[float]
    """Cosine of the sentence's nearest word for each term of the query."""
    passage: int = 0
    """Row of its chunk."""


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


def add_readings(
    query: Query, table: Matrix, candidates: Sequence[Candidate], readings: Mapping[int, float]
) -> None:
    """Write the log-odds of the sentences, by row, into a table of features.

    A sentence that was not read is taken to be as unlikely as `UNLIKELY`.
    """
    found = np.array([readings.get(one.sentence, UNLIKELY) for one in candidates])
    odds = np.clip(found, UNLIKELY, LIKELY)
    table[:, READING], table[:, CROSSING_READING] = odds, odds * query.crossing


def telling(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that say more than the question did: no bare name of it, no title."""
    asked = {form for term in query.terms for form in term.forms}
    asked.update(unit.text for unit in units(query.folded))
    return [candidate for candidate in candidates if not candidate.view.echoes(asked)]


def features(query: Query, candidates: Sequence[Candidate], *, told: int | None = None) -> Matrix:
    """Return one row per candidate; shape ``(len(candidates), len(FEATURES))``.

    `told` is the row of the sentence that answers the question before.
    """
    views = [candidate.view for candidate in candidates]
    columns = {
        **_coverages(query, candidates),
        **_cosines(candidates),
        **_dates(query, views),
        **_forms(views),
        "kind": np.array([_given(query.kinds, view.folded) for view in views]),
        "told": np.array([candidate.sentence == told for candidate in candidates]),
    }
    for name in ("coverage", "cosine", "affinity"):
        columns[f"crossing_{name}"] = columns[name] * query.crossing
    # The readings come when the candidates are sorted out.
    table = np.zeros((len(candidates), len(FEATURES)), dtype=np.float32)
    for column, name in enumerate(FEATURES):
        if name in columns:
            table[:, column] = columns[name]
    return table


def _coverages(query: Query, candidates: Sequence[Candidate]) -> Columns:
    """Return the shares of term weight found here, beside and above, and the most lacking."""
    found = Presence(query.terms)
    around = ((one.view, one.before, one.after, one.heading) for one in candidates)
    found.look_up(view for views in around for view in views if view is not None)
    here = found.table(one.view for one in candidates)
    beside = found.table(one.before for one in candidates)
    beside |= found.table(one.after for one in candidates)
    beside &= ~here
    above = found.table(one.heading for one in candidates) & ~(here | beside)
    weights = np.array([term.weight for term in query.terms], dtype=np.float64)
    shape = (len(candidates), len(weights))
    near = np.array([one.affinities for one in candidates], dtype=np.float64).reshape(shape)
    np.maximum(near, 0.0, out=near)
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


def _cosines(candidates: Sequence[Candidate]) -> Columns:
    return {
        "lexical": np.array([one.lexical for one in candidates]),
        "cosine": np.array([one.cosine for one in candidates]),
        "window": np.array([one.window for one in candidates]),
        "chunk": np.array([one.chunk for one in candidates]),
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
    parts = np.array([view.part for view in views])
    return {
        "length": np.log1p(lengths),
        "short": lengths < SHORT,
        "heading": parts == Part.HEADING,
        "caption": parts == Part.CAPTION,
        "table": parts == Part.TABLE,
        "reference": parts == Part.REFERENCE,
    }


def _given(asked: frozenset[Kind], sentence: str) -> float:
    return sum(gives(kind, sentence) for kind in asked) / len(asked) if asked else 0.0


def _agrees(asked: Sequence[PartialDate], found: Sequence[PartialDate]) -> bool | None:
    """Tell whether a date that was asked for is found, or all found contradict; else None."""
    if any(theirs.meets(ours) for ours in asked for theirs in found):
        return True
    contradicted = asked and found and not any(o.agrees(t) for o in asked for t in found)
    return False if contradicted else None
