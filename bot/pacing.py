"""When the next message may go out: to its chat, and at all."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `count` turns in any `seconds`."""

    count: int
    seconds: float


# Thirty a second, evenly: in a burst, many would be under way at a kill and come twice.
OVERALL = Pace(1, 1 / 30)
PRIVATE = Pace(5, 5.0)
# A little longer than a minute: requests don't arrive as evenly as they leave.
GROUP = Pace(20, 60.5)


class Turns:
    """Gives out turns by key, in the order in which they are asked for: as soon as may be."""

    def __init__(self, pace: Pace, *, clock: Callable[[], float]) -> None:
        self._pace, self._clock = pace, clock
        # In the order of the last turn, because a key is moved to the end with each.
        self._given: dict[Hashable, deque[float]] = {}

    def take(self, key: Hashable) -> float:
        """Take the next turn of a key; return the seconds until it comes."""
        now = self._clock()
        given = self._given.pop(key, None) or deque(maxlen=self._pace.count)
        full = len(given) == self._pace.count
        at = max(now, given[0] + self._pace.seconds) if full else now
        given.append(at)
        self._given[key] = given
        while self._is_free(oldest := next(iter(self._given)), now):
            del self._given[oldest]
        return at - now

    def _is_free(self, key: Hashable, now: float) -> bool:
        return self._given[key][-1] + self._pace.seconds <= now


class Drip:
    """Gives out turns by key: after a burst of all of a pace's turns, evenly one by one."""

    def __init__(self, pace: Pace, *, clock: Callable[[], float]) -> None:
        self._burst, self._clock = pace.count, clock
        self._spacing = pace.seconds / pace.count
        # The time at which a key will have its whole burst again tells all about it.
        self._full_at: dict[Hashable, float] = {}

    def take(self, key: Hashable) -> float:
        """Take the next turn of a key; return the seconds until it comes."""
        now = self._clock()
        full_at = max(now, self._full_at.pop(key, now))
        self._full_at[key] = full_at + self._spacing
        while self._full_at[oldest := next(iter(self._full_at))] <= now:
            del self._full_at[oldest]
        return max(0.0, full_at - now - (self._burst - 1) * self._spacing)


@dataclass(slots=True)
class Paces:
    """Telegram's limits, and the chats that it has closed for a while."""

    clock: Callable[[], float] = time.monotonic
    _overall: Drip = field(init=False)
    _private: Drip = field(init=False)
    _groups: Turns = field(init=False)
    _closed: dict[Hashable, float] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._overall = Drip(OVERALL, clock=self.clock)
        self._private = Drip(PRIVATE, clock=self.clock)
        self._groups = Turns(GROUP, clock=self.clock)

    def of_chat(self, chat_id: Hashable) -> float:
        """Take a chat's next turn; return the seconds until it comes."""
        # A name is that of a channel or of a group.
        private = isinstance(chat_id, int) and chat_id > 0
        return (self._private if private else self._groups).take(chat_id)

    def of_all(self) -> float:
        """Take the bot's next turn; return the seconds until it comes."""
        return self._overall.take(None)

    def close(self, chat_id: Hashable, *, seconds: float) -> None:
        """Note that Telegram takes nothing for a chat before some seconds have passed."""
        self._closed[chat_id] = self.clock() + seconds

    def closed(self, chat_id: Hashable) -> float:
        """Return for how many seconds a chat is still closed."""
        left = self._closed.get(chat_id, 0.0) - self.clock()
        if left <= 0:
            self._closed.pop(chat_id, None)
        return max(0.0, left)
