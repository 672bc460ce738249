"""From a question to the card that is sent, and from a card's buttons to the next one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from telegram import Bot

from index import Abstention, Engine, Quote, Reply

from .buttons import Action, Press, card_keyboard, nearest_keyboard
from .delivery import Delivery, Target, typing
from .group_settings import DEFAULT, GroupSettings
from .rendering import Page, is_sendable, render_card
from .storage import Place, RememberedAnswer
from .texts import Texts

QUOTES = 5
"""Quotes asked of the engine: those of the first card and those behind its button."""
QUOTES_A_CARD = 3
CLOSE_SCORE, CLOSE_SCORE_ELSEWHERE = 0.1, 0.25
"""A second quote is shown at once if it is behind the first by no more than this part of its score:
of the same document, of another one."""
CONCURRENT_ANSWERS = 4
"""More threads than cores only make every asker wait longer."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers questions and remembers the answers for their buttons."""

    engine: Engine
    delivery: Delivery
    _gate: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(CONCURRENT_ANSWERS), init=False
    )

    async def answer(
        self,
        bot: Bot,
        question: str,
        *,
        target: Target,
        asker_id: int | None,
        texts: Texts,
        group: GroupSettings = DEFAULT,
    ) -> None:
        """Answer a question with quotes, or say that the sources don't."""
        async with typing(bot, target), self._gate:
            # Answering is CPU work; on the event loop it would make every chat wait.
            reply = await asyncio.to_thread(self.engine.answer, question, limit=QUOTES)
        logger.info(
            "Answered %d characters with %s in %.1f ms",
            len(question),
            "an abstention" if isinstance(reply, Abstention) else f"{len(reply.quotes)} quotes",
            reply.timing_ms.get("total", 0.0),
        )
        if group.quiet and isinstance(reply, Abstention) and not target.private:
            return
        await self._send_reply(
            bot, reply, target=target, asker_id=asker_id, texts=texts, most=group.quotes
        )

    async def quotes_of(self, answer: RememberedAnswer, shown: range) -> list[Quote]:
        """Return the remembered quotes in `shown`; none when one of them can't be checked."""
        places = answer.places[shown.start : shown.stop]
        quotes = await asyncio.to_thread(self._rebuild, answer.generation, places)
        # A missing quote would shift the numbers of the buttons.
        return quotes if len(quotes) == len(places) else []

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
        keyboard = card_keyboard(
            press.target,
            shown=range(press.number, press.number + card.shown),
            total=total,
            further=press.action,
            texts=texts,
        )
        await self.delivery.send(bot, target, card.page, keyboard=keyboard)

    async def context_of(self, answer: RememberedAnswer, number: int) -> Quote | None:
        """Return the paragraph around a remembered quote; None when it can't be checked.

        It equals the quote where that is the whole paragraph already.
        """
        return await asyncio.to_thread(self._surround, answer.generation, answer.places[number])

    async def send_context(self, bot: Bot, quote: Quote, *, target: Target, texts: Texts) -> None:
        """Send a paragraph that `context_of` returned."""
        card = render_card([quote], texts=texts, compact=not target.private)
        await self.delivery.send(bot, target, card.page)

    async def _send_reply(
        self,
        bot: Bot,
        reply: Reply,
        *,
        target: Target,
        asker_id: int | None,
        texts: Texts,
        most: int,
    ) -> None:
        abstained = isinstance(reply, Abstention)
        offered = reply.nearest if isinstance(reply, Abstention) else reply.quotes
        quotes = self._sound(offered, reply.generation)
        if not quotes:
            line = texts.not_found if abstained else texts.failed
            await self.delivery.send_line(bot, target, line)
            return
        remembered = RememberedAnswer(
            reply.generation, target.chat_id, asker_id, tuple(map(Place.of, quotes))
        )
        answer_id = await self.delivery.storage.remember_answer(remembered)
        if abstained:
            keyboard = nearest_keyboard(answer_id, texts=texts)
            await self.delivery.send(bot, target, Page(texts.not_found), keyboard=keyboard)
            return
        first = quotes[: first_quotes(quotes, private=target.private, most=most)]
        card = render_card(first, texts=texts, compact=not target.private)
        keyboard = card_keyboard(
            answer_id,
            shown=range(card.shown),
            total=len(quotes),
            further=Action.MORE,
            texts=texts,
        )
        await self.delivery.send(bot, target, card.page, keyboard=keyboard)

    def _rebuild(self, generation: str, places: Sequence[Place]) -> list[Quote]:
        found = (
            self.engine.quote(generation, place.document, place.span, place.highlight)
            for place in places
        )
        return self._sound([quote for quote in found if quote is not None], generation)

    def _surround(self, generation: str, place: Place) -> Quote | None:
        for quote in self._rebuild(generation, [place]):
            around = self.engine.surroundings(quote, generation=generation)
            sound = self._sound([] if around is None else [around], generation)
            return sound[0] if sound else None
        return None

    def _sound(self, quotes: Sequence[Quote], generation: str) -> list[Quote]:
        """Return the quotes that are their document's own characters and fit a page."""
        return [quote for quote in quotes if self._is_sound(quote, generation)]

    def _is_sound(self, quote: Quote, generation: str) -> bool:
        if not self.engine.verify(quote, generation=generation):
            problem = "differs from its document"
        elif not is_sendable(quote):
            problem = "doesn't fit a page"
        else:
            return True
        span = quote.span
        logger.error("Quote %s[%d:%d] %s", quote.document, span.start, span.end, problem)
        return False


def first_quotes(quotes: Sequence[Quote], *, private: bool, most: int = 1) -> int:
    """Return how many quotes the first card shows: one, or two of which both may answer.

    In a group there are `most` of them, as its admins decided.
    """
    if len(quotes) < 2 or not private:
        return min(len(quotes), most)
    first, second = quotes[:2]
    share = CLOSE_SCORE if first.document == second.document else CLOSE_SCORE_ELSEWHERE
    # A score may be negative, so that a share of it is no lower bound.
    return 2 if first.score - second.score <= share * abs(first.score) else 1
