"""The counts of the last days as a picture for a phone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .statistics import Day
from .texts import Texts
from .typeface import lettering

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCHES = (6.0, 7.5)
DOTS_PER_INCH = 180
BLUE, GRAY, GREEN, RED = "#2a6fb0", "#b9c3cd", "#3a8f5c", "#c0504d"
INK = "#333333"


def draw_days(days: Sequence[Day], texts: Texts) -> bytes:
    """Return a PNG with a panel each for questions, feedback and speed. It takes a second."""
    # Loading it takes half a second, and few chats ever need it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    questions, feedback, speed = figure.subplots(3, 1, sharex=True, height_ratios=(3, 2, 2))
    _draw_questions(questions, days, texts)
    _draw_feedback(feedback, days, texts)
    _draw_speed(speed, days, texts)
    _label_days(speed, days)
    image = io.BytesIO()
    figure.savefig(image, format="png")
    return image.getvalue()


def _draw_questions(axes: Axes, days: Sequence[Day], texts: Texts) -> None:
    said = texts.management
    at = range(len(days))
    found = [day.questions - day.abstentions for day in days]
    axes.bar(at, found, color=BLUE, label=said.chart_answered)
    axes.bar(
        at, [day.abstentions for day in days], bottom=found, color=GRAY, label=said.chart_not_found
    )
    _dress(axes, said.chart_questions, texts.language_tag)


def _draw_feedback(axes: Axes, days: Sequence[Day], texts: Texts) -> None:
    said = texts.management
    at = range(len(days))
    axes.bar(at, [day.up for day in days], color=GREEN, label=said.chart_good)
    axes.bar(at, [-day.down for day in days], color=RED, label=said.chart_bad)
    axes.axhline(0, color=INK, linewidth=0.8)
    # Without any feedback the scale would be one of fractions.
    most = [max(1, *counts) for counts in ([d.down for d in days], [d.up for d in days])]
    axes.set_ylim(-1.1 * most[0], 1.1 * most[1])
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
    _dress(axes, said.chart_feedback, texts.language_tag)


def _draw_speed(axes: Axes, days: Sequence[Day], texts: Texts) -> None:
    said = texts.management
    lines = (
        (said.chart_half, BLUE, [day.median_ms for day in days]),
        (said.chart_most, GRAY, [day.p95_ms for day in days]),
    )
    for label, color, speeds in lines:
        known = {at: speed for at, speed in enumerate(speeds) if speed is not None}
        axes.plot(list(known), list(known.values()), "o-", color=color, label=label)
    axes.set_ylim(bottom=0)
    _dress(axes, said.chart_speed, texts.language_tag)


def _dress(axes: Axes, title: str, language: str) -> None:
    head = axes.set_title(title, loc="left", color=INK, font=lettering(13))
    # Above the panel, where it can't cover a bar.
    legend = axes.legend(
        loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, prop=lettering(10)
    )
    # Of a character that Japan writes otherwise, the font would show the form of Japan.
    for text in (head, *legend.get_texts()):
        text.set_language(language)
    axes.locator_params(axis="y", nbins=4, integer=True)
    axes.tick_params(labelsize=10, colors=INK)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _label_days(axes: Axes, days: Sequence[Day]) -> None:
    step = max(1, -(-len(days) // 7))
    # From the last one back: today is what one looks for.
    at = list(range(len(days) - 1, -1, -step))
    axes.set_xticks(at, [f"{days[place].date:%m-%d}" for place in at])
    axes.set_xlim(-0.7, len(days) - 0.3)
