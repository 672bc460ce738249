"""Answer each gold question by models that have not seen it, and tell how well that goes."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from ..engine import Engine
from ..evaluation import Gold, Outcome, judge, scores
from ..live import Live
from ..types import Answer, Reply
from .examples import SEED
from .weights import Fitted, Material, fit

FOLDS = 6
ROUNDS = 8
"""Times that the groups are dealt into folds: how they fall moves a score by points."""
LEVELS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.01)
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


@dataclass(frozen=True, slots=True)
class Tried:
    """A gold question, answered by models that were fitted without its group."""

    outcome: Outcome
    open: Outcome
    """What it would have been without a threshold."""
    confidence: float


def cross_validated(material: Material, live: Live, data: Path) -> list[Tried]:
    """Answer each gold question `ROUNDS` times, by models fitted without its group."""
    gold = [question for question, _ in material.gold.values()]
    found = []
    for held in dealt({question.group for question in gold}):
        fitted = fit(material, [q for q in gold if q.group not in held], live)
        found += tried(fitted, [q for q in gold if q.group in held], live, data)
    return found


def dealt(groups: Set[str]) -> Iterator[set[str]]:
    """Yield the groups of each fold, round by round."""
    for row in range(ROUNDS):
        order = sorted(groups)
        random.Random(SEED + row).shuffle(order)  # noqa: S311 - it has to repeat, no more.
        for fold in range(FOLDS):
            yield set(order[fold::FOLDS])


def tried(fitted: Fitted, gold: Sequence[Gold], live: Live, data: Path) -> list[Tried]:
    """Answer gold questions by models that were fitted without them."""
    always = replace(fitted.abstainer, threshold=0.0)
    engine = Engine(data, live.resources.encoder, live, ranker=fitted.ranker, abstainer=always)
    return [
        _judged(
            question,
            engine.answer(question.question, context=question.context),
            fitted.abstainer.threshold,
        )
        for question in gold
    ]


def _judged(question: Gold, reply: Reply, threshold: float) -> Tried:
    shown = judge(question, reply, lambda _: True)
    doubted = isinstance(reply, Answer) and reply.confidence < threshold
    kept = replace(reply, quotes=()) if isinstance(reply, Answer) and doubted else reply
    outcome = judge(question, kept, lambda _: True)
    return Tried(outcome, shown, reply.confidence)


def report(material: Material, live: Live, data: Path) -> None:
    """Print what the fit scores on gold questions that it has not seen."""
    found = cross_validated(material, live, data)
    for score in scores([tried.outcome for tried in found]):
        low, high = score.interval
        sys.stdout.write(f"{score.name:32} {score.value:6.3f}  [{low:.3f}, {high:.3f}]\n")
    for line in (*reliability(found, ROUNDS), *trade_off(found, ROUNDS)):
        sys.stdout.write(f"{line}\n")
    # How much does it lean on this corpus?
    gold = [question for question, _ in material.gold.values()]
    public = tried(fit(material, [], live), gold, live, data)
    for line in ("", "fitted on public questions alone", *trade_off(public)):
        sys.stdout.write(f"{line}\n")


def reliability(found: Sequence[Tried], rounds: int = 1) -> Iterator[str]:
    """Yield lines that set the confidence beside how often the first quote did answer."""
    yield "confidence    questions  mean  answered"
    for low, high in pairwise(LEVELS):
        inside = [tried for tried in found if low <= tried.confidence < high]
        if inside:
            mean = float(np.mean([tried.confidence for tried in inside]))
            right = float(np.mean([tried.open.answer_at_1 for tried in inside]))
            yield f"{low:.2f} to {high:.2f} {len(inside) / rounds:11.1f} {mean:5.2f} {right:9.2f}"


def trade_off(found: Sequence[Tried], rounds: int = 1) -> Iterator[str]:
    """Yield lines that tell what other thresholds than the shipped one would do."""
    yield "threshold  declined  precision   off  near  answer@1"
    answerable = sum(tried.open.gold.answerable for tried in found)
    for threshold in THRESHOLDS:
        declined = [t for t in found if t.open.abstained or t.confidence < threshold]
        right = [t.open.gold for t in declined if not t.open.gold.answerable]
        shares = [
            sum(gold.unanswerable == name for gold in right)
            / max(1, sum(tried.open.gold.unanswerable == name for tried in found))
            for name in ("off", "near")
        ]
        precision = len(right) / max(1, len(declined))
        shown = sum(t.open.answer_at_1 and t.confidence >= threshold for t in found)
        yield (
            f"{threshold:9.2f} {len(declined) / rounds:9.1f} {precision:10.2f} {shares[0]:5.2f} "
            f"{shares[1]:5.2f} {shown / max(1, answerable):9.2f}"
        )
