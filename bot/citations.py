"""Where a quote stands, and the sources of the footnote marks inside it."""

from __future__ import annotations

from collections.abc import Iterable

from index import Citation, Part, Quote, Reference

from .fragments import at_sentence
from .pages import FIELD_UNITS, PAGE_UNITS, Draft, one_line, units
from .texts import Texts

REFERENCES = 40
REFERENCE_LIST_UNITS = 1200
"""References are told with their titles, one a line, while the list stays within this."""
COPY_UNITS = 256
"""What a button that copies may hold."""


def add_citation(draft: Draft, quote: Quote, *, texts: Texts) -> None:
    """Append title, section, publisher and date on one line; the title opens the live page."""
    citation = quote.citation
    url = citation.url and at_sentence(citation.url, quote.highlighted)
    draft.add_linked(one_line(citation.title), url)
    if citation.section:
        draft.add(f" › {one_line(citation.section)}")
    rest = (one_line(citation.publisher), citation.published.isoformat(), _label(citation, texts))
    draft.add("".join(f" · {part}" for part in rest if part))


def add_references(draft: Draft, citation: Citation, *, texts: Texts, compact: bool) -> None:
    """Append number, title, publisher and date of each reference, as far as there is room.

    `compact` leaves out the titles, as befits a group.
    """
    references = citation.references
    full = [_describe(reference, titled=True) for reference in references]
    # A quoted reference holds its own title.
    short = compact or citation.part is Part.REFERENCE
    titled = not short and sum(map(units, full)) <= REFERENCE_LIST_UNITS
    # Room for the line that counts the references left out.
    room = PAGE_UNITS - units(draft.text) - FIELD_UNITS
    for count, reference in enumerate(references):
        text = _describe(reference, titled=titled)
        lead = ("\n" if titled or not count else " · ") + f"[{one_line(reference.number)}]"
        room -= units(lead) + units(text) + 1
        if room < 0 or count == REFERENCES:
            draft.add("\n" + texts.more_references.format(count=len(references) - count))
            return
        draft.add(lead)
        if text:
            draft.add(" ")
            draft.add_linked(text, reference.url)


def cited(citation: Citation) -> str:
    """Return title, section, publisher and date as plain text."""
    fields = (citation.title, citation.section, citation.publisher, citation.published.isoformat())
    return " · ".join(_nonempty(fields))


def copied(quote: Quote, *, link: str | None) -> str:
    """Return a citation for the clipboard, within `COPY_UNITS`: the link stays, fields yield."""
    citation = quote.citation
    url = citation.url if citation.url and units(citation.url) <= COPY_UNITS // 2 else link
    lead, end = one_line(citation.title, 100), f"{citation.published.isoformat()}"
    parts = [lead, one_line(citation.section, 60), one_line(citation.publisher, 40), end, url or ""]
    while units(text := " · ".join(part for part in parts if part)) > COPY_UNITS:
        # The section tells least; without it, half of the title's room is enough for the rest.
        if parts[1]:
            parts[1] = ""
        else:
            parts[0] = one_line(parts[0], 50)
    return text


def _label(citation: Citation, texts: Texts) -> str:
    labels = {
        Part.CAPTION: texts.caption,
        Part.TABLE: texts.table,
        Part.POST: texts.post,
        Part.HEADING: texts.heading,
        Part.REFERENCE: texts.reference,
    }
    return labels.get(citation.part, "")


def _describe(reference: Reference, *, titled: bool) -> str:
    short = (reference.publisher, reference.published)
    fields = (reference.title, *short) if titled or not any(short) else short
    return ", ".join(_nonempty(fields))


def _nonempty(fields: Iterable[str]) -> list[str]:
    return [text for text in map(one_line, fields) if text]
