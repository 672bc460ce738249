"""The application: every handler in matching order, and what starts and stops with it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    LinkPreviewOptions,
    Update,
)
from telegram.error import TelegramError
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
from .delivery import Delivery
from .error_handler import ErrorHandler
from .flood_control import FloodControl
from .handlers import Handlers
from .heartbeat import Heartbeat, PollingRequest
from .settings import Settings
from .storage import Storage
from .texts import CATALOGUE, Texts

App = Application[Any, Any, Any, Any, Any, Any]

ALLOWED_UPDATES = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
# Telegram takes two letters there, so that both Chinese scripts share one list.
COMMAND_LANGUAGES = {None: "en", "zh": "zh-Hans", "ru": "ru"}
CONCURRENT_UPDATES = 256

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Lifecycle:
    """What is opened after the start and closed before the end."""

    settings: Settings
    storage: Storage
    admin: Admin
    heartbeat: Heartbeat
    is_listening: Callable[[], bool]
    stopped: bool = True
    """False when a rebuild's thread did not end in time."""
    _beating: asyncio.Task[None] | None = field(default=None, init=False)

    async def start(self, app: App) -> None:
        """Open the database, start the heartbeat, and name the commands."""
        await self.storage.open()
        self._beating = asyncio.create_task(self.heartbeat.keep_beating(self.is_listening))
        await set_commands(app, self.settings.admin_ids)
        logger.info("Started as @%s", app.bot.username)

    async def stop(self, _: App) -> None:
        """Cancel a rebuild."""
        self.stopped = await self.admin.stop()

    async def close(self, _: App) -> None:
        """Stop the heartbeat and close the database."""
        if self._beating is not None:
            self._beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beating
        await self.storage.close()


def build_application(settings: Settings, engine: Engine, *, build: Build) -> tuple[App, Lifecycle]:
    """Assemble the bot; nothing is opened or sent before it runs."""
    storage = Storage(settings.data_dir / "bot.sqlite3")
    delivery = Delivery(storage)
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
    )
    app = (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(settings.base_url)
        .base_file_url(settings.base_file_url)
        .get_updates_request(polling)
        .read_timeout(20)
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
    handlers = Handlers(answering, settings.admin_ids, settings.allowed_chat_ids)
    _register(app, handlers, Browsing(answering), admin)
    app.add_error_handler(ErrorHandler(delivery).on_error)
    return app, lifecycle


def _register(app: App, handlers: Handlers, browsing: Browsing, admin: Admin) -> None:
    # Without this filter an edited message would run a command a second time.
    new = filters.UpdateType.MESSAGE
    private = new & filters.ChatType.PRIVATE
    app.add_handler(TypeHandler(Update, handlers.guard), group=-1)
    app.add_handler(CommandHandler("ask", handlers.on_question, new))
    app.add_handler(CommandHandler("start", handlers.on_start, new))
    app.add_handler(CommandHandler("help", handlers.on_help, new))
    app.add_handler(CommandHandler("sources", handlers.on_sources, new))
    app.add_handler(CommandHandler("privacy", handlers.on_privacy, new))
    app.add_handler(CommandHandler("rebuild", admin.on_rebuild, new))
    app.add_handler(MessageHandler(private & filters.COMMAND, handlers.on_unknown_command))
    app.add_handler(MessageHandler(new & filters.StatusUpdate.MIGRATE, handlers.on_migration))
    words = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND
    app.add_handler(MessageHandler(new & words, handlers.on_question))
    app.add_handler(
        MessageHandler(private & ~filters.COMMAND & ~filters.StatusUpdate.ALL, handlers.on_not_text)
    )
    app.add_handler(CallbackQueryHandler(admin.on_cancel, pattern="^v1:cancel:"))
    app.add_handler(CallbackQueryHandler(browsing.on_press))
    app.add_handler(ChatMemberHandler(handlers.on_membership, ChatMemberHandler.MY_CHAT_MEMBER))


async def set_commands(app: App, admin_ids: frozenset[int]) -> None:
    """Name the commands in each scope and language, where they aren't named so already."""
    for code, language in COMMAND_LANGUAGES.items():
        texts = CATALOGUE[language]
        public = _public_commands(texts)
        await _set_commands(app, public, BotCommandScopeAllPrivateChats(), code)
        await _set_commands(app, public, BotCommandScopeAllGroupChats(), code)
        # Lists aren't merged: an admin's repeats the public one.
        extra = (*public, BotCommand("rebuild", texts.command_rebuild))
        for admin_id in sorted(admin_ids):
            await _set_commands(app, extra, BotCommandScopeChat(admin_id), code)


async def _set_commands(
    app: App, commands: tuple[BotCommand, ...], scope: BotCommandScope, code: str | None
) -> None:
    try:
        if await app.bot.get_my_commands(scope, code) != commands:
            await app.bot.set_my_commands(commands, scope, code)
    except TelegramError as error:
        # Refused for an admin who has not started the bot, and harmless in any case.
        logger.info("Commands could not be set: %s", error)


def _public_commands(texts: Texts) -> tuple[BotCommand, ...]:
    return (
        BotCommand("ask", texts.command_ask),
        BotCommand("sources", texts.command_sources),
        BotCommand("help", texts.command_help),
        BotCommand("privacy", texts.command_privacy),
    )
