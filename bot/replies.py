"""Which message of the bot replies to which, so that an edited question has its answer edited."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Hashable
from dataclasses import dataclass, field

from .handling import Statement
from .storage import Storage

KEPT_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Replies:
    """The first reply of the bot to each message of the last day."""

    storage: Storage
    clock: Callable[[], float] = time.time

    def noting(self, chat_id: int, message_id: int, *, reply_id: int) -> tuple[Statement, ...]:
        """Return what remembers a reply; a later one to the same message is not its answer."""
        now = self.clock()
        return (
            (
                "INSERT OR IGNORE INTO reply VALUES (?, ?, ?, ?)",
                (chat_id, message_id, reply_id, now),
            ),
            ("DELETE FROM reply WHERE sent_at < ?", (now - KEPT_SECONDS,)),
        )

    async def to(self, chat_id: int, message_id: int) -> int | None:
        """Return the id of the bot's reply to a message, if it is remembered."""
        rows = await self.storage.read(
            "SELECT reply_id FROM reply WHERE chat_id = ? AND message_id = ?",
            (chat_id, message_id),
        )
        return int(rows[0][0]) if rows else None


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Turns:
    """Lets what concerns one message happen one after the other, and all else at once."""

    _turns: dict[Hashable, _Turn] = field(default_factory=dict, init=False)

    @contextlib.asynccontextmanager
    async def of(self, key: Hashable) -> AsyncIterator[None]:
        """Wait until nobody else is in the body for `key`."""
        turn = self._turns.setdefault(key, _Turn())
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                del self._turns[key]
