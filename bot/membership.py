"""Who administers a group, as Telegram says, remembered for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from telegram import Bot, ChatMember, Message
from telegram.error import BadRequest, Forbidden

from .addressing import identity

REMEMBERED_SECONDS = 30.0
ADMINS = frozenset({ChatMember.ADMINISTRATOR, ChatMember.OWNER})


@dataclass(frozen=True, slots=True)
class Membership:
    """Asks Telegram who may decide for a group. That is no right to anything of the bot's own."""

    clock: Callable[[], float] = time.monotonic
    _known: dict[tuple[int, int], tuple[float, bool]] = field(default_factory=dict, init=False)

    async def is_admin(self, bot: Bot, *, chat_id: int, user_id: int) -> bool:
        """Tell whether a person is an admin of a group."""
        now = self.clock()
        for key in [key for key, (at, _) in self._known.items() if now - at > REMEMBERED_SECONDS]:
            del self._known[key]
        if (chat_id, user_id) not in self._known:
            try:
                member = await bot.get_chat_member(chat_id, user_id)
            except (BadRequest, Forbidden):
                # Telegram knows no such member, or hides the members from the bot.
                return False
            self._known[chat_id, user_id] = now, member.status in ADMINS
        return self._known[chat_id, user_id][1]

    async def is_from_admin(self, bot: Bot, message: Message) -> bool:
        """Tell whether an admin of its group wrote a message, by name or as the group itself."""
        if message.sender_chat is not None:
            return message.sender_chat.id == message.chat_id
        user_id = identity(message.from_user, message)
        return user_id is not None and await self.is_admin(
            bot, chat_id=message.chat_id, user_id=user_id
        )

    async def is_deaf(self, bot: Bot, *, chat_id: int) -> bool:
        """Tell whether Telegram keeps from the bot what isn't addressed to it."""
        if bot.can_read_all_group_messages:
            return False
        return not await self.is_admin(bot, chat_id=chat_id, user_id=bot.id)
