"""The application: every handler in matching order, and what starts and stops with it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from telegram import (
    LinkPreviewOptions,
    Update,
)
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    Defaults,
    MessageHandler,
    TypeHandler,
    filters,
)

from index import Engine

from .admin import Admin, Build
from .answering import Answering
from .browsing import Browsing
from .commands import name_commands
from .delivery import Delivery
from .error_handler import ErrorHandler
from .flood_control import FloodControl
from .group_settings import GroupBook
from .handlers import Handlers
from .heartbeat import Heartbeat, PollingRequest
from .languages import Languages
from .management import register_management
from .questions import Questions
from .readers import register_readers
from .recent_errors import RecentErrors
from .settings import Settings
from .storage import Storage

App = Application[Any, Any, Any, Any, Any, Any]

ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.GUEST_MESSAGE,
    Update.MY_CHAT_MEMBER,
)
CONCURRENT_UPDATES = 256
READ_SECONDS = 20.0
"""A message whose request times out may have been sent: waiting is better than asking again."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Lifecycle:
    """What is opened after the start and closed before the end."""

    settings: Settings
    storage: Storage
    admin: Admin
    heartbeat: Heartbeat
    is_listening: Callable[[], bool]
    errors: RecentErrors
    stopped: bool = True
    """False when a rebuild's thread did not end in time."""
    _beating: asyncio.Task[None] | None = field(default=None, init=False)

    async def start(self, app: App) -> None:
        """Open the database, start the heartbeat, and name the commands."""
        await self.storage.open()
        logging.getLogger().addHandler(self.errors)
        self._beating = asyncio.create_task(self.heartbeat.keep_beating(self.is_listening))
        await name_commands(app.bot, self.settings.admin_ids)
        logger.info("Started as @%s", app.bot.username)

    async def stop(self, _: App) -> None:
        """Cancel a rebuild."""
        self.stopped = await self.admin.stop()

    async def close(self, _: App) -> None:
        """Stop the heartbeat and close the database."""
        logging.getLogger().removeHandler(self.errors)
        if self._beating is not None:
            self._beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beating
        await self.storage.close()


def build_application(settings: Settings, engine: Engine, *, build: Build) -> tuple[App, Lifecycle]:
    """Assemble the bot; nothing is opened or sent before it runs."""
    storage = Storage(settings.data_dir / "bot.sqlite3")
    groups = GroupBook(storage)
    delivery = Delivery(storage, groups)
    answering = Answering(engine, delivery)
    admin = Admin(engine, delivery, build, settings.admin_ids)
    polling = PollingRequest()
    lifecycle = Lifecycle(
        settings,
        storage,
        admin,
        Heartbeat(settings.data_dir / "heartbeat"),
        # A webhook is called from outside: silence there is no sign of a fault.
        polling.is_fresh if settings.webhook is None else lambda: True,
        RecentErrors(settings.secrets),
    )
    app = (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(settings.base_url)
        .base_file_url(settings.base_file_url)
        .get_updates_request(polling)
        .read_timeout(READ_SECONDS)
        .connect_timeout(10)
        .pool_timeout(10)
        .rate_limiter(FloodControl())
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .concurrent_updates(CONCURRENT_UPDATES)
        .post_init(lifecycle.start)
        .post_stop(lifecycle.stop)
        .post_shutdown(lifecycle.close)
        .build()
    )
    languages = Languages(storage, groups)
    handlers = Handlers(answering, languages, settings.admin_ids, settings.allowed_chat_ids)
    errors = lifecycle.errors
    register_management(app, settings, engine, delivery, admin=admin, errors=errors)
    allowed = settings.allowed_chat_ids
    # An admin is served everywhere.
    register_readers(
        app, answering, languages, allowed_ids=allowed and allowed | settings.admin_ids
    )
    _register(app, handlers, Questions(answering, groups), Browsing(answering), admin)
    app.add_error_handler(ErrorHandler(delivery).on_error)
    return app, lifecycle


def _register(
    app: App, handlers: Handlers, questions: Questions, browsing: Browsing, admin: Admin
) -> None:
    # Without this filter an edited message would run a command a second time.
    new = filters.UpdateType.MESSAGE
    private = new & filters.ChatType.PRIVATE
    app.add_handler(TypeHandler(Update, handlers.guard), group=-2)
    app.add_handler(CommandHandler("ask", questions.on_question, new))
    app.add_handler(CommandHandler("start", handlers.on_start, new))
    app.add_handler(CommandHandler("help", handlers.on_help, new))
    app.add_handler(CommandHandler("privacy", handlers.on_privacy, new))
    app.add_handler(CommandHandler("rebuild", admin.on_rebuild, new))
    app.add_handler(MessageHandler(private & filters.COMMAND, handlers.on_unknown_command))
    app.add_handler(MessageHandler(new & filters.StatusUpdate.MIGRATE, handlers.on_migration))
    words = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND
    app.add_handler(MessageHandler(new & words, questions.on_question))
    edited = filters.UpdateType.EDITED_MESSAGE
    app.add_handler(CommandHandler("ask", questions.on_edited_question, edited))
    app.add_handler(MessageHandler(edited & words, questions.on_edited_question))
    app.add_handler(
        MessageHandler(private & ~filters.COMMAND & ~filters.StatusUpdate.ALL, handlers.on_not_text)
    )
    app.add_handler(CallbackQueryHandler(admin.on_cancel, pattern="^v1:cancel:"))
    app.add_handler(CallbackQueryHandler(browsing.on_press))
    app.add_handler(ChatMemberHandler(handlers.on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
