"""The line of questions: who asked first is answered first, and who waits long learns the place."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from .pacing import Pace, Turns
from .uninterrupted import uninterrupted

CONCURRENT_ANSWERS = max(2, min(4, os.cpu_count() or 1))
"""More threads than cores only make every asker wait longer."""
CONGESTED = 15
"""With so many messages waiting to go out, another answer would only wait behind them."""
TELL_AFTER_SECONDS = 3.0
NOTICES = Pace(5, 1.0)
"""A notice costs one of thirty messages a second, which the answers need more."""
AGAIN_SECONDS = 0.05

Tell = Callable[[int], Coroutine[Any, Any, None]]
"""Tells an asker a place in the line, from 1."""


@dataclass(slots=True)
class Line:
    """Lets some questions be answered at once, the oldest first."""

    queued: Callable[[], int] = lambda: 0
    """How many messages wait to go out."""
    _waiting: dict[asyncio.Future[None], None] = field(default_factory=dict, init=False)
    _busy: int = field(default=0, init=False)
    _again: asyncio.TimerHandle | None = field(default=None, init=False)
    _notices: Turns = field(init=False)

    def __post_init__(self) -> None:
        self._notices = Turns(NOTICES, clock=time.monotonic)

    @property
    def length(self) -> int:
        """How many questions wait."""
        return len(self._waiting)

    @contextlib.asynccontextmanager
    async def turn(self, tell: Tell | None = None) -> AsyncIterator[None]:
        """Wait for a turn; who waits long is told the place by `tell`, once."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting[turn] = None
        telling = asyncio.create_task(self._tell_later(turn, tell)) if tell is not None else None
        try:
            self._admit()
            await turn
            if telling is not None:
                telling.cancel()
            yield
        finally:
            if turn.done() and not turn.cancelled():
                self._leave()
            else:
                self._waiting.pop(turn, None)
            if telling is not None:
                # A notice that is on its way must have arrived before the answer replaces it.
                # To cancel it twice would break off what is uninterrupted.
                if not telling.cancelling():
                    telling.cancel()
                await asyncio.wait({telling})

    async def _tell_later(self, turn: asyncio.Future[None], tell: Tell) -> None:
        await asyncio.sleep(TELL_AFTER_SECONDS)
        await asyncio.sleep(self._notices.take(None))
        place = list(self._waiting).index(turn) + 1
        await uninterrupted(tell(place))

    def _admit(self) -> None:
        while self._waiting and self._busy < CONCURRENT_ANSWERS:
            if self.queued() >= CONGESTED:
                self._look_again()
                return
            turn = next(iter(self._waiting))
            del self._waiting[turn]
            if not turn.done():
                self._busy += 1
                turn.set_result(None)

    def _look_again(self) -> None:
        # One timer for all who come meanwhile.
        if self._again is None:
            loop = asyncio.get_running_loop()
            self._again = loop.call_later(AGAIN_SECONDS, self._admit_again)

    def _admit_again(self) -> None:
        self._again = None
        self._admit()

    def _leave(self) -> None:
        self._busy -= 1
        self._admit()
