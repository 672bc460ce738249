"""An update that ends the program is told apart from those that were near when it did."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

import pytest
from journals import asked
from telegram import Update

from bot import dispatch as dispatch_module
from bot import replays
from bot.dispatch import Dispatch
from bot.handling import current
from bot.journal import Entry, Journal
from bot.metrics import Metrics

pytestmark = pytest.mark.anyio


@dataclass
class Lives:
    """A program that is started again after each kill, and what its handling came to."""

    journal: Journal
    deadly: set[int] = field(default_factory=set)
    """Updates that end the program."""
    slow: set[int] = field(default_factory=set)
    """Updates whose handling does not end."""
    begun: list[list[int]] = field(default_factory=list)
    """What each life began, in its order."""
    together: list[int] = field(default_factory=list)
    """How many were in hand when each of them was begun in the last life."""
    aside: list[int] = field(default_factory=list)
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    _steps: int = 0

    async def live(self, fresh: tuple[Update, ...] = (), *, steps: int = 10**9) -> bool:
        """Handle all that there is; False when a deadly one, or so many steps, ended that."""
        self._over, self._steps = asyncio.Event(), steps
        self.begun.append([])
        self.together.clear()
        dispatch = Dispatch(self.journal, self._handle, self._give_up, Metrics())
        self._in_hand = lambda: dispatch.in_hand
        entries = (*await self.journal.left(None), *await self.journal.take(fresh))
        for entry in entries:
            dispatch.add(entry)
        late = sum(replays.lane_apart(entry) is replays.LATE for entry in entries)
        never = late if dispatch_module.LATE_SECONDS else 0
        try:
            async with asyncio.timeout(20):
                while not self._over.is_set() and dispatch.in_hand + dispatch.waiting > never:  # noqa: ASYNC110 - It sets no event.
                    await asyncio.sleep(0.001)
        finally:
            await dispatch.stop(0)
        return not self._over.is_set()

    async def _handle(self, update: Update) -> None:
        number = update.update_id
        self.begun[-1].append(number)
        self.together.append(self._in_hand())
        if number in self.deadly:
            await self._end()
        if number in self.slow:
            await asyncio.Event().wait()
        for _ in range(3):
            await asyncio.sleep(0)
            self._steps -= 1
            if self._steps <= 0:
                await self._end()
        handling = current()
        assert handling is not None
        await self.journal.storage.write(handling.sent(1))

    async def answered(self) -> list[int]:
        """Return the updates whose answer was sent."""
        query = "SELECT update_id FROM incoming WHERE sent IS NOT NULL ORDER BY update_id"
        return [number for (number,) in await self.journal.storage.read(query, ())]

    async def _end(self) -> None:
        self._over.set()
        await asyncio.Event().wait()

    async def _give_up(self, entry: Entry) -> None:
        self.aside.append(entry.update.update_id)


@pytest.fixture
def lives(journal, monkeypatch):
    monkeypatch.setattr(dispatch_module, "LATE_SECONDS", 0.0)
    return Lives(journal)


def questions(count: int) -> tuple[Update, ...]:
    """Return questions of as many people."""
    return tuple(asked(number, chat=number) for number in range(1, count + 1))


@pytest.mark.parametrize("deadly", [1, 20, 40])
async def test_what_ends_the_program_takes_no_other_along(lives, deadly):
    """It alone is given up, after four more attempts; each other one is answered."""
    lives.deadly = {deadly}

    ended = [await lives.live(questions(40))]
    while not ended[-1]:
        ended.append(await lives.live())

    assert await lives.answered() == [n for n in range(1, 41) if n != deadly]
    assert lives.aside == [deadly]
    assert ended == [False] * 5 + [True]


async def test_two_that_end_the_program_are_both_found(lives):
    """And nobody else is taken for one."""
    lives.deadly = {3, 4}

    await lives.live(questions(20))
    lived = 1
    while not await lives.live():
        lived += 1

    assert await lives.answered() == [n for n in range(1, 21) if n not in lives.deadly]
    assert sorted(lives.aside) == [3, 4]
    assert lived <= 9


@pytest.mark.parametrize("seed", range(4))
async def test_kills_from_outside_give_nothing_up(lives, seed, monkeypatch):
    """However often they come, and whatever they meet."""
    monkeypatch.setattr(dispatch_module, "LATE_SECONDS", 60.0)
    rng = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    number = 0

    for _ in range(40):
        fresh = tuple(asked(number + n, chat=number + n) for n in range(1, 4))
        number += 3
        await lives.live(fresh, steps=rng.randrange(1, 25))
    monkeypatch.setattr(dispatch_module, "LATE_SECONDS", 0.0)
    while not await lives.live():
        pass

    assert lives.aside == []
    assert await lives.answered() == list(range(1, number + 1))


async def test_a_kill_leaves_few_under_suspicion(lives):
    """What was in hand is begun again a few at once, and those few alone at the next start."""
    lives.slow, lives.deadly = set(range(1, 30)), {30}
    await lives.live(questions(30))
    lives.slow, lives.deadly = set(range(1, replays.COMPANY)), {replays.COMPANY}
    await lives.live()
    second = list(lives.begun[-1])
    lives.slow, lives.deadly = set(), set()

    await lives.live()

    assert second == list(range(1, replays.COMPANY + 1))
    assert lives.begun[-1] == list(range(1, 31))
    assert lives.together[: len(second)] == [1] * len(second)
    assert max(lives.together) <= replays.COMPANY


async def test_what_is_slow_and_alone_holds_up_others_for_a_while_only(lives, monkeypatch):
    """Its chat may be closed; the others are begun after some seconds."""
    monkeypatch.setattr(dispatch_module, "PATIENCE_SECONDS", 0.01)
    lives.slow = {1}
    lives.deadly = {1}
    await lives.live(questions(1))
    await lives.live()
    lives.deadly = set()

    living = asyncio.create_task(lives.live(questions(3)[1:]))
    async with asyncio.timeout(10):
        while len(await lives.answered()) < 2:  # noqa: ASYNC110 - It sets no event.
            await asyncio.sleep(0.001)
    living.cancel()
    await asyncio.wait({living})

    assert lives.begun[-1] == [1, 2, 3]
    assert await lives.answered() == [2, 3]
