"""What anyone may send besides questions: a command, an invitation into a group."""

from __future__ import annotations

from dataclasses import dataclass, field

from telegram import Bot, ChatMember, ChatMemberRestricted, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, ContextTypes

from .addressing import asked, identity
from .answering import Answering
from .commands import name_admin_commands
from .delivery import Target
from .languages import Languages, texts_of
from .recency import Recently

Context = ContextTypes.DEFAULT_TYPE

HINT_SECONDS = 2.0
"""An album is several messages: one hint."""
OUT = frozenset({ChatMember.LEFT, ChatMember.BANNED})
GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


@dataclass(frozen=True, slots=True)
class Handlers:
    """The callbacks registered in `bot.app`, with what they need as fields."""

    answering: Answering
    languages: Languages
    admin_ids: frozenset[int]
    allowed_chat_ids: frozenset[int]
    _hinted: Recently = field(default_factory=lambda: Recently(HINT_SECONDS), init=False)

    async def guard(self, update: Update, context: Context) -> None:
        """Stop what comes from a chat that is not served."""
        await self.languages.note(update)
        chat, user = update.effective_chat, update.effective_user
        allowed = self.allowed_chat_ids
        if not allowed or chat is None or chat.id in allowed:
            return
        private = chat.type == ChatType.PRIVATE
        if private and chat.id in self.admin_ids:
            return
        texts = texts_of(user)
        if update.callback_query is not None:
            await update.callback_query.answer(texts.not_allowed)
        elif private and update.message is not None and not self._hinted.again(chat.id):
            await self._say(context.bot, update.message, texts.not_allowed)
        raise ApplicationHandlerStop

    async def on_start(self, update: Update, context: Context) -> None:
        """Greet; a deep link's payload is of no use here."""
        if (message := asked(update, context.bot)) is None:
            return
        await self._say(context.bot, message, texts_of(message.from_user).start)
        user_id = identity(message.from_user, message)
        if user_id is not None and user_id in self.admin_ids:
            await name_admin_commands(context.bot, user_id)

    async def on_help(self, update: Update, context: Context) -> None:
        """Say how to ask."""
        if (message := asked(update, context.bot)) is None:
            return
        texts = texts_of(message.from_user)
        admin = identity(message.from_user, message) in self.admin_ids
        line = f"{texts.help}\n\n{texts.management.help}" if admin else texts.help
        await self._say(context.bot, message, line)

    async def on_privacy(self, update: Update, context: Context) -> None:
        """Say what is stored."""
        if (message := asked(update, context.bot)) is not None:
            await self._say(context.bot, message, texts_of(message.from_user).privacy)

    async def on_unknown_command(self, update: Update, context: Context) -> None:
        """Point to /help in private; in a group the command may be another bot's."""
        if (message := asked(update, context.bot)) is not None:
            await self._say(context.bot, message, texts_of(message.from_user).unknown_command)

    async def on_not_text(self, update: Update, context: Context) -> None:
        """Say in private that only text is read, once for an album."""
        message = asked(update, context.bot)
        if message is None or self._hinted.again((message.chat_id, message.media_group_id or None)):
            return
        await self._say(context.bot, message, texts_of(message.from_user).not_text)

    async def on_membership(self, update: Update, context: Context) -> None:
        """Greet a group once; forget a chat that the bot was taken out of."""
        change = update.my_chat_member
        if change is None or change.chat.type == ChatType.CHANNEL:
            return
        storage = self.answering.delivery.storage
        if _is_out(change.new_chat_member):
            await storage.forget_chat(change.chat.id)
            self.languages.groups.reread(change.chat.id)
        elif _joined(change) and await storage.welcome_chat(change.chat.id):
            target = Target(change.chat.id, private=False)
            texts = texts_of(change.from_user)
            welcome = f"{texts.welcome}\n{texts.management.welcome_admins}"
            await self.answering.delivery.send_line(context.bot, target, welcome)

    async def on_migration(self, update: Update, _: Context) -> None:
        """Follow a group that became a supergroup."""
        message = update.message
        if message is not None and message.migrate_to_chat_id is not None:
            await self.answering.delivery.migrate(message.chat_id, to=message.migrate_to_chat_id)

    async def _say(self, bot: Bot, message: Message, line: str) -> None:
        await self.answering.delivery.send_line(bot, Target.of(message), line)


def _joined(change: ChatMemberUpdated) -> bool:
    return change.chat.type in GROUPS and _is_out(change.old_chat_member)


def _is_out(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        # Who is restricted need not be in the chat any more.
        return not member.is_member
    return member.status in OUT
