"""Lets through what is within the limits; who is over them is told once in a while."""

from __future__ import annotations

from dataclasses import dataclass, field

from telegram import Message, MessageEntity, Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, ContextTypes

from .addressing import Me, asked_text, identity, marked, may_ask
from .delivery import Delivery, Target
from .group_settings import GroupBook
from .handling import current
from .languages import texts_of
from .limits import Limits, Refused
from .presses import notify
from .texts import Texts

Context = ContextTypes.DEFAULT_TYPE

COMMANDS = frozenset(
    {"ask", "start", "help", "sources", "timeline", "language", "privacy", "forget", "settings"}
)
"""What anyone may send in a group; another bot's commands don't count there."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The callback that stands before all that answer a message or a press."""

    delivery: Delivery
    groups: GroupBook
    admin_ids: frozenset[int]
    limits: Limits = field(default_factory=Limits)

    async def on_update(self, update: Update, context: Context) -> None:
        """Stop what is over the limits. The bot's admins have none."""
        chat, user, message = update.effective_chat, update.effective_user, update.effective_message
        if chat is None or user is None or not await self._counts(update, context):
            return
        sender = None if update.callback_query is not None else message
        handling = current()
        if handling is not None and handling.again:
            return
        if identity(user, sender) in self.admin_ids:
            return
        behind = sender.sender_chat if sender is not None else None
        refused = self.limits.take(person=behind.id if behind else user.id, chat=chat.id)
        if refused is None:
            return
        line = _line(refused, texts_of(user))
        if update.callback_query is not None:
            await notify(update.callback_query, line)
        elif update.message is not None and refused.tell:
            await self.delivery.send_line(context.bot, Target.of(update.message), line)
        raise ApplicationHandlerStop

    async def _counts(self, update: Update, context: Context) -> bool:
        """Tell whether an update asks the bot for anything."""
        if update.callback_query is not None:
            return True
        message, me = update.message or update.edited_message, Me.of(context.bot)
        if message is None or not may_ask(message, me):
            return False
        if message.chat.type == ChatType.PRIVATE or _is_command(message, me):
            return True
        return asked_text(message, me, await self.groups.of(message.chat_id)) is not None


def _is_command(message: Message, me: Me) -> bool:
    for entity, part in marked(message):
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            name, _, username = (message.text or "")[part][1:].lower().partition("@")
            return name in COMMANDS and username in {"", me.username.lower()}
    return False


def _line(refused: Refused, texts: Texts) -> str:
    said = texts.management
    line = said.too_fast_chat if refused.of_chat else said.too_fast
    return line.format(seconds=refused.wait_seconds)
