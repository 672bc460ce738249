"""The sentences of a corpus that name a day or a month, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .aliases import entity_token
from .dates import PartialDate, dates
from .live import Live
from .normalization import fold
from .tokenization import units
from .types import Moment, Part, Timeline

SHOWN = frozenset({Part.TEXT, Part.CAPTION, Part.POST})
"""References tell when others published; headings and tables are no sentences."""
AHEAD_MONTHS = 6
"""A month without a year, further than this after the document's own date, is of the year before:
news of March that names December speaks of the past one."""

FEWEST_WORDS = 5
"""Words or Han characters besides numbers; what has fewer is a date and a name below a post."""

Row = tuple[int, PartialDate]


class Timelines:
    """Timelines of the live generation; the first one of a generation reads all its sentences."""

    def __init__(self) -> None:
        # The name of the generation, not itself: one that was replaced is free to go.
        self._read: tuple[str, tuple[Row, ...]] = ("", ())

    def of(self, live: Live, *, month: tuple[int, int] | None, name: str) -> Timeline:
        """Return the sentences of a month (year, month), that hold a name, or all of them."""
        generation, rows = self._read
        if generation != live.id:
            rows = dated_rows(live)
            self._read = (live.id, rows)
        if month is not None:
            rows = tuple(row for row in rows if (row[1].year, row[1].month) == month)
        if folded := fold(name).strip():
            rows = tuple(_narrowed(rows, live, folded))
        return Timeline(live.id, tuple(_moment(live, row, date) for row, date in rows))


def dated_rows(live: Live) -> tuple[Row, ...]:
    """Return the sentences that name a day or a month, each with the one that it names first.

    In the order of time; a month comes before its days, and equal dates in corpus order.
    """
    found = list(_dated(live))
    found.sort(key=lambda row: (row[1].year or 0, row[1].month or 0, row[1].day or 0))
    return tuple(found)


def _narrowed(rows: Sequence[Row], live: Live, folded: str) -> Iterator[Row]:
    """Yield the rows whose sentence holds a name: in any spelling if it is one of the aliases."""
    mentions = live.resources.aliases.find(folded, units(folded))
    tokens = {entity_token(mention.entity) for mention in mentions}
    for row, date in rows:
        view = live.view(row)
        if tokens <= view.held if tokens else folded in view.folded:
            yield row, date


def _moment(live: Live, row: int, date: PartialDate) -> Moment:
    """Return the place and the date of a sentence."""
    document = live.documents[live.sentences.document(row)].id
    return Moment(date.year or 0, date.month or 0, date.day, document, live.sentences.span(row))


def resolve(date: PartialDate, base: PartialDate) -> PartialDate:
    """Fill in what a date leaves out from the document's own date.

    >>> resolve(PartialDate(None, 12, 2), PartialDate(2025, 3, 20))
    PartialDate(year=2024, month=12, day=2)
    """
    resolved = date.resolved(base)
    if date.year is not None or not (resolved.year and resolved.month and base.month):
        return resolved
    ahead = resolved.month - base.month > AHEAD_MONTHS
    return replace(resolved, year=resolved.year - 1) if ahead else resolved


def _dated(live: Live) -> Iterator[Row]:
    for number, document in enumerate(live.documents):
        published = document.published
        base = PartialDate(published.year, published.month, published.day)
        for row in range(*live.sentences.of(number)):
            block = document.blocks[int(live.sentences.table[row, 1])]
            if block.part not in SHOWN:
                continue
            folded = fold(live.sentences.span(row).of(document.text))
            if sum(not unit.text.isdigit() for unit in units(folded)) < FEWEST_WORDS:
                continue
            for date in dates(folded):
                resolved = resolve(date, base)
                if resolved.year and resolved.month:
                    yield row, resolved
                    break
