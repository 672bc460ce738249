"""Does the best quote answer? A fitted probability, not a threshold on a cosine."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .kinds import MEASURED
from .querying import Query
from .scoring import FEATURES, LIKELY, READING, Matrix
from .types import Vectors

MODEL = Path(__file__).parent / "builtin" / "abstention.json"

SIGNS = (
    "coverage",  # of the question's term weights by the best sentence
    "found",  # by it, what stands beside it and above it
    "evidence",  # ln(1 + weight of what is found): a share of little is little
    "lacking",
    "nameless",
    "missing",  # ln(1 + weight of what is not)
    "cosine",
    "window",
    "kind",
    "figure",
    "ungiven",  # share of the kinds in figures that it does not give
    "lead",  # of the best sentence's score over the fourth's, x found: little found leads by chance
    "crossing",
    "crossing_coverage",
    "crossing_cosine",
    "reading",
    "crossing_reading",
    "anywhere",  # log-odds that any sentence answers, by the reader
)


@dataclass(frozen=True, slots=True)
class Abstainer:
    """A logistic model over `SIGNS`; fitted by `index.training.ranking`."""

    weights: tuple[float, ...]
    bias: float
    threshold: float
    """Below this probability the sources are said not to answer."""

    @classmethod
    def load(cls, path: Path = MODEL) -> Abstainer:
        """Read the fitted numbers; a sign that the file lacks has weight 0."""
        fitted = json.loads(path.read_text("utf-8"))
        weights = tuple(fitted["weights"].get(name, 0.0) for name in SIGNS)
        return cls(weights, fitted["bias"], fitted["threshold"])

    def confidence(self, signs: Sequence[float]) -> float:
        """Return the probability, in [0, 1], that the first quote answers."""
        total = self.bias + sum(w * s for w, s in zip(self.weights, signs, strict=True))
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


def _anywhere(features: Matrix) -> float:
    return float(min(LIKELY, np.logaddexp.reduce(features[:, READING])))


def signs(query: Query, features: Matrix, scores: Vectors) -> list[float]:
    """Return the values of `SIGNS` for a ranking; `features` and `scores` are best first."""
    if not len(features):
        return [0.0] * len(SIGNS)
    best = dict(zip(FEATURES, features[0].tolist(), strict=True))
    own = [term for term in query.terms if not term.borrowed]
    weight = sum(term.weight for term in own)
    found = best["coverage"] + best["context"] + best["section"]
    values = {
        **best,
        "found": found,
        "evidence": math.log1p(weight * found),
        "missing": math.log1p(weight * max(0.0, 1.0 - found)),
        "lead": found * float(scores[0] - scores[min(3, len(scores) - 1)]),
        "ungiven": 0.0 if MEASURED.isdisjoint(query.kinds) else 1.0 - best["figure"],
        "anywhere": _anywhere(features),
    }
    return [values[name] for name in SIGNS]
