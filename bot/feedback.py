"""What readers think of an answer: one verdict a person and answer, which they may change."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardMarkup, Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from .answering import Answering
from .buttons import Action, with_reasons, without_reasons
from .languages import texts_of
from .presses import Pressed, notify, question_of, recall
from .storage import Place, Storage, packed, unpacked

Context = ContextTypes.DEFAULT_TYPE

KEPT_SECONDS = 365 * 24 * 3600.0
QUESTION_CHARACTERS = 1000

logger = logging.getLogger(__name__)


class Verdict(StrEnum):
    """What a reader says of an answer."""

    GOOD = "good"
    BAD = "bad"
    """Bad, and not told why."""
    WRONG_QUOTE = "wrong_quote"
    NOT_ASKED = "not_asked"
    MISSING = "missing"


VERDICTS = {
    Action.GOOD: Verdict.GOOD,
    Action.BAD: Verdict.BAD,
    Action.WRONG: Verdict.WRONG_QUOTE,
    Action.OTHER: Verdict.NOT_ASKED,
    Action.MISSING: Verdict.MISSING,
}


@dataclass(frozen=True, slots=True)
class Judgment:
    """A verdict with what it is about, but not whose it is."""

    verdict: Verdict
    question: str
    """Empty where Telegram didn't show it any more."""
    generation: str
    places: tuple[Place, ...]
    """The quotes that the engine found, best first."""
    given_at: float
    """Unix seconds."""


@dataclass(frozen=True, slots=True)
class FeedbackBook:
    """The verdicts that are stored."""

    storage: Storage
    clock: Callable[[], float] = time.time

    async def note(
        self, pressed: Pressed, *, person_id: int, verdict: Verdict, question: str
    ) -> None:
        """Store a person's verdict on an answer, in place of an earlier one."""
        now = self.clock()
        places = json.dumps([packed(place) for place in pressed.answer.places], ensure_ascii=False)
        about = (question[:QUESTION_CHARACTERS], pressed.answer.generation, places)
        row = (pressed.press.target, person_id, now, verdict.value, *about)
        await self.storage.write(
            ("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)", row),
            ("DELETE FROM feedback WHERE given_at < ?", (now - KEPT_SECONDS,)),
        )

    async def all(self) -> tuple[Judgment, ...]:
        """Return all verdicts, oldest first."""
        rows = await self.storage.read(
            "SELECT verdict, question, generation, places, given_at FROM feedback "
            "ORDER BY given_at, rowid",
            (),
        )
        return tuple(
            Judgment(
                Verdict(verdict), question, generation, tuple(map(unpacked, json.loads(places))), at
            )
            for verdict, question, generation, places, at in rows
        )


@dataclass(frozen=True, slots=True)
class Feedback:
    """The callbacks of the buttons that judge an answer. In a group everyone may."""

    answering: Answering
    book: FeedbackBook

    async def on_verdict(self, update: Update, context: Context) -> None:
        """Store a verdict; one that is bad is asked for its reason."""
        query = update.callback_query
        if query is None:
            return
        texts = texts_of(query.from_user)
        pressed = await recall(query, context.bot, self.answering)
        if pressed is None or pressed.press.action not in VERDICTS:
            await notify(query, texts.expired)
            return
        verdict = VERDICTS[pressed.press.action]
        question = await question_of(pressed, self.answering)
        person_id = query.from_user.id
        await self.book.note(pressed, person_id=person_id, verdict=verdict, question=question)
        asks = verdict is Verdict.BAD
        await notify(query, texts.feedback_which if asks else texts.feedback_thanks)
        await _show_reasons(pressed, shown=asks)


async def _show_reasons(pressed: Pressed, *, shown: bool) -> None:
    message = pressed.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return
    before = message.reply_markup
    rows = [list(row) for row in before.inline_keyboard]
    after = without_reasons(rows)
    if shown:
        after = with_reasons(rows, pressed.press.target, texts=pressed.texts)
    if after != before:
        await _change(message, after)


async def _change(message: Message, keyboard: InlineKeyboardMarkup) -> None:
    try:
        await message.edit_reply_markup(keyboard)
    except TelegramError as error:
        # The verdict is stored; the buttons are a courtesy.
        logger.info("Buttons could not be changed: %s", error)
