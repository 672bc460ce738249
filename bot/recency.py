"""What happened a moment ago, so that a double tap or an album is handled once."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable


class Recently:
    """Remembers keys for some seconds, and no longer: its size follows the traffic."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        # In the order of the times, because a key is only ever added at the end.
        self._seen: dict[Hashable, float] = {}

    def again(self, key: Hashable) -> bool:
        """Note a key; tell whether it was noted before within the seconds."""
        now = self._clock()
        while self._seen and now - next(iter(self._seen.values())) >= self._seconds:
            del self._seen[next(iter(self._seen))]
        if key in self._seen:
            return True
        self._seen[key] = now
        return False
