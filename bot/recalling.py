"""Quotes again, from their remembered places; none leaves that differs from its document."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from index import Engine, Quote

from .rendering import is_sendable
from .storage import Place, RememberedAnswer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recalling:
    """Makes remembered quotes again, and checks every quote before it is shown."""

    engine: Engine

    async def quotes_of(self, answer: RememberedAnswer, shown: range) -> list[Quote]:
        """Return the remembered quotes in `shown`; none when one of them can't be checked."""
        places = answer.places[shown.start : shown.stop]
        quotes = await asyncio.to_thread(self._rebuild, answer.generation, places)
        # A missing quote would shift the numbers of the buttons.
        return quotes if len(quotes) == len(places) else []

    async def context_of(self, answer: RememberedAnswer, number: int) -> Quote | None:
        """Return the paragraph around a remembered quote; None when it can't be checked.

        It equals the quote where that is the whole paragraph already.
        """
        return await asyncio.to_thread(self._surround, answer.generation, answer.places[number])

    def sound(self, quotes: Sequence[Quote], generation: str) -> list[Quote]:
        """Return the quotes that are their document's own characters and fit a page."""
        return [quote for quote in quotes if self._is_sound(quote, generation)]

    def _rebuild(self, generation: str, places: Sequence[Place]) -> list[Quote]:
        found = (
            self.engine.quote(generation, place.document, place.span, place.highlight)
            for place in places
        )
        return self.sound([quote for quote in found if quote is not None], generation)

    def _surround(self, generation: str, place: Place) -> Quote | None:
        for quote in self._rebuild(generation, [place]):
            around = self.engine.surroundings(quote, generation=generation)
            sound = self.sound([] if around is None else [around], generation)
            return sound[0] if sound else None
        return None

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
