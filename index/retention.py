"""Which generations there are, in the order they were built in, and which of them are kept."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .errors import GenerationError
from .generations import Layout, current
from .verification import is_sound

STAMP = "%Y%m%dT%H%M%S.%fZ"

_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z", re.ASCII)


def finished(data_dir: Path) -> list[Layout]:
    """Return the generations that a manifest seals, oldest first."""
    folders = sorted((data_dir / "generations").glob("*/"), key=lambda folder: folder.name)
    layouts = map(Layout, folders)
    return [layout for layout in layouts if layout.manifest.is_file()]


def next_name(taken: Iterable[str], now: datetime) -> str:
    """Return the name of a new generation: the time, in UTC, yet after every name that is taken.

    The order of the names is that of the builds, also where the clock was set back.
    """
    name = now.strftime(STAMP)
    newest = max((other for other in taken if _NAME.fullmatch(other)), default="")
    if name > newest:
        return name
    after = datetime.strptime(newest, STAMP).replace(tzinfo=UTC) + timedelta(microseconds=1)
    return after.strftime(STAMP)


@contextmanager
def new_generation(data_dir: Path, *, now: datetime) -> Iterator[Layout]:
    """Make the folder of a generation, and remove it if the build fails.

    A sealed one that was never live would else be kept for a rollback. Half-built ones of builds
    that were killed go first: they may be what fills the disk. The caller holds the lock.
    """
    generations = data_dir / "generations"
    generations.mkdir(parents=True, exist_ok=True)
    _sweep(generations)
    folder = generations / next_name((other.name for other in generations.iterdir()), now)
    folder.mkdir()
    try:
        yield Layout(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def live_before(data_dir: Path) -> Layout | None:
    """Return the generation that is current; None if there is none, or its pointer is damaged."""
    try:
        return current(data_dir)
    except GenerationError:
        return None


def prune(data_dir: Path, *, before: Layout | None = None) -> None:
    """Remove all but the live generation and one to go back to.

    That is the one which was live `before`, if it is sound: of the others the newest that is.
    """
    live = current(data_dir).folder
    candidates = [layout for layout in reversed(finished(data_dir)) if layout.folder != live]
    if before in candidates:
        candidates.insert(0, before)
    kept = next((layout.folder for layout in candidates if is_sound(layout)), None)
    for folder in live.parent.glob("*/"):
        if folder not in (live, kept):
            shutil.rmtree(folder, ignore_errors=True)


def _sweep(generations: Path) -> None:
    """Remove what killed builds left: folders without a manifest, and pending files."""
    for folder in generations.glob("*/"):
        if not Layout(folder).manifest.exists():
            shutil.rmtree(folder, ignore_errors=True)
    for pending in (*generations.glob("*.tmp"), *generations.glob("*/*.tmp")):
        pending.unlink(missing_ok=True)
