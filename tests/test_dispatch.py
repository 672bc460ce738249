"""The oldest update first, in each chat one after the other, and none forgotten."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass, field

import pytest
from telegram import Update

from bot import dispatch as dispatch_module
from bot.dispatch import Dispatch
from bot.handling import current
from bot.journal import MOST_TRIES, Entry
from bot.metrics import Metrics

pytestmark = pytest.mark.anyio


@dataclass
class Journal:
    """Takes the notes of a dispatch in memory."""

    closed: list[tuple[int, str]] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    full: bool = False
    """Nothing can be written."""

    async def begin(self, entry: Entry) -> bool:
        if self.full:
            raise sqlite3.OperationalError("disk is full")
        self.begun.append(entry.seq)
        return (entry.tries or 0) < MOST_TRIES

    async def close(self, *seqs: int, state: str = "done") -> None:
        if self.full:
            raise sqlite3.OperationalError("disk is full")
        self.closed += [(seq, state) for seq in seqs]


@dataclass
class Hands:
    """Handles updates as slowly as it is told, and remembers when."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    troubles: dict[int, float] = field(default_factory=dict)
    """Seconds to put an update off, once."""
    aside: list[int] = field(default_factory=list)

    async def handle(self, update: Update) -> None:
        self.begun.append(update.update_id)
        await self.open.wait()
        self.ended.append(update.update_id)
        current().postpone_seconds = self.troubles.pop(update.update_id, None)

    async def give_up(self, entry: Entry) -> None:
        self.aside.append(entry.seq)


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def dispatch(hands, monkeypatch):
    monkeypatch.setattr(dispatch_module, "SHORTEST_DELAY", 0.0)
    return Dispatch(Journal(), hands.handle, hands.give_up, Metrics())


def said(seq: int, chat: int, **fields: object) -> Entry:
    """Return a message of a chat, whose update has the same number."""
    user = {"id": abs(chat), "is_bot": False, "first_name": "Ann"}
    place = {"id": chat, "type": "private", "first_name": "Ann"}
    message = {"message_id": seq, "date": 1, "chat": place, "from": user, "text": "a"}
    return Entry(seq, Update.de_json({"update_id": seq, "message": message}, None), **fields)


def pressed(seq: int, chat: int) -> Entry:
    """Return a press of a button in a chat."""
    user = {"id": abs(chat), "is_bot": False, "first_name": "Ann"}
    query = {"id": "1", "from": user, "chat_instance": "1", "data": "a"}
    return Entry(seq, Update.de_json({"update_id": seq, "callback_query": query}, None))


def typed(seq: int, chat: int) -> Entry:
    """Return an inline query."""
    user = {"id": abs(chat), "is_bot": False, "first_name": "Ann"}
    query = {"id": "1", "from": user, "query": "a", "offset": ""}
    return Entry(seq, Update.de_json({"update_id": seq, "inline_query": query}, None))


async def settled() -> None:
    """Let all go on that can."""
    for _ in range(50):
        await asyncio.sleep(0)


