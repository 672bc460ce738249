"""/alias: the names that mean the same, shown and changed from the chat."""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass
from pathlib import Path

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import ContextTypes

from index import ALIASES, IndexingError, add_names, read_aliases, remove_name

from .admin import Admin
from .admin_room import AdminRoom
from .delivery import Target
from .languages import texts_of
from .pages import PAGE_UNITS, Page, units
from .presses import notify
from .refusals import reason_line
from .texts import Texts

logger = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE

REBUILD = "a1:rebuild"
PAGES = 3

_ARGUMENTS = re.compile(r"/\S+\s+(?P<verb>list|add|remove)\b\s*(?P<rest>.*)", re.DOTALL | re.I)
_BETWEEN = re.compile(r"[,，、;；\n]")


@dataclass(frozen=True, slots=True)
class AliasCommand:
    """The callbacks of /alias, and of the button that rebuilds after a change."""

    room: AdminRoom
    admin: Admin
    corpus_dir: Path
    changing: asyncio.Lock
    """Held while the file is read and written."""

    async def on_alias(self, update: Update, context: Context) -> None:
        """List names, add to them or take one out, as the words behind the command say."""
        if (message := await self.room.enter(update, context)) is None:
            return
        texts = texts_of(message.from_user)
        match = _ARGUMENTS.fullmatch((message.text or "").strip())
        verb, rest = (match["verb"].lower(), match["rest"].strip()) if match else ("", "")
        if verb == "list":
            await self._list(message, context, rest, texts)
        elif verb and rest:
            await self._change(message, context, verb, rest, texts)
        else:
            await self.room.say(context, message, texts.management.alias_usage)

    async def on_rebuild(self, update: Update, context: Context) -> None:
        """Rebuild the index, as a button offers."""
        query = update.callback_query
        if query is None or (message := await self.room.admit(query)) is None:
            return
        await notify(query)
        target = Target.of(message)
        await self.admin.begin(
            context.bot, target, admin_id=query.from_user.id, texts=texts_of(query.from_user)
        )

    async def _change(
        self, message: Message, context: Context, verb: str, rest: str, texts: Texts
    ) -> None:
        said, path = texts.management, self.corpus_dir / ALIASES
        try:
            async with self.changing:
                if verb == "remove":
                    names = await asyncio.to_thread(remove_name, path, rest)
                else:
                    names = await asyncio.to_thread(add_names, path, names_in(rest))
        except (IndexingError, OSError) as error:
            logger.info("The names were not changed: %s", error)
            reason = reason_line(error, said)
            await self.room.say(context, message, said.nothing_changed.format(reason=reason))
            return
        line = said.alias_changed.format(names=", ".join(names)) if names else said.alias_removed
        page, keyboard = Page(line), rebuild_keyboard(texts)
        await self.room.delivery.send(context.bot, Target.of(message), page, keyboard=keyboard)

    async def _list(self, message: Message, context: Context, name: str, texts: Texts) -> None:
        said = texts.management
        try:
            groups = await asyncio.to_thread(read_aliases, self.corpus_dir / ALIASES)
        except (IndexingError, OSError) as error:
            logger.warning("The names can't be read: %s", error)
            await self.room.say(context, message, reason_line(error, said))
            return
        lines = [", ".join(names) for lists in groups.values() for names in lists]
        found = [line for line in lines if name.casefold() in line.casefold()]
        if not found:
            await self.room.say(context, message, said.alias_none)
        for text in _pages(said.alias_list.format(count=len(found)), found)[:PAGES]:
            await self.room.say(context, message, text)


def names_in(text: str) -> list[str]:
    """Return the names of ``NAME = OTHER, OTHER``; a name with a comma stands in quotes.

    >>> names_in('华盛顿 = "Washington, D.C."， Вашингтон')
    ['华盛顿', 'Washington, D.C.', 'Вашингтон']
    """
    quoted = re.findall(r'"([^"]+)"', text)
    first, _, others = re.sub(r'"[^"]+"', "\0", text).partition("=")
    parts = [part.strip() for part in (first, *_BETWEEN.split(others)) if part.strip()]
    return [part.replace("\0", quoted.pop(0)) if "\0" in part else part for part in parts]


def rebuild_keyboard(texts: Texts) -> InlineKeyboardMarkup:
    """Return the button that rebuilds the index."""
    label = texts.management.button_rebuild
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=REBUILD)]])


def _pages(head: str, lines: list[str]) -> list[str]:
    pages = [head]
    for line in (line[: PAGE_UNITS // 4] for line in lines):
        if units(pages[-1]) + units(line) + 1 > PAGE_UNITS:
            pages.append(line)
        else:
            pages[-1] = f"{pages[-1]}\n{line}"
    return pages
