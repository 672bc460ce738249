"""A link that somebody shared opens one quote, with its buttons."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from telegram import Update
from telegram.ext import ContextTypes

from index import Quote

from .addressing import asked, identity
from .answering import Answering
from .buttons import Under, card_keyboard
from .deep_links import Link
from .delivery import Target
from .languages import texts_of
from .rendering import render_card
from .storage import Place, RememberedAnswer

Context = ContextTypes.DEFAULT_TYPE

COMMAND = r"^/start(?:@\w+)? q_"


@dataclass(frozen=True, slots=True)
class Opening:
    """The callback of `/start q_<id>`."""

    answering: Answering

    async def on_link(self, update: Update, context: Context) -> None:
        """Show the quote that a link leads to, as long as it stands in the documents."""
        if (message := asked(update, context.bot)) is None:
            return
        texts, target = texts_of(message.from_user), Target.of(message)
        payload = (message.text or "").split(maxsplit=1)[1]
        generation = self.answering.engine.generation
        quote = await asyncio.to_thread(self._find, payload.strip(), generation)
        if quote is None:
            await self.answering.delivery.send_line(context.bot, target, texts.link_gone)
            return
        asker_id = identity(message.from_user, message)
        answer_id = await self.answering.delivery.storage.remember_answer(
            RememberedAnswer(generation, target.chat_id, asker_id, (Place.of(quote),))
        )
        page = render_card([quote], texts=texts, compact=not target.private).page
        keyboard = card_keyboard(Under(answer_id, range(1), 1), texts=texts)
        await self.answering.delivery.send(context.bot, target, page, keyboard=keyboard)

    def _find(self, payload: str, generation: str) -> Quote | None:
        link, engine = Link.parse(payload), self.answering.engine
        found = link and link.find(engine.documents())
        if not found:
            return None
        quote = engine.quote(generation, *found)
        sound = self.answering.recalling.sound([quote] if quote else [], generation)
        return sound[0] if sound else None
