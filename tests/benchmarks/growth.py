"""Pictures of how build, opening and answers grow with the archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

PANELS = {
    "an answer, CPU ms": ("new p50 cpu ms", "new p95 cpu ms", "again p50 cpu ms"),
    "CPU seconds": ("built cpu seconds", "rebuilt cpu seconds", "open cpu seconds"),
    "MB": ("built peak MB", "peak MB"),
    "bytes a chunk": ("bytes a passage beside the text", "of them lexical", "of them vectors"),
}


def draw(found: Sequence[Mapping[str, float]], path: Path) -> None:
    """Draw the panels side by side, in doubly logarithmic scale, as an SVG."""
    mpl.rcParams |= {"svg.hashsalt": "growth", "svg.fonttype": "none"}
    figure, axes = plt.subplots(1, len(PANELS), figsize=(13, 3.4), layout="constrained")
    chunks = [figures["built chunks"] for figures in found]
    for axis, (title, names) in zip(axes, PANELS.items(), strict=True):
        for name in names:
            values = [figures.get(name, float("nan")) for figures in found]
            axis.loglog(chunks, values, marker="o", markersize=3, label=name)
        axis.minorticks_off()
        axis.set_title(title, fontsize=9)
        axis.set_xlabel("chunks", fontsize=8)
        axis.legend(fontsize=6)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
