"""What came back -> the figures of a contender, and tables of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from benchmarks.contenders.contender import CONTENDERS, LIMIT, OURS
from benchmarks.measuring import table

from index.public_tasks import Question

UNCOUNTED = 20
"""Questions at the beginning whose times don't count: whatever is loaded once, they load."""

Told = Mapping[str, Any]
"""What `process` hands back for a question."""


@dataclass(frozen=True, slots=True)
class Times:
    """Medians in milliseconds of the processor; `late` is at 95 %, `clock` the wall's."""

    search: float
    """Until the passages are there; of an answer, until all of it is."""
    whole: float
    """Until the sentence is, too."""
    late: float
    clock: float


@dataclass(frozen=True, slots=True)
class Worth:
    """Means over the questions."""

    gain: float
    """nDCG@10."""
    passage: float
    """Share of questions whose answer stands in the first passage."""
    quote: float
    """... in the first quote."""
    sentence: float
    """... in the sentence that is marked in it."""
    length: float
    """Characters of a quote."""
    silent: float
    """Share of questions that were declined."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one contender in one trial."""

    name: str
    build: float
    """Seconds of the processor until it can be asked."""
    memory: float
    """Megabytes that it holds once all was asked."""
    peak: float
    times: Times
    worth: Worth


def times(told: Sequence[Told]) -> Times:
    """Return what the questions took."""
    counted = told[min(UNCOUNTED, len(told) // 2) :]
    search = 1000 * np.array([one["search"]["cpu"] for one in counted])
    whole = search + 1000 * np.array([one["cut"]["cpu"] for one in counted])
    clock = [1000 * (one["search"]["clock"] + one["cut"]["clock"]) for one in counted]
    late = float(np.percentile(whole, 95))
    return Times(float(np.median(search)), float(np.median(whole)), late, float(np.median(clock)))


def worth(told: Sequence[Told], questions: Sequence[Question], passages: Sequence[str]) -> Worth:
    """Return how good what was told is."""
    pairs = list(zip(told, questions, strict=True))
    firsts = ["".join(passages[row] for row in one["passages"][:1]) for one in told]
    return Worth(
        gain=_mean([gain(one["passages"], asked.paragraph) for one, asked in pairs]),
        passage=_mean([holds(text, q) for text, q in zip(firsts, questions, strict=True)]),
        quote=_mean([holds(one["quote"], asked) for one, asked in pairs]),
        sentence=_mean([holds(one["sentence"], asked) for one, asked in pairs]),
        length=_mean([len(one["quote"]) for one in told if one["quote"]]),
        silent=_mean([not one["quote"] for one in told]),
    )


def gain(passages: Sequence[int], right: int) -> float:
    """Return nDCG@10 of a question with one right passage."""
    first = list(passages[:LIMIT])
    return 1 / math.log2(first.index(right) + 2) if right in first else 0.0


def holds(text: str, question: Question) -> bool:
    """Tell whether the answer stands in `text`, whatever the white space."""
    return " ".join(question.answer.split()) in " ".join(text.split())


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def overview(found: Sequence[Figures]) -> str:
    """Return a table of all contenders of a trial."""
    head = ["", "build, s", "memory, MB", "peak, MB", "search, ms", "whole, ms", "p95, ms"]
    head += ["nDCG@10", "in the first passage", "in the first quote", "in its sentence"]
    return table(head, [[one.name, *_costs(one), *_shares(one.worth)] for one in found])


def _costs(one: Figures) -> list[str]:
    numbers = (one.build, one.memory, one.peak)
    spent = (one.times.search, one.times.whole, one.times.late)
    return [*(f"{each:,.0f}" for each in numbers), *(f"{each:,.2f}" for each in spent)]


def _shares(of: Worth) -> list[str]:
    return [f"{each:.3f}" for each in (of.gain, of.passage, of.quote, of.sentence)]


def same_work(found: Sequence[Figures]) -> str:
    """Return a table of each other contender against ours at the same work, and at a whole answer.

    A ratio above 1 says how many times as long the other one takes.
    """
    by_name = {one.name: one for one in found}
    rows = []
    for one in found:
        ours = by_name.get(OURS[CONTENDERS[one.name].work])
        answer = by_name.get(OURS["answer"])
        if one.name in OURS.values() or ours is None or answer is None:
            continue
        ratios = one.times.search / ours.times.search, one.times.whole / answer.times.whole
        gains = one.worth.gain - ours.worth.gain, one.worth.sentence - answer.worth.sentence
        signed = [f"{each:+.3f}" for each in gains]
        rows.append(
            [one.name, ours.name, f"{ratios[0]:.2f}", signed[0], f"{ratios[1]:.2f}", signed[1]]
        )
    head = ["", "the same work", "time", "nDCG@10"]
    return table([*head, "whole: time", "whole: in the sentence"], rows)
