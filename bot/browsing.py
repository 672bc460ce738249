"""The buttons under an answer: its context, its sources, further quotes, the question alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from telegram import Bot, CallbackQuery, MaybeInaccessibleMessage, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from .addressing import Me, asked_text
from .answering import QUOTES_A_CARD, Answering
from .buttons import Action, Press
from .delivery import Target
from .group_settings import DEFAULT
from .languages import texts_of
from .recency import Recently
from .rendering import render_sources
from .storage import RememberedAnswer
from .texts import Texts

Context = ContextTypes.DEFAULT_TYPE

DOUBLE_TAP_SECONDS = 3.0
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
        shown = pressed.press.quotes
        if not 0 <= shown.start < shown.stop <= len(pressed.answer.places):
            await notify(pressed.query, pressed.texts.expired)
            return
        quotes = await self.answering.recalling.quotes_of(pressed.answer, shown)
        if not quotes:
            await notify(pressed.query, pressed.texts.unavailable)
            return
        await notify(pressed.query)
        page = render_sources(quotes, texts=pressed.texts, username=pressed.bot.username)
        await self.answering.delivery.send(pressed.bot, pressed.target, page)

    async def _show_further(self, pressed: Pressed) -> None:
        press, total = pressed.press, len(pressed.answer.places)
        most = QUOTES_A_CARD if pressed.target.private else 1
        shown = range(press.number, min(press.number + most, total))
        if not shown:
            await notify(pressed.query, pressed.texts.expired)
            return
        quotes = await self.answering.recalling.quotes_of(pressed.answer, shown)
        if not quotes:
            await notify(pressed.query, pressed.texts.unavailable)
            return
        await notify(pressed.query)
        await self.answering.send_further(
            pressed.bot,
            quotes,
            press=press,
            total=total,
            target=pressed.target,
            texts=pressed.texts,
        )

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
    me = Me(pressed.bot.id, pressed.bot.username)
    return asked_text(replied, me, group) or replied.text or replied.caption or ""


async def notify(query: CallbackQuery, text: str | None = None) -> None:
    """Answer a press, which ends its spinner; one that waited too long can't be answered."""
    try:
        await query.answer(text)
    except BadRequest as error:
        if TOO_OLD not in str(error).lower():
            raise
