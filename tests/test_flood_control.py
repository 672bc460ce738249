"""Which requests are tried again."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.flood_control import Counts, FloodControl, seconds_of
from bot.handling import Handling, begin

pytestmark = pytest.mark.anyio


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    """Return an error as the library raises it for one of its transport."""
    error.__cause__ = cause
    return error


NOT_CONNECTED = caused(NetworkError("httpx.ConnectError"), httpx.ConnectError("refused"))
NOT_CONNECTED_IN_TIME = caused(TimedOut(), httpx.ConnectTimeout("slow"))
NOT_ANSWERED = caused(TimedOut(), httpx.ReadTimeout("slow"))
CUT = caused(NetworkError("httpx.RemoteProtocolError"), httpx.RemoteProtocolError("cut"))


async def attempts(endpoint: str, *errors: Exception) -> tuple[int, object]:
    """Run a request that fails with these errors first; return the tries and the outcome."""
    left, tries = list(errors), 0

    async def request() -> bool:
        nonlocal tries
        tries += 1
        if left:
            raise left.pop(0)
        return True

    control = FloodControl(pauses=(0.0, 0.0))
    try:
        outcome: object = await control.process_request(
            request, (), {}, endpoint, {"chat_id": 1}, None
        )
    except Exception as error:
        outcome = type(error)
    return tries, outcome


@pytest.mark.parametrize(
    ("endpoint", "errors", "expected"),
    [
        ("sendMessage", [], (1, True)),
        ("sendMessage", [NetworkError("Bad Gateway")] * 2, (3, True)),
        ("sendMessage", [NetworkError("Bad Gateway")] * 3, (3, NetworkError)),
        ("sendMessage", [RetryAfter(0), RetryAfter(0)], (3, True)),
        ("sendMessage", [TimedOut()], (1, TimedOut)),
        ("sendMessage", [NOT_ANSWERED], (1, TimedOut)),
        ("sendMessage", [NOT_CONNECTED, NOT_CONNECTED_IN_TIME], (3, True)),
        ("sendMessage", [CUT], (2, True)),
        ("editMessageText", [NOT_ANSWERED], (2, True)),
        ("sendMessage", [Forbidden("no")], (1, Forbidden)),
        ("sendMessage", [BadRequest("no")], (1, BadRequest)),
        ("sendChatAction", [RetryAfter(60)], (1, RetryAfter)),
        ("sendMessage", [RetryAfter(0)] * 4, (4, RetryAfter)),
        ("sendMessage", [RetryAfter(61)], (1, RetryAfter)),
        ("setMyCommands", [RetryAfter(9)], (1, RetryAfter)),
        ("sendChatAction", [NetworkError("no")], (1, NetworkError)),
    ],
)
async def test_only_what_was_surely_not_delivered_is_sent_again(endpoint, errors, expected):
    """A time-out may have been delivered; typing isn't worth a second try."""
    assert await attempts(endpoint, *errors) == expected


async def test_one_chats_wait_holds_back_no_other():
    """A refusal for a chat is that chat's alone."""
    control, refused = FloodControl(), asyncio.Event()

    async def slow() -> bool:
        refused.set()
        raise RetryAfter(30)

    async def quick() -> bool:
        return True

    waiting = asyncio.create_task(
        control.process_request(slow, (), {}, "sendMessage", {"chat_id": 1}, None)
    )
    await refused.wait()
    async with asyncio.timeout(5):
        sent = await control.process_request(quick, (), {}, "sendMessage", {"chat_id": 2}, None)
    waiting.cancel()

    assert sent


async def run(control: FloodControl, endpoint: str, chat_id: int, *errors: Exception) -> object:
    """Run a request that fails with these errors first."""
    left = list(errors)

    async def request() -> bool:
        if left:
            raise left.pop(0)
        return True

    return await control.process_request(request, (), {}, endpoint, {"chat_id": chat_id}, None)


async def test_a_chat_that_is_closed_for_long_is_left_alone():
    """Its next message does not even ask, and says for how long; others go out."""
    control = FloodControl()
    with pytest.raises(RetryAfter):
        await run(control, "sendMessage", 1, RetryAfter(600))

    with pytest.raises(RetryAfter) as refused:
        await run(control, "sendMessage", 1)

    assert seconds_of(refused.value.retry_after) in {599, 600}
    assert await run(control, "sendMessage", 2)
    assert await run(control, "sendChatAction", 1)


async def test_what_may_have_arrived_is_noted_with_its_update(caplog):
    """Only a message that is lost matters, not an indicator."""
    unsure, handling = [], Handling(1)
    control = FloodControl(counts=Counts(on_unsure=lambda: unsure.append(1)))
    begin(handling)

    with pytest.raises(TimedOut):
        await run(control, "sendChatAction", 1, NOT_ANSWERED)
    before = handling.maybe_sent
    with pytest.raises(TimedOut):
        await run(control, "sendMessage", 1, NOT_ANSWERED)

    assert (before, handling.maybe_sent, unsure) == (False, True, [1])
    assert "it may have arrived" in caplog.text


async def test_only_messages_are_counted_against_the_limits():
    """Typing and answers to presses wait for no turn."""
    control = FloodControl()

    async with asyncio.timeout(1):
        for _ in range(100):
            await run(control, "sendChatAction", 1)
            await run(control, "answerCallbackQuery", 1)
        sent = await run(control, "sendMessage", 1)

    assert sent
