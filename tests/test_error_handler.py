"""The error callback logs first, and raises nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import pytest
from telegram import Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from bot.error_handler import ErrorHandler
from bot.handling import Handling, begin

pytestmark = pytest.mark.anyio

MESSAGE = {
    "message_id": 5,
    "date": 1,
    "chat": {"id": 1, "type": "private"},
    "from": {"id": 1, "is_bot": False, "first_name": "Ann"},
    "text": "the question",
}
UPDATE = Update.de_json({"update_id": 77, "message": MESSAGE}, None)


class Sent:
    """Takes the lines instead of Telegram, or refuses them."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.lines: list[str] = []
        self.refusal = refusal

    async def send_line(self, _bot: object, _target: object, line: str) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.lines.append(line)


@dataclass
class Context:
    """The part of the library's context that the callback reads."""

    error: Exception
    bot: object = None


@pytest.mark.parametrize(
    ("error", "level", "apologies"),
    [
        (RuntimeError("bug"), logging.ERROR, 1),
        (BadRequest("can't parse entities"), logging.ERROR, 1),
        (TimedOut(), logging.WARNING, 0),
        (NetworkError("Bad Gateway"), logging.WARNING, 1),
        (RetryAfter(5), logging.WARNING, 0),
        (ChatMigrated(-5), logging.WARNING, 0),
        (Forbidden("bot was blocked by the user"), logging.INFO, 0),
        (BadRequest("Message is not modified: x"), logging.INFO, 0),
        (BadRequest("Query is too old"), logging.INFO, 0),
    ],
)
async def test_an_updates_error_is_logged_and_said(caplog, error, level, apologies):
    """The log names the update and nobody's words; the expected is no error."""
    caplog.set_level(logging.INFO)
    sent = Sent()

    await ErrorHandler(sent).on_error(UPDATE, Context(error))

    [record] = caplog.records
    assert record.levelno == level
    assert "Update 77 in a private chat" in record.message
    assert "the question" not in caplog.text
    assert len(sent.lines) == apologies


async def test_an_apology_that_is_refused_is_let_go(caplog):
    """The callback must not raise a second error."""
    sent = Sent(Forbidden("bot was blocked by the user"))

    await ErrorHandler(sent).on_error(UPDATE, Context(RuntimeError("bug")))

    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("errors", "lines"),
    [
        ([Conflict("x"), Conflict("x")], ["Another program is running with the same token"]),
        ([TimedOut(), TimedOut()], ["Telegram can't be reached"]),
        ([NetworkError("x"), TimedOut()], ["Telegram can't be reached"] * 2),
        ([RuntimeError("x")], ["An error outside of any update"]),
    ],
)
async def test_polling_errors_are_not_repeated(caplog, errors, lines):
    """One line a minute for each kind."""
    handler = ErrorHandler(Sent())

    for error in errors:
        await handler.on_error(None, Context(error))

    assert len(caplog.records) == len(lines)
    pairs = zip(caplog.records, lines, strict=True)
    assert all(record.message.startswith(line) for record, line in pairs)


async def test_a_polling_error_is_said_again_after_a_while(caplog):
    """Trouble that lasts stays visible."""
    now = [0.0]
    handler = ErrorHandler(Sent(), clock=lambda: now[0])

    for now[0] in (0.0, 59.0, 61.0):
        await handler.on_error(None, Context(Conflict("x")))

    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (NetworkError("Bad Gateway"), 0.0),
        (RetryAfter(90), 90.0),
        (TimedOut(), None),
        (BadRequest("can't parse entities"), None),
        (Forbidden("bot was blocked by the user"), None),
        (RuntimeError("bug"), None),
    ],
)
async def test_what_telegram_could_not_take_is_put_off_in_silence(error, seconds):
    """The answer comes later, so that there is nothing to be sorry for."""
    sent, handling = Sent(), Handling(1)
    begin(handling)

    await ErrorHandler(sent).on_error(UPDATE, Context(error))

    assert handling.postpone_seconds == seconds
    assert sent.lines == [] or seconds is None


async def test_what_was_answered_in_part_is_not_put_off():
    """It would be answered again from its beginning."""
    handling = Handling(1, has_sent=True)
    begin(handling)

    await ErrorHandler(Sent()).on_error(UPDATE, Context(NetworkError("Bad Gateway")))

    assert handling.postpone_seconds is None
