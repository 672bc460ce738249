"""How fast requests go out, and which are tried again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut
from telegram.ext import AIORateLimiter

# They don't count among a chat's messages, and what they do is not worth waiting for.
UNCOUNTED = frozenset(
    {"sendChatAction", "getChatMember", "getFile", "getMyCommands", "setMyCommands"}
)
FLOOD_RETRIES = 3
LONGEST_WAIT_SECONDS = 60.0
"""A chat that is closed for longer is given up, as nobody waits so long for an answer."""
NETWORK_PAUSES = (1.0, 3.0)
"""Seconds before the second and the third try."""

logger = logging.getLogger(__name__)

Returned = bool | dict[str, Any] | list[dict[str, Any]]


class FloodControl(AIORateLimiter):
    """Keeps Telegram's limits, waits when told to, and tries again after a lost connection."""

    def __init__(self, *, pauses: tuple[float, ...] = NETWORK_PAUSES) -> None:
        # The library's own retries hold back every chat while one of them waits.
        super().__init__(max_retries=0)
        self._pauses = pauses

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
        if endpoint in UNCOUNTED:
            return await callback(*args, **kwargs)
        floods, pauses = FLOOD_RETRIES, list(self._pauses)
        while True:
            try:
                return await super().process_request(
                    callback, args, kwargs, endpoint, data, rate_limit_args
                )
            except (BadRequest, TimedOut):
                # Refused for good, or possibly delivered: a second try would send it twice.
                raise
            except RetryAfter as error:
                floods -= 1
                wait = _seconds(error.retry_after)
                if floods < 0 or wait > LONGEST_WAIT_SECONDS:
                    raise
                logger.info("Told to wait %.0f s before %s", wait, endpoint)
                await asyncio.sleep(wait)
            except NetworkError:
                if not pauses:
                    raise
                await asyncio.sleep(pauses.pop(0))


def _seconds(wait: float | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
