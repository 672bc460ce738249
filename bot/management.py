"""What groups' admins and the bot's admins may do: made and registered here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from index import Engine

from .admin import Admin
from .admin_room import AdminRoom
from .alias_command import REBUILD, AliasCommand
from .delivery import Delivery
from .desk import CLEAR, Desk
from .gate import Gate
from .group_panel import PATTERN as PANEL_PATTERN
from .group_panel import REPLIES_TO_PROMPT, GroupPanel
from .recent_errors import RecentErrors
from .settings import Settings
from .uploads import PATTERN as UPLOAD_PATTERN
from .uploads import REPLIES_TO_PREVIEW, Uploads

App = Application[Any, Any, Any, Any, Any, Any]

# Without this filter an edited message would run a command a second time.
NEW = filters.UpdateType.MESSAGE


def register_management(
    app: App,
    settings: Settings,
    engine: Engine,
    delivery: Delivery,
    *,
    admin: Admin,
    errors: RecentErrors,
    waiting: Callable[[], int],
) -> None:
    """Register them; before the callbacks that take every text and every press."""
    _register_groups(app, delivery, settings)
    room = AdminRoom(delivery, settings.admin_ids)
    desk = Desk(room, engine, admin, settings.data_dir, errors, waiting)
    aliases = AliasCommand(room, admin, settings.corpus_dir, asyncio.Lock())
    app.add_handler(CommandHandler("status", desk.on_status, NEW))
    app.add_handler(CommandHandler("stats", desk.on_stats, NEW))
    app.add_handler(CommandHandler("unanswered", desk.on_unanswered, NEW))
    app.add_handler(CommandHandler("rollback", desk.on_rollback, NEW))
    app.add_handler(CommandHandler("export", desk.on_export, NEW))
    app.add_handler(CommandHandler("alias", aliases.on_alias, NEW))
    app.add_handler(CallbackQueryHandler(desk.on_clear, pattern=f"^{CLEAR}$"))
    app.add_handler(CallbackQueryHandler(aliases.on_rebuild, pattern=f"^{REBUILD}$"))

    _register_uploads(app, room, settings)


def _register_uploads(app: App, room: AdminRoom, settings: Settings) -> None:
    uploads = Uploads(room, settings.data_dir, settings.corpus_dir)
    # Everybody else's files get the hint that only text is read.
    admins = NEW & filters.ChatType.PRIVATE & filters.User(settings.admin_ids)
    app.add_handler(MessageHandler(admins & filters.Document.ALL, uploads.on_document))
    corrections = admins & filters.TEXT & REPLIES_TO_PREVIEW
    app.add_handler(MessageHandler(corrections, uploads.on_correction))
    app.add_handler(CallbackQueryHandler(uploads.on_press, pattern=UPLOAD_PATTERN))


def _register_groups(app: App, delivery: Delivery, settings: Settings) -> None:
    gate = Gate(delivery, delivery.groups, settings.admin_ids)
    panel = GroupPanel(delivery, delivery.groups)
    app.add_handler(TypeHandler(Update, gate.on_update), group=-1)
    app.add_handler(CommandHandler("settings", panel.on_settings, NEW))
    app.add_handler(MessageHandler(NEW & filters.TEXT & REPLIES_TO_PROMPT, panel.on_word))
    app.add_handler(CallbackQueryHandler(panel.on_press, pattern=PANEL_PATTERN))
