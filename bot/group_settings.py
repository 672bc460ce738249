"""What a group's own admins decide: when the bot speaks there, how much, in which language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from .storage import Storage

MOST_QUOTES = 3
MOST_TRIGGER = 32
"""Characters of a group's own word."""


class When(StrEnum):
    """Which messages of a group are answered."""

    ADDRESSED = "addressed"
    """Commands, mentions and replies to the bot."""
    COMMANDS = "commands"
    """``/ask`` alone."""
    TRIGGER = "trigger"
    """What is addressed, and what begins with the group's own word."""


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """The settings of one group; the defaults are those of a group that set none."""

    when: When = When.ADDRESSED
    trigger: str = ""
    quotes: int = 1
    """Quotes of the first card, from 1 to `MOST_QUOTES`."""
    language: str = ""
    """A language of the catalogue; empty for that of each asker."""
    quiet: bool = False
    """Say nothing where the sources don't answer."""

    def __post_init__(self) -> None:
        if not 1 <= self.quotes <= MOST_QUOTES:
            raise ValueError(f"quotes must be from 1 to {MOST_QUOTES}, got {self.quotes}")


DEFAULT = GroupSettings()


@dataclass(frozen=True, slots=True)
class GroupBook:
    """The settings of all groups, read from the database once each."""

    storage: Storage
    _known: dict[int, GroupSettings] = field(default_factory=dict, init=False)

    async def of(self, chat_id: int) -> GroupSettings:
        """Return a group's settings."""
        if chat_id not in self._known:
            rows = await self.storage.read(
                'SELECT "when", "trigger", quotes, language, quiet FROM group_settings '
                "WHERE chat_id = ?",
                (chat_id,),
            )
            self._known[chat_id] = _settings(rows[0]) if rows else DEFAULT
        return self._known[chat_id]

    async def set(self, chat_id: int, settings: GroupSettings) -> None:
        """Keep a group's settings."""
        values = (
            chat_id,
            settings.when.value,
            settings.trigger,
            settings.quotes,
            settings.language,
            int(settings.quiet),
        )
        statement = "INSERT OR REPLACE INTO group_settings VALUES (?, ?, ?, ?, ?, ?)"
        await self.storage.write((statement, values))
        self._known[chat_id] = settings

    def reread(self, *chat_ids: int) -> None:
        """Read the settings of these groups again when they are next asked for."""
        for chat_id in chat_ids:
            self._known.pop(chat_id, None)


def _settings(row: Sequence[object]) -> GroupSettings:
    when, trigger, quotes, language, quiet = row
    return GroupSettings(
        When(str(when)), str(trigger), int(str(quotes)), str(language), bool(quiet)
    )
