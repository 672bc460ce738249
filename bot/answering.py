"""From a question to the card that is sent, and from a card's buttons to the next one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from telegram import Bot
from telegram.error import TelegramError

from index import Abstention, Engine, Quote, Reply

from .arranging import arranged
from .buttons import Press, Under, card_keyboard, nearest_keyboard
from .citations import COPY_UNITS, copied
from .deep_links import link_to
from .delivery import Delivery, Target, typing
from .followups import Asker, FollowUps
from .group_settings import DEFAULT, GroupSettings
from .handling import current
from .line import Line, Tell
from .metrics import Metrics
from .pages import units
from .recalling import Recalling
from .rendering import render_card, render_line
from .statistics import Statistics
from .storage import Place, RememberedAnswer
from .texts import Texts

QUOTES = 5
"""Quotes asked of the engine: those of the first card and those behind its button."""
QUOTES_A_CARD = 3

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, with where and how its answer goes."""

    question: str
    target: Target
    asker_id: int | None
    texts: Texts
    group: GroupSettings = DEFAULT

    @property
    def asker(self) -> Asker | None:
        """Who asks where; None when that is nobody in particular."""
        if self.asker_id is None:
            return None
        return Asker(self.target.chat_id, self.target.thread_id, self.asker_id)


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers questions and remembers the answers for their buttons."""

    engine: Engine
    delivery: Delivery
    followups: FollowUps = field(default_factory=FollowUps)
    line: Line = field(default_factory=Line)
    metrics: Metrics = field(default_factory=Metrics)

    @property
    def recalling(self) -> Recalling:
        """What makes remembered quotes again."""
        return Recalling(self.engine)

    async def answer(
        self,
        bot: Bot,
        question: str,
        *,
        target: Target,
        asker_id: int | None,
        texts: Texts,
        group: GroupSettings = DEFAULT,
        alone: bool = False,
    ) -> None:
        """Answer a question with quotes, or say that the sources don't.

        Unless it is asked `alone`, it may lean on the asker's question before.
        """
        asked = Asked(question, target, asker_id, texts, group)
        began = time.monotonic()
        reply = await self._reply(bot, asked, alone=alone)
        await self._count(asked, reply, seconds=time.monotonic() - began)
        if group.quiet and isinstance(reply, Abstention) and not target.private:
            return
        handling = current()
        if handling is not None and handling.notice is not None:
            target = replace(target, in_place_of=handling.notice)
        await self._send_reply(bot, reply, replace(asked, target=target))

    async def find(self, question: str) -> list[Quote]:
        """Return the quotes that answer a question, best first; none where the sources don't."""
        async with self.line.turn():
            reply = await asyncio.to_thread(self.engine.answer, question, limit=QUOTES)
        quotes = () if isinstance(reply, Abstention) else reply.quotes
        return self.recalling.sound(quotes, reply.generation)

    async def send_further(
        self,
        bot: Bot,
        quotes: Sequence[Quote],
        *,
        press: Press,
        total: int,
        target: Target,
        texts: Texts,
    ) -> None:
        """Send the quotes that `press` asked for, with a button for those after them."""
        card = render_card(quotes, texts=texts, compact=not target.private)
        shown = range(press.number, press.number + card.shown)
        under = Under(press.target, shown, total, press.action)
        await self.delivery.send(bot, target, card.page, keyboard=card_keyboard(under, texts=texts))

    async def send_context(self, bot: Bot, quote: Quote, *, target: Target, texts: Texts) -> None:
        """Send the paragraph around a quote."""
        card = render_card([quote], texts=texts, compact=not target.private)
        await self.delivery.send(bot, target, card.page)

    def _telling(self, bot: Bot, asked: Asked) -> Tell | None:
        handling = current()
        if handling is not None and handling.notice is not None:
            return None

        async def tell(place: int) -> None:
            line = asked.texts.management.in_line.format(place=place)
            # The answer comes in any case.
            with contextlib.suppress(TelegramError):
                await self.delivery.tell_place(bot, asked.target, line)

        return tell

    async def _reply(self, bot: Bot, asked: Asked, *, alone: bool) -> Reply:
        asker, message_id = asked.asker, asked.target.reply_to
        earlier = None
        if asker is not None and not alone:
            earlier = self.followups.before(asker, message_id=message_id)
        tell = None if asked.group.quiet or asked.target.edits else self._telling(bot, asked)
        async with typing(bot, asked.target), self.line.turn(tell):
            # Answering is CPU work; on the event loop it would make every chat wait.
            reply = await asyncio.to_thread(understood, self.engine, asked.question, earlier)
        if asker is not None:
            self.followups.note(
                asker,
                asked.question,
                message_id=message_id,
                understood_with=reply.understood_with,
            )
        return reply

    async def _count(self, asked: Asked, reply: Reply, *, seconds: float) -> None:
        self.metrics.note_reply(reply, seconds=seconds)
        await Statistics(self.delivery.storage).note(reply, seconds=seconds)
        logger.info(
            "Answered %d characters with %s in %.1f ms",
            len(asked.question),
            "an abstention" if isinstance(reply, Abstention) else f"{len(reply.quotes)} quotes",
            reply.timing_ms.get("total", 0.0),
        )

    async def _send_reply(self, bot: Bot, reply: Reply, asked: Asked) -> None:
        abstained, texts = isinstance(reply, Abstention), asked.texts
        offered = reply.nearest if isinstance(reply, Abstention) else reply.quotes
        quotes = self.recalling.sound(offered, reply.generation)
        if not quotes:
            line = texts.not_found if abstained else texts.failed
            await self.delivery.send_line(bot, asked.target, line)
            return
        quotes, first = arranged(quotes, private=asked.target.private, most=asked.group.quotes)
        places = tuple(map(Place.of, quotes))
        answer_id = await self.delivery.storage.remember_answer(
            RememberedAnswer(reply.generation, asked.target.chat_id, asked.asker_id, places)
        )
        if abstained:
            page = render_line(texts.not_found, texts=texts, understood_with=reply.understood_with)
            borrowed = reply.understood_with is not None
            keyboard = nearest_keyboard(answer_id, borrowed=borrowed, texts=texts)
            await self.delivery.send(bot, asked.target, page, keyboard=keyboard)
            return
        await self._send_card(bot, reply, quotes, first, answer_id, asked)

    async def _send_card(
        self,
        bot: Bot,
        reply: Reply,
        quotes: Sequence[Quote],
        first: int,
        answer_id: str,
        asked: Asked,
    ) -> None:
        private, texts, borrowed = asked.target.private, asked.texts, reply.understood_with
        card = render_card(
            quotes[:first], texts=texts, compact=not private, understood_with=borrowed
        )
        under = Under(
            answer_id,
            range(card.shown),
            len(quotes),
            copied=_clipboard(quotes[: card.shown], bot.username) if private else None,
            rated=True,
            borrowed=borrowed is not None,
        )
        keyboard = card_keyboard(under, texts=texts)
        await self.delivery.send(bot, asked.target, card.page, keyboard=keyboard)


def understood(engine: Engine, question: str, earlier: str | None) -> Reply:
    """Answer a question, together with the one before it only where it leans on that.

    Few words may be a question of their own, too: if they find an answer alone, that is theirs,
    unless they point back themselves. What points back would find an answer alone by chance only.
    """
    alone = engine.answer(question, limit=QUOTES)
    if earlier is None:
        return alone
    together = engine.answer(question, context=earlier, limit=QUOTES)
    if together.understood_with is None:
        return alone
    needed = isinstance(alone, Abstention) and not isinstance(together, Abstention)
    return together if needed or engine.leans(question) else alone


def _clipboard(quotes: Sequence[Quote], username: str) -> str:
    """Return the citations for the clipboard: of all quotes where they fit, else of the first."""
    lines = [copied(quote, link=link_to(quote, username)) for quote in quotes]
    together = "\n".join(lines)
    return together if units(together) <= COPY_UNITS else lines[0]
