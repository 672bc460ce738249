"""Several rankings of chunks -> one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DENSE_WEIGHT = 0.3
"""Weight of a cosine against a BM25 score divided by its ideal; both lie in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was retrieved, with its scores."""

    chunk: int
    """Row of the chunk in its generation."""
    lexical: float
    """BM25 over the question's ideal, in [0, 1]; 0 where the lexical search missed it."""
    cosine: float
    """0 where the dense search missed it."""

    def score(self, dense_weight: float = DENSE_WEIGHT) -> float:
        """Return the weighted sum, on one scale.

        A question without a lexical match so lets the vectors lead; fusion by rank alone lets
        the weaker ranking do damage.
        """
        return self.lexical + dense_weight * self.cosine


def fuse(
    dense: Sequence[tuple[int, float]],
    lexical: Sequence[tuple[int, float]],
    *,
    ideal: float,
    limit: int,
    assured: int = 0,
    dense_weight: float = DENSE_WEIGHT,
) -> list[Hit]:
    """Merge two rankings of ``(chunk, score)``; the lower chunk row wins a tie.

    The first `assured` of each ranking are among the result, even if the sum says otherwise:
    a question in another language shares few words, and those few are worth reading.
    """
    cosines, scores = dict(dense), dict(lexical)
    hits = [
        Hit(chunk, scores.get(chunk, 0.0) / ideal if ideal else 0.0, cosines.get(chunk, 0.0))
        for chunk in cosines.keys() | scores.keys()
    ]
    safe = {chunk for ranking in (dense, lexical) for chunk, _ in ranking[:assured]}
    place = {hit.chunk: (-hit.score(dense_weight), hit.chunk) for hit in hits}
    hits.sort(key=lambda hit: (hit.chunk not in safe, place[hit.chunk]))
    return sorted(hits[:limit], key=lambda hit: place[hit.chunk])
