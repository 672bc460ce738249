"""The commands that a client shows: named for each kind of chat and each language."""

from __future__ import annotations

import contextlib
import logging

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from .texts import CATALOGUE, Texts

# Telegram takes two letters there, so that both Chinese scripts share one list; None is for all
# other languages.
LANGUAGES = {None: "en", "zh": "zh-Hans", "ru": "ru"}

logger = logging.getLogger(__name__)


async def name_commands(bot: Bot, admin_ids: frozenset[int]) -> None:
    """Name the commands where they aren't named so already; a refusal is let go."""
    for code, language in LANGUAGES.items():
        public = _public(CATALOGUE[language])
        await _name(bot, public, BotCommandScopeAllPrivateChats(), code)
        await _name(bot, public, BotCommandScopeAllGroupChats(), code)
        settings = BotCommand("settings", CATALOGUE[language].management.command_settings)
        # A group's own admins, who alone may use it.
        await _name(bot, (*public, settings), BotCommandScopeAllChatAdministrators(), code)
    for admin_id in sorted(admin_ids):
        await name_admin_commands(bot, admin_id)


async def name_admin_commands(bot: Bot, admin_id: int) -> None:
    """Name an admin's commands; Telegram refuses until the admin has started the bot."""
    for code, language in LANGUAGES.items():
        texts = CATALOGUE[language]
        # Lists aren't merged: this one repeats the public one.
        commands = (*_public(texts), *_for_admins(texts))
        await _name(bot, commands, BotCommandScopeChat(admin_id), code)


async def _name(
    bot: Bot, commands: tuple[BotCommand, ...], scope: BotCommandScope, code: str | None
) -> None:
    named: tuple[BotCommand, ...] = ()
    with contextlib.suppress(TelegramError):
        named = await bot.get_my_commands(scope, code)
    if named == commands:
        return
    try:
        await bot.set_my_commands(commands, scope, code)
    except TelegramError as error:
        logger.info("Commands could not be named: %s", error)


def _public(texts: Texts) -> tuple[BotCommand, ...]:
    return (
        BotCommand("ask", texts.command_ask),
        BotCommand("sources", texts.command_sources),
        BotCommand("timeline", texts.command_timeline),
        BotCommand("help", texts.command_help),
        BotCommand("language", texts.command_language),
        BotCommand("privacy", texts.command_privacy),
        BotCommand("forget", texts.command_forget),
    )


def _for_admins(texts: Texts) -> tuple[BotCommand, ...]:
    said = texts.management
    return (
        BotCommand("rebuild", texts.command_rebuild),
        BotCommand("rollback", said.command_rollback),
        BotCommand("status", said.command_status),
        BotCommand("stats", said.command_stats),
        BotCommand("unanswered", said.command_unanswered),
        BotCommand("alias", said.command_alias),
        BotCommand("export", said.command_export),
    )
