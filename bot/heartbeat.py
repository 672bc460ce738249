"""A file that is fresh while the bot lives, for a health check from outside the process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from telegram.request import HTTPXRequest

BEAT_SECONDS = 10.0
FRESH_SECONDS = 60.0
FETCHED_SECONDS = 45.0
"""A long poll takes ten seconds; after this long without one the bot hears nothing."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The file whose time of change tells that the bot lives."""

    path: Path

    def beat(self) -> None:
        """Make the file fresh."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()

    def problem(self, *, now: float | None = None) -> str | None:
        """Return what is wrong as one line; None while the file is fresh."""
        try:
            age = (time.time() if now is None else now) - self.path.stat().st_mtime
        except OSError:
            return f"{self.path}: no heartbeat, the bot has not started"
        # One of the future was left before the clock was set back: who lives beats again at once.
        if abs(age) < FRESH_SECONDS:
            return None
        return f"{self.path}: the last heartbeat is {age:.0f} s old, expected under 60 s"

    async def keep_beating(self, is_listening: Callable[[], bool]) -> None:
        """Beat as long as the loop runs and `is_listening` says that updates can arrive."""
        while True:
            if is_listening():
                self.beat()
            await asyncio.sleep(BEAT_SECONDS)


class PollingRequest(HTTPXRequest):
    """The connection for getUpdates; it knows when it was last answered."""

    def __init__(self) -> None:
        super().__init__(connection_pool_size=1)
        self._answered_at = time.monotonic()
        self._payload = b""

    @property
    def payload(self) -> bytes:
        """What came last, as it came."""
        return self._payload

    def is_fresh(self) -> bool:
        """Tell whether Telegram answered a short while ago."""
        return time.monotonic() - self._answered_at < FETCHED_SECONDS

    # The arguments are passed on as they come, whatever the library's next version adds.
    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 - As above.
        """Send a request, in the library's own words, and note that it was answered."""
        code, payload = await super().do_request(*args, **kwargs)
        if code == HTTPStatus.OK:
            self._answered_at = time.monotonic()
            self._payload = payload
        return code, payload
