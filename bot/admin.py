"""/rebuild: a new index from the corpus while questions go on being answered."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from telegram import Bot, Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from index import (
    BuildCancelledError,
    BuildReport,
    Engine,
    GenerationError,
    IndexingError,
    OnProgress,
    Progress,
)

from .addressing import identity
from .buttons import Press, cancel_keyboard
from .delivery import Delivery, Target, edit
from .languages import texts_of
from .pages import Page
from .presses import notify
from .progress import percent_of, progress_text, report_text
from .refusals import reason_line
from .texts import Texts

Context = ContextTypes.DEFAULT_TYPE

EDIT_SECONDS_PRIVATE = 3.0
EDIT_SECONDS_GROUP = 10.0
"""Edits count among the twenty messages a minute that a group takes."""
STOP_SECONDS = 5.0
REASON_CHARACTERS = 500

logger = logging.getLogger(__name__)


class Build(Protocol):
    """Builds a generation from the settings' folders; runs in a thread."""

    def __call__(self, *, on_progress: OnProgress, cancelled: Callable[[], bool]) -> BuildReport:
        """Build, or raise `IndexingError`."""


@dataclass(slots=True)
class Running:
    """A rebuild that is under way; the building thread writes `progress`, the loop reads it."""

    id: int = 0
    progress: Progress = field(default_factory=lambda: Progress("", 0, 0))
    cancel: threading.Event = field(default_factory=threading.Event)

    def advance(self, progress: Progress) -> None:
        """Take note of how far the build has come."""
        self.progress = progress


@dataclass(frozen=True, slots=True)
class Ending:
    """How a rebuild ended: for the log, and for the admin."""

    outcome: str
    detail: str
    text: str


@dataclass(slots=True)
class Admin:
    """The callbacks for admins. One rebuild runs at a time."""

    engine: Engine
    delivery: Delivery
    build: Build
    admin_ids: frozenset[int]
    edit_seconds: tuple[float, float] = (EDIT_SECONDS_PRIVATE, EDIT_SECONDS_GROUP)
    """Least time between two edits, in private and in groups."""
    _running: Running | None = field(default=None, init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    """Rebuilds whose end has not been reported yet."""

    async def on_rebuild(self, update: Update, context: Context) -> None:
        """Start a rebuild for an admin; others are refused in private, and ignored in groups."""
        message = update.message
        if message is None:
            return
        texts, target = texts_of(message.from_user), Target.of(message)
        admin_id = identity(message.from_user, message)
        if admin_id is not None and admin_id in self.admin_ids:
            await self.begin(context.bot, target, admin_id=admin_id, texts=texts)
        elif message.chat.type == ChatType.PRIVATE:
            await self.delivery.send_line(context.bot, target, texts.rebuild_refused)

    async def begin(self, bot: Bot, target: Target, *, admin_id: int, texts: Texts) -> None:
        """Start a rebuild that an admin asked for, unless one runs."""
        if (percent := self.running_percent()) is not None:
            line = texts.rebuild_running.format(percent=percent)
            await self.delivery.send_line(bot, target, line)
            return
        self._running = running = Running()
        # Not the application's own tasks: it would wait for the build before it stops.
        task = asyncio.create_task(self._rebuild(bot, running, target, admin_id, texts))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def running_percent(self) -> int | None:
        """Return how far the running rebuild is; None when none runs."""
        return None if self._running is None else percent_of(self._running.progress)

    async def on_cancel(self, update: Update, _: Context) -> None:
        """Stop the rebuild that a button belongs to."""
        query = update.callback_query
        if query is None:
            return
        texts, press = texts_of(query.from_user), Press.parse(query.data)
        running = self._running
        if query.from_user.id not in self.admin_ids:
            await notify(query, texts.no_right)
        elif running is None or press is None or press.target != str(running.id):
            await notify(query, texts.expired)
        else:
            running.cancel.set()
            await notify(query, texts.rebuild_cancelling)

    async def stop(self) -> bool:
        """Cancel the rebuild, if any; False when its thread doesn't end in time."""
        if self._running is not None:
            self._running.cancel.set()
        if not self._tasks:
            return True
        _, pending = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        return not pending

    async def _rebuild(
        self, bot: Bot, running: Running, target: Target, admin_id: int, texts: Texts
    ) -> None:
        try:
            storage = self.delivery.storage
            running.id = await storage.begin_rebuild(admin_id=admin_id)
            page = Page(progress_text(running.progress, texts))
            keyboard = cancel_keyboard(running.id, texts=texts)
            message = await self.delivery.send(bot, target, page, keyboard=keyboard)
            ending = await self._run(bot, running, message, texts)
            logger.info("Rebuild %d: %s", running.id, ending.detail or ending.outcome)
            await storage.finish_rebuild(running.id, outcome=ending.outcome, detail=ending.detail)
            # The next rebuild need not wait until this one's end has been read.
            self._running = None
            if message is None or not await edit(bot, message, ending.text):
                await self.delivery.send_line(bot, target, ending.text)
        except Exception:
            # Nobody awaits this task, so that its error would be lost.
            logger.exception("A rebuild could not be reported")
        finally:
            if self._running is running:
                self._running = None

    async def _run(
        self, bot: Bot, running: Running, message: Message | None, texts: Texts
    ) -> Ending:
        work = asyncio.create_task(asyncio.to_thread(self._build_and_swap, running))
        if message is not None:
            await self._show_progress(bot, running, message, work, texts)
        try:
            report = await work
        except BuildCancelledError:
            return Ending("cancelled", "", texts.rebuild_cancelled)
        except IndexingError as error:
            detail = " ".join(str(error).split())[:REASON_CHARACTERS]
            reason = reason_line(error, texts.management)
        except Exception as error:
            logger.exception("Rebuild %d failed", running.id)
            detail = type(error).__name__
            reason = texts.unexpected_error.format(name=detail)
        else:
            return Ending("done", report.generation, report_text(report, texts))
        return Ending("failed", detail, texts.rebuild_failed.format(reason=reason))

    def _build_and_swap(self, running: Running) -> BuildReport:
        report = self.build(on_progress=running.advance, cancelled=running.cancel.is_set)
        self.engine.swap()
        require_sound(self.engine)
        return report

    async def _show_progress(
        self,
        bot: Bot,
        running: Running,
        message: Message,
        work: asyncio.Task[BuildReport],
        texts: Texts,
    ) -> None:
        seconds = self.edit_seconds[message.chat.type != ChatType.PRIVATE]
        shown = message.text
        keyboard = cancel_keyboard(running.id, texts=texts)
        while not (await asyncio.wait({work}, timeout=seconds))[0]:
            text = progress_text(running.progress, texts)
            if text != shown and await edit(bot, message, text, keyboard=keyboard):
                shown = text


def require_sound(engine: Engine) -> None:
    """Raise unless the current generation serves: a new one may be damaged already."""
    if engine.fault is not None:
        raise GenerationError(engine.fault)
