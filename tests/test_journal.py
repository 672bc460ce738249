"""What arrived is written once, handled until it is done, and forgotten in time."""

from __future__ import annotations

import sqlite3

import pytest
from journals import asked
from telegram import Update

from bot.handling import Handling
from bot.journal import KEPT_SECONDS, KEPT_UPDATES, MOST_TRIES, Journal

pytestmark = pytest.mark.anyio


async def rows(journal: Journal, columns: str) -> list[tuple[object, ...]]:
    query = f"SELECT {columns} FROM incoming ORDER BY seq"  # noqa: S608 - ours
    return [tuple(row) for row in await journal.storage.read(query, ())]


async def test_what_arrived_is_left_until_it_is_closed(journal):
    """It comes back as it was, in the order of its arrival, and what it said is deleted then."""
    taken = await journal.take([asked(12), asked(11, "甲", message_id=6)])
    await journal.close(taken[0].seq)

    [left] = await journal.left(None)

    assert [entry.update.update_id for entry in taken] == [12, 11]
    assert (left.update, left.tries) == (taken[1].update, 0)
    assert left.update.to_dict() == taken[1].update.to_dict()
    assert [bool(body) for (body,) in await rows(journal, "body")] == [False, True]


async def test_an_update_with_a_time_inside_is_written(journal):
    """The library gives the time of a pinned message that is gone as no number."""
    chat = {"id": -5, "type": "supergroup", "title": "G"}
    pinned = {"message_id": 1, "date": 0, "chat": chat}
    message = {"message_id": 2, "date": 1, "chat": chat, "pinned_message": pinned}
    update = Update.de_json({"update_id": 9, "message": message}, None)

    await journal.take([update])

    [left] = await journal.left(None)
    assert left.update.message.pinned_message.message_id == 1


async def test_an_update_that_comes_again_is_known(journal):
    """In one batch or another, open or done."""
    first, *none = await journal.take([asked(1), asked(1)])
    again = await journal.take([asked(1), asked(2, message_id=6)])
    await journal.close(first.seq)

    assert none == []
    assert [entry.update.update_id for entry in again] == [2]
    assert await journal.take([asked(1)]) == []


async def test_another_update_with_a_known_number_is_taken(journal):
    """Telegram may number anew, and another bot's numbers are its own."""
    await journal.take([asked(1)])

    [other] = await journal.take([asked(1, chat=2)])

    assert other.update.effective_chat.id == 2


async def test_what_was_answered_is_not_left(journal):
    """The message that was sent closes it, though the kill came before it was marked done."""
    [entry] = await journal.take([asked(1)])
    handling = Handling(entry.seq)

    await journal.storage.write(handling.sent(99))

    assert handling.has_sent
    assert await journal.left(None) == []
    assert await rows(journal, "state, body, sent") == [("done", None, 99)]


async def test_the_message_that_told_to_wait_is_left_with_its_update(journal):
    """The answer will take its place after a restart, too."""
    [entry] = await journal.take([asked(1)])
    handling = Handling(entry.seq)

    await journal.storage.write(handling.told(7))

    [left] = await journal.left(None)
    assert (left.notice, handling.notice) == (7, 7)


async def test_what_is_begun_too_often_is_begun_no_more(journal):
    """An update that ends the program would end it for ever."""
    [fresh] = await journal.take([asked(1)])
    assert await journal.begin(fresh)

    begun = []
    for _ in range(MOST_TRIES + 1):
        [left] = await journal.left(None)
        begun.append(await journal.begin(left))

    assert begun == [True] * MOST_TRIES + [False]


async def test_what_can_not_be_read_is_set_aside(journal):
    """It would stand in the way at each start."""
    await journal.take([asked(1)])
    await journal.storage.write(
        ('UPDATE incoming SET body = \'{"update_id": "x", "message": 3}\'', ())
    )

    assert await journal.left(None) == []
    assert await rows(journal, "state") == [("aside",)]


async def test_closed_updates_are_forgotten_in_time(journal, clock):
    """What is open stays, however old it is."""
    old, _ = await journal.take([asked(1), asked(2, message_id=6)])
    await journal.close(old.seq)
    clock.now += KEPT_SECONDS + 1

    await journal.take([asked(3, message_id=7)])

    assert await rows(journal, "update_id") == [(2,), (3,)]


async def test_closed_updates_are_bounded_in_number(journal, clock):
    """The oldest go first."""
    [entry, other] = await journal.take([asked(1), asked(2, message_id=6)])
    await journal.close(entry.seq, other.seq)
    await journal.storage.write(("UPDATE incoming SET seq = ? WHERE seq = 2", (KEPT_UPDATES + 1,)))
    clock.now += 61

    await journal.take([asked(3, message_id=7)])

    assert await rows(journal, "update_id") == [(2,), (3,)]


async def test_a_batch_is_written_whole_or_not_at_all(journal):
    """Nothing of it is acknowledged then."""
    await journal.storage.write(
        (
            "CREATE TRIGGER full BEFORE INSERT ON incoming WHEN new.update_id = 2 "
            "BEGIN SELECT RAISE(ABORT, 'disk full'); END",
            (),
        )
    )

    with pytest.raises(sqlite3.Error, match="disk full"):
        await journal.take([asked(1), asked(2, message_id=6)])

    assert await rows(journal, "seq") == []
