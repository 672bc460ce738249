"""Fit the sentence ranker and the probability of an answer, through the real retrieval.

`python -m index.training.ranking FOLDER --gold GOLD.jsonl` writes both into `index/builtin`;
`--validate` prints what the same fit scores on gold questions that it has not seen.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..abstention import MODEL as ABSTAINER
from ..abstention import SIGNS, Abstainer, signs
from ..building import build
from ..encoder import SentenceTransformerEncoder
from ..engine import Engine
from ..evaluation import Gold, judge, read_gold, scores
from ..generations import current
from ..kinds import Kind
from ..live import Live
from ..querying import make_query
from ..ranking import rank
from ..scoring import FEATURES, Matrix, Ranker
from ..scoring import MODEL as RANKER
from ..types import Vectors
from .examples import SEED, Example, answered, collect, gold_example
from .worlds import unrelated

RANKER_GOLD, RANKER_DECAY = 5.0, 3e-3
"""Weight of a gold question against a public one; of the penalty on the squared weights."""
ABSTAINER_GOLD, ABSTAINER_DECAY = 30.0, 5e-3
STRANGER = 3.0
"""Weight of a text on other subjects."""
THRESHOLD = 0.3
"""An answer that is shown with doubt costs a reader less than one that is kept back."""
FOLDS = 6


@dataclass(frozen=True, slots=True)
class Fitted:
    """Both models."""

    ranker: Ranker
    abstainer: Abstainer

    def save(self) -> None:
        """Write them as JSON that a person can read and a diff can show."""
        _write(RANKER, {"weights": _named(FEATURES, self.ranker.weights)})
        content = {"weights": _named(SIGNS, self.abstainer.weights), "bias": self.abstainer.bias}
        _write(ABSTAINER, {**content, "threshold": self.abstainer.threshold})


def main() -> int:
    """Fit, and write or validate."""
    options = _parser().parse_args()
    public = collect(options.folder)
    strangers = list(unrelated(options.folder, random.Random(SEED)))  # noqa: S311 - as below.
    gold = read_gold(options.gold)
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch)
        build(options.corpus, data)
        live = Live(current(data), SentenceTransformerEncoder())
        if options.validate:
            _validate(public, strangers, gold, live, data)
        else:
            fit(public, strangers, gold, live).save()
    return 0


def fit(
    public: Sequence[Example], strangers: Sequence[str], gold: Sequence[Gold], live: Live
) -> Fitted:
    """Fit both models on public questions and on gold ones about the corpus of `live`.

    `strangers` are texts that have nothing to do with that corpus.
    """
    own = [gold_example(question, live) for question in gold]
    ranker = _fit_ranker([*public, *own], [1.0] * len(public) + [RANKER_GOLD] * len(own))
    rows, labels, shares = [], [], []
    for example in public:
        # Each is seen twice: as asked, and with its paragraph gone, so that nothing answers it.
        for kept in (np.ones_like(example.outside), example.outside):
            found = _best(example, np.flatnonzero(kept), ranker)
            if found is not None:
                rows.append(found[0])
                labels.append(found[1])
                shares.append(1.0)
    asked = [
        *((text, None, None) for text in strangers),
        *((question.question, question.context, question) for question in gold),
    ]
    for text, context, question in asked:
        query = make_query(text, live.resources, context=context)
        if query.terms and Kind.TASK not in query.kinds:
            ranked = rank(query, live, ranker, lambda _: nullcontext())
            rows.append(signs(query, ranked.features, ranked.scores))
            labels.append(float(question is not None and answered(question, ranked, live)))
            shares.append(STRANGER if question is None else ABSTAINER_GOLD)
    return Fitted(ranker, _fit_abstainer(np.array(rows), np.array(labels), np.array(shares)))


def _validate(
    public: Sequence[Example],
    strangers: Sequence[str],
    gold: Sequence[Gold],
    live: Live,
    data: Path,
) -> None:
    """Print the scores of gold questions, each answered by models fitted without its group."""
    groups = sorted({question.group for question in gold})
    random.Random(SEED).shuffle(groups)  # noqa: S311 - as above.
    outcomes = []
    for fold in range(FOLDS):
        held = set(groups[fold::FOLDS])
        rest = [question for question in gold if question.group not in held]
        fitted = fit(public, strangers, rest, live)
        encoder = live.resources.encoder
        engine = Engine(data, encoder, live, ranker=fitted.ranker, abstainer=fitted.abstainer)
        for question in gold:
            if question.group in held:
                reply = engine.answer(question.question, context=question.context)
                outcomes.append(judge(question, reply, lambda _: True))
    for score in scores(outcomes):
        low, high = score.interval
        sys.stdout.write(f"{score.name:32} {score.value:6.3f}  [{low:.3f}, {high:.3f}]\n")


def _best(
    example: Example, kept: np.ndarray[tuple[int, ...], np.dtype[np.int64]], ranker: Ranker
) -> tuple[list[float], float] | None:
    """Return the signs of the best of the kept sentences, and whether it answers."""
    if not len(kept):
        return None
    order = kept[np.argsort(-ranker.score(example.features[kept]), kind="stable")]
    table = example.features[order]
    return signs(example.query, table, ranker.score(table)), float(example.labels[order[0]])


def _fit_ranker(examples: Sequence[Example], shares: Sequence[float]) -> Ranker:
    """Minimize the softmax loss of the sentences that answer among those of each question."""
    usable = [(e, share) for e, share in zip(examples, shares, strict=True) if e.labels.any()]
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
    return Ranker((weights.detach().numpy() / scale).round(4).astype(np.float32))


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index.training.ranking", description=__doc__)
    parser.add_argument("folder", type=Path, help="the public data")
    parser.add_argument("--gold", type=Path, required=True, help="gold questions on the corpus")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--validate", action="store_true", help="cross-validate, write nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
