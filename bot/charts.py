"""The counts of the last days as a picture for a phone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .statistics import Day

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INCHES = (6.0, 7.5)
DOTS_PER_INCH = 180
BLUE, GRAY, GREEN, RED = "#2a6fb0", "#b9c3cd", "#3a8f5c", "#c0504d"
INK = "#333333"


def draw_days(days: Sequence[Day]) -> bytes:
    """Return a PNG with a panel each for questions, feedback and speed. It takes a second.

    The labels are in English: no font at hand has all the scripts of the interface.
    """
    # Loading it takes half a second, and few chats ever need it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    questions, feedback, speed = figure.subplots(3, 1, sharex=True, height_ratios=(3, 2, 2))
    _draw_questions(questions, days)
    _draw_feedback(feedback, days)
    _draw_speed(speed, days)
    _label_days(speed, days)
    image = io.BytesIO()
    figure.savefig(image, format="png")
    return image.getvalue()


def _draw_questions(axes: Axes, days: Sequence[Day]) -> None:
    at = range(len(days))
    found = [day.questions - day.abstentions for day in days]
    axes.bar(at, found, color=BLUE, label="answered")
    axes.bar(at, [day.abstentions for day in days], bottom=found, color=GRAY, label="not found")
    _dress(axes, "Questions a day")


def _draw_feedback(axes: Axes, days: Sequence[Day]) -> None:
    at = range(len(days))
    axes.bar(at, [day.up for day in days], color=GREEN, label="good")
    axes.bar(at, [-day.down for day in days], color=RED, label="bad")
    axes.axhline(0, color=INK, linewidth=0.8)
    # Without any feedback the scale would be one of fractions.
    most = [max(1, *counts) for counts in ([d.down for d in days], [d.up for d in days])]
    axes.set_ylim(-1.1 * most[0], 1.1 * most[1])
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
    _dress(axes, "Feedback a day")


def _draw_speed(axes: Axes, days: Sequence[Day]) -> None:
    half = [(at, day.median_ms) for at, day in enumerate(days) if day.median_ms is not None]
    most = [(at, day.p95_ms) for at, day in enumerate(days) if day.p95_ms is not None]
    axes.plot([at for at, _ in half], [ms for _, ms in half], "o-", color=BLUE, label="half within")
    axes.plot([at for at, _ in most], [ms for _, ms in most], "o-", color=GRAY, label="95 % within")
    axes.set_ylim(bottom=0)
    _dress(axes, "Milliseconds to an answer")


def _dress(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=13, color=INK)
    # Above the panel, where it can't cover a bar.
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=10)
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
