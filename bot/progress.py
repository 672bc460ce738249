"""What is said of a rebuild: how far it has come, and what it changed."""

from __future__ import annotations

from index import BuildReport, Progress

from .texts import Texts

BAR_CELLS = 12
STAGES = {
    "read": (0, 5),
    "encode": (5, 85),
    "index": (85, 90),
    "send": (90, 95),
    "verify": (95, 100),
}
"""From which percentage to which a stage of a build moves the bar, so that it never goes back."""


def progress_text(progress: Progress, texts: Texts) -> str:
    """Return how far a build has come, with a bar of characters."""
    percent = percent_of(progress)
    filled = BAR_CELLS * percent // 100
    text = texts.rebuild_progress.format(
        bar="▰" * filled + "▱" * (BAR_CELLS - filled),
        percent=percent,
        stage=_stage(progress.stage, texts),
        done=progress.done,
        total=progress.total,
    )
    return text if progress.total else text.rpartition("\n")[0]


def _stage(name: str, texts: Texts) -> str:
    """Return what a stage of a build is called; one that is not known goes by its own name."""
    names = {
        "read": texts.stage_read,
        "encode": texts.stage_encode,
        "index": texts.stage_index,
        "send": texts.stage_send,
        "verify": texts.stage_verify,
    }
    return names.get(name, name)


def report_text(report: BuildReport, texts: Texts) -> str:
    """Return what a build changed."""
    changed = report.added or report.changed or report.removed
    done = texts.rebuild_done.format(
        seconds=f"{report.seconds:.1f}",
        added=len(report.added),
        changed=len(report.changed),
        removed=len(report.removed),
        unchanged=len(report.unchanged),
        chunks=report.chunks,
        sentences=report.sentences,
        encoded=report.encoded,
    )
    return done if changed else f"{done}\n{texts.rebuild_unchanged}"


def percent_of(progress: Progress) -> int:
    """Return how far a build has come, over all of its stages."""
    start, end = STAGES.get(progress.stage, (0, 100))
    return start + ((end - start) * progress.done // progress.total if progress.total else 0)
