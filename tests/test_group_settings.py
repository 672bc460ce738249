"""What a group's admins decided is kept, followed, and asked of Telegram no more than needed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from clocks import Clock
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import BadRequest

from bot.addressing import after_trigger
from bot.group_panel import as_trigger
from bot.group_settings import DEFAULT, GroupBook, GroupSettings, When
from bot.membership import REMEMBERED_SECONDS, Membership
from bot.replies import KEPT_SECONDS, Replies, Turns

pytestmark = pytest.mark.anyio

OWN = GroupSettings(When.TRIGGER, "小原", 3, "ru", quiet=True)


class Telegram:
    """Answers who is an admin, and counts how often it was asked."""

    id = 7

    def __init__(self, *, admins: set[int], reads_all: bool = False) -> None:
        self.admins, self.asked = admins, 0
        self.can_read_all_group_messages = reads_all

    async def get_chat_member(self, _chat_id: int, user_id: int) -> SimpleNamespace:
        self.asked += 1
        if user_id == 404:
            raise BadRequest("Member not found")
        return SimpleNamespace(status="administrator" if user_id in self.admins else "member")


async def test_settings_outlive_a_restart(storage):
    """Another book reads the same; a group that set nothing has the defaults."""
    await GroupBook(storage).set(-5, OWN)

    assert await GroupBook(storage).of(-5) == OWN
    assert await GroupBook(storage).of(-6) == DEFAULT


async def test_settings_move_and_go_with_their_group(storage):
    """After a migration the new id has them; after leaving nobody."""
    book = GroupBook(storage)
    await book.set(-5, OWN)

    await storage.migrate_chat(-5, to=-100)
    book.reread(-5, -100)
    moved = (await book.of(-5), await book.of(-100))
    await storage.forget_chat(-100)
    book.reread(-100)

    assert moved == (DEFAULT, OWN)
    assert await book.of(-100) == DEFAULT


@pytest.mark.parametrize("quotes", [0, 4])
def test_a_number_of_quotes_is_bounded(quotes):
    """A card holds no more than three."""
    with pytest.raises(ValueError, match="quotes must be from 1 to 3"):
        GroupSettings(quotes=quotes)


async def test_telegram_is_asked_once_in_a_while_who_is_an_admin():
    """A dismissed admin loses the right within half a minute."""
    clock, telegram = Clock(), Telegram(admins={1})
    membership = Membership(clock)

    first = [await membership.is_admin(telegram, chat_id=-5, user_id=1) for _ in range(3)]
    asked = telegram.asked
    telegram.admins.clear()
    clock.now += REMEMBERED_SECONDS + 1

    assert (first, asked) == ([True] * 3, 1)
    assert not await membership.is_admin(telegram, chat_id=-5, user_id=1)


async def test_who_is_no_member_is_no_admin():
    """Telegram's refusal is a no, and is not remembered as one."""
    telegram = Telegram(admins=set())
    membership = Membership(Clock())

    assert not await membership.is_admin(telegram, chat_id=-5, user_id=404)
    assert not await membership.is_admin(telegram, chat_id=-6, user_id=404)
    assert telegram.asked == 2


@pytest.mark.parametrize(
    ("admins", "reads_all", "deaf"),
    [(set(), False, True), ({7}, False, False), (set(), True, False)],
)
async def test_privacy_mode_deafens_a_bot_that_is_no_admin(admins, reads_all, deaf):
    """Being an admin lifts it, and so does its owner."""
    telegram = Telegram(admins=admins, reads_all=reads_all)

    assert await Membership(Clock()).is_deaf(telegram, chat_id=-5) is deaf


@pytest.mark.parametrize(
    ("text", "trigger", "rest"),
    [
        ("原话，谁来了？", "原话", "谁来了？"),
        ("原话谁来了", "原话", "谁来了"),
        ("ＹＵＡＮ: who?", "yuan", "who?"),
        ("yuanhua who?", "yuan", None),
        ("问原话", "原话", None),
        ("原话", "原话", ""),
        ("anything", "", None),
        ("原", "原话", None),
    ],
)
def test_a_groups_word_stands_at_the_beginning(text, trigger, rest):
    """As a whole word where its script has spaces; case and width don't matter."""
    assert after_trigger(text, trigger) == rest


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_follows_a_word_is_the_rest_of_the_text(text, word):
    """Nothing is made up, whatever people write and choose."""
    trigger = as_trigger(word)
    rest = None if trigger is None else after_trigger(text, trigger)

    assert rest is None or text.rstrip().endswith(rest)


async def test_the_first_reply_is_the_answer_for_a_day(storage):
    """A later one to the same message is not; after a day none is known."""
    clock = Clock()
    replies = Replies(storage, clock)

    async def noted(chat_id, message_id, *, reply_id):
        await storage.write(*replies.noting(chat_id, message_id, reply_id=reply_id))

    await noted(-5, 1, reply_id=10)
    await noted(-5, 1, reply_id=11)
    found = (await replies.to(-5, 1), await replies.to(-6, 1))
    clock.now += KEPT_SECONDS + 1
    await noted(-5, 2, reply_id=12)

    assert found == (10, None)
    assert await replies.to(-5, 1) is None


async def test_turns_are_forgotten_when_nobody_waits():
    """The memory does not grow with every message."""
    turns = Turns()

    async with turns.of("a"), turns.of("b"):
        inside = len(turns._turns)

    assert (inside, len(turns._turns)) == (2, 0)
