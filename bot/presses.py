"""A press of a button: the answer that it belongs to, and the notice that ends its spinner."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Bot, CallbackQuery, MaybeInaccessibleMessage, Message
from telegram.constants import ChatType
from telegram.error import BadRequest

from .addressing import Me, asked_text
from .answering import Answering
from .buttons import Action, Press
from .delivery import Target
from .group_settings import DEFAULT
from .languages import texts_of
from .storage import RememberedAnswer
from .texts import Texts

TOO_OLD = "query is too old"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press that belongs to an answer which is remembered."""

    bot: Bot
    query: CallbackQuery
    press: Press
    message: MaybeInaccessibleMessage
    answer: RememberedAnswer
    texts: Texts

    @property
    def target(self) -> Target:
        """Where what it brings is sent."""
        return Target.of(self.message)

    @property
    def replied(self) -> Message | None:
        """The message that was answered, where Telegram shows it."""
        return self.message.reply_to_message if isinstance(self.message, Message) else None


async def recall(query: CallbackQuery, bot: Bot, answering: Answering) -> Pressed | None:
    """Return what a press belongs to; None where that was forged or has expired."""
    press, message = Press.parse(query.data), query.message
    if press is None or message is None or press.action is Action.CANCEL:
        return None
    storage = answering.delivery.storage
    answer = await storage.recall_answer(press.target, chat_id=message.chat.id)
    if answer is None:
        return None
    return Pressed(bot, query, press, message, answer, texts_of(query.from_user))


async def question_of(pressed: Pressed, answering: Answering) -> str:
    """Return the question that was answered, empty where Telegram doesn't show it."""
    replied = pressed.replied
    if replied is None:
        return ""
    private = replied.chat.type == ChatType.PRIVATE
    group = DEFAULT if private else await answering.delivery.groups.of(replied.chat_id)
    return asked_text(replied, Me.of(pressed.bot), group) or replied.text or replied.caption or ""


async def notify(query: CallbackQuery, text: str | None = None) -> None:
    """Answer a press, which ends its spinner; one that waited too long can't be answered."""
    try:
        await query.answer(text)
    except BadRequest as error:
        if TOO_OLD not in str(error).lower():
            raise
