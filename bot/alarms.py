"""What admins are told without having asked: that something needs a person."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from telegram import Bot
from telegram.error import TelegramError

from .delivery import Delivery, Target
from .languages import Languages
from .recency import Recently
from .texts import ManagementTexts, texts_for

REPEAT_SECONDS = 600.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Alarms:
    """Tells every admin, in private; one kind of trouble once in ten minutes."""

    delivery: Delivery
    languages: Languages
    admin_ids: frozenset[int]
    _told: Recently = field(default_factory=lambda: Recently(REPEAT_SECONDS), init=False)

    async def tell(
        self, bot: Bot, kind: Hashable, line_in: Callable[[ManagementTexts], str]
    ) -> None:
        """Send a line to the admins, each in the language that they chose."""
        if self._told.again(kind):
            return
        for admin_id in sorted(self.admin_ids):
            texts = texts_for(await self.languages.of_person(admin_id))
            target = Target(admin_id, private=True)
            try:
                await self.delivery.send_line(bot, target, line_in(texts.management))
            except TelegramError as error:
                # The log has what happened; an admin who never wrote to the bot can't be told.
                logger.warning("An admin could not be told of %s: %s", kind, error)
