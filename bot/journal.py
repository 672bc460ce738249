"""The journal of updates: written before Telegram is told that they arrived, closed when done.

Until an update is closed, a kill at any moment leaves it to be handled at the next start.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from telegram import Bot, Update

from .storage import Storage

KEPT_SECONDS = 48 * 3600.0
"""Telegram delivers an update again for a day at most."""
KEPT_UPDATES = 100_000
PRUNE_SECONDS = 60.0
MALFORMED = (TypeError, ValueError, KeyError, AttributeError)
"""What the library raises where an update lacks what it must have."""
MOST_TRIES = 4
"""So many times an update is begun again after a kill, as `replays` says; more would be a loop."""
TAKE = """INSERT OR IGNORE INTO incoming (update_id, mark, arrived_at, state, tries, body)
SELECT value ->> 'id', value ->> 'mark', ?, 'open', 0, value ->> 'body' FROM json_each(?)
RETURNING seq, update_id"""
FORGET_OLD = "DELETE FROM incoming WHERE state <> 'open' AND closed_at < ?"
FORGET_MANY = (
    "DELETE FROM incoming WHERE state <> 'open' AND seq <= (SELECT max(seq) FROM incoming) - ?"
)
CLOSE = "UPDATE incoming SET state = ?, body = NULL, closed_at = ? WHERE seq = ?"


@dataclass(frozen=True, slots=True)
class Entry:
    """An update that is still to be handled."""

    seq: int
    """Its place in the order of arrival."""
    update: Update
    tries: int | None = None
    """How often it was begun at earlier starts; None when it arrived at this one."""
    notice: int | None = None
    """The message that told its asker to wait."""


@dataclass(slots=True)
class Journal:
    """The updates that arrived, in the order of their arrival."""

    storage: Storage
    clock: Callable[[], float] = time.time
    _pruned_at: float = field(default=0.0, init=False)

    async def take(self, updates: Sequence[Update]) -> list[Entry]:
        """Write a batch, all or nothing, to the disk; return those that were not known before.

        Raises:
            sqlite3.Error: Nothing was written.
        """
        now = self.clock()
        rows = [
            {"id": update.update_id, "mark": mark_of(update), "body": body_of(update)}
            for update in updates
        ]
        batch = (TAKE, (now, json.dumps(rows)))
        taken = await self.storage.write(batch, *self._pruning(now), durable=True)
        by_id = {update.update_id: update for update in updates}
        return sorted(
            (Entry(seq, by_id[update_id]) for seq, update_id in taken), key=lambda entry: entry.seq
        )

    async def left(self, bot: Bot) -> list[Entry]:
        """Return what an earlier run left open; what it had answered is closed.

        What was in hand at two kills comes first, and then the oldest.
        """
        now = self.clock()
        await self.storage.write(
            (
                "UPDATE incoming SET state = 'done', body = NULL, closed_at = ? "
                "WHERE state = 'open' AND sent IS NOT NULL",
                (now,),
            )
        )
        rows = await self.storage.read(
            "SELECT seq, body, tries, notice FROM incoming WHERE state = 'open' "
            "ORDER BY tries = 0, seq",
            (),
        )
        found = [
            (seq, read_update(json.loads(body), bot), tries, notice)
            for seq, body, tries, notice in rows
        ]
        await self.close(*(seq for seq, update, *_ in found if update is None), state="aside")
        return [
            Entry(seq, update, tries, notice)
            for seq, update, tries, notice in found
            if update is not None
        ]

    async def begin(self, entry: Entry) -> bool:
        """Note that a left update is begun once more; False when that was tried often enough."""
        if entry.tries is None:
            return True
        if entry.tries >= MOST_TRIES:
            return False
        change = "UPDATE incoming SET tries = tries + 1 WHERE seq = ?"
        await self.storage.write((change, (entry.seq,)))
        return True

    async def close(self, *seqs: int, state: str = "done") -> None:
        """Close updates as ``done``, set ``aside`` or ``maybe`` answered; drop what they say."""
        now = self.clock()
        await self.storage.write(*((CLOSE, (state, now, seq)) for seq in seqs))

    async def pulse(self) -> None:
        """Write something.

        Raises:
            sqlite3.Error: The database can't be written.
        """
        await self.storage.write(("INSERT OR REPLACE INTO pulse VALUES (1, ?)", (self.clock(),)))

    def _pruning(self, now: float) -> list[tuple[str, tuple[object, ...]]]:
        # A clock that was set back must not put the pruning off for long.
        if 0 <= now - self._pruned_at < PRUNE_SECONDS:
            return []
        self._pruned_at = now
        return [(FORGET_OLD, (now - KEPT_SECONDS,)), (FORGET_MANY, (KEPT_UPDATES,))]


def mark_of(update: Update) -> str:
    """Return what tells an update from another one that bears the same id.

    Telegram may number anew after a quiet week, and another bot's numbers are its own.
    """
    if (message := update.effective_message) is not None and update.callback_query is None:
        changed = message.edit_date or message.date
        return f"{message.chat_id}:{message.message_id}:{changed.timestamp():.0f}"
    query = update.callback_query or update.inline_query
    if query is not None:
        return f"query:{query.id}"
    member = update.my_chat_member or update.chat_member
    return f"member:{member.chat.id}:{member.date.timestamp():.0f}" if member else "other"


def read_update(body: dict[str, Any], bot: Bot) -> Update | None:
    """Return an update from its JSON; None where the library can't make sense of it."""
    try:
        return Update.de_json(body, bot)
    except MALFORMED:
        return None


def body_of(update: Update) -> str:
    """Return an update as JSON."""
    # The library leaves some times as they are, such as that of a pinned message.
    return json.dumps(update.to_dict(), default=_plain)


def _plain(value: object) -> object:
    return int(value.timestamp()) if isinstance(value, datetime) else str(value)
