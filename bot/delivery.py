"""Sending: to the right chat, topic and message, past what Telegram may refuse."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardMarkup,
    MaybeInaccessibleMessage,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from .group_settings import GroupBook
from .handling import current
from .pages import Page
from .replies import Replies
from .storage import Storage

# The indicator goes out after five seconds, and most answers come before the first.
TYPING_AFTER_SECONDS = 1.0
TYPING_EVERY_SECONDS = 4.0
NO_RIGHTS = (
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "chat_restricted",
    "topic_closed",
)
"""Telegram's words for a place where the bot may not write."""
NO_THREAD = "message thread not found"
NOT_MODIFIED = "message is not modified"
BAD_ENTITIES = "can't parse entities"
EDIT_REFUSALS = (
    NOT_MODIFIED,
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    *NO_RIGHTS,
)

Keyboard = InlineKeyboardMarkup | ForceReply

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes."""

    chat_id: int
    private: bool
    thread_id: int | None = None
    reply_to: int | None = None
    edits: int | None = None
    """A message of the bot that is changed instead of sending another."""
    in_place_of: int | None = None
    """A notice of the bot that the message takes the place of, where it still stands."""

    @classmethod
    def of(cls, message: MaybeInaccessibleMessage) -> Target:
        """Return the place of a reply to `message`."""
        # Threads of plain supergroups have an id too, which is refused when one sends to it.
        if isinstance(message, Message) and message.is_topic_message:
            thread_id = message.message_thread_id
        else:
            thread_id = None
        private = message.chat.type == ChatType.PRIVATE
        return cls(message.chat.id, private, thread_id, message.message_id)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends pages; what Telegram is expected to refuse now and then is no error here."""

    storage: Storage
    groups: GroupBook

    @property
    def replies(self) -> Replies:
        """What was sent in reply to which message."""
        return Replies(self.storage)

    async def send(
        self,
        bot: Bot,
        target: Target,
        page: Page,
        *,
        keyboard: Keyboard | None = None,
    ) -> Message | None:
        """Send a page and return the message; None when the bot may not write there."""
        if (changes := target.edits or target.in_place_of) is not None:
            changed = await _change(bot, target.chat_id, changes, page, keyboard)
            if changed or target.edits is not None:
                await self._note(target, changes)
                return changed if isinstance(changed, Message) else None
        message = await self._send_somewhere(bot, target, page, keyboard)
        if message is not None:
            # Message ids of the old group mean nothing in the one that it became.
            stayed = target.chat_id == message.chat_id
            place = target if stayed else replace(target, reply_to=None)
            await self._note(place, message.message_id)
        return message

    async def tell_place(self, bot: Bot, target: Target, line: str) -> None:
        """Tell an asker to wait by a message that the answer will take the place of."""
        handling = current()
        message = await self._send_somewhere(bot, target, Page(line), None)
        if message is not None and handling is not None:
            await self.storage.attempt(handling.told(message.message_id))

    async def _note(self, target: Target, message_id: int) -> None:
        """Remember a message in one go with the journal, that a replay finds it sent."""
        handling = current()
        sent = [] if handling is None else [handling.sent(message_id)]
        if target.reply_to is not None:
            replied = self.replies.noting(target.chat_id, target.reply_to, reply_id=message_id)
            sent = [*sent, *replied]
        if sent:
            await self.storage.attempt(*sent)

    async def _send_somewhere(
        self, bot: Bot, target: Target, page: Page, keyboard: Keyboard | None
    ) -> Message | None:
        try:
            return await _send(bot, target, page, keyboard)
        except ChatMigrated as error:
            await self.migrate(target.chat_id, to=error.new_chat_id)
            # Message ids of the old group mean nothing in the new one.
            moved = Target(error.new_chat_id, private=False)
            return await _send(bot, moved, page, keyboard)
        except Forbidden as error:
            logger.info("Not allowed to write: %s", error)
        except BadRequest as error:
            message = str(error).lower()
            if NO_THREAD in message and target.thread_id is not None:
                return await _send(bot, replace(target, thread_id=None), page, keyboard)
            if BAD_ENTITIES in message and page.entities:
                # A mistake of ours must not cost the asker the answer.
                logger.exception("Telegram refused the entities of a page; sent without them")
                return await _send(bot, target, Page(page.text), keyboard)
            if not any(refusal in message for refusal in NO_RIGHTS):
                raise
            logger.info("Not allowed to write: %s", error)
        return None

    async def migrate(self, chat_id: int, *, to: int) -> None:
        """Follow a group that became a supergroup, with all that is stored about it."""
        await self.storage.migrate_chat(chat_id, to=to)
        self.groups.reread(chat_id, to)

    async def send_line(self, bot: Bot, target: Target, line: str) -> Message | None:
        """Send one of the bot's own sentences."""
        return await self.send(bot, target, Page(line))


async def edit(
    bot: Bot, message: Message, text: str, *, keyboard: InlineKeyboardMarkup | None = None
) -> bool:
    """Change a message of the bot; False when it could not be changed."""
    try:
        await bot.edit_message_text(
            text, chat_id=message.chat_id, message_id=message.message_id, reply_markup=keyboard
        )
    except TelegramError as error:
        if NOT_MODIFIED in str(error).lower():
            return True
        logger.info("A message could not be edited: %s", error)
        return False
    return True


@contextlib.asynccontextmanager
async def typing(bot: Bot, target: Target) -> AsyncIterator[None]:
    """Show that the bot is typing while the body takes long."""
    task = asyncio.create_task(_keep_typing(bot, target))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _keep_typing(bot: Bot, target: Target) -> None:
    await asyncio.sleep(TYPING_AFTER_SECONDS)
    while True:
        # Only decoration: a refusal must not cost the answer.
        with contextlib.suppress(TelegramError):
            await bot.send_chat_action(
                target.chat_id, ChatAction.TYPING, message_thread_id=target.thread_id
            )
        await asyncio.sleep(TYPING_EVERY_SECONDS)


async def _change(
    bot: Bot, chat_id: int, message_id: int, page: Page, keyboard: Keyboard | None
) -> Message | bool:
    """Give a message another page; True where it has it already, False where it is gone."""
    try:
        changed = await bot.edit_message_text(
            page.text,
            chat_id=chat_id,
            message_id=message_id,
            entities=page.entities,
            # A message that is edited can have no other kind.
            reply_markup=keyboard if isinstance(keyboard, InlineKeyboardMarkup) else None,
        )
    except Forbidden as error:
        logger.info("Not allowed to edit: %s", error)
        return False
    except BadRequest as error:
        if not any(refusal in str(error).lower() for refusal in EDIT_REFUSALS):
            raise
        logger.info("An answer could not be edited: %s", error)
        return NOT_MODIFIED in str(error).lower()
    return changed


async def _send(bot: Bot, target: Target, page: Page, keyboard: Keyboard | None) -> Message:
    reply = None
    if target.reply_to is not None:
        reply = ReplyParameters(target.reply_to, allow_sending_without_reply=True)
    if page.picture is not None:
        return await bot.send_photo(
            target.chat_id,
            page.picture,
            caption=page.text,
            caption_entities=page.entities,
            message_thread_id=target.thread_id,
            reply_parameters=reply,
            reply_markup=keyboard,
        )
    return await bot.send_message(
        target.chat_id,
        page.text,
        entities=page.entities,
        message_thread_id=target.thread_id,
        reply_parameters=reply,
        reply_markup=keyboard,
    )
