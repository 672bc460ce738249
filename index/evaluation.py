"""Gold questions + replies -> scores: how often the right characters are shown, and where.

The scores follow the definitions beside the gold questions in tests/quality/README.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .errors import IndexingError
from .types import Answer, Quote, Reply

RESAMPLES = 1000
SEED = 20251122


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold question. Answers are exact strings; a gold sentence is one that holds an answer."""

    id: str
    question: str
    lang: str
    kind: str
    group: str
    answerable: bool
    context: str | None = None
    unanswerable: str = ""
    """``near`` (same people and events) or ``off`` (other subjects)."""
    pairs: tuple[tuple[str, str], ...] = ()
    """Each answer with each gold sentence that holds it."""
    references: tuple[tuple[str, str], ...] = ()
    """Number and title of each reference that would do; for questions after a source."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one gold question."""

    gold: Gold
    abstained: bool
    answer_at_1: bool
    answer_at_3: bool
    highlight_at_1: bool
    reference_at_1: bool
    verbatim: bool
    length: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Score:
    """A mean over `count` questions, with the 95 % interval of resampled question groups."""

    name: str
    value: float
    count: int
    interval: tuple[float, float] = field(default=(0.0, 1.0))

    @classmethod
    def of(cls, name: str, values: Sequence[float], groups: Sequence[Hashable]) -> Score:
        """Take the mean; whole groups are resampled: questions on one fact depend on each other."""
        mean = float(np.mean(values)) if values else 0.0
        return cls(name, mean, len(values), _interval(values, groups))


def read_gold(path: Path) -> list[Gold]:
    """Read gold questions, one JSON object a line; a faulty one is named by file and line."""
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            found.append(_gold(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexingError(f"{path}:{number}: not a gold question ({error})") from error
    return found


def judge(gold: Gold, reply: Reply, is_verbatim: Callable[[Quote], bool]) -> Outcome:
    """Compare a reply with what was to be answered; an abstention answers nothing."""
    quotes = reply.quotes if isinstance(reply, Answer) else ()
    highlight = quotes[0].highlighted if quotes else ""
    return Outcome(
        gold=gold,
        abstained=not quotes,
        answer_at_1=any(answers(gold, quote.text) for quote in quotes[:1]),
        answer_at_3=any(answers(gold, quote.text) for quote in quotes[:3]),
        highlight_at_1=any(answer in highlight for answer, _ in gold.pairs),
        reference_at_1=any(
            (reference.number, reference.title) in gold.references
            for quote in quotes[:1]
            for reference in quote.citation.references
        ),
        verbatim=all(is_verbatim(quote) for quote in quotes),
        length=len(quotes[0].text) if quotes else 0,
        milliseconds=reply.timing_ms["total"],
    )


def scores(outcomes: Sequence[Outcome]) -> list[Score]:
    """Return all scores: over everything, then by language and by kind."""
    answerable = [o for o in outcomes if o.gold.answerable]
    sourced = [o for o in answerable if o.gold.references]
    found = [
        _share("answer@1", answerable, lambda o: o.answer_at_1),
        _share("answer@3", answerable, lambda o: o.answer_at_3),
        _share("highlight@1", answerable, lambda o: o.highlight_at_1),
        _share("ref@1", sourced, lambda o: o.reference_at_1),
        _share("verbatim", outcomes, lambda o: o.verbatim),
        _share("abstain precision", [o for o in outcomes if o.abstained], _unanswerable),
    ]
    for name in ("off", "near"):
        chosen = [o for o in outcomes if o.gold.unanswerable == name]
        found.append(_share(f"abstain recall {name}", chosen, lambda o: o.abstained))
    chinese = [o for o in answerable if o.gold.lang.startswith("zh")]
    found.append(_share("answer@1 zh", chinese, lambda o: o.answer_at_1))
    found.append(_share("highlight@1 zh", chinese, lambda o: o.highlight_at_1))
    for label, key in (("lang", "lang"), ("kind", "kind")):
        groups: defaultdict[str, list[Outcome]] = defaultdict(list)
        for outcome in answerable:
            groups[getattr(outcome.gold, key)].append(outcome)
        found += [
            _share(f"answer@1 {label} {name}", groups[name], lambda o: o.answer_at_1)
            for name in sorted(groups)
        ]
    return [score for score in found if score.count]


def measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return what is not a share: characters of the first quote, milliseconds of an answer."""
    lengths = [outcome.length for outcome in outcomes if outcome.length]
    times = [outcome.milliseconds for outcome in outcomes] or [0.0]
    return {
        "mean first quote, characters": float(np.mean(lengths)) if lengths else 0.0,
        "p50, ms": float(np.percentile(times, 50)),
        "p95, ms": float(np.percentile(times, 95)),
    }


def read_floors(path: Path) -> dict[str, float]:
    """Read the floors: the name of a score (or a measure, as an upper bound) -> its bound."""
    try:
        floors: dict[str, float] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise IndexingError(f"{path}: not a readable file of floors ({error})") from error
    return floors


def below(
    found: Iterable[Score], measured: dict[str, float], floors: dict[str, float]
) -> Iterator[str]:
    """Yield a line for each floor that is not held."""
    values = {score.name: score.value for score in found}
    for name, floor in floors.items():
        if name in measured:
            if measured[name] > floor:
                yield f"{name}: {measured[name]:.1f} is above {floor}"
        elif values.get(name, 0.0) < floor:
            yield f"{name}: {values.get(name, 0.0):.3f} is below {floor}"


def _gold(raw: dict[str, Any]) -> Gold:
    places = [raw, *raw.get("also", [])]
    return Gold(
        id=raw["id"],
        question=raw["question"],
        lang=raw["lang"],
        kind=raw["kind"],
        group=raw["group"],
        answerable=raw["answerable"],
        context=raw.get("context"),
        unanswerable=raw.get("unans", ""),
        pairs=tuple(
            (answer, sentence)
            for place in places
            for sentence in place["gold_sentence"]
            for answer in place["answers"]
            if answer in sentence
        ),
        references=tuple((str(ref["number"]), ref["title"]) for ref in raw.get("ref", [])),
    )


def answers(gold: Gold, text: str) -> bool:
    """Tell whether the text holds an answer in the right place (the strict score)."""
    return any(
        answer in text and (sentence in text or text.strip() in sentence)
        for answer, sentence in gold.pairs
    )


def _unanswerable(outcome: Outcome) -> bool:
    return not outcome.gold.answerable


def _share(name: str, outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> Score:
    hits = [float(holds(outcome)) for outcome in outcomes]
    return Score.of(name, hits, [outcome.gold.group for outcome in outcomes])


def _interval(values: Sequence[float], groups: Sequence[Hashable]) -> tuple[float, float]:
    if not values:
        return 0.0, 1.0
    members: defaultdict[Hashable, list[float]] = defaultdict(list)
    for group, value in zip(groups, values, strict=True):
        members[group].append(value)
    sums = np.array([(sum(group), len(group)) for group in members.values()])
    picks = np.random.default_rng(SEED).integers(len(sums), size=(RESAMPLES, len(sums)))
    drawn = sums[picks].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return float(low), float(high)
