"""The bot's life: start, what was left open, updates as they come, and an end in good order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import Update
from telegram.error import InvalidToken, NetworkError, RetryAfter
from telegram.ext import Application

from .admin import Admin
from .alarms import Alarms
from .dispatch import Dispatch
from .flood_control import seconds_of
from .heartbeat import Heartbeat, PollingRequest
from .http_server import WebServer
from .index_watch import IndexWatch
from .intake import Polling, Receiving
from .introduction import introduce
from .journal import Entry, Journal
from .metrics import Metrics
from .monitoring import Monitoring
from .recent_errors import RecentErrors
from .settings import Settings, Webhook
from .storage import Storage
from .uninterrupted import break_off

App = Application[Any, Any, Any, Any, Any, Any]

ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.GUEST_MESSAGE,
    Update.MY_CHAT_MEMBER,
)
START_TRIES = 10
LONGEST_PAUSE = 30.0
GRACE_SECONDS = 5.0
"""What is in hand may end within this time after a signal; the rest stays in the journal."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGABRT)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Lifecycle:
    """All that is opened at the start and closed at the end."""

    app: App
    settings: Settings
    storage: Storage
    journal: Journal
    admin: Admin
    alarms: Alarms
    watch: IndexWatch
    polling: PollingRequest
    errors: RecentErrors
    metrics: Metrics
    heartbeat: Heartbeat
    stopped: bool = True
    """False when a rebuild's thread did not end in time."""
    dispatch: Dispatch = field(init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _serving: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.dispatch = Dispatch(self.journal, self.app.process_update, self._give_up, self.metrics)

    async def run(self, signals: Sequence[signal.Signals] = SIGNALS) -> None:
        """Serve until `stop` is called or a signal comes."""
        loop = asyncio.get_running_loop()
        for number in signals:
            loop.add_signal_handler(number, self.stop)
        stopping = asyncio.create_task(self._stopping.wait())
        serving = asyncio.create_task(self._serve())
        try:
            await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._serving = False
            stopping.cancel()
            serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        # Such as a notice that was on its way for somebody who is broken off.
        await break_off(asyncio.all_tasks() - {asyncio.current_task()})

    def stop(self) -> None:
        """End soon, and in good order."""
        self._stopping.set()

    async def _serve(self) -> None:
        async with contextlib.AsyncExitStack() as end:
            await self._watch(end)
            await patiently(self.app.initialize)
            end.push_async_callback(self.app.shutdown)
            await self.storage.open()
            end.push_async_callback(self.storage.close)
            # Files in hand when the program was killed; their updates come again.
            shutil.rmtree(self.settings.data_dir / "uploads", ignore_errors=True)
            for handler in (self.errors, self.metrics.errors()):
                logging.getLogger().addHandler(handler)
                end.callback(logging.getLogger().removeHandler, handler)
            beating = asyncio.create_task(self.heartbeat.keep_beating(self.is_listening))
            end.callback(beating.cancel)
            watching = asyncio.create_task(self.watch.keep(self.app.bot))
            end.callback(watching.cancel)
            await introduce(self.app.bot, self.settings.admin_ids)
            end.push_async_callback(self._finish)
            for entry in await self.journal.left(self.app.bot):
                self.metrics.note_updates("replayed")
                self.dispatch.add(entry)
            logger.info("Started as @%s", self.app.bot.username)
            await self._take_in(end)

    def is_listening(self) -> bool:
        """Tell whether updates can arrive."""
        # A webhook is called from outside: silence there is no sign of a fault.
        return self.settings.webhook is not None or self.polling.is_fresh()

    async def _watch(self, end: contextlib.AsyncExitStack) -> None:
        if (listen := self.settings.metrics) is None:
            return
        checks = {
            "serving": self._is_serving,
            "database": self._writes,
            "search": self._searches,
            "telegram": self._reaches,
        }
        server = WebServer(Monitoring(self.metrics, self.is_listening, checks).routes())
        server.listen(listen.address, listen.port)
        end.push_async_callback(server.close)

    async def _is_serving(self) -> bool:
        return self._serving

    async def _writes(self) -> bool:
        await self.journal.pulse()
        return True

    async def _searches(self) -> bool:
        await asyncio.to_thread(self.watch.engine.reach_search)
        return True

    async def _reaches(self) -> bool:
        if self.settings.webhook is None:
            return self.polling.is_fresh()
        await self.app.bot.get_me()
        return True

    async def _take_in(self, end: contextlib.AsyncExitStack) -> None:
        bot = self.app.bot
        if (webhook := self.settings.webhook) is not None:
            receiving = Receiving(bot, webhook, self._take)
            server = WebServer({("POST", f"/{webhook.path}"): receiving.respond})
            server.listen(webhook.listen, webhook.port)
            end.push_async_callback(server.close)
            await patiently(lambda: self._name_webhook(webhook))
            self._serving = True
            await asyncio.Event().wait()
        await patiently(bot.delete_webhook)
        self._serving = True
        await Polling(bot, ALLOWED_UPDATES, self._take, self._report, self._payload).run()

    async def _name_webhook(self, webhook: Webhook) -> None:
        await self.app.bot.set_webhook(
            webhook.url, allowed_updates=ALLOWED_UPDATES, secret_token=webhook.secret
        )

    async def _take(self, updates: Sequence[Update]) -> None:
        await self.dispatch.room()
        entries = await self.journal.take(updates)
        self.metrics.note_updates("taken", len(entries))
        self.metrics.note_updates("known already", len(updates) - len(entries))
        for entry in entries:
            self.dispatch.add(entry)

    def _payload(self) -> bytes:
        return self.polling.payload

    async def _report(self, error: Exception) -> None:
        await self.app.process_error(update=None, error=error)

    async def _give_up(self, entry: Entry) -> None:
        number = entry.update.update_id
        logger.error("Update %d is given up: see what was logged about it before", number)
        await self.alarms.tell(
            self.app.bot, "aside", lambda said: said.alarm_aside.format(number=number)
        )

    async def _finish(self) -> None:
        """Let what is in hand come to its end, and cancel a rebuild."""
        broken, self.stopped = await asyncio.gather(
            self.dispatch.stop(GRACE_SECONDS), self.admin.stop()
        )
        if left := broken + self.dispatch.waiting:
            logger.info("Left for the next start: %d updates", left)


async def patiently(request: Callable[[], Awaitable[object]]) -> None:
    """Make a request of the start, after a pause again where Telegram can't be reached.

    Raises:
        TelegramError: Telegram refused it, or could not be reached for some minutes.
    """
    pause = 1.0
    for left in reversed(range(START_TRIES)):
        try:
            await request()
        except InvalidToken:
            raise
        except (NetworkError, RetryAfter) as error:
            if not left:
                raise
            logger.warning("Telegram can't be reached, trying again: %s", error)
            told = seconds_of(error.retry_after) if isinstance(error, RetryAfter) else 0.0
            await asyncio.sleep(max(told, pause))
            pause = min(LONGEST_PAUSE, 1.5 * pause)
        else:
            return
