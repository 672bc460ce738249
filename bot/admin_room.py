"""The one door to what only the bot's admins may do: a numeric id, in private."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from .addressing import identity
from .delivery import Delivery, Target
from .languages import texts_of
from .presses import notify

Context = ContextTypes.DEFAULT_TYPE


@dataclass(frozen=True, slots=True)
class AdminRoom:
    """Lets admins in; whom it refuses learns nothing about who they are."""

    delivery: Delivery
    admin_ids: frozenset[int]

    async def enter(self, update: Update, context: Context) -> Message | None:
        """Return an admin's new message in private; None to all others, who are told why."""
        message = update.message
        if message is None:
            return None
        private = message.chat.type == ChatType.PRIVATE
        admin = identity(message.from_user, message) in self.admin_ids
        if admin and private:
            return message
        texts = texts_of(message.from_user)
        # In a group the command may be another bot's, so that a stranger's is passed over.
        if private:
            await self.say(context, message, texts.no_right)
        elif admin:
            await self.say(context, message, texts.management.only_private)
        return None

    async def admit(self, query: CallbackQuery) -> Message | None:
        """Return the message whose button an admin pressed in private; others are refused."""
        message = query.message
        if query.from_user.id not in self.admin_ids:
            await notify(query, texts_of(query.from_user).no_right)
        elif not isinstance(message, Message) or message.chat.id != query.from_user.id:
            await notify(query, texts_of(query.from_user).expired)
        else:
            return message
        return None

    async def say(self, context: Context, message: Message, line: str) -> None:
        """Reply with one of the bot's own sentences."""
        await self.delivery.send_line(context.bot, Target.of(message), line)
