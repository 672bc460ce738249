"""Dates in texts and questions, compared even where parts of them are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january январь января январе",
            "feb february февраль февраля феврале",
            "mar march март марта марте",
            "apr april апрель апреля апреле",
            "may май мая мае",
            "jun june июнь июня июне",
            "jul july июль июля июле",
            "aug august август августа августе",
            "sep sept september сентябрь сентября сентябре",
            "oct october октябрь октября октябре",
            "nov november ноябрь ноября ноябре",
            "dec december декабрь декабря декабре",
        ),
        start=1,
    )
    for name in names.split()
}
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DIGIT = re.compile(r"\d")
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>(?:19|20)\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?:(?P<year>(?:19|20)\d\d)\s*年\s*)?(?P<month>1[0-2]|0?[1-9])\s*月"
        r"(?:\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*[日号])?",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*年",
        r"(?<![\d.])(?P<day>3[01]|[12]\d|0?[1-9])\s*[日号](?!线)",
        rf"\b(?P<name>{_NAME})\b\.?\s+(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b"
        r"(?:,?\s+(?P<year>(?:19|20)\d\d)\b)?",
        rf"\b(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name>{_NAME})\b"
        r"(?:,?\s+(?P<year>(?:19|20)\d\d)\b)?",
        rf"\b(?P<name>{_NAME})\s+(?P<year>(?:19|20)\d\d)\b",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)",
    )
)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which any part may be unknown (`None`)."""

    year: int | None
    month: int | None
    day: int | None

    def resolved(self, base: PartialDate) -> PartialDate:
        """Fill in the year, and the month where only a day is known, from `base`."""
        month = base.month if self.month is None and self.day is not None else self.month
        year = base.year if self.year is None and month is not None else self.year
        return PartialDate(year, month, self.day)

    @property
    def token(self) -> str:
        """What stands for it among the words that a sentence holds."""
        return "#" + "-".join("*" if part is None else str(part) for part in self._parts)

    def tokens(self) -> set[str]:
        """Return the tokens of all dates that it meets."""
        kept = product(*((None, part) for part in self._parts))
        return {PartialDate(*parts).token for parts in kept if any(parts)}

    @property
    def _parts(self) -> tuple[int | None, int | None, int | None]:
        return self.year, self.month, self.day

    def meets(self, asked: PartialDate) -> bool:
        """Tell whether every part that `asked` knows is known here too, and the same."""
        pairs = ((asked.year, self.year), (asked.month, self.month), (asked.day, self.day))
        known = [(theirs, ours) for theirs, ours in pairs if theirs is not None]
        return bool(known) and all(theirs == ours for theirs, ours in known)

    def agrees(self, other: PartialDate) -> bool:
        """Tell whether the two share a known part and contradict each other in none."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        known = [(ours, theirs) for ours, theirs in pairs if None not in (ours, theirs)]
        return bool(known) and all(ours == theirs for ours, theirs in known)


def dates(folded: str) -> list[PartialDate]:
    """Return the dates of a folded text, in its order, each place read once.

    >>> dates("8月17日,特朗普表示")
    [PartialDate(year=None, month=8, day=17)]
    """
    return [date for _, _, date in placed_dates(folded)]


def placed_dates(folded: str) -> list[tuple[int, int, PartialDate]]:
    """Return the dates of a folded text with where they begin and end in it."""
    found: list[tuple[int, int, PartialDate]] = []
    if not _DIGIT.search(folded):  # As most texts: none of the patterns does without.
        return found
    taken: set[int] = set()
    for match in _matches(folded):
        if taken.isdisjoint(range(*match.span())):
            taken.update(range(*match.span()))
            found.append((*match.span(), _partial(match.groupdict())))
    return sorted(found, key=lambda each: each[0])


def _matches(folded: str) -> Iterator[re.Match[str]]:
    """Yield matches, those of the more complete patterns first."""
    for pattern in _PATTERNS:
        yield from pattern.finditer(folded)


def _partial(groups: dict[str, str | None]) -> PartialDate:
    name = groups.get("name")
    month = _MONTHS[name] if name else _whole(groups.get("month"))
    return PartialDate(_whole(groups.get("year")), month, _whole(groups.get("day")))


def _whole(digits: str | None) -> int | None:
    return int(digits) if digits else None
