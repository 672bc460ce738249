"""A document that an admin sends in private: previewed, mended, and added on a button alone."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from telegram import CallbackQuery, Document, Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes, filters

from index import DocumentError, Imported, IndexingError, add_document, read_foreign

from .admin_room import AdminRoom
from .alias_command import rebuild_keyboard
from .browsing import notify
from .delivery import Target, edit
from .languages import texts_of
from .previews import fields_in, missing, preview, safe_name
from .texts import Texts

Context = ContextTypes.DEFAULT_TYPE

MEGABYTES = 20
"""What a bot may fetch from Telegram."""
SUFFIXES = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx"})
KEPT_SECONDS = 3600.0
KEPT = 20
"""Previews that wait for their button; the oldest makes room."""
PATTERN = re.compile(r"a1:(add|drop):([A-Za-z0-9_-]{1,20})", re.ASCII)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Waiting:
    """A document that waits for its button."""

    document: Imported
    received: float


@dataclass(frozen=True, slots=True)
class Uploads:
    """The callbacks of a document on its way into the corpus."""

    room: AdminRoom
    data_dir: Path
    corpus_dir: Path
    clock: Callable[[], float] = time.monotonic
    _waiting: dict[str, Waiting] = field(default_factory=dict, init=False)

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
        except DocumentError as error:
            line = said.upload_failed.format(reason=error.problem)
            await self.room.say(context, message, line)
            return
        token = self._keep(document)
        page, keyboard = preview(document, token, texts=texts)
        await self.room.delivery.send(context.bot, Target.of(message), page, keyboard=keyboard)

    async def on_correction(self, update: Update, context: Context) -> None:
        """Take the fields that an admin tells in reply to a preview."""
        message = await self.room.enter(update, context)
        if message is None or message.reply_to_message is None:
            return
        if (token := self._token_of(message)) is None:
            return
        texts, waiting = texts_of(message.from_user), self._waiting[token]
        told = fields_in(message.text or "")
        if not told:
            await self.room.say(context, message, texts.management.upload_complete)
            return
        try:
            waiting.document = waiting.document.with_fields(told)
        except ValueError as error:
            line = texts.management.upload_failed.format(reason=error)
            await self.room.say(context, message, line)
            return
        page, keyboard = preview(waiting.document, token, texts=texts)
        shown = message.reply_to_message.message_id
        target = Target(message.chat_id, private=True, edits=shown)
        await self.room.delivery.send(context.bot, target, page, keyboard=keyboard)

    async def on_press(self, update: Update, context: Context) -> None:
        """Add the document of a preview, or drop it."""
        query = update.callback_query
        if query is None or (message := await self.room.admit(query)) is None:
            return
        texts = texts_of(query.from_user)
        match = PATTERN.fullmatch(query.data or "")
        self._prune()
        waiting = self._waiting.get(match[2]) if match else None
        if match is None or waiting is None or (match[1] == "add" and missing(waiting.document)):
            await notify(query, texts.management.upload_gone)
            return
        # Taken out before anything is awaited, so that a double tap adds it once.
        del self._waiting[match[2]]
        await notify(query)
        if match[1] == "drop":
            await edit(context.bot, message, texts.management.upload_dropped)
        else:
            await self._add(query, context, message, waiting.document, texts)

    def is_correction(self, message: Message) -> bool:
        """Tell whether a message replies to a preview that waits."""
        return self._token_of(message) is not None

    async def _add(
        self,
        query: CallbackQuery,
        context: Context,
        message: Message,
        document: Imported,
        texts: Texts,
    ) -> None:
        try:
            added = await asyncio.to_thread(add_document, document, self.corpus_dir)
        except (IndexingError, OSError) as error:
            reason = " ".join(str(getattr(error, "problem", error)).split())
            await edit(context.bot, message, texts.management.upload_failed.format(reason=reason))
            return
        logger.info("Admin %d added %s to the corpus", query.from_user.id, added.name)
        line = texts.management.upload_added.format(file=added.name)
        await edit(context.bot, message, line, keyboard=rebuild_keyboard(texts))

    async def _fetch(self, sent: Document, name: str) -> Imported:
        # Kept apart from the corpus, under a name of our own, until it is proven and confirmed.
        folder = self.data_dir / "uploads" / secrets.token_hex(8)
        folder.mkdir(parents=True)
        try:
            try:
                await (await sent.get_file()).download_to_drive(folder / name)
            except TelegramError as error:
                raise DocumentError(Path(name), f"can't be fetched ({error})") from error
            return await asyncio.to_thread(read_foreign, folder / name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _keep(self, document: Imported) -> str:
        self._prune()
        token = secrets.token_urlsafe(9)
        self._waiting[token] = Waiting(document, self.clock())
        return token

    def _prune(self) -> None:
        now = self.clock()
        for token, waiting in list(self._waiting.items()):
            if now - waiting.received > KEPT_SECONDS or len(self._waiting) > KEPT:
                del self._waiting[token]

    def _token_of(self, message: Message) -> str | None:
        """Return the token of the preview that a message replies to, as its buttons bear it."""
        replied = message.reply_to_message
        if replied is None or replied.reply_markup is None or replied.from_user is None:
            return None
        if replied.from_user.id != message.get_bot().id:
            return None
        buttons = (button for row in replied.reply_markup.inline_keyboard for button in row)
        matches = (PATTERN.fullmatch(str(button.callback_data)) for button in buttons)
        tokens = (match[2] for match in matches if match is not None)
        return next((token for token in tokens if token in self._waiting), None)


class Corrections(filters.MessageFilter):
    """Replies to a preview that waits."""

    def __init__(self, uploads: Uploads) -> None:
        super().__init__()
        self._uploads = uploads

    def filter(self, message: Message) -> bool:
        """Tell whether a message is one."""
        return self._uploads.is_correction(message)
