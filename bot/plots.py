"""The timeline as a picture for a phone: down the page, a numbered dot for each sentence."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from index import Moment

from .typeface import ELLIPSIS, fitting, lettering, printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLORS = ("#1f77b4", "#e8590c", "#2b8a3e", "#c92a2a", "#7048e8", "#846358")
MARKS = ("🟦", "🟧", "🟩", "🟥", "🟪", "🟫")
"""The same colors as characters, for the caption."""
OTHERS_COLOR, OTHERS_MARK = "#495057", "⬛"
ROWS = 36
"""More would be too small to read on a phone: of more sentences, a row is a day, or more."""
DOTS = 9
"""More don't fit side by side; the rest is counted."""
WIDTH_INCHES, ROW_INCHES, DPI = 5.4, 0.3, 200
SPINE_INCHES = 1.45
WORDS_POINTS = 10.0
WORDS_INCHES = 0.25
"""From the middle of a dot to the words beside it."""
INK, FAINT = "#212529", "#ced4da"

# A date alone, which the row tells already. A word more, and what is left would say another thing.
_DATE_FIRST = re.compile(r"(?:[当當]地[时時][间間])?\s*(?=\d)[\d\s年月日号號./-]+[,，、]\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Sight:
    """A dated sentence, as a picture shows it."""

    moment: Moment
    text: str
    language: str
    """Of its document: the same character looks different in Taiwan and on the mainland."""


@dataclass(frozen=True, slots=True)
class Row:
    """A day, a month or a year, with the numbers and the documents of its sentences."""

    label: str
    dots: tuple[tuple[int, str], ...]


def rows_of(moments: Sequence[Moment]) -> list[Row]:
    """Return the rows of a picture, in the order of time: days, where they are not too many.

    Of more years than a picture has rows, the last ones are shown.
    """
    for parts in (3, 2):
        rows = _grouped(moments, parts)
        if len(rows) <= ROWS:
            return rows
    return _grouped(moments, 1)[-ROWS:]


def date_label(moment: Moment, *, parts: int = 3) -> str:
    """Return the ISO form of a date, of which the day may be unknown, or of its first parts."""
    known = [f"{moment.year:04d}", f"{moment.month:02d}"]
    if moment.day is not None:
        known.append(f"{moment.day:02d}")
    return "-".join(known[:parts])


def mark(order: int) -> str:
    """Return the character that has the color of the document with this place in the legend."""
    return MARKS[order] if order < len(MARKS) else OTHERS_MARK


def words(text: str, ems: float) -> str:
    """Return what a row shows of a sentence: its own characters, cut where an ellipsis stands.

    >>> words("2025年8月15日，会谈于阿拉斯加举行。", 10)
    '…会谈于阿拉斯加…'
    """
    line = text.strip().partition("\n")[0]
    rest = _DATE_FIRST.sub("", line, count=1) if _DATE_FIRST.match(line) else line
    return fitting(line if rest == line else ELLIPSIS + rest, ems)


def draw_timeline(sights: Sequence[Sight], documents: Sequence[str]) -> bytes:
    """Return a PNG; `documents` are the ids in the order of the legend.

    Few sentences have a row each, and their beginnings are read; of many, only dots are left.
    """
    each = len(sights) <= ROWS
    rows = rows_of([sight.moment for sight in sights])
    height = ROW_INCHES * ((len(sights) if each else len(rows)) + 1)
    figure, axes = _sheet(height)
    ends = [ROW_INCHES, height - ROW_INCHES]
    axes.plot([SPINE_INCHES] * 2, ends, color=FAINT, linewidth=2, zorder=1)
    places = {document: place for place, document in enumerate(documents)}
    if each:
        _draw_sentences(axes, sights, places)
    else:
        _draw_rows(axes, rows, places)
    written = io.BytesIO()
    figure.savefig(written, format="png")
    return written.getvalue()


def _sheet(height: float) -> tuple[Figure, Axes]:
    """Return a white page of this height, whose axes count inches from its upper left corner."""
    # At the first picture only: the library takes longer to load than many an answer.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, WIDTH_INCHES)
    axes.set_ylim(height, 0)
    axes.axis("off")
    return figure, axes


def _grouped(moments: Sequence[Moment], parts: int) -> list[Row]:
    numbered = [(date_label(m, parts=parts), (n, m.document)) for n, m in enumerate(moments, 1)]
    groups = groupby(numbered, key=itemgetter(0))
    return [Row(label, tuple(dot for _, dot in group)) for label, group in groups]


def _draw_sentences(axes: Axes, sights: Sequence[Sight], places: Mapping[str, int]) -> None:
    left = SPINE_INCHES + WORDS_INCHES
    ems = (WIDTH_INCHES - left - 0.1) * 72 / WORDS_POINTS
    before = ""
    for number, sight in enumerate(sights, start=1):
        label, y = date_label(sight.moment), ROW_INCHES * number
        if label != before:
            _draw_label(axes, label, y, before)
        before = label
        _draw_dot(axes, SPINE_INCHES, y, number, places.get(sight.moment.document))
        said = printable(words(sight.text, ems))
        text = axes.text(left, y, said, va="center", color=INK, parse_math=False)
        text.set_fontproperties(lettering(WORDS_POINTS))
        text.set_language(sight.language)


def _draw_rows(axes: Axes, rows: Sequence[Row], places: Mapping[str, int]) -> None:
    before = ""
    for number, row in enumerate(rows, start=1):
        y = ROW_INCHES * number
        _draw_label(axes, row.label, y, before)
        before = row.label
        axes.plot([SPINE_INCHES], [y], marker="o", markersize=5, color=INK, zorder=2)
        _draw_dots(axes, row, y, places, left=SPINE_INCHES + 0.4)


def _draw_label(axes: Axes, label: str, y: float, before: str) -> None:
    """Draw a date, bold where a month begins."""
    axes.text(
        SPINE_INCHES - 0.2,
        y,
        label,
        ha="right",
        va="center",
        fontsize=11,
        color=INK,
        fontweight="normal" if label[:7] == before[:7] else "bold",
    )


def _draw_dots(axes: Axes, row: Row, y: float, places: Mapping[str, int], *, left: float) -> None:
    x = left
    for number, document in row.dots[:DOTS]:
        _draw_dot(axes, x, y, number, places.get(document))
        x += 0.36
    if len(row.dots) > DOTS:
        more = f"+{len(row.dots) - DOTS}"
        axes.text(x - 0.1, y, more, ha="left", va="center", fontsize=9, color=INK)


def _draw_dot(axes: Axes, x: float, y: float, number: int, place: int | None) -> None:
    """Draw a sentence's number in the color of its document."""
    color = OTHERS_COLOR if place is None or place >= len(COLORS) else COLORS[place]
    axes.plot([x], [y], marker="o", markersize=17, color=color, zorder=2)
    axes.text(x, y, str(number), ha="center", va="center", fontsize=8, color="white")
