"""A page: one message's text with entities, never markup, so that no source breaks it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from telegram import MessageEntity

PAGE_UNITS = 4096
PAGE_ENTITIES = 100
FIELD_UNITS = 200
"""A title, section or publisher longer than this ends in an ellipsis; a quote never does."""
JOINERS = frozenset("\u200c\u200d")
"""They belong to how words of some scripts, and families of emoji, are written."""


@dataclass(frozen=True, slots=True)
class Page:
    """One message. Entities count in UTF-16 code units, as Telegram does."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    picture: bytes | None = field(default=None, repr=False)
    """A PNG, of which the text is the caption."""


@dataclass(slots=True)
class Draft:
    """A page in the making. Entities count in code points."""

    text: str = ""
    entities: list[MessageEntity] = field(default_factory=list)

    def add(self, text: str, kind: str | None = None, *, url: str | None = None) -> None:
        """Append a text, as an entity of a kind if one is given."""
        if kind is not None and text:
            self.entities.append(MessageEntity(kind, len(self.text), len(text), url=url))
        self.text += text

    def add_linked(self, text: str, url: str | None) -> None:
        """Append a text that leads to an address, where Telegram takes it for one."""
        # Telegram drops a link that it doesn't understand, and the entity with it.
        linkable = url is not None and url.startswith(("https://", "http://"))
        self.add(text, MessageEntity.TEXT_LINK if linkable else None, url=url if linkable else None)

    def join(self, other: Draft, separator: str) -> Draft:
        """Return both, one after the other; this one comes first."""
        if not self.text:
            return other
        shift = len(self.text) + len(separator)
        moved = MessageEntity.shift_entities(shift, other.entities)
        return Draft(self.text + separator + other.text, [*self.entities, *moved])

    def fits(self) -> bool:
        """Tell whether Telegram takes it whole."""
        return units(self.text) <= PAGE_UNITS and len(self.entities) <= PAGE_ENTITIES

    def page(self) -> Page:
        """Return it as it is sent."""
        entities = MessageEntity.adjust_message_entities_to_utf_16(self.text, self.entities)
        return Page(self.text, tuple(entities))


def units(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def one_line(text: str, most: int = FIELD_UNITS) -> str:
    """Return a text on one line, within `most` UTF-16 units, without marks of direction."""
    # Such a mark would turn around what stands behind it, too.
    seen = (" " if _is_hidden(character) else character for character in text)
    line = " ".join("".join(seen).split())
    if units(line) <= most:
        return line
    # A character is at most two units, so half as many characters are sure to fit.
    return line[: most // 2 - 1].rstrip() + "…"


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf"} and character not in JOINERS
