"""A question in a chat: is it one for the bot, may it be asked now, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from .addressing import Me, asked_text, has_words, identity
from .answering import Answering
from .delivery import Target
from .group_settings import DEFAULT, GroupBook, GroupSettings
from .languages import texts_of
from .recency import Recently
from .replies import KEPT_SECONDS, Turns
from .texts import Texts

Context = ContextTypes.DEFAULT_TYPE

QUESTION_CHARACTERS = 1000
HINT_SECONDS = 2.0
"""Telegram cuts a long text into several messages: one hint for all of them."""


@dataclass(frozen=True, slots=True)
class Questions:
    """The callbacks for what people ask."""

    answering: Answering
    groups: GroupBook
    _turns: Turns = field(default_factory=Turns, init=False)
    _hinted: Recently = field(default_factory=lambda: Recently(HINT_SECONDS), init=False)

    async def on_question(self, update: Update, context: Context) -> None:
        """Answer a message with quotes, if it is a question to the bot."""
        message = update.message
        if message is not None:
            async with self._turns.of((message.chat_id, message.message_id)):
                await self._answer(message, context, Target.of(message))

    async def on_edited_question(self, update: Update, context: Context) -> None:
        """Change the answer to a question that was changed; what was never answered is new."""
        message = update.edited_message
        if message is None or _age_seconds(message) > KEPT_SECONDS:
            return
        # The answer to what stood there before may still be on its way.
        async with self._turns.of((message.chat_id, message.message_id)):
            replies = self.answering.delivery.replies
            reply_id = await replies.to(message.chat_id, message.message_id)
            await self._answer(message, context, replace(Target.of(message), edits=reply_id))

    async def _answer(self, message: Message, context: Context, target: Target) -> None:
        group = await self._group_of(message)
        text = asked_text(message, Me.of(context.bot), group)
        if text is None:
            return
        texts = texts_of(message.from_user)
        if problem := _problem(text, texts):
            if not self._is_further_piece(message, text):
                await self.answering.delivery.send_line(context.bot, target, problem)
            return
        await self.answering.answer(
            context.bot,
            text,
            target=target,
            asker_id=identity(message.from_user, message),
            texts=texts,
            group=group,
        )

    async def _group_of(self, message: Message) -> GroupSettings:
        private = message.chat.type == ChatType.PRIVATE
        return DEFAULT if private else await self.groups.of(message.chat_id)

    def _is_further_piece(self, message: Message, text: str) -> bool:
        """Tell whether another piece of the same long text was answered just now."""
        return len(text) > QUESTION_CHARACTERS and self._hinted.again(
            (message.chat_id, message.from_user)
        )


def _problem(text: str, texts: Texts) -> str | None:
    """Return what is wrong with a question as one line; None when it can be looked up."""
    if not text:
        return texts.empty_question
    if len(text) > QUESTION_CHARACTERS:
        return texts.long_question.format(length=len(text), limit=QUESTION_CHARACTERS)
    return None if has_words(text) else texts.no_words


def _age_seconds(message: Message) -> float:
    return (datetime.now(UTC) - message.date).total_seconds()
