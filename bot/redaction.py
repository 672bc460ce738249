"""Logging that can't give a secret away, tracebacks included."""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import quote as percent_encode

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
REDACTED = "<secret>"
TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
"""What looks like a token is one, whoever's it may be."""
LEAST_CHARACTERS = 6
"""Shorter ones protect nothing, and stand in ordinary words."""
# Libraries that repeat what this program reports itself, or log addresses with the token in them.
QUIET = {
    "httpx": logging.WARNING,
    "httpcore": logging.INFO,
    "aiosqlite": logging.INFO,
    "sentence_transformers": logging.WARNING,
    "telegram.ext": logging.CRITICAL,
    "telegram.ext.Application": logging.WARNING,
}

logger = logging.getLogger(__name__)


class RedactingFormatter(logging.Formatter):
    """Replaces secrets in the finished line: a filter would miss the traceback."""

    def __init__(self, secrets: Sequence[str], *, structured: bool = False) -> None:
        super().__init__(FORMAT)
        self._structured, self._secrets = structured, secrets

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without any form of a secret."""
        line = self._as_json(record) if self._structured else super().format(record)
        return redacted(line, self._secrets)

    def _as_json(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {"at": at, "level": record.levelname, "logger": record.name}
        fields["message"] = record.getMessage()
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def redacted(text: str, secrets: Sequence[str]) -> str:
    """Return a text without any form of a secret."""
    text = TOKEN.sub(REDACTED, text)
    forms = {form for secret in secrets for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, REDACTED)
    return text


def configure_logging(level: str, *, secrets: Sequence[str], structured: bool = False) -> None:
    """Send all logs to stderr, redacted, at `level` and above; `structured` as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(secrets, structured=structured))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelNamesMapping()[level]))
    # The interpreter would print these past every handler.
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda told: _log_uncaught(
        told.exc_type, told.exc_value, told.exc_traceback
    )
    sys.unraisablehook = lambda told: _log_uncaught(
        told.exc_type, told.exc_value, told.exc_traceback
    )


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    logger.critical("Nobody expected this error", exc_info=(kind, error or kind(), trace))


def _forms(secret: str) -> tuple[str, ...]:
    # The part of a token after the colon is the secret proper: it must not appear alone either.
    forms = (secret, percent_encode(secret, safe=""), secret.rpartition(":")[2])
    return tuple(form for form in forms if len(form) >= LEAST_CHARACTERS)
