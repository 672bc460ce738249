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
        return _together(self.lexical, self.cosine, dense_weight)


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
    cosines = dict(dense)
    shares = {chunk: score / ideal if ideal else 0.0 for chunk, score in lexical}
    safe = {chunk for ranking in (dense, lexical) for chunk, _ in ranking[:assured]}
    order = [
        (
            chunk not in safe,
            -_together(shares.get(chunk, 0.0), cosines.get(chunk, 0.0), dense_weight),
            chunk,
        )
        for chunk in cosines.keys() | shares.keys()
    ]
    kept = sorted((place, chunk) for _, place, chunk in sorted(order)[:limit])
    return [Hit(chunk, shares.get(chunk, 0.0), cosines.get(chunk, 0.0)) for _, chunk in kept]


def _together(lexical: float, cosine: float, dense_weight: float) -> float:
    return lexical + dense_weight * cosine
