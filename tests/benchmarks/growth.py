"""Pictures of how build, opening and answers grow with the archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

PANELS = {
    "an answer, ms": (
        "p50 ms",
        "p95 ms",
        "encode ms",
        "dense ms",
        "lexical ms",
        "quote ms",
        "read ms",
    ),
    "seconds": ("built cpu seconds", "rebuilt cpu seconds", "open seconds"),
    "MB": ("built peak MB", "peak MB"),
}


def draw(found: Sequence[Mapping[str, float]], path: Path) -> None:
    """Draw the panels side by side, in doubly logarithmic scale, as an SVG."""
    mpl.rcParams["svg.hashsalt"] = "growth"
    figure, axes = plt.subplots(1, len(PANELS), figsize=(12, 3.6), layout="constrained")
    chunks = [figures["built chunks"] for figures in found]
    for axis, (title, names) in zip(axes, PANELS.items(), strict=True):
        for name in names:
            key = name if name in found[0] else f"again {name}"
            values = [figures.get(key, float("nan")) for figures in found]
            axis.loglog(chunks, values, marker="o", markersize=3, label=name)
        axis.set_title(title, fontsize=9)
        axis.set_xlabel("chunks", fontsize=8)
        axis.legend(fontsize=6)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
