"""One writer at a time in a data folder: a build, a rollback, a backup or a restore."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import BuildRunningError


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Hold the lock of the data folder; the kernel frees it when the process ends, however.

    Raises:
        BuildRunningError: Another process, or another thread, holds it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildRunningError(f"{data_dir}: another build is running") from None
        yield
