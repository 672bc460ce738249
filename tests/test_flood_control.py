"""Which requests are tried again."""

from __future__ import annotations

import asyncio

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.flood_control import FloodControl

pytestmark = pytest.mark.anyio


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
