"""The buttons under an answer: its context, further quotes, the nearest passages."""

from __future__ import annotations

from dataclasses import dataclass, field

from telegram import CallbackQuery, MaybeInaccessibleMessage, Update
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from .answering import QUOTES_A_CARD, Answering
from .buttons import Action, Press
from .delivery import Target
from .languages import texts_of
from .recency import Recently
from .storage import RememberedAnswer
from .texts import Texts

Context = ContextTypes.DEFAULT_TYPE

DOUBLE_TAP_SECONDS = 3.0
TOO_OLD = "query is too old"


@dataclass(frozen=True, slots=True)
class Browsing:
    """The callbacks of an answer's buttons. In a group anyone may press them."""

    answering: Answering
    _pressed: Recently = field(default_factory=lambda: Recently(DOUBLE_TAP_SECONDS), init=False)

    async def on_press(self, update: Update, context: Context) -> None:
        """Show what a button promises; data that was forged or has expired gets a short notice."""
        query = update.callback_query
        if query is None:
            return
        texts = texts_of(query.from_user)
        press, message = Press.parse(query.data), query.message
        answer = await self._recall(press, message)
        if press is None or message is None or answer is None:
            await notify(query, texts.expired)
        elif self._pressed.again((message.chat.id, message.message_id, press)):
            await notify(query, texts.shown_already)
        elif press.action is Action.CONTEXT:
            await self._show_context(query, context, answer, press.number, message, texts)
        else:
            await self._show_further(query, context, answer, press, message, texts)

    async def _recall(
        self, press: Press | None, message: MaybeInaccessibleMessage | None
    ) -> RememberedAnswer | None:
        if press is None or message is None or press.action is Action.CANCEL:
            return None
        storage = self.answering.delivery.storage
        answer = await storage.recall_answer(press.target, chat_id=message.chat.id)
        return answer if answer is not None and press.number < len(answer.places) else None

    async def _show_context(
        self,
        query: CallbackQuery,
        context: Context,
        answer: RememberedAnswer,
        number: int,
        message: MaybeInaccessibleMessage,
        texts: Texts,
    ) -> None:
        around = await self.answering.context_of(answer, number)
        if around is None:
            await notify(query, texts.unavailable)
        elif around.span == answer.places[number].span:
            await notify(query, texts.whole_context)
        else:
            await notify(query)
            target = Target.of(message)
            await self.answering.send_context(context.bot, around, target=target, texts=texts)

    async def _show_further(
        self,
        query: CallbackQuery,
        context: Context,
        answer: RememberedAnswer,
        press: Press,
        message: MaybeInaccessibleMessage,
        texts: Texts,
    ) -> None:
        target = Target.of(message)
        most = QUOTES_A_CARD if target.private else 1
        shown = range(press.number, min(press.number + most, len(answer.places)))
        quotes = await self.answering.quotes_of(answer, shown)
        if not quotes:
            await notify(query, texts.unavailable)
            return
        await notify(query)
        await self.answering.send_further(
            context.bot,
            quotes,
            press=press,
            total=len(answer.places),
            target=target,
            texts=texts,
        )


async def notify(query: CallbackQuery, text: str | None = None) -> None:
    """Answer a press, which ends its spinner; one that waited too long can't be answered."""
    try:
        await query.answer(text)
    except BadRequest as error:
        if TOO_OLD not in str(error).lower():
            raise
