"""A circuit breaker: what fails again and again is left alone for a while, then tried once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 3
SECONDS = 5.0


class Circuit:
    """Counts failures in a row; threads may share it."""

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seconds = seconds
        """How long a broken circuit waits before each trial."""
        self._limit = failures
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._next_trial = 0.0

    def admits(self) -> bool:
        """Tell whether to try now; of a broken circuit only one caller is told so, once a while."""
        with self._lock:
            now = self._clock()
            if self._failures < self._limit:
                return True
            if now < self._next_trial:
                return False
            self._next_trial = now + self.seconds
            return True

    def succeeded(self) -> None:
        """Close the circuit."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Count a failure; the last of several in a row breaks the circuit."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._limit:
                self._next_trial = self._clock() + self.seconds