async def until(done: object, *, seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110 - What it waits for sets no event.
            await asyncio.sleep(0.001)


async def test_a_chat_keeps_its_order_while_others_go_on(dispatch, hands):
    """Its second message is begun when the first has ended."""
    for entry in (said(1, 1), said(2, 1), said(3, 2)):
        dispatch.add(entry)
    await settled()
    begun = list(hands.begun)

    hands.open.set()
    await until(lambda: len(hands.ended) == 3)
    await settled()

    assert begun == [1, 3]
    assert hands.ended.index(1) < hands.ended.index(2)
    assert sorted(dispatch.journal.closed) == [(1, "done"), (2, "done"), (3, "done")]
    assert (dispatch.waiting, dispatch.in_hand) == (0, 0)


async def test_the_oldest_is_handled_first(dispatch, hands):
    """Whatever chat it is from, and however many others that chat still has."""
    dispatch.workers = 1
    for entry in (said(1, 1), said(2, 1), said(3, 2), said(4, 1), said(5, 3)):
        dispatch.add(entry)

    hands.open.set()
    await until(lambda: len(hands.ended) == 5)

    assert hands.begun == [1, 2, 3, 4, 5]


async def test_a_press_waits_for_no_answer(dispatch, hands):
    """Its asker looks at a spinning button; what is typed inline waits for nothing at all."""
    for entry in (said(1, 1), pressed(2, 1), pressed(3, 1), typed(4, 1), typed(5, 1)):
        dispatch.add(entry)
    await settled()

    assert hands.begun == [1, 2, 4, 5]
    hands.open.set()
    await until(lambda: 3 in hands.ended)


async def test_what_telegram_could_not_take_is_handled_again_in_its_order(dispatch, hands):
    """The chat's next one waits for it."""
    hands.open.set()
    hands.troubles[1] = 0.01
    for entry in (said(1, 1), said(2, 1)):
        dispatch.add(entry)

    await until(lambda: len(hands.ended) == 3)
    await settled()

    assert hands.ended == [1, 1, 2]
    assert dispatch.journal.closed == [(1, "done"), (2, "done")]


async def test_what_can_not_be_answered_for_hours_is_given_up(dispatch, hands, monkeypatch):
    """It is set aside, and somebody is told."""
    monkeypatch.setattr(dispatch_module, "MOST_DELAYS", 2)
    hands.open.set()

    async def fail(update: Update) -> None:
        hands.begun.append(update.update_id)
        current().postpone_seconds = 0.0

    dispatch.handle = fail
    dispatch.add(said(1, 1))
    await until(lambda: hands.aside)

    assert hands.begun == [1, 1, 1]
    assert dispatch.journal.closed == [(1, "aside")]


async def test_what_ended_the_program_again_and_again_is_given_up(dispatch, hands):
    """It is not begun once more; what was interrupted less often is, one by one."""
    for entry in (said(1, 1, tries=MOST_TRIES), said(2, 2, tries=1), said(3, 3, tries=1)):
        dispatch.add(entry)
    await until(lambda: hands.begun)
    await settled()
    begun = list(hands.begun)
    hands.open.set()
    await until(lambda: len(hands.ended) == 2)

    assert hands.aside == [1]
    assert begun == [2]
    assert hands.begun == [2, 3]


async def test_an_error_of_its_own_stops_no_chat(dispatch, hands, caplog):
    """It is logged, and the next one is handled."""
    hands.open.set()

    async def fail_once(update: Update) -> None:
        if update.update_id == 1:
            raise RuntimeError("bug")
        hands.ended.append(update.update_id)

    dispatch.handle = fail_once
    for entry in (said(1, 1), said(2, 1)):
        dispatch.add(entry)
    await until(lambda: hands.ended == [2])

    assert "Update 1 was handled with an error" in caplog.text


async def test_the_end_waits_for_what_is_in_hand_and_begins_nothing(dispatch, hands):
    """What had to be broken off is not closed, and neither is what was never begun."""
    for entry in (said(1, 1), said(2, 1), said(3, 2)):
        dispatch.add(entry)
    await settled()

    broken = await dispatch.stop(0.01)
    hands.open.set()
    await settled()

    assert broken == 2
    assert hands.begun == [1, 3]
    assert dispatch.journal.closed == []


async def test_the_end_comes_though_what_is_in_hand_resists(dispatch, hands):
    """It waits for something else in spite of being cancelled."""

    async def resist(_: Update) -> None:
        try:
            await hands.open.wait()
        finally:
            await asyncio.sleep(60)

    dispatch.handle = resist
    dispatch.add(said(1, 1))
    await settled()

    async with asyncio.timeout(5):
        broken = await dispatch.stop(0.01)

    assert broken == 1
    assert dispatch.in_hand == 0


async def test_no_more_are_fetched_than_fit(dispatch, hands, monkeypatch):
    """There is room again when some were begun."""
    monkeypatch.setattr(dispatch_module, "MOST_WAITING", 2)
    dispatch.workers = 1
    for seq in range(1, 5):
        dispatch.add(said(seq, seq))

    room = asyncio.create_task(dispatch.room())
    await settled()
    full = not room.done()
    hands.open.set()
    await until(room.done)

    assert full


async def test_only_the_first_attempt_after_a_kill_counts_as_one(dispatch, hands):
    """What waits for Telegram has ended no program."""
    hands.open.set()
    hands.troubles[1] = 0.0
    dispatch.add(said(1, 1, tries=1))

    await until(lambda: dispatch.journal.closed)

    assert hands.ended == [1, 1]
    assert dispatch.journal.begun == [1]


async def test_a_full_disk_stops_no_answer(dispatch, hands, caplog):
    """What could not be marked is marked later."""
    hands.open.set()
    dispatch.journal.full = True
    for entry in (said(1, 1, tries=0), said(2, 1)):
        dispatch.add(entry)
    await until(lambda: len(hands.ended) == 2)
    await settled()
    dispatch.journal.full = False
    dispatch.add(said(3, 1))
    await until(lambda: len(dispatch.journal.closed) == 3)

    assert hands.ended == [1, 2, 3]
    assert sorted(dispatch.journal.closed) == [(1, "done"), (2, "done"), (3, "done")]
    assert "can't be written" in caplog.text


async def test_an_alarm_that_fails_stops_no_chat(dispatch, hands, caplog):
    """The next one of the lane is handled."""
    hands.open.set()

    async def fail(_: Entry) -> None:
        raise RuntimeError("bug")

    dispatch.on_aside = fail
    for entry in (said(1, 1, tries=MOST_TRIES), said(2, 1, tries=1)):
        dispatch.add(entry)
    await until(lambda: hands.ended == [2])

    assert "Nobody could be told of update 1" in caplog.text
