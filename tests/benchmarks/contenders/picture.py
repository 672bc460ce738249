"""The figures of a trial as a picture: how long it takes against how often it is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.contenders.contender import OURS
from benchmarks.contenders.scores import Figures
from matplotlib.figure import Figure


def draw(found: Sequence[Figures], path: Path, title: str) -> None:
    """Write a picture of all contenders, each a point."""
    figure = Figure(figsize=(7.5, 4.5), layout="constrained")
    axes = figure.subplots()
    for one in found:
        ours = one.name == OURS["answer"]
        place = one.times.whole, one.worth.sentence
        axes.scatter(*place, color="tab:red" if ours else "tab:blue")
        axes.annotate(one.name, place, xytext=(5, 3), textcoords="offset points", fontsize=8)
    axes.set_xscale("log")
    axes.set_xlabel("from question to sentence: median, ms of the processor")
    axes.set_ylabel("the marked sentence holds the answer")
    axes.set_title(title)
    axes.margins(x=0.2)
    figure.savefig(path)
