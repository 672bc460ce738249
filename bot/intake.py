"""How updates come in: fetched from Telegram, or brought by it. None is acknowledged unwritten."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from telegram import Bot, Update
from telegram.error import InvalidToken, RetryAfter, TimedOut

from .database import StorageError
from .flood_control import seconds_of
from .http_server import Request, Response
from .journal import MALFORMED, read_update
from .settings import Webhook

POLL_SECONDS = 10
LONGEST_PAUSE = 30.0
UNWRITABLE = (sqlite3.Error, StorageError, OSError)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header

Take = Callable[[Sequence[Update]], Awaitable[None]]
"""Writes updates to the journal, and returns only then."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Polling:
    """Fetches updates; each fetch acknowledges those before, which are written by then."""

    bot: Bot
    allowed: Sequence[str]
    take: Take
    on_error: Callable[[Exception], Awaitable[None]]
    payload: Callable[[], bytes]
    """What the last fetch brought, as it came."""

    async def run(self) -> None:
        """Fetch until cancelled.

        Raises:
            InvalidToken: Telegram takes the token no longer.
        """
        # No offset at first: after a quiet week Telegram's numbers may begin anywhere.
        offset, pause = None, 0.0
        while True:
            try:
                offset = await self._fetch(offset)
                pause = 0.0
            except InvalidToken:
                raise
            except Exception as error:
                await self.on_error(error)
                pause = _pause_after(error, pause)
            await asyncio.sleep(pause)

    async def _fetch(self, offset: int | None) -> int | None:
        try:
            updates: Sequence[Update] = await self.bot.get_updates(
                offset=offset, timeout=POLL_SECONDS, allowed_updates=self.allowed
            )
            last = updates[-1].update_id if updates else None
        except MALFORMED:
            # One that the library can't read must not hold up all that come after it.
            updates, last = self._readable()
        if updates:
            await self.take(updates)
        return offset if last is None else last + 1

    def _readable(self) -> tuple[list[Update], int | None]:
        """Return the updates of the last fetch that can be read, and the number of its last one."""
        bodies = json.loads(self.payload())["result"]
        read = [read_update(body, self.bot) for body in bodies]
        logger.error("Updates that can't be read were passed over: %d", read.count(None))
        last = bodies[-1]["update_id"] if bodies else None
        return [update for update in read if update is not None], last


def _pause_after(error: Exception, pause: float) -> float:
    if isinstance(error, RetryAfter):
        return seconds_of(error.retry_after)
    if isinstance(error, TimedOut):
        return 0.0
    return min(LONGEST_PAUSE, 1.5 * pause) if pause else 1.0


@dataclass(frozen=True, slots=True)
class Receiving:
    """Takes the updates that Telegram brings to the webhook."""

    bot: Bot
    webhook: Webhook
    take: Take

    async def respond(self, request: Request) -> Response:
        """Write an update; Telegram brings it again unless it hears that this succeeded."""
        if not self._is_telegram(request):
            return Response(HTTPStatus.FORBIDDEN)
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return Response(HTTPStatus.BAD_REQUEST)
        update = read_update(body, self.bot)
        if update is None:
            # To refuse it would bring it again for a day, and hold up what comes after it.
            logger.error("An update that can't be read was passed over")
            return Response()
        try:
            await self.take([update])
        except UNWRITABLE as error:
            logger.error("An update can't be written to the journal: %s", error)  # noqa: TRY400 - a full disk needs no traceback
            return Response(HTTPStatus.SERVICE_UNAVAILABLE)
        return Response()

    def _is_telegram(self, request: Request) -> bool:
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip()
        given = request.headers.get(SECRET_HEADER, "")
        return kind == "application/json" and hmac.compare_digest(
            given.encode(), self.webhook.secret.encode()
        )
