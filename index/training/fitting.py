"""Fit the table of word vectors: texts that belong together should point the same way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from .ragged import Ints, Ragged

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Translator:
    """Ways to say each piece in another language, as sequences of pieces."""

    options: Ragged
    """Every option of every piece, one a row, the options of a piece together."""
    first: Ints
    """Row of a piece's first option."""
    count: Ints
    """How many options a piece has."""

    def translate(self, texts: Ragged, rng: np.random.Generator) -> Ragged:
        """Replace each piece by one of its options; a piece without any stays out."""
        known = texts.where(self.count[texts.values] > 0)
        draw = rng.integers(0, self.count[known.values])
        return known.replace(self.options.take(self.first[known.values] + draw))


@dataclass(frozen=True, slots=True)
class EncodedPairs:
    """Pairs of texts from one source, as pieces."""

    name: str
    weight: float
    """Share of the batches, relative to the other sources."""
    left: Ragged
    right: Ragged
    groups: Ints
    """Pairs of one group may answer for each other, so a batch holds one of them at most."""
    translate_left: Translator | None = None
    translate_right: Translator | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to fit."""

    steps: int = 3_000
    batch: int = 512
    learning_rate: float = 5e-3
    scale: float = 20.0
    """Cosines are multiplied by it before the softmax."""
    dropout: float = 0.3
    """Share of the pieces left out of a text each time it is seen."""
    longest: int = 160
    """Pieces kept of a text, on average, drawn anew each time."""
    seed: int = 20250815


def fit(
    table: Floats,
    pairs: Sequence[EncodedPairs],
    plan: Plan,
    *,
    on_step: Callable[[str, float], None] = lambda name, loss: None,
) -> Floats:
    """Return the table fitted by a symmetric contrast within batches, each from one source."""
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    weights = torch.nn.Parameter(torch.from_numpy(table.copy()))
    optimizer = torch.optim.Adam([weights], lr=plan.learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.LinearLR(
        optimizer, start_factor=1.0, end_factor=0.02, total_iters=plan.steps
    )
    shares = np.array([source.weight for source in pairs])
    for choice in rng.choice(len(pairs), size=plan.steps, p=shares / shares.sum()):
        left, right = draw_batch(pairs[choice], plan, rng)
        if len(left) < 2:  # Nothing to tell apart.
            continue
        loss = _contrast(_encode(weights, left), _encode(weights, right), plan.scale)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped.
        optimizer.step()
        schedule.step()
        on_step(pairs[choice].name, loss.item())
    return weights.detach().numpy().copy()


def draw_batch(source: EncodedPairs, plan: Plan, rng: np.random.Generator) -> tuple[Ragged, Ragged]:
    """Draw pairs of different groups, translated and thinned, without empty texts."""
    order = rng.permutation(len(source.left))[: plan.batch * 2]
    _, first = np.unique(source.groups[order], return_index=True)
    rows = order[np.sort(first)][: plan.batch]
    left, right = source.left.take(rows), source.right.take(rows)
    if source.translate_left:
        left = source.translate_left.translate(left, rng)
    if source.translate_right:
        right = source.translate_right.translate(right, rng)
    left, right = _thin(left, plan, rng), _thin(right, plan, rng)
    filled = np.flatnonzero((left.lengths > 0) & (right.lengths > 0))
    return left.take(filled), right.take(filled)


def _thin(texts: Ragged, plan: Plan, rng: np.random.Generator) -> Ragged:
    lengths = np.maximum(texts.lengths, 1)
    keep = np.minimum(1 - plan.dropout, plan.longest / lengths)
    # A word of one or two pieces would vanish too often.
    keep = np.where(lengths <= 2, 1.0, keep)
    drawn = rng.random(len(texts.values)) < np.repeat(keep, texts.lengths)
    return texts.where(drawn & (texts.values > 0))


def _encode(weights: torch.Tensor, texts: Ragged) -> torch.Tensor:
    sums = functional.embedding_bag(
        torch.from_numpy(texts.values), weights, torch.from_numpy(texts.offsets[:-1]), mode="sum"
    )
    return functional.normalize(sums, dim=1)


def _contrast(left: torch.Tensor, right: torch.Tensor, scale: float) -> torch.Tensor:
    cosines = scale * left @ right.T
    own = torch.arange(len(cosines))
    return (functional.cross_entropy(cosines, own) + functional.cross_entropy(cosines.T, own)) / 2
