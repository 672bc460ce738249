"""The index is verified again while it serves; where it is damaged, another one takes over."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from telegram import Bot

from index import Engine, IndexingError

from .alarms import Alarms

EVERY_SECONDS = 3600.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class IndexWatch:
    """Looks after the files of the index, and tells the admins of each damage once."""

    engine: Engine
    alarms: Alarms
    every_seconds: float = EVERY_SECONDS
    _told: str | None = field(default=None, init=False)

    async def keep(self, bot: Bot) -> None:
        """Tell what was damaged when it was opened, and look again and again.

        Not at once: every file was verified a moment ago.
        """
        await self._tell(bot, self.engine.fault)
        while True:
            await asyncio.sleep(self.every_seconds)
            try:
                await self.look(bot)
            except Exception:
                # Nobody awaits this task, so that its error would be lost, and the watch with it.
                logger.exception("The index could not be verified")

    async def look(self, bot: Bot) -> None:
        """Verify what serves; if it is damaged, serve what is sound, and tell the admins."""
        faults = await asyncio.to_thread(self.engine.faults)
        for fault in faults:
            logger.error("The index is damaged: %s", fault)
        if faults:
            try:
                await asyncio.to_thread(self.engine.swap)
            except IndexingError as error:
                # What it holds in memory was sound when it was opened, and every quote is checked.
                logger.error("No other index can take over: %s", error)  # noqa: TRY400 - one line
                await self._tell(bot, faults[0])
                return
        await self._tell(bot, self.engine.fault)

    async def _tell(self, bot: Bot, fault: str | None) -> None:
        if fault is not None and fault != self._told:
            generation = self.engine.generation
            await self.alarms.tell(
                bot,
                f"damaged index: {fault}",
                lambda said: said.alarm_index.format(generation=generation, reason=fault),
            )
        self._told = fault
