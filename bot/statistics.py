"""What is counted of the questions: by day, without anybody's id, and what found nothing."""

from __future__ import annotations

import math
import re
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from index import Abstention, Reply

from .storage import Storage

COUNTED_DAYS = 400
UNANSWERED_DAYS = 30
UNANSWERED = 500
"""Different questions kept; the rarest and oldest make room."""
QUESTION_CHARACTERS = 200
STEP = 1.2
"""Ratio of one class of durations to the next: a median is true to a tenth."""

# What can tell a person: a number as long as a telephone's, an address, somebody's name here.
_PERSONAL = re.compile(r"\d[\d\s()-]{6,}\d|\S@\S|@\w|https?://|t\.me/")


@dataclass(frozen=True, slots=True)
class Day:
    """The counts of one day, UTC."""

    date: date
    questions: int = 0
    abstentions: int = 0
    up: int = 0
    down: int = 0
    median_ms: float | None = None
    p95_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that found nothing, as folded, and how often it was asked."""

    question: str
    count: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The counts in the database."""

    storage: Storage
    clock: Callable[[], float] = time.time

    async def note(self, reply: Reply, *, seconds: float) -> None:
        """Count an answer."""
        today = self._today()
        abstained = isinstance(reply, Abstention)
        statements: list[tuple[str, Sequence[object]]] = [
            (
                "INSERT INTO asked VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
                (today.isoformat(), int(abstained), _class_of(seconds * 1000)),
            ),
            ("DELETE FROM asked WHERE day < ?", (_before(today, COUNTED_DAYS),)),
            ("DELETE FROM unanswered WHERE day < ?", (_before(today, UNANSWERED_DAYS),)),
        ]
        # A greeting has no nearest passage, and is no gap in the documents.
        if isinstance(reply, Abstention) and reply.nearest and (text := kept_text(reply.question)):
            statements += _unanswered(text, today)
        await self.storage.attempt(*statements)

    async def days(self, number: int) -> tuple[Day, ...]:
        """Return the counts of the last days, oldest first, today included."""
        today = self._today()
        first = _before(today, number - 1)
        asked = await self.storage.read(
            "SELECT day, abstained, class, count FROM asked WHERE day >= ?", (first,)
        )
        judged = await self.storage.read(
            "SELECT date(given_at, 'unixepoch'), verdict = 'good', count(*) FROM feedback "
            "WHERE date(given_at, 'unixepoch') >= ? GROUP BY 1, 2",
            (first,),
        )
        dates = [today - timedelta(days=back) for back in reversed(range(number))]
        return tuple(
            _day(
                day,
                [tuple(row[1:]) for row in asked if row[0] == day.isoformat()],
                {bool(good): int(n) for at, good, n in judged if at == day.isoformat()},
            )
            for day in dates
        )

    async def unanswered(self, limit: int) -> tuple[Unanswered, ...]:
        """Return the questions of the last weeks that found nothing, most frequent first."""
        rows = await self.storage.read(
            "SELECT question, count FROM unanswered WHERE day >= ? "
            "ORDER BY count DESC, day DESC, question LIMIT ?",
            (_before(self._today(), UNANSWERED_DAYS), limit),
        )
        return tuple(Unanswered(str(question), int(count)) for question, count in rows)

    async def clear_unanswered(self) -> None:
        """Forget the questions that found nothing."""
        await self.storage.write(("DELETE FROM unanswered", ()))

    def _today(self) -> date:
        return datetime.fromtimestamp(self.clock(), UTC).date()


def kept_text(question: str) -> str:
    """Return a question as it is kept: folded, on one line; empty where it may tell a person."""
    text = " ".join(unicodedata.normalize("NFKC", question).casefold().split())
    return "" if _PERSONAL.search(text) else text[:QUESTION_CHARACTERS]


def quantile(classes: Sequence[tuple[int, int]], share: float) -> float | None:
    """Return the milliseconds within which `share` of the answers came; None without any.

    `classes` are pairs of a class of durations and a count, in any order.
    """
    total = sum(count for _, count in classes)
    seen = 0
    for number, count in sorted(classes):
        seen += count
        if seen >= share * total:
            return float(STEP**number)
    return None


def quantile_of_days(days: Sequence[Day]) -> tuple[float, float]:
    """Return median and 95 % of several days together, each day by the number of its answers.

    It is the weighted mean of the days' own, which is near enough for a caption.
    """
    measured = [day for day in days if day.median_ms is not None and day.p95_ms is not None]
    total = sum(day.questions for day in measured) or 1
    median = sum(day.questions * (day.median_ms or 0.0) for day in measured) / total
    return median, sum(day.questions * (day.p95_ms or 0.0) for day in measured) / total


def _class_of(milliseconds: float) -> int:
    return math.ceil(math.log(max(milliseconds, 1.0)) / math.log(STEP))


def _before(today: date, days: int) -> str:
    return (today - timedelta(days=days)).isoformat()


def _unanswered(text: str, today: date) -> list[tuple[str, Sequence[object]]]:
    return [
        (
            "INSERT INTO unanswered VALUES (?, 1, ?) "
            "ON CONFLICT DO UPDATE SET count = count + 1, day = excluded.day",
            (text, today.isoformat()),
        ),
        (
            "DELETE FROM unanswered WHERE question NOT IN (SELECT question FROM unanswered "
            "ORDER BY day DESC, count DESC LIMIT ?)",
            (UNANSWERED,),
        ),
    ]


def _day(day: date, asked: Sequence[tuple[int, ...]], judged: dict[bool, int]) -> Day:
    classes = [(number, count) for _, number, count in asked]
    return Day(
        date=day,
        questions=sum(count for _, count in classes),
        abstentions=sum(count for abstained, _, count in asked if abstained),
        up=judged.get(True, 0),
        down=judged.get(False, 0),
        median_ms=quantile(classes, 0.5),
        p95_ms=quantile(classes, 0.95),
    )
