"""Query + sentences -> features -> scores: which sentence answers best."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .aliases import is_entity_token
from .dates import PartialDate
from .fusion import DENSE_WEIGHT
from .kinds import Kind, gives
from .querying import Query, Term
from .tokenization import units
from .types import Part, Vectors

ABSENT = 3
SHORT = 12
"""Characters below which a sentence is called short."""

READ = 4
"""Passages that are read, those with the best sentences by overlap."""
UNLIKELY, LIKELY = -10.0, 6.0
"""Log-odds beyond these tell no more."""

Matrix = npt.NDArray[np.float32]

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
)


READING, CROSSING_READING = map(FEATURES.index, ("reading", "crossing_reading"))


@dataclass(frozen=True, slots=True)
class View:
    """A sentence as scoring reads it."""

    folded: str
    held: frozenset[str]
    """Stems, numbers and entity tokens."""
    part: Part
    dates: tuple[PartialDate, ...]
    """Resolved against the document's date."""
    rest: frozenset[str] = frozenset()
    """Han characters, stems and numbers outside the entities."""

    def holds(self, forms: Sequence[str]) -> bool:
        """Tell whether any of the forms of a term is there."""
        return any(self._holds(form) for form in forms)

    def _holds(self, form: str) -> bool:
        if form in self.held or (form[0] > "⺀" and form in self.folded):
            return True
        return " " in form and self.held.issuperset(form.split(" "))


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
    for row, candidate in zip(table, candidates, strict=True):
        odds = min(LIKELY, max(UNLIKELY, readings.get(candidate.sentence, UNLIKELY)))
        row[READING], row[CROSSING_READING] = odds, odds * query.crossing


def telling(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that say more than the question did: no bare name of it, no title."""
    asked = {form for term in query.terms for form in term.forms}
    asked.update(unit.text for unit in units(query.folded))
    return [candidate for candidate in candidates if not _echoes(candidate.view, asked)]


def _echoes(view: View, asked: set[str]) -> bool:
    return view.rest <= asked and all(
        token in asked for token in view.held if is_entity_token(token)
    )


def features(query: Query, candidates: Sequence[Candidate]) -> Matrix:
    """Return one row per candidate; shape ``(len(candidates), len(FEATURES))``."""
    if not candidates:
        return np.empty((0, len(FEATURES)), dtype=np.float32)
    found = Presence(query.terms)
    return np.array(
        [_features(query, found, candidate) for candidate in candidates], dtype=np.float32
    )


class Presence:
    """Which terms a view holds, looked up once a view: neighbors share most of theirs."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = terms
        self._known: dict[int, list[bool]] = {}

    def __call__(self, view: View) -> list[bool]:
        """Return one value per term. `view` has to live as long as this does."""
        known = self._known.get(id(view))
        if known is None:
            known = self._known[id(view)] = [view.holds(term.forms) for term in self._terms]
        return known


def _features(query: Query, found: Presence, candidate: Candidate) -> list[float]:
    view = candidate.view
    coverage, context, section, lacking = _coverages(query, found, candidate)
    affinity = _affinity(query.terms, found(view), candidate.affinities)
    agrees = _agrees(query.dates, view.dates)
    return [
        coverage,
        context,
        section,
        lacking,
        candidate.lexical,
        candidate.cosine,
        candidate.window,
        candidate.chunk,
        _given(query.kinds, view.folded),
        float(agrees is True),
        float(agrees is False),
        float(np.log1p(len(view.folded))),
        float(len(view.folded) < SHORT),
        float(view.part is Part.HEADING),
        float(view.part is Part.CAPTION),
        float(view.part is Part.TABLE),
        float(view.part is Part.REFERENCE),
        coverage * query.crossing,
        candidate.cosine * query.crossing,
        affinity,
        affinity * query.crossing,
        0.0,  # The readings come when the candidates are sorted out.
        0.0,
    ]


def _coverages(
    query: Query, found: Presence, candidate: Candidate
) -> tuple[float, float, float, float]:
    """Return the shares of term weight found here, beside and above, and the most lacking."""
    beside = [found(view) for view in (candidate.before, candidate.after) if view is not None]
    here, above = found(candidate.view), found(candidate.heading)
    shares = [0.0] * (ABSENT + 1)
    lacking = 0.0
    for row, (term, near) in enumerate(zip(query.terms, candidate.affinities, strict=True)):
        place = _place(row, here, beside, above)
        shares[place] += term.weight
        if place == ABSENT:
            lacking = max(lacking, term.weight * (1.0 - max(0.0, near)))
    total = sum(shares) or 1.0
    return shares[0] / total, shares[1] / total, shares[2] / total, lacking


def _affinity(terms: Sequence[Term], here: Sequence[bool], affinities: Sequence[float]) -> float:
    """Return the share of term weight found in the sentence, by meaning where not by word."""
    total = found = 0.0
    for term, held, affinity in zip(terms, here, affinities, strict=True):
        total += term.weight
        found += term.weight * (1.0 if held else max(0.0, affinity))
    return found / (total or 1.0)


def _place(
    row: int, here: Sequence[bool], beside: Sequence[Sequence[bool]], above: Sequence[bool]
) -> int:
    """Tell where a term is found first: 0 the sentence, 1 beside it, 2 above it, or `ABSENT`."""
    if here[row]:
        return 0
    if any(neighbor[row] for neighbor in beside):
        return 1
    return 2 if above[row] else ABSENT


def _given(asked: frozenset[Kind], sentence: str) -> float:
    return sum(gives(kind, sentence) for kind in asked) / len(asked) if asked else 0.0


def _agrees(asked: Sequence[PartialDate], found: Sequence[PartialDate]) -> bool | None:
    """Tell whether a date that was asked for is found, or all found contradict; else None."""
    if any(theirs.meets(ours) for ours in asked for theirs in found):
        return True
    contradicted = asked and found and not any(o.agrees(t) for o in asked for t in found)
    return False if contradicted else None
