"""Quotes as pages: the quote first, unchanged, then what lets a reader find it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import MessageEntity

from index import Quote

from .citations import add_citation, add_references
from .deep_links import link_to
from .pages import Draft, Page, one_line, units
from .texts import Texts

QUOTE_UNITS = 3000
"""A longer quote would leave no room for its citation; none that long is ever cut here."""
EXPANDABLE_CHARACTERS = 250
"""From here on a quote is folded; about five lines on a phone."""
SEPARATOR = "\n\n"


@dataclass(frozen=True, slots=True)
class Card:
    """A page of quotes, and how many of those given it shows."""

    page: Page
    shown: int


def is_sendable(quote: Quote) -> bool:
    """Tell whether a quote fits a page whole, with its citation."""
    return bool(quote.text.strip()) and units(quote.text) <= QUOTE_UNITS


def render_card(
    quotes: Sequence[Quote],
    *,
    texts: Texts,
    compact: bool = False,
    understood_with: str | None = None,
) -> Card:
    """Show as many of the quotes, in order, as fit one page; each of them is sendable.

    Args:
        quotes: At least one.
        texts: The language of the labels.
        compact: Leave out the titles of references, as befits a group.
        understood_with: The question before, where this one was read together with it.
    """
    card = Draft()
    for shown, quote in enumerate(quotes):
        longer = card.join(_render_quote(quote, texts=texts, compact=compact), SEPARATOR)
        if not longer.fits():
            return Card(_noted(card, understood_with, texts), shown)
        card = longer
    return Card(_noted(card, understood_with, texts), len(quotes))


def render_line(line: str, *, texts: Texts, understood_with: str | None = None) -> Page:
    """Return one of the bot's own sentences, with how the question was understood."""
    return _noted(Draft(line), understood_with, texts)


def render_sources(quotes: Sequence[Quote], *, texts: Texts, username: str) -> Page:
    """Tell all that is known of where quotes stand, with a link that opens each in the bot.

    What has no room on one page is left out, quote by quote.
    """
    page = Draft()
    for number, quote in enumerate(quotes, start=1):
        lead = f"{number}. " if len(quotes) > 1 else ""
        longer = page.join(_render_source(lead, quote, texts=texts, username=username), SEPARATOR)
        if not longer.fits():
            break
        page = longer
    return page.page()


def _render_quote(quote: Quote, *, texts: Texts, compact: bool) -> Draft:
    draft = Draft()
    add_quote(draft, quote)
    draft.add("\n")
    add_citation(draft, quote, texts=texts)
    add_references(draft, quote.citation, texts=texts, compact=compact)
    return draft


def add_quote(draft: Draft, quote: Quote) -> None:
    """Append the quote's characters as a quotation, its answering sentence bold."""
    start = len(draft.text) + quote.highlight.start - quote.span.start
    folded = len(quote.text) > EXPANDABLE_CHARACTERS
    draft.add(
        quote.text,
        MessageEntity.EXPANDABLE_BLOCKQUOTE if folded else MessageEntity.BLOCKQUOTE,
    )
    draft.entities.append(MessageEntity(MessageEntity.BOLD, start, len(quote.highlight)))


def _render_source(lead: str, quote: Quote, *, texts: Texts, username: str) -> Draft:
    draft = Draft(lead)
    add_citation(draft, quote, texts=texts)
    # People count from one.
    place = texts.place.format(first=quote.span.start + 1, last=quote.span.end)
    draft.add(f"\n{place}")
    if (link := link_to(quote, username)) is not None:
        draft.add(" · ")
        draft.add_linked(texts.link, link)
    add_references(draft, quote.citation, texts=texts, compact=False)
    return draft


def _noted(draft: Draft, understood_with: str | None, texts: Texts) -> Page:
    if understood_with is None:
        return draft.page()
    note = Draft()
    line = texts.understood_with.format(question=one_line(understood_with))
    note.add(line, MessageEntity.ITALIC)
    noted = draft.join(note, SEPARATOR)
    # The quotes come first: a full page has no room for the note.
    return (noted if noted.fits() else draft).page()
