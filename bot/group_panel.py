"""/settings: a group's own admins decide with buttons when and how the bot answers there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace

from telegram import (
    Bot,
    CallbackQuery,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    Update,
)
from telegram.constants import ChatType
from telegram.ext import ContextTypes, filters

from .addressing import has_words
from .buttons import LANGUAGES
from .delivery import Delivery, Target, edit
from .group_settings import MOST_QUOTES, MOST_TRIGGER, GroupBook, GroupSettings, When
from .languages import texts_of
from .membership import Membership
from .pages import Page
from .presses import notify
from .texts import CATALOGUE, Texts, texts_for

Context = ContextTypes.DEFAULT_TYPE

# Each button names the value that it sets, so that a second press changes nothing.
PATTERN = re.compile(r"g1:(when|quotes|language|quiet|word):([A-Za-z0-9-]{0,12})", re.ASCII)
LABEL_CHARACTERS = 12
"""Of the group's own word, so that the label stays on one line of a phone."""
PROMPTS = frozenset(
    texts.management.trigger_prompt.format(limit=MOST_TRIGGER) for texts in CATALOGUE.values()
)


class _RepliesToPrompt(filters.MessageFilter):
    """A reply to the bot's request for a word; nobody else's message can read so."""

    def filter(self, message: Message) -> bool:
        replied = message.reply_to_message
        if replied is None or replied.from_user is None or replied.text not in PROMPTS:
            return False
        return replied.from_user.id == message.get_bot().id


REPLIES_TO_PROMPT = _RepliesToPrompt()


