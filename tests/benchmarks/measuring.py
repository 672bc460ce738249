"""What the measurements share: one core, and a table."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def one_core() -> Iterator[None]:
    """Keep all threads of this process on one core while the block runs."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the processor time of `work`: that of a shared machine's neighbors is not in it."""
    began = time.process_time()
    work()
    return time.process_time() - began


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, ready to be pasted into the README."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
