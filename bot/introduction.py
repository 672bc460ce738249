"""What Telegram shows of the bot before anybody has written to it."""

from __future__ import annotations

import contextlib
import logging

from telegram import Bot
from telegram.error import TelegramError

from .commands import LANGUAGES, name_commands
from .texts import CATALOGUE

logger = logging.getLogger(__name__)


async def introduce(bot: Bot, admin_ids: frozenset[int]) -> None:
    """Name the commands and describe the bot in each language; a refusal is let go."""
    await name_commands(bot, admin_ids)
    for code, language in LANGUAGES.items():
        texts = CATALOGUE[language]
        await _describe(bot, texts.start, code)
        await _describe_shortly(bot, texts.about, code)


async def _describe(bot: Bot, text: str, code: str | None) -> None:
    """Set what stands in an empty chat, unless it stands there already."""
    with contextlib.suppress(TelegramError):
        if (await bot.get_my_description(code)).description == text:
            return
    try:
        await bot.set_my_description(text, code)
    except TelegramError as error:
        logger.info("The bot could not be described: %s", error)


async def _describe_shortly(bot: Bot, text: str, code: str | None) -> None:
    """Set what stands on the bot's profile, unless it stands there already."""
    with contextlib.suppress(TelegramError):
        if (await bot.get_my_short_description(code)).short_description == text:
            return
    try:
        await bot.set_my_short_description(text, code)
    except TelegramError as error:
        logger.info("The bot could not be described: %s", error)
