"""/status, /stats, /unanswered, /rollback and /export: what admins ask the bot about itself."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Update
from telegram.ext import ContextTypes

from index import Engine, IndexingError, SearchDownError, facts, rollback

from .admin import Admin, require_sound
from .admin_room import AdminRoom
from .charts import draw_days
from .delivery import Target, edit
from .exporting import as_gold
from .feedback import FeedbackBook
from .languages import texts_of
from .pages import PAGE_UNITS, Page, units
from .presses import notify
from .recent_errors import RecentErrors
from .refusals import reason_line
from .statistics import UNANSWERED_DAYS, Day, Statistics, quantile_of_days
from .texts import ManagementTexts, Texts

Context = ContextTypes.DEFAULT_TYPE

DAYS = 14
LISTED = 30
CLEAR = "a1:clear"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """The callbacks that tell an admin about the bot, and take the index back."""

    room: AdminRoom
    engine: Engine
    admin: Admin
    data_dir: Path
    errors: RecentErrors
    waiting: Callable[[], int]
    """How many updates wait to be handled."""
    _started: float = field(default_factory=time.monotonic, init=False)

    @property
    def statistics(self) -> Statistics:
        """The counts."""
        return Statistics(self.room.delivery.storage)

    async def on_status(self, update: Update, context: Context) -> None:
        """Tell what is served, how large it is, and what went wrong lately."""
        if (message := await self.room.enter(update, context)) is not None:
            texts = texts_of(message.from_user)
            text = await asyncio.to_thread(self._status, texts)
            await self.room.say(context, message, text)

    async def on_stats(self, update: Update, context: Context) -> None:
        """Send the counts of the last days with a picture."""
        if (message := await self.room.enter(update, context)) is None:
            return
        days = await self.statistics.days(DAYS)
        texts = texts_of(message.from_user)
        if not any(day.questions for day in days):
            await self.room.say(context, message, texts.management.stats_none.format(days=DAYS))
            return
        caption = stats_text(days, texts)
        picture = await asyncio.to_thread(draw_days, days, texts)
        await context.bot.send_photo(message.chat_id, picture, caption=caption)

    async def on_unanswered(self, update: Update, context: Context) -> None:
        """List the questions that found nothing, and offer to forget them."""
        if (message := await self.room.enter(update, context)) is None:
            return
        said = texts_of(message.from_user).management
        found = await self.statistics.unanswered(LISTED)
        if not found:
            line = said.unanswered_none.format(days=UNANSWERED_DAYS)
            await self.room.say(context, message, line)
            return
        lines = [f"{one.count} × {one.question}" for one in found]
        page = Page(_fitting(said.unanswered.format(count=len(found)), lines))
        button = InlineKeyboardButton(said.button_clear, callback_data=CLEAR)
        keyboard = InlineKeyboardMarkup([[button]])
        await self.room.delivery.send(context.bot, Target.of(message), page, keyboard=keyboard)

    async def on_clear(self, update: Update, context: Context) -> None:
        """Forget the questions that found nothing."""
        query = update.callback_query
        if query is None or (message := await self.room.admit(query)) is None:
            return
        await self.statistics.clear_unanswered()
        await notify(query)
        line = texts_of(query.from_user).management.unanswered_cleared
        await edit(context.bot, message, line)

    async def on_rollback(self, update: Update, context: Context) -> None:
        """Serve the generation before, unless a rebuild is under way."""
        if (message := await self.room.enter(update, context)) is None:
            return
        texts = texts_of(message.from_user)
        if (percent := self.admin.running_percent()) is not None:
            line = texts.rebuild_running.format(percent=percent)
        else:
            line = await asyncio.to_thread(self._roll_back, texts)
        await self.room.say(context, message, line)

    async def on_export(self, update: Update, context: Context) -> None:
        """Send the feedback as questions with what was quoted, a JSON object a line."""
        if (message := await self.room.enter(update, context)) is None:
            return
        said = texts_of(message.from_user).management
        judgments = await FeedbackBook(self.room.delivery.storage).all()
        lines = await asyncio.to_thread(as_gold, judgments, self.engine)
        if not lines:
            await self.room.say(context, message, said.export_none)
            return
        await context.bot.send_document(
            message.chat_id,
            InputFile("\n".join([*lines, ""]), filename="feedback.jsonl"),
            caption=said.export_done.format(count=len(lines)),
        )

    def _roll_back(self, texts: Texts) -> str:
        try:
            rollback(self.data_dir)
            generation = self.engine.swap()
            require_sound(self.engine)
        except IndexingError as error:
            logger.warning("Nothing was rolled back: %s", error)
            said = texts.management
            return said.rollback_failed.format(reason=reason_line(error, said))
        logger.info("Rolled back to %s", generation)
        return texts.management.rollback_done.format(generation=generation)

    def _status(self, texts: Texts) -> str:
        said = texts.management
        try:
            known = facts(self.data_dir)
            text = said.status.format(
                generation=self.engine.generation,
                created=known.created,
                model=known.model,
                documents=known.documents,
                chunks=known.chunks,
                sentences=known.sentences,
                index_size=readable_size(_size(self.data_dir / "generations")),
                database_size=readable_size(_size(self.data_dir, "bot.sqlite3*")),
                free=readable_size(shutil.disk_usage(self.data_dir).free),
                uptime=readable_time(time.monotonic() - self._started),
                waiting=self.waiting(),
            )
        except (IndexingError, OSError) as error:
            text = reason_line(error, said)
        text = f"{text}\n{_searching(self.engine, said)}"
        damaged = self.engine.faults()
        sound = [said.status_damaged, *damaged] if damaged else [said.status_sound]
        lines = self.errors.lines()
        problems = [said.status_errors, *lines] if lines else [said.status_no_errors]
        return _fitting(text, [*sound, "", *problems])


def _searching(engine: Engine, said: ManagementTexts) -> str:
    """Say where passages are searched, and whether one gets through."""
    if not engine.search_address:
        return said.status_search_local
    try:
        engine.reach_search()
    except SearchDownError as error:
        logger.warning("%s", error)
        return said.status_search_down.format(address=engine.search_address)
    return said.status_search_up.format(address=engine.search_address)


def stats_text(days: tuple[Day, ...], texts: Texts) -> str:
    """Return the sums of some days."""
    median, p95 = quantile_of_days(days)
    return texts.management.stats.format(
        days=len(days),
        questions=sum(day.questions for day in days),
        abstentions=sum(day.abstentions for day in days),
        up=sum(day.up for day in days),
        down=sum(day.down for day in days),
        median=f"{median:.0f}",
        p95=f"{p95:.0f}",
    )


def readable_size(count: float) -> str:
    """Return a number of bytes as people read it.

    >>> readable_size(999), readable_size(5_300_000)
    ('999 B', '5.3 MB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def readable_time(seconds: float) -> str:
    """Return a duration in days, hours and minutes.

    >>> readable_time(93_784)
    '1 d 2 h 3 min'
    """
    minutes = int(seconds // 60)
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
    shown = [f"{number} {unit}" for number, unit in parts if number]
    return " ".join(shown) or "0 min"


def _size(folder: Path, pattern: str = "**/*") -> int:
    return sum(path.stat().st_size for path in folder.glob(pattern) if path.is_file())


def _fitting(head: str, lines: list[str]) -> str:
    """Return as many lines below a head as a message takes."""
    text = head
    for line in lines:
        if units(text) + units(line) + 1 > PAGE_UNITS:
            break
        text = f"{text}\n{line}"
    return text
