"""Which update is handled when: the oldest first, in each chat one after the other."""

from __future__ import annotations

import asyncio
import heapq
import logging
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from functools import partial

from telegram import Update

from .handling import Handling, begin
from .journal import Entry, Journal
from .metrics import Metrics
from .replays import ALONE, LATE, LATE_SECONDS, PATIENCE_SECONDS, Replays, lane_apart
from .uninterrupted import break_off

logger = logging.getLogger(__name__)

WORKERS = 256
MOST_WAITING = 2_000
"""With so many in memory no more are fetched; Telegram keeps them meanwhile."""
SHORTEST_DELAY, LONGEST_DELAY = 5.0, 300.0
MOST_DELAYS = 24
"""Together about two hours without Telegram; nobody waits longer for an answer."""


@dataclass(slots=True)
class Lane:
    """The updates that are handled one after the other."""

    key: Hashable
    entries: deque[Entry] = field(default_factory=deque)
    delays: int = 0
    """How often its first update was put off."""
    delay: float | None = None
    """Seconds until that one is handled again; None to go on with the next."""


@dataclass(slots=True)
class Dispatch:
    """Hands updates to `handle`, as many lanes at once as there are workers."""

    journal: Journal
    handle: Callable[[Update], Awaitable[None]]
    on_aside: Callable[[Entry], Awaitable[None]]
    """Told of an update that is given up."""
    metrics: Metrics
    workers: int = WORKERS
    _lanes: dict[Hashable, Lane] = field(default_factory=dict, init=False)
    _ready: list[tuple[bool, int, int, Lane]] = field(default_factory=list, init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _later: dict[Hashable, asyncio.TimerHandle] = field(default_factory=dict, init=False)
    _replays: Replays = field(default_factory=Replays, init=False)
    _unclosed: list[int] = field(default_factory=list, init=False)
    _eased: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _stopped: bool = field(default=False, init=False)
    _waiting: int = field(default=0, init=False)

    @property
    def waiting(self) -> int:
        """How many updates are not yet in anybody's hands."""
        return self._waiting

    @property
    def in_hand(self) -> int:
        """How many updates are being handled."""
        return len(self._tasks)

    def add(self, entry: Entry) -> None:
        """Take an update in; those of a lane keep the order in which they are added."""
        key = lane_of(entry)
        lane = self._lanes.get(key)
        self._waiting += 1
        if lane is not None:
            lane.entries.append(entry)
            return
        self._lanes[key] = lane = Lane(key, deque([entry]))
        if key is LATE:
            self._put_off(lane, LATE_SECONDS)
        else:
            self._make_ready(lane)

    async def room(self) -> None:
        """Wait until there is room for another batch."""
        while self._waiting >= MOST_WAITING:
            self._eased.clear()
            await self._eased.wait()

    async def stop(self, seconds: float) -> int:
        """Begin nothing more, wait for what is in hand; return how many had to be broken off.

        What was not handled is still open in the journal.
        """
        self._stopped = True
        for handle in self._later.values():
            handle.cancel()
        if not self._tasks:
            return 0
        _, broken = await asyncio.wait(self._tasks, timeout=seconds)
        await break_off(broken)
        return len(broken)

    def _make_ready(self, lane: Lane) -> None:
        # What may be at fault comes first: it would take along what is in hand beside it.
        heapq.heappush(self._ready, (lane.key is not ALONE, lane.entries[0].seq, id(lane), lane))
        self._start()

    def _put_off(self, lane: Lane, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._later[lane.key] = loop.call_later(seconds, self._make_ready, lane)

    def _start(self) -> None:
        while self._ready and len(self._tasks) < self.workers and not self._stopped:
            *_, lane = self._ready[0]
            entry = lane.entries[0]
            if not lane.delays and not self._replays.admits(entry):
                return
            heapq.heappop(self._ready)
            self._waiting -= 1
            self._eased.set()
            task = asyncio.create_task(self._work(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(partial(self._go_on, lane, entry))
            if not lane.delays and self._replays.begin(entry):
                loop = asyncio.get_running_loop()
                loop.call_later(PATIENCE_SECONDS, self._pass_by, entry)

    def _pass_by(self, entry: Entry) -> None:
        self._replays.end(entry)
        self._start()

    def _go_on(self, lane: Lane, entry: Entry, _: asyncio.Task[None]) -> None:
        self._replays.end(entry)
        if self._stopped:
            return
        if lane.delay is not None:
            self._put_off(lane, lane.delay)
        elif lane.entries:
            self._make_ready(lane)
        else:
            del self._lanes[lane.key]
        self._start()

    async def _work(self, lane: Lane) -> None:
        self._later.pop(lane.key, None)
        lane.delay = await self._attempt(lane.entries[0], lane.delays)
        if lane.delay is None:
            lane.entries.popleft()
            lane.delays = 0
        else:
            lane.delays += 1
            self._waiting += 1

    async def _attempt(self, entry: Entry, delays: int) -> float | None:
        """Handle an update; return the seconds after which it is to be tried again, if it is."""
        again = entry.tries is not None or delays > 0
        handling = Handling(entry.seq, entry.notice, again=again)
        begin(handling)
        if not await self._may_begin(entry, delays):
            await self._give_up(entry)
            return None
        try:
            await self.handle(entry.update)
        except Exception:
            logger.exception("Update %d was handled with an error", entry.update.update_id)
        if (wait := handling.postpone_seconds) is not None:
            self.metrics.note_updates("put off")
            return max(wait, min(SHORTEST_DELAY * (1 << delays), LONGEST_DELAY))
        await self._close(entry, state="maybe" if handling.maybe_sent else "done")
        return None

    async def _may_begin(self, entry: Entry, delays: int) -> bool:
        if delays:
            return delays <= MOST_DELAYS
        try:
            return await self.journal.begin(entry)
        except sqlite3.Error:
            # Uncounted, it may end the program once more than it should; that is better than lost.
            logger.exception("The journal can't be written")
            return True

    async def _give_up(self, entry: Entry) -> None:
        await self._close(entry, state="aside")
        try:
            await self.on_aside(entry)
        except Exception:
            logger.exception("Nobody could be told of update %d", entry.update.update_id)

    async def _close(self, entry: Entry, *, state: str) -> None:
        self.metrics.note_updates(state)
        try:
            await self.journal.close(entry.seq, state=state)
            if self._unclosed:
                await self.journal.close(*self._unclosed)
                self._unclosed.clear()
        except sqlite3.Error:
            # A full disk must not stop the answers; unmarked, this one may come twice.
            logger.exception("The journal can't be written")
            self._unclosed.append(entry.seq)


def lane_of(entry: Entry) -> Hashable:
    """Return what an update must be handled in order with.

    A press does not wait for the answers of its chat, as the asker looks at it, and what is typed
    inline waits for nothing, as the next letter makes it old. What a kill interrupted twice is
    handled one by one.
    """
    update = entry.update
    if (apart := lane_apart(entry)) is not None:
        return apart
    chat, user = update.effective_chat, update.effective_user
    if update.inline_query is not None:
        return "inline", entry.seq
    if update.callback_query is not None or chat is None:
        return "person", user.id if user is not None else None
    return "chat", chat.id
