"""How fast requests go out, and which are tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.ext import AIORateLimiter

# They don't count among a chat's messages, or aren't worth that all chats wait for one refusal:
# the library's limiter holds back every request after a flood refusal.
UNCOUNTED = frozenset({"sendChatAction", "editMessageText", "getChatMember", "getFile"})
FLOOD_RETRIES = 3
NETWORK_PAUSES = (1.0, 3.0)
"""Seconds before the second and the third try."""

Returned = bool | dict[str, Any] | list[dict[str, Any]]


class FloodControl(AIORateLimiter):
    """Keeps Telegram's limits, waits when told to, and tries again after a lost connection."""

    def __init__(self, *, pauses: tuple[float, ...] = NETWORK_PAUSES) -> None:
        super().__init__(max_retries=FLOOD_RETRIES)
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
        for pause in self._pauses:
            try:
                return await super().process_request(
                    callback, args, kwargs, endpoint, data, rate_limit_args
                )
            except (BadRequest, TimedOut):
                # Refused for good, or possibly delivered: a second try would send it twice.
                raise
            except NetworkError:
                await asyncio.sleep(pause)
        return await super().process_request(
            callback, args, kwargs, endpoint, data, rate_limit_args
        )
