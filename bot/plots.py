"""The timeline as a picture for a phone: days down the page, a numbered dot for each sentence."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from index import Moment

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLORS = ("#1f77b4", "#e8590c", "#2b8a3e", "#c92a2a", "#7048e8", "#846358")
MARKS = ("🟦", "🟧", "🟩", "🟥", "🟪", "🟫")
"""The same colors as characters: a caption has every script, which no font of a picture has."""
OTHERS_COLOR, OTHERS_MARK = "#495057", "⬛"
ROWS = 36
"""More would be too small to read on a phone; then a row is a month, or else a year."""
DOTS = 9
"""More don't fit side by side; the rest is counted."""
WIDTH_INCHES, ROW_INCHES, DPI = 5.4, 0.3, 200
INK, FAINT = "#212529", "#ced4da"


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


def _grouped(moments: Sequence[Moment], parts: int) -> list[Row]:
    numbered = [(date_label(m, parts=parts), (n, m.document)) for n, m in enumerate(moments, 1)]
    groups = groupby(numbered, key=itemgetter(0))
    return [Row(label, tuple(dot for _, dot in group)) for label, group in groups]


def mark(order: int) -> str:
    """Return the character that has the color of the document with this place in the legend."""
    return MARKS[order] if order < len(MARKS) else OTHERS_MARK


def draw_timeline(moments: Sequence[Moment], documents: Sequence[str]) -> bytes:
    """Return a PNG; `documents` are the ids in the order of the legend."""
    # At the first picture only: the library takes longer to load than many an answer.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = rows_of(moments)
    height = ROW_INCHES * (len(rows) + 1)
    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, WIDTH_INCHES)
    axes.set_ylim(height, 0)
    axes.axis("off")
    _draw_rows(axes, rows, {document: place for place, document in enumerate(documents)})
    written = io.BytesIO()
    figure.savefig(written, format="png")
    return written.getvalue()


def _draw_rows(axes: Axes, rows: Sequence[Row], places: dict[str, int]) -> None:
    first, last = ROW_INCHES, ROW_INCHES * len(rows)
    spine, month = 1.45, ""
    axes.plot([spine, spine], [first, last], color=FAINT, linewidth=2, zorder=1)
    for number, row in enumerate(rows, start=1):
        y = ROW_INCHES * number
        fresh = row.label[:7] != month
        month = row.label[:7]
        axes.text(
            spine - 0.2,
            y,
            row.label,
            ha="right",
            va="center",
            fontsize=11,
            color=INK,
            fontweight="bold" if fresh else "normal",
        )
        axes.plot([spine], [y], marker="o", markersize=5, color=INK, zorder=2)
        _draw_dots(axes, row, y, places, left=spine + 0.4)


def _draw_dots(axes: Axes, row: Row, y: float, places: dict[str, int], *, left: float) -> None:
    x = left
    for number, document in row.dots[:DOTS]:
        place = places.get(document, len(COLORS))
        color = COLORS[place] if place < len(COLORS) else OTHERS_COLOR
        axes.plot([x], [y], marker="o", markersize=17, color=color, zorder=2)
        axes.text(x, y, str(number), ha="center", va="center", fontsize=8, color="white")
        x += 0.36
    if len(row.dots) > DOTS:
        more = f"+{len(row.dots) - DOTS}"
        axes.text(x - 0.1, y, more, ha="left", va="center", fontsize=9, color=INK)
