"""Work that comes to its end though nobody waits for it, and work that must end now."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")
CANCELLATIONS = 5
SECONDS_BETWEEN = 0.2


async def uninterrupted(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end; who is cancelled meanwhile learns it only then."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


async def break_off(tasks: Iterable[asyncio.Task[Any] | None]) -> None:
    """Cancel tasks until they end, for a second at most."""
    left = {task for task in tasks if task is not None}
    for _ in range(CANCELLATIONS):
        if not left:
            return
        for task in left:
            # One that waits for another's end in spite of a cancellation ends with the next.
            task.cancel()
        _, left = await asyncio.wait(left, timeout=SECONDS_BETWEEN)
