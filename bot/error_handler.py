"""What becomes of an error: the log first, then one line for the person who waits."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from telegram import Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ContextTypes

from index import SearchDownError

from .delivery import Delivery, Target
from .flood_control import may_be_repeated, seconds_of
from .handling import current
from .languages import texts_of
from .recency import Recently

REPEAT_SECONDS = 60.0
EXPECTED = (
    "message is not modified",
    "query is too old",
    "message to delete not found",
    "not enough rights",
    "chat not found",
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorHandler:
    """The application's error callback. It never raises."""

    delivery: Delivery
    clock: Callable[[], float] = time.monotonic
    _logged: Recently = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_logged", Recently(REPEAT_SECONDS, clock=self.clock))

    async def on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log an error, and tell the person whose message was not answered."""
        error = context.error
        if isinstance(update, Update):
            _log_update(update, error)
            if _is_put_off(update, error):
                return
            # After a timeout the answer may have arrived: a line that denies it would confuse.
            if not isinstance(error, Forbidden | ChatMigrated | RetryAfter | TimedOut):
                # The line is a courtesy: failing to send it must not raise a second error.
                with contextlib.suppress(TelegramError):
                    await self._apologize(update, context)
        elif isinstance(error, Conflict):
            # Two instances meet every few seconds; one line a minute is enough to be seen.
            if not self._logged.again(Conflict.__name__):
                logger.error("Another program is running with the same token: stop one of them")
        elif isinstance(error, NetworkError | RetryAfter):
            if not self._logged.again(type(error).__name__):
                logger.warning("Telegram can't be reached, trying again: %s", error)
        else:
            logger.error("An error outside of any update", exc_info=error)

    async def _apologize(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if _is_expected(context.error):
            return
        texts = texts_of(update.effective_user)
        line = texts.search_down if isinstance(context.error, SearchDownError) else texts.failed
        if update.callback_query is not None:
            await update.callback_query.answer(line)
        elif update.message is not None:
            handling = current()
            notice = None if handling is None else handling.notice
            target = replace(Target.of(update.message), in_place_of=notice)
            await self.delivery.send_line(context.bot, target, line)


def _is_put_off(update: Update, error: Exception | None) -> bool:
    """Put an update off where Telegram could not be reached and nothing was sent yet."""
    handling = current()
    if handling is None or handling.has_sent or update.inline_query is not None:
        return False
    if isinstance(error, RetryAfter):
        handling.postpone_seconds = seconds_of(error.retry_after)
    elif isinstance(error, NetworkError) and may_be_repeated(error):
        handling.postpone_seconds = 0.0
    return handling.postpone_seconds is not None


def _log_update(update: Update, error: Exception | None) -> None:
    chat = update.effective_chat
    kind = chat.type if chat is not None else "no"
    if isinstance(error, Forbidden) or _is_expected(error):
        logger.info("Update %d in a %s chat: %s", update.update_id, kind, error)
    elif isinstance(error, NetworkError | RetryAfter | ChatMigrated) and not isinstance(
        error, BadRequest
    ):
        logger.warning("Update %d in a %s chat: %s", update.update_id, kind, error)
    elif isinstance(error, SearchDownError):
        logger.error("Update %d in a %s chat: %s", update.update_id, kind, error)
    else:
        logger.error("Update %d in a %s chat failed", update.update_id, kind, exc_info=error)


def _is_expected(error: Exception | None) -> bool:
    text = str(error).lower()
    return isinstance(error, BadRequest) and any(words in text for words in EXPECTED)
