"""The buttons under an answer: its context, its sources, further quotes, the question alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from telegram import Update
from telegram.ext import ContextTypes

from index import Quote

from .answering import QUOTES_A_CARD, Answering
from .buttons import Action
from .languages import texts_of
from .presses import Pressed, notify, question_of, recall
from .recency import Recently
from .rendering import render_sources

Context = ContextTypes.DEFAULT_TYPE

DOUBLE_TAP_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Browsing:
    """The callbacks of an answer's buttons. In a group anyone may press most of them."""

    answering: Answering
    _pressed: Recently = field(default_factory=lambda: Recently(DOUBLE_TAP_SECONDS), init=False)

    async def on_press(self, update: Update, context: Context) -> None:
        """Show what a button promises; data that was forged or has expired gets a short notice."""
        query = update.callback_query
        if query is None:
            return
        pressed = await recall(query, context.bot, self.answering)
        if pressed is None:
            await notify(query, texts_of(query.from_user).expired)
            return
        message, press = pressed.message, pressed.press
        if press.action is Action.ALONE and query.from_user.id != pressed.answer.asker_id:
            await notify(query, pressed.texts.whose_button)
        elif self._pressed.again((message.chat.id, message.message_id, press)):
            await notify(query, pressed.texts.shown_already)
        elif press.action is Action.CONTEXT:
            await self._show_context(pressed)
        elif press.action is Action.SOURCES:
            await self._show_sources(pressed)
        elif press.action is Action.ALONE:
            await self._answer_alone(pressed)
        elif press.action in {Action.MORE, Action.NEAREST}:
            await self._show_further(pressed)
        else:
            await notify(query, pressed.texts.expired)

    async def _show_context(self, pressed: Pressed) -> None:
        answer, number = pressed.answer, pressed.press.number
        if number >= len(answer.places):
            await notify(pressed.query, pressed.texts.expired)
            return
        around = await self.answering.recalling.context_of(answer, number)
        if around is None:
            await notify(pressed.query, pressed.texts.unavailable)
        elif around.span == answer.places[number].span:
            await notify(pressed.query, pressed.texts.whole_context)
        else:
            await notify(pressed.query)
            await self.answering.send_context(
                pressed.bot, around, target=pressed.target, texts=pressed.texts
            )

    async def _show_sources(self, pressed: Pressed) -> None:
        if quotes := await self._quotes(pressed, pressed.press.quotes):
            page = render_sources(quotes, texts=pressed.texts, username=pressed.bot.username)
            await self.answering.delivery.send(pressed.bot, pressed.target, page)

    async def _show_further(self, pressed: Pressed) -> None:
        press, total = pressed.press, len(pressed.answer.places)
        most = QUOTES_A_CARD if pressed.target.private else 1
        shown = range(press.number, min(press.number + most, total))
        if quotes := await self._quotes(pressed, shown):
            await self.answering.send_further(
                pressed.bot,
                quotes,
                press=press,
                total=total,
                target=pressed.target,
                texts=pressed.texts,
            )

    async def _quotes(self, pressed: Pressed, shown: range) -> list[Quote]:
        """Answer a press, and return the quotes that it is about; none where a notice says why."""
        if not 0 <= shown.start < shown.stop <= len(pressed.answer.places):
            await notify(pressed.query, pressed.texts.expired)
            return []
        quotes = await self.answering.recalling.quotes_of(pressed.answer, shown)
        await notify(pressed.query, None if quotes else pressed.texts.unavailable)
        return quotes

    async def _answer_alone(self, pressed: Pressed) -> None:
        """Change the answer into that to the question without the one before it."""
        question = await question_of(pressed, self.answering)
        if pressed.replied is None or not question:
            await notify(pressed.query, pressed.texts.expired)
            return
        await notify(pressed.query)
        target = replace(
            pressed.target,
            reply_to=pressed.replied.message_id,
            edits=pressed.message.message_id,
        )
        await self.answering.answer(
            pressed.bot,
            question,
            target=target,
            asker_id=pressed.answer.asker_id,
            texts=pressed.texts,
            alone=True,
        )
