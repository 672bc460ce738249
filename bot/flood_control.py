"""How fast messages go out, and which requests are tried again.

Tried again is what surely was not done (no connection, 429, 5xx), and what was cut off before any
answer: to lose an answer is worse than to give it twice. A request that timed out was taken by
Telegram, so it is not made again.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.ext import BaseRateLimiter

from .handling import current
from .pacing import Paces

COUNTED = frozenset(
    {
        *("sendMessage", "sendPhoto", "sendDocument", "answerGuestQuery"),
        *("editMessageText", "editMessageReplyMarkup"),
    }
)
"""What Telegram counts as messages; neither typing nor answers to presses are."""
UNWAITED = frozenset(
    {
        *("sendChatAction", "getChatMember", "getFile", "getMyCommands", "setMyCommands"),
        *("getMyDescription", "setMyDescription"),
        *("getMyShortDescription", "setMyShortDescription"),
    }
)
"""What they do is not worth waiting for."""
REPEATABLE = frozenset({"editMessageText", "editMessageReplyMarkup"})
"""Made twice, they do no more than once."""
FLOOD_RETRIES = 3
LONGEST_WAIT_SECONDS = 60.0
"""A chat that is closed for longer is left alone meanwhile, and answered when it opens."""
NETWORK_PAUSES = (1.0, 3.0)
"""Seconds before the second and the third try."""
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
FINAL = (BadRequest, Forbidden, ChatMigrated, Conflict, InvalidToken)

logger = logging.getLogger(__name__)

Returned = bool | dict[str, Any] | list[dict[str, Any]]


@dataclass(slots=True)
class Counts:
    """What happened to requests; read by whoever watches the bot."""

    on_sent: Callable[[str], None] = lambda _: None
    on_flood: Callable[[], None] = lambda: None
    on_retry: Callable[[], None] = lambda: None
    on_unsure: Callable[[], None] = lambda: None


class FloodControl(BaseRateLimiter[int]):
    """Keeps Telegram's limits, waits when told to, and tries again what was not done."""

    def __init__(
        self,
        *,
        pauses: tuple[float, ...] | None = None,
        paces: Paces | None = None,
        counts: Counts | None = None,
    ) -> None:
        self._pauses = NETWORK_PAUSES if pauses is None else pauses
        self._paces = paces or Paces()
        self._counts = counts or Counts()
        self._queued = 0

    @property
    def queued(self) -> int:
        """How many messages wait for the bot's next turn."""
        return self._queued

    async def initialize(self) -> None:
        """Nothing is to be opened."""

    async def shutdown(self) -> None:
        """Nothing is to be closed."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Returned]],
        args: Any,  # noqa: ANN401 - the signature is the library's
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Returned:
        """Run a request within the limits."""
        floods, pauses = FLOOD_RETRIES, list(self._pauses)
        while True:
            if endpoint in COUNTED:
                await self._turn(data.get("chat_id"))
            try:
                returned = await callback(*args, **kwargs)
            except RetryAfter as error:
                self._counts.on_flood()
                floods -= 1
                await self._wait_out(error, endpoint, data.get("chat_id"), last=floods < 0)
            except FINAL:
                raise
            except NetworkError as error:
                if not may_be_repeated(error) and endpoint not in REPEATABLE:
                    self._note_unsure(endpoint)
                    raise
                if endpoint in UNWAITED or not pauses:
                    raise
                self._counts.on_retry()
                logger.info("%s is made again: %s", endpoint, error)
                await asyncio.sleep(pauses.pop(0))
            else:
                self._counts.on_sent(endpoint)
                return returned

    async def _turn(self, chat_id: Hashable) -> None:
        # First its chat's turn, so that a slow chat takes no turn away from others.
        if chat_id is not None:
            await asyncio.sleep(self._paces.of_chat(chat_id))
            while wait := self._paces.closed(chat_id):
                if wait > LONGEST_WAIT_SECONDS:
                    raise RetryAfter(math.ceil(wait))
                await asyncio.sleep(wait)
        self._queued += 1
        try:
            await asyncio.sleep(self._paces.of_all())
        finally:
            self._queued -= 1

    def _note_unsure(self, endpoint: str) -> None:
        if endpoint not in COUNTED:
            return
        self._counts.on_unsure()
        logger.warning("%s timed out: it may have arrived, and is not made again", endpoint)
        if (handling := current()) is not None:
            handling.maybe_sent = True

    async def _wait_out(
        self, error: RetryAfter, endpoint: str, chat_id: Hashable, *, last: bool
    ) -> None:
        wait = seconds_of(error.retry_after)
        if chat_id is not None and endpoint in COUNTED:
            self._paces.close(chat_id, seconds=wait)
        if endpoint in UNWAITED or last or wait > LONGEST_WAIT_SECONDS:
            raise error
        logger.info("Told to wait %.0f s before %s", wait, endpoint)
        if endpoint not in COUNTED:
            await asyncio.sleep(wait)


def may_be_repeated(error: NetworkError) -> bool:
    """Tell whether a failed request may be made again."""
    if isinstance(error.__cause__, NEVER_SENT):
        return True
    return not isinstance(error, (TimedOut, *FINAL))


def seconds_of(wait: float | timedelta) -> float:
    """Return a time to wait, which the library gives in either form."""
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
