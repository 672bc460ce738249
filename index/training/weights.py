"""Fit the sentence ranker and the probability of an answer, through the real retrieval."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from ..abstention import SIGNS, Abstainer, signs
from ..evaluation import Gold
from ..fitted import FittedFiles
from ..kinds import Kind
from ..live import Live
from ..querying import make_query
from ..ranking import rank
from ..scoring import CROSSING_READING, FEATURES, READING, TOLD, Matrix, Ranker
from ..types import Vectors
from .examples import SEED, Example, answered, collect, gold_example, stranger_example
from .worlds import unrelated

RANKER_GOLD, RANKER_DECAY = 5.0, 3e-3
"""Weight of a gold question against a public one; of the penalty on the squared weights."""
TRUST = 0.75
"""Share of the model with readings in the one that ranks; the rest is of the one without.

The reader learned from public questions, as nearly all do that the weights are fitted on; it knows
less of what people ask who chat.
"""
ABSTAINER_GOLD, ABSTAINER_DECAY = 10.0, 1e-3
CALIBRATION_DECAY = 1e-2
GONE = 0.5
"""Weight of a public question whose paragraph is gone: another may answer it all the same."""
STRANGER = 10.0
"""Weight of a text on other subjects."""
THRESHOLD = 0.25
"""An answer that is shown with doubt costs a reader less than one that is kept back."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Both models."""

    ranker: Ranker
    abstainer: Abstainer

    def save(self, files: FittedFiles) -> None:
        """Write them as JSON that a person can read and a diff can show."""
        files.ranking.parent.mkdir(parents=True, exist_ok=True)
        ranking = {
            "weights": _named(FEATURES, self.ranker.weights),
            "before": _named(FEATURES, self.ranker.before),
            "dense_weight": self.ranker.dense_weight,
        }
        _write(files.ranking, ranking)
        content = {"weights": _named(SIGNS, self.abstainer.weights), "bias": self.abstainer.bias}
        _write(files.abstention, {**content, "threshold": self.abstainer.threshold})


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that is fitted on, its features measured once."""

    public: Sequence[Example]
    strangers: Sequence[Example]
    """Texts that have nothing to do with the corpus."""
    gold: Mapping[str, tuple[Gold, Example]]
    """Questions about the corpus, by id."""


def gathered(folder: Path, gold: Sequence[Gold], live: Live, *, model: str | None) -> Material:
    """Put all questions through the real retrieval; `live` is the corpus of the gold ones."""
    texts = unrelated(folder, random.Random(SEED))  # noqa: S311 - it has to repeat, no more.
    strangers = (stranger_example(text, live) for text in texts)
    return Material(
        collect(folder, model=model),
        [example for example in strangers if example is not None],
        {question.id: (question, gold_example(question, live)) for question in gold},
    )


def fit(material: Material, gold: Sequence[Gold], live: Live) -> Fitted:
    """Fit both models on everything public, and on these of the gold questions, if any."""
    own = [material.gold[question.id][1] for question in gold]
    shares = [1.0] * len(material.public) + [RANKER_GOLD] * len(own)
    ranker = fit_ranker([*material.public, *own], shares)
    rows, labels, weights = [], [], []
    for example in material.public:
        # Each is seen twice: as asked, and with its paragraph gone, so that nothing answers it.
        for kept, share in ((np.ones_like(example.outside), 1.0), (example.outside, GONE)):
            found = _best(example, np.flatnonzero(kept), ranker)
            if found is not None:
                rows.append(found[0])
                labels.append(found[1])
                weights.append(share)
    for example in material.strangers:
        found = _best(example, np.arange(len(example.labels)), ranker)
        if found is not None:
            rows.append(found[0])
            labels.append(0.0)
            weights.append(STRANGER)
    own_count = 0
    for question in gold:
        query = make_query(question.question, live.resources, context=question.context)
        if query.terms and Kind.TASK not in query.kinds:
            ranked = rank(query, live, ranker, lambda _: nullcontext())
            rows.append(signs(query, ranked.features, ranked.scores))
            labels.append(float(answered(question, ranked, live)))
            weights.append(ABSTAINER_GOLD)
            own_count += 1
    abstainer = _fit_abstainer(np.array(rows), np.array(labels), np.array(weights))
    if not own_count:
        return Fitted(ranker, abstainer)
    return Fitted(ranker, _calibrated(abstainer, rows[-own_count:], labels[-own_count:]))


def _best(
    example: Example, kept: np.ndarray[tuple[int, ...], np.dtype[np.int64]], ranker: Ranker
) -> tuple[list[float], float] | None:
    """Return the signs of the best of the kept sentences, and whether it answers."""
    if not len(kept):
        return None
    order = kept[np.argsort(-ranker.score(example.features[kept]), kind="stable")]
    table = example.features[order]
    return signs(example.query, table, ranker.score(table)), float(example.labels[order[0]])


def fit_ranker(examples: Sequence[Example], shares: Sequence[float]) -> Ranker:
    """Fit the weights with readings, tempered by `TRUST`, and those without."""
    kept = np.ones(len(FEATURES), dtype=np.float32)
    kept[[READING, CROSSING_READING]] = 0
    unread = [replace(example, features=example.features * kept) for example in examples]
    after, before = _fit_both(examples, shares), _fit_both(unread, shares)
    return Ranker((TRUST * after + (1 - TRUST) * before).round(4), before)


def _fit_both(examples: Sequence[Example], shares: Sequence[float]) -> Vectors:
    """Fit questions that stand alone, then what was told before on those that follow another.

    Most of these are made: they may teach what they alone can tell, and nothing else.
    """
    usable = [(e, share) for e, share in zip(examples, shares, strict=True) if e.labels.any()]
    alone = [(e, share) for e, share in usable if e.query.before is None]
    fitted = _fit_weights(alone)
    fitted[TOLD] = _fit_told([pair for pair in usable if pair[0].query.before], fitted)
    return fitted


def _fit_told(usable: Sequence[tuple[Example, float]], fitted: Vectors) -> float:
    """Fit the weight of `told` beside the others; 0 where no question follows another."""
    weight = torch.zeros((), requires_grad=True)

    def fault(example: Example) -> torch.Tensor:
        told, right = torch.tensor(example.features[:, TOLD]), torch.tensor(example.labels)
        found = torch.tensor(example.features @ fitted) + weight * told
        hit = torch.logsumexp(found.masked_fill(right == 0, -1e9), 0)
        return torch.logsumexp(found, 0) - hit

    def loss() -> torch.Tensor:
        faults = torch.zeros(())
        for example, share in usable:
            faults = faults + share * fault(example)
        return faults / max(1, len(usable)) + RANKER_DECAY * weight**2

    _minimize(loss, [weight])
    return round(float(weight.detach()), 4)


def _fit_weights(usable: Sequence[tuple[Example, float]]) -> Vectors:
    """Minimize the softmax loss of the sentences that answer among those of each question."""
    scale = np.concatenate([e.features for e, _ in usable]).std(axis=0) + 1e-6
    longest = max(len(e.labels) for e, _ in usable)
    table = torch.zeros(len(usable), longest, len(FEATURES))
    present, right = torch.zeros(len(usable), longest), torch.zeros(len(usable), longest)
    for i, (example, _) in enumerate(usable):
        count = len(example.labels)
        table[i, :count] = torch.tensor(example.features / scale)
        present[i, :count] = 1
        right[i, :count] = torch.tensor(example.labels)
    share = torch.tensor([share for _, share in usable])
    weights = torch.zeros(len(FEATURES), requires_grad=True)

    def loss() -> torch.Tensor:
        found = table @ weights
        among = torch.logsumexp(found.masked_fill(present == 0, -1e9), 1)
        hit = torch.logsumexp(found.masked_fill(right == 0, -1e9), 1)
        return ((among - hit) * share).sum() / share.sum() + RANKER_DECAY * (weights**2).sum()

    _minimize(loss, [weights])
    fitted: Vectors = (weights.detach().numpy() / scale).round(4).astype(np.float32)
    return fitted


def _fit_abstainer(rows: Matrix, labels: Vectors, shares: Vectors) -> Abstainer:
    """Fit a logistic regression of `labels`."""
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    table = torch.tensor((rows - mean) / scale, dtype=torch.float32)
    target, share = (torch.tensor(each, dtype=torch.float32) for each in (labels, shares))
    weights, bias = torch.zeros(len(SIGNS), requires_grad=True), torch.zeros((), requires_grad=True)

    def loss() -> torch.Tensor:
        found = table @ weights + bias
        fault = torch.nn.functional.binary_cross_entropy_with_logits(found, target, share)
        return fault / share.mean() + ABSTAINER_DECAY * (weights**2).sum()

    _minimize(loss, [weights, bias])
    fitted = weights.detach().numpy() / scale
    offset = float(bias.detach()) - float(fitted @ mean)
    return Abstainer(tuple(float(w) for w in fitted.round(4)), round(offset, 4), THRESHOLD)


def _calibrated(
    abstainer: Abstainer, rows: Sequence[Sequence[float]], labels: Sequence[float]
) -> Abstainer:
    """Shift the log-odds so that they are true of gold questions.

    Which signs speak for an answer is learned from thousands of public questions; how often one
    is answered in the end, they can't tell: people ask otherwise.
    """
    odds = torch.tensor([_log_odds(abstainer.confidence(row)) for row in rows])
    target, shift = torch.tensor(labels), torch.zeros((), requires_grad=True)

    def loss() -> torch.Tensor:
        fault = torch.nn.functional.binary_cross_entropy_with_logits(odds + shift, target)
        return fault + CALIBRATION_DECAY * shift**2

    _minimize(loss, [shift])
    return replace(abstainer, bias=round(abstainer.bias + float(shift.detach()), 4))


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _minimize(loss: Callable[[], torch.Tensor], parameters: list[torch.Tensor]) -> None:
    optimizer = torch.optim.LBFGS(parameters, max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        value = loss()
        torch.autograd.backward(value)
        return value.item()

    optimizer.step(closure)  # type: ignore[no-untyped-call]  # torch leaves it untyped.


def _named(names: Sequence[str], values: Sequence[float] | Vectors) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def _write(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
