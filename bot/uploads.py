"""A document that an admin sends in private: previewed, mended, and added on a button alone."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from telegram import Bot, CallbackQuery, Document, Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes, filters

from index import FieldError, Imported, RefusedError, add_document, read_foreign

from .admin_room import AdminRoom
from .alias_command import rebuild_keyboard
from .delivery import Target, edit
from .languages import texts_of
from .pages import one_line
from .pending import Pending
from .presses import notify
from .previews import fields_in, missing, preview, safe_name
from .refusals import reason_line, refusal_line
from .texts import Texts

Context = ContextTypes.DEFAULT_TYPE

MEGABYTES = 20
"""What a bot may fetch from Telegram."""
SUFFIXES = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx"})
PATTERN = re.compile(r"a1:(add|drop):([A-Za-z0-9_-]{1,20})", re.ASCII)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Uploads:
    """The callbacks of a document on its way into the corpus."""

    room: AdminRoom
    data_dir: Path
    corpus_dir: Path
    _obeyed: set[str] = field(default_factory=set, init=False)
    """Tokens whose button is being obeyed, so that a double tap adds one document."""

    @property
    def pending(self) -> Pending:
        """The documents that wait for their button."""
        return Pending(self.data_dir / "previews")

    async def on_document(self, update: Update, context: Context) -> None:
        """Convert a document that an admin sends and show what would be added."""
        message = await self.room.enter(update, context)
        if message is None or message.document is None:
            return
        texts = texts_of(message.from_user)
        said, sent = texts.management, message.document
        name = safe_name(sent.file_name or "")
        too_large = (sent.file_size or 0) > MEGABYTES * 1024 * 1024
        if too_large or Path(name).suffix.lower() not in SUFFIXES:
            await self.room.say(context, message, said.upload_kinds.format(limit=MEGABYTES))
            return
        try:
            document = await self._fetch(sent, name)
        except (RefusedError, TelegramError) as error:
            await self.room.say(context, message, _failure(error, texts))
            return
        token = await asyncio.to_thread(self.pending.keep, document)
        page, keyboard = preview(document, token, texts=texts)
        await self.room.delivery.send(context.bot, Target.of(message), page, keyboard=keyboard)

    async def on_correction(self, update: Update, context: Context) -> None:
        """Take the fields that an admin tells in reply to a preview."""
        message = await self.room.enter(update, context)
        if message is None or message.reply_to_message is None:
            return
        texts, token = texts_of(message.from_user), token_of(message.reply_to_message) or ""
        document = await asyncio.to_thread(self.pending.find, token)
        if document is None:
            await self.room.say(context, message, texts.management.upload_gone)
            return
        told = fields_in(message.text or "")
        if not told:
            await self.room.say(context, message, texts.management.upload_complete)
            return
        try:
            document = document.with_fields(told)
        except FieldError as error:
            reason = refusal_line(error.refusal, texts.management)
            line = texts.management.nothing_changed.format(reason=reason)
            await self.room.say(context, message, line)
            return
        await asyncio.to_thread(self.pending.change, token, document)
        page, keyboard = preview(document, token, texts=texts)
        shown = message.reply_to_message.message_id
        target = Target(message.chat_id, private=True, edits=shown)
        await self.room.delivery.send(context.bot, target, page, keyboard=keyboard)

    async def on_press(self, update: Update, context: Context) -> None:
        """Add the document of a preview, or drop it."""
        query = update.callback_query
        if query is None or (message := await self.room.admit(query)) is None:
            return
        match = PATTERN.fullmatch(query.data or "")
        if match is None or match[2] in self._obeyed:
            await notify(query, texts_of(query.from_user).management.upload_gone)
            return
        self._obeyed.add(match[2])
        try:
            await self._obey(query, context.bot, message, match)
        finally:
            self._obeyed.discard(match[2])

    async def _obey(
        self, query: CallbackQuery, bot: Bot, message: Message, match: re.Match[str]
    ) -> None:
        texts, token = texts_of(query.from_user), match[2]
        document = await asyncio.to_thread(self.pending.find, token)
        if document is None or (match[1] == "add" and missing(document)):
            await notify(query, texts.management.upload_gone)
            return
        await notify(query)
        if match[1] == "add":
            await self._add(query, bot, message, document, texts)
        else:
            await edit(bot, message, texts.management.upload_dropped)
        # Last of all: after a kill on the way, the document is still there for the button.
        await asyncio.to_thread(self.pending.drop, token)

    async def _add(
        self, query: CallbackQuery, bot: Bot, message: Message, document: Imported, texts: Texts
    ) -> None:
        try:
            added = await asyncio.to_thread(add_document, document, self.corpus_dir)
        except (RefusedError, OSError) as error:
            await edit(bot, message, _failure(error, texts))
            return
        logger.info("Admin %d added %s to the corpus", query.from_user.id, added.name)
        line = texts.management.upload_added.format(file=added.name)
        await edit(bot, message, line, keyboard=rebuild_keyboard(texts))

    async def _fetch(self, sent: Document, name: str) -> Imported:
        # Kept apart from the corpus, under a name of our own, until it is proven and confirmed.
        folder = self.data_dir / "uploads" / secrets.token_hex(8)
        folder.mkdir(parents=True)
        try:
            await (await sent.get_file()).download_to_drive(folder / name)
            return await asyncio.to_thread(read_foreign, folder / name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _failure(error: RefusedError | OSError | TelegramError, texts: Texts) -> str:
    """Return what is said of a document that was not taken; the log has it in full."""
    logger.info("A document was not taken: %s", error)
    said = texts.management
    if isinstance(error, TelegramError):
        reason = said.refused_unfetched.format(error=one_line(str(error)))
    else:
        reason = reason_line(error, said)
    return said.upload_failed.format(reason=reason)


def token_of(shown: Message | None) -> str | None:
    """Return the token that the buttons of a preview bear; None for any other message."""
    if shown is None or shown.reply_markup is None or shown.from_user is None:
        return None
    if shown.from_user.id != shown.get_bot().id:
        return None
    buttons = (button for row in shown.reply_markup.inline_keyboard for button in row)
    matches = (PATTERN.fullmatch(str(button.callback_data)) for button in buttons)
    return next((match[2] for match in matches if match is not None), None)


class _RepliesToPreview(filters.MessageFilter):
    """A reply to a preview, whether its document still waits or not."""

    def filter(self, message: Message) -> bool:
        return token_of(message.reply_to_message) is not None


REPLIES_TO_PREVIEW = _RepliesToPreview()
