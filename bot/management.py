"""Where the callbacks of groups' admins and of the bot's admins are registered."""

from __future__ import annotations

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

from .gate import Gate
from .group_panel import PATTERN as PANEL_PATTERN
from .group_panel import REPLIES_TO_PROMPT, GroupPanel


def register_management(
    app: Application[Any, Any, Any, Any, Any, Any], *, gate: Gate, panel: GroupPanel
) -> None:
    """Register them; before the callbacks that take every text and every press."""
    app.add_handler(TypeHandler(Update, gate.on_update), group=-1)
    new = filters.UpdateType.MESSAGE
    app.add_handler(CommandHandler("settings", panel.on_settings, new))
    app.add_handler(MessageHandler(new & filters.TEXT & REPLIES_TO_PROMPT, panel.on_word))
    app.add_handler(CallbackQueryHandler(panel.on_press, pattern=PANEL_PATTERN))
