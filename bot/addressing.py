"""Is a message meant for the bot, and what does it ask?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from telegram import Bot, Message, MessageEntity, Update, User
from telegram.constants import ChatType

from .group_settings import DEFAULT, MOST_TRIGGER, GroupSettings, When

# Telegram's own accounts, behind which a person stands: an anonymous admin, one who speaks as a
# channel. They may ask; they are nobody's identity.
ANONYMOUS_ADMIN_ID = 1087968824
SPEAKING_AS_CHANNEL_ID = 136817688
PROXY_IDS = frozenset({ANONYMOUS_ADMIN_ID, SPEAKING_AS_CHANNEL_ID})


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is in Telegram."""

    id: int
    username: str

    @classmethod
    def of(cls, bot: Bot) -> Me:
        """Return who the bot is, as Telegram said when it started."""
        return cls(bot.id, bot.username)


def asked_text(message: Message, me: Me, group: GroupSettings = DEFAULT) -> str | None:
    """Return the question in a message, empty if it lacks one; None if it isn't for the bot.

    In private every text is a question. In a group only a command, a mention or a reply counts,
    or what its admins decided; and a command or a mention without words takes the message replied
    to as the question.
    """
    if not may_ask(message, me):
        return None
    text, found = _without_address(message, me)
    if message.chat.type == ChatType.PRIVATE:
        return text or (_replied_text(message, me) if found else "")
    if group.when is When.COMMANDS and not _is_command(message):
        return None
    if not found and group.when is When.TRIGGER:
        triggered = after_trigger(text, group.trigger)
        text, found = (text, False) if triggered is None else (triggered, True)
    if found:
        return text or _replied_text(message, me)
    return text if _is_reply_to(message, me) else None


def after_trigger(text: str, trigger: str) -> str | None:
    """Return what follows a group's own word at the beginning of a text; None without it.

    Case and width make no difference. A word of letters ends where the letters do; a Chinese one
    needs no space behind it.

    >>> after_trigger("原话，谁来了", "原话"), after_trigger("Yuans?", "yuan")
    ('谁来了', None)
    """
    wanted = _alike(trigger)
    ends = range(1, min(len(text), 2 * MOST_TRIGGER) + 1)
    end = next((at for at in ends if _alike(text[:at]) == wanted), 0)
    rest = text[end:]
    if not end or (rest[:1].isalnum() and trigger[-1].isalnum() and not _is_han(trigger[-1])):
        return None
    return rest.lstrip(" \t\n,，、:：;；.。!！-—").strip()


def asked(update: Update, bot: Bot) -> Message | None:
    """Return the new message of an update, if a person stands behind it."""
    message = update.message
    return message if message is not None and may_ask(message, Me.of(bot)) else None


def may_ask(message: Message, me: Me) -> bool:
    """Tell whether a person stands behind a message, and not a bot or a channel's own post."""
    user = message.from_user
    if user is None or message.is_automatic_forward or message.chat.type == ChatType.CHANNEL:
        return False
    if message.via_bot is not None and message.via_bot.id == me.id:
        return False
    return not user.is_bot or user.id in PROXY_IDS


def identity(user: User | None, message: Message | None) -> int | None:
    """Return the id of the person who acts, None when it isn't known for certain."""
    if user is None or user.is_bot:
        return None
    if message is not None and message.sender_chat is not None:
        return None
    return user.id


def has_words(text: str) -> bool:
    """Tell whether a text holds any letter or digit of any script."""
    return any(unicodedata.category(character)[0] in "LN" for character in text)


def marked(message: Message) -> list[tuple[MessageEntity, slice]]:
    """Return a message's entities with the part of its text that each covers."""
    units = (message.text or message.caption or "").encode("utf-16-le")

    def characters(end: int) -> int:
        # The library's own way raises where half a character is covered.
        return len(units[: 2 * end].decode("utf-16-le", "replace"))

    return [
        (entity, slice(characters(entity.offset), characters(entity.offset + entity.length)))
        for entity in message.entities or message.caption_entities
    ]


def _without_address(message: Message, me: Me) -> tuple[str, bool]:
    """Return the text without the bot's mentions and its command, and whether one was found."""
    text = message.text or message.caption or ""
    found = False
    # From the back, so that the offsets of what is still to be cut stay true.
    for entity, part in sorted(marked(message), key=lambda pair: pair[0].offset, reverse=True):
        if _addresses(entity, text[part], me):
            found = True
            text = f"{text[: part.start]} {text[part.stop :]}"
    return (re.sub(r"[ \t]{2,}", " ", text).strip() if found else text.strip()), found


def _addresses(entity: MessageEntity, covered: str, me: Me) -> bool:
    if entity.type == MessageEntity.MENTION:
        return covered.lower() == f"@{me.username.lower()}"
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
        return covered.lower() in {"/ask", f"/ask@{me.username.lower()}"}
    return False


def _is_command(message: Message) -> bool:
    """Tell whether a message begins with a command; which one it is was seen before."""
    entities = message.entities or message.caption_entities
    return any(e.type == MessageEntity.BOT_COMMAND and e.offset == 0 for e in entities)


def _alike(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK")


def _is_reply_to(message: Message, me: Me) -> bool:
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != me.id:
        return False
    # In a topic every message carries a reply to the one that opened the topic.
    return replied.forum_topic_created is None


def _replied_text(message: Message, me: Me) -> str:
    """Return what the message replied to says; the part that the user marked, if any."""
    replied = message.reply_to_message
    if replied is None or (replied.from_user is not None and replied.from_user.id == me.id):
        return ""
    if message.quote is not None and message.quote.is_manual:
        return message.quote.text.strip()
    return (replied.text or replied.caption or "").strip()