@dataclass(frozen=True, slots=True)
class GroupPanel:
    """The callbacks of /settings. An anonymous admin may use them, a bot's admin has no right."""

    delivery: Delivery
    groups: GroupBook
    membership: Membership = field(default_factory=Membership)

    async def on_settings(self, update: Update, context: Context) -> None:
        """Show the settings of the group to one of its admins."""
        message = update.message
        if message is None:
            return
        texts, target = texts_of(message.from_user), Target.of(message)
        if message.chat.type == ChatType.PRIVATE:
            await self.delivery.send_line(context.bot, target, texts.management.settings_private)
        elif await self._may_decide(message, context.bot):
            settings = await self.groups.of(message.chat_id)
            page = Page(await self._text(context.bot, message.chat_id, settings, texts))
            keyboard = settings_keyboard(settings, texts=texts)
            await self.delivery.send(context.bot, target, page, keyboard=keyboard)

    async def on_press(self, update: Update, context: Context) -> None:
        """Change one setting; the panel shows it."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        texts, chat_id = texts_of(query.from_user), query.message.chat.id
        match = PATTERN.fullmatch(query.data or "")
        if match is None or query.message.chat.type == ChatType.PRIVATE:
            await notify(query, texts.expired)
        elif not await self.membership.is_admin(
            context.bot, chat_id=chat_id, user_id=query.from_user.id
        ):
            await notify(query, texts.management.settings_refused)
        elif match[1] == "word":
            await notify(query)
            await self._ask_for_word(context.bot, Target.of(query.message), texts)
        else:
            changed = _changed(await self.groups.of(chat_id), match[1], match[2])
            await self._save(query, context.bot, chat_id, changed, texts)

    async def on_word(self, update: Update, context: Context) -> None:
        """Take the word with which the group addresses the bot."""
        message = update.message
        if message is None:
            return
        said, target = texts_of(message.from_user).management, Target.of(message)
        if not await self._may_decide(message, context.bot):
            return
        word = as_trigger(message.text or "")
        if word is None:
            line = said.trigger_bad.format(limit=MOST_TRIGGER)
            await self.delivery.send_line(context.bot, target, line)
            return
        settings = await self.groups.of(message.chat_id)
        await self.groups.set(message.chat_id, replace(settings, when=When.TRIGGER, trigger=word))
        line = said.trigger_saved.format(word=word)
        if await self.membership.is_deaf(context.bot, chat_id=message.chat_id):
            line = f"{line}\n{said.privacy_mode}"
        await self.delivery.send_line(context.bot, target, line)

    async def _may_decide(self, message: Message, bot: Bot) -> bool:
        if await self.membership.is_from_admin(bot, message):
            return True
        line = texts_of(message.from_user).management.settings_refused
        await self.delivery.send_line(bot, Target.of(message), line)
        return False

    async def _ask_for_word(self, bot: Bot, target: Target, texts: Texts) -> None:
        page = Page(texts.management.trigger_prompt.format(limit=MOST_TRIGGER))
        await self.delivery.send(bot, target, page, keyboard=ForceReply())

    async def _save(
        self,
        query: CallbackQuery,
        bot: Bot,
        chat_id: int,
        settings: GroupSettings | None,
        texts: Texts,
    ) -> None:
        if settings is None:
            await notify(query, texts.expired)
            return
        await self.groups.set(chat_id, settings)
        # The language may be the very thing that was changed.
        texts = texts_for(settings.language or query.from_user.language_code)
        await notify(query, texts.management.saved)
        if isinstance(query.message, Message):
            text = await self._text(bot, chat_id, settings, texts)
            keyboard = settings_keyboard(settings, texts=texts)
            await edit(bot, query.message, text, keyboard=keyboard)

    async def _text(self, bot: Bot, chat_id: int, settings: GroupSettings, texts: Texts) -> str:
        title = texts.management.settings_title
        if settings.when is not When.TRIGGER:
            return title
        deaf = await self.membership.is_deaf(bot, chat_id=chat_id)
        return f"{title}\n\n{texts.management.privacy_mode}" if deaf else title


def as_trigger(text: str) -> str | None:
    """Return a text as a group's own word; None when it can't be one."""
    word = unicodedata.normalize("NFKC", text).strip()
    fits = 2 <= len(word) <= MOST_TRIGGER and "\n" not in word and word[0] not in "/@"
    return word if fits and has_words(word) else None


def settings_keyboard(settings: GroupSettings, *, texts: Texts) -> InlineKeyboardMarkup:
    """Return a button for each setting, with its value; pressing it sets the next value."""
    said = texts.management
    quiet = said.quiet_yes if settings.quiet else said.quiet_no
    language = LANGUAGES.get(settings.language, said.language_asker)
    choices = [w for w in When if w is not When.TRIGGER or settings.trigger]
    languages = ["", *LANGUAGES]
    quotes = settings.quotes % MOST_QUOTES + 1
    rows = (
        (said.settings_when, _when(settings, texts), "when", _after(settings.when, choices)),
        (said.button_trigger, "", "word", ""),
        (said.settings_quotes, str(settings.quotes), "quotes", str(quotes)),
        (said.settings_language, language, "language", _after(settings.language, languages)),
        (said.settings_quiet, quiet, "quiet", "no" if settings.quiet else "yes"),
    )
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    label.format(value=value), callback_data=f"g1:{name}:{following}"
                )
            ]
            for label, value, name, following in rows
        ]
    )


def _when(settings: GroupSettings, texts: Texts) -> str:
    said = texts.management
    word = settings.trigger
    short = word if len(word) <= LABEL_CHARACTERS else f"{word[: LABEL_CHARACTERS - 1]}…"
    return {
        When.ADDRESSED: said.when_addressed,
        When.COMMANDS: said.when_commands,
        When.TRIGGER: said.when_trigger.format(word=short),
    }[settings.when]


def _after(value: str, choices: list[str] | list[When]) -> str:
    values = [str(choice) for choice in choices]
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]


def _changed(settings: GroupSettings, name: str, value: str) -> GroupSettings | None:
    """Return the settings with a button's change; None when its data can't be the bot's."""
    if name == "when" and value in set(When):
        when = When(value)
        possible = when is not When.TRIGGER or settings.trigger
        return replace(settings, when=when) if possible else None
    if name == "quotes" and value in {str(n) for n in range(1, MOST_QUOTES + 1)}:
        return replace(settings, quotes=int(value))
    if name == "language" and (value in LANGUAGES or not value):
        return replace(settings, language=value)
    if name == "quiet" and value in {"yes", "no"}:
        return replace(settings, quiet=value == "yes")
    return None
