"""The last errors of the log, redacted, for /status."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime

from .redaction import RedactingFormatter

KEPT = 5
LINE_CHARACTERS = 200


class RecentErrors(logging.Handler):
    """Keeps the last errors in memory, a line each, without what a traceback may hold."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__(logging.ERROR)
        self.setFormatter(RedactingFormatter(secrets))
        self._lines: deque[str] = deque(maxlen=KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the first line of a record, with the kind of its exception."""
        at = datetime.fromtimestamp(record.created, UTC).strftime("%m-%d %H:%M")
        kind = record.exc_info[0] if record.exc_info else None
        name = f" ({kind.__name__})" if kind is not None else ""
        # The finished line begins with the time in another form, the level and the logger.
        line = self.format(record).splitlines()[0].split(": ", 1)[-1]
        self._lines.append(f"{at} {line[:LINE_CHARACTERS]}{name}")

    def lines(self) -> tuple[str, ...]:
        """Return the lines, oldest first."""
        return tuple(self._lines)
