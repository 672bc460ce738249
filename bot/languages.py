"""Which language the bot speaks in an update: a group's, a person's choice, or the client's."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from telegram import Update, User

from .group_settings import GroupBook
from .storage import Storage
from .texts import Texts, texts_for

# Each update is handled in a task of its own, whose context this is: it never mixes two updates.
_chosen: ContextVar[str] = ContextVar("chosen", default="")


@dataclass(frozen=True, slots=True)
class Languages:
    """Finds the language that was chosen for a chat or by a person."""

    storage: Storage
    groups: GroupBook

    async def note(self, update: Update) -> None:
        """Find the language of an update, for `texts_of` while the update is handled."""
        chat, user = update.effective_chat, update.effective_user
        language = (await self.groups.of(chat.id)).language if chat and chat.id < 0 else ""
        if not language and user is not None:
            language = await self.of_person(user.id)
        _chosen.set(language)

    async def of_person(self, user_id: int) -> str:
        """Return the language that a person chose; empty where none was."""
        rows = await self.storage.read("SELECT language FROM person WHERE id = ?", (user_id,))
        return str(rows[0][0]) if rows else ""

    async def choose(self, user_id: int, language: str) -> None:
        """Keep the language that a person chose; an empty one is the client's again."""
        if language:
            row = (user_id, language)
            await self.storage.write(("INSERT OR REPLACE INTO person VALUES (?, ?)", row))
        else:
            await self.storage.write(("DELETE FROM person WHERE id = ?", (user_id,)))


def texts_of(user: User | None) -> Texts:
    """Return the bot's sentences for the update at hand: as chosen, else as the client says."""
    return texts_for(_chosen.get() or (user.language_code if user is not None else None))
