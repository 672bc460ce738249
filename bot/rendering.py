"""Quotes and documents as pages: text with entities, never markup, so that no source breaks it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from telegram import MessageEntity

from index import Citation, Document, Part, Quote, Reference

from .texts import Texts

PAGE_UNITS = 4096
PAGE_ENTITIES = 100
QUOTE_UNITS = 3000
"""A longer quote would leave no room for its citation; none that long is ever cut here."""
EXPANDABLE_CHARACTERS = 250
"""From here on a quote is folded; about five lines on a phone."""
FIELD_UNITS = 200
"""A title, section or publisher longer than this ends in an ellipsis; a quote never does."""
REFERENCES = 40
REFERENCE_LIST_UNITS = 300
"""References are shown with their titles while the list stays within this."""
SEPARATOR = "\n\n"


@dataclass(frozen=True, slots=True)
class Page:
    """One message. Entities count in UTF-16 code units, as Telegram does."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A page of quotes, and how many of those given it shows."""

    page: Page
    shown: int


@dataclass(slots=True)
class _Draft:
    """A page in the making. Entities count in code points."""

    text: str = ""
    entities: list[MessageEntity] = field(default_factory=list)

    def add(self, text: str, kind: str | None = None, *, url: str | None = None) -> None:
        if kind is not None and text:
            self.entities.append(MessageEntity(kind, len(self.text), len(text), url=url))
        self.text += text

    def add_linked(self, text: str, url: str | None) -> None:
        # Telegram drops a link that it doesn't understand, and the entity with it.
        linkable = url is not None and url.startswith(("https://", "http://"))
        self.add(text, MessageEntity.TEXT_LINK if linkable else None, url=url if linkable else None)

    def join(self, other: _Draft, separator: str) -> _Draft:
        """Return both, one after the other; this one comes first."""
        if not self.text:
            return other
        shift = len(self.text) + len(separator)
        moved = MessageEntity.shift_entities(shift, other.entities)
        return _Draft(self.text + separator + other.text, [*self.entities, *moved])

    def fits(self) -> bool:
        return units(self.text) <= PAGE_UNITS and len(self.entities) <= PAGE_ENTITIES

    def page(self) -> Page:
        entities = MessageEntity.adjust_message_entities_to_utf_16(self.text, self.entities)
        return Page(self.text, tuple(entities))


def units(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_sendable(quote: Quote) -> bool:
    """Tell whether a quote fits a page whole, with its citation."""
    return bool(quote.text.strip()) and units(quote.text) <= QUOTE_UNITS


def render_card(quotes: Sequence[Quote], *, texts: Texts, compact: bool = False) -> Card:
    """Show as many of the quotes, in order, as fit one page; each of them is sendable.

    Args:
        quotes: At least one.
        texts: The language of the labels.
        compact: Leave out the titles of references, as befits a group.
    """
    card = _Draft()
    for shown, quote in enumerate(quotes):
        longer = card.join(_render_quote(quote, texts=texts, compact=compact), SEPARATOR)
        if not longer.fits():
            return Card(card.page(), shown)
        card = longer
    return Card(card.page(), len(quotes))


def render_documents(documents: Sequence[Document], *, texts: Texts, pages: int) -> list[Page]:
    """List the documents on at most `pages` pages; what is left out is counted on the last."""
    drafts = [_Draft(texts.sources.format(count=len(documents)))]
    for number, document in enumerate(documents, start=1):
        line = _Draft(f"{number}. ")
        line.add_linked(_field(document.title), document.url)
        line.add(f" · {_field(document.publisher)} · {document.published.isoformat()}")
        # The count of the rest must still fit: it is short, and has no entity.
        if units(drafts[-1].text) + units(line.text) < PAGE_UNITS - FIELD_UNITS and (
            len(drafts[-1].entities) < PAGE_ENTITIES
        ):
            drafts[-1] = drafts[-1].join(line, "\n")
        elif len(drafts) < pages:
            drafts.append(line)
        else:
            drafts[-1].add("\n" + texts.more_sources.format(count=len(documents) - number + 1))
            break
    return [draft.page() for draft in drafts]


def _render_quote(quote: Quote, *, texts: Texts, compact: bool) -> _Draft:
    folded = len(quote.text) > EXPANDABLE_CHARACTERS
    draft = _Draft()
    draft.add(
        quote.text,
        MessageEntity.EXPANDABLE_BLOCKQUOTE if folded else MessageEntity.BLOCKQUOTE,
    )
    start = quote.highlight.start - quote.span.start
    draft.entities.append(MessageEntity(MessageEntity.BOLD, start, len(quote.highlight)))
    draft.add("\n")
    _add_citation(draft, quote.citation, texts=texts)
    _add_references(draft, quote.citation, texts=texts, compact=compact)
    return draft


def _add_citation(draft: _Draft, citation: Citation, *, texts: Texts) -> None:
    draft.add_linked(_field(citation.title), citation.url)
    if citation.section:
        draft.add(f" › {_field(citation.section)}")
    rest = (_field(citation.publisher), citation.published.isoformat(), _label(citation, texts))
    draft.add("".join(f" · {part}" for part in rest if part))


def _label(citation: Citation, texts: Texts) -> str:
    labels = {
        Part.CAPTION: texts.caption,
        Part.TABLE: texts.table,
        Part.POST: texts.post,
        Part.HEADING: texts.heading,
        Part.REFERENCE: texts.reference,
    }
    return labels.get(citation.part, "")


def _add_references(draft: _Draft, citation: Citation, *, texts: Texts, compact: bool) -> None:
    references = citation.references
    full = [_describe(reference, titled=True) for reference in references]
    # A quoted reference holds its own title.
    short = compact or citation.part is Part.REFERENCE
    titled = not short and sum(map(units, full)) <= REFERENCE_LIST_UNITS
    # Room for the line that counts the references left out.
    room = PAGE_UNITS - units(draft.text) - FIELD_UNITS
    for count, reference in enumerate(references):
        text = _describe(reference, titled=titled)
        lead = ("\n" if titled or not count else " · ") + f"[{_field(reference.number)}]"
        room -= units(lead) + units(text) + 1
        if room < 0 or count == REFERENCES:
            draft.add("\n" + texts.more_references.format(count=len(references) - count))
            return
        draft.add(lead)
        if text:
            draft.add(" ")
            draft.add_linked(text, reference.url)


def _describe(reference: Reference, *, titled: bool) -> str:
    short = (reference.publisher, reference.published)
    fields = (reference.title, *short) if titled or not any(short) else short
    return ", ".join(_nonempty(fields))


def _nonempty(fields: Iterable[str]) -> list[str]:
    return [text for text in map(_field, fields) if text]


def _field(text: str) -> str:
    """Return a citation's field on one line and within its length."""
    line = " ".join(text.split())
    if units(line) <= FIELD_UNITS:
        return line
    # A character is at most two units, so half as many characters are sure to fit.
    return line[: FIELD_UNITS // 2].rstrip() + "…"
