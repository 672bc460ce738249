"""How much one person, and one chat, may ask for; below what Telegram lets the bot send."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket of `burst` tokens, of which one comes back every `seconds`."""

    burst: int
    seconds: float


PERSON = Rate(burst=8, seconds=5.0)
CHAT = Rate(burst=18, seconds=3.5)
"""Telegram takes twenty messages a minute for a group; a few are left for what isn't asked for."""
TOLD_SECONDS = 60.0
"""Who is over the limit is told so once in this time."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A request over the limit. `tell` is true for the first of the window."""

    wait_seconds: int
    tell: bool
    of_chat: bool


class Buckets:
    """Token buckets by key. A full one is forgotten, so that their number follows the traffic."""

    def __init__(self, rate: Rate, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        # The time at which a bucket will be full again tells all about it.
        self._full_at: dict[Hashable, float] = {}

    def wait(self, key: Hashable) -> float:
        """Return for how many seconds nothing may be taken for `key`; 0 when it may be now."""
        now = self._clock()
        missing = (self._full_at.get(key, now) - now) / self._rate.seconds
        return max(0.0, missing - self._rate.burst + 1) * self._rate.seconds

    def take(self, key: Hashable) -> None:
        """Take one token; to be asked for with `wait` before."""
        now = self._clock()
        for full in [k for k, at in self._full_at.items() if at <= now]:
            del self._full_at[full]
        self._full_at[key] = max(now, self._full_at.get(key, now)) + self._rate.seconds


@dataclass(slots=True)
class Limits:
    """What is asked for, counted by person and by chat."""

    clock: Callable[[], float] = time.monotonic
    _persons: Buckets = field(init=False)
    _chats: Buckets = field(init=False)
    _told: dict[Hashable, float] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._persons = Buckets(PERSON, clock=self.clock)
        self._chats = Buckets(CHAT, clock=self.clock)

    def take(self, *, person: int, chat: int) -> Refused | None:
        """Count a request; None when it is within the limits, and only then it counts."""
        waits = (self._persons.wait(person), self._chats.wait(chat))
        if not any(waits):
            self._persons.take(person)
            self._chats.take(chat)
            return None
        of_chat = not waits[0]
        key = ("chat", chat) if of_chat else ("person", person)
        return Refused(math.ceil(max(waits)), self._first(key), of_chat)

    def _first(self, key: Hashable) -> bool:
        now = self.clock()
        for old in [k for k, at in self._told.items() if now - at >= TOLD_SECONDS]:
            del self._told[old]
        if key in self._told:
            return False
        self._told[key] = now
        return True
