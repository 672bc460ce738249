"""Read an entry of a list of references: its title, its publisher, its date."""

from __future__ import annotations

import re

from .types import Reference, Span

AGENCIES = frozenset(
    (
        *("Associated Press", "AP", "Agence France-Presse", "AFP", "Reuters", "Xinhua", "TASS"),
        *("新华社", "新華社", "中新社", "中央社", "法新社", "路透社", "美联社", "美聯社", "塔斯社"),
        *("ТАСС", "РИА Новости", "Интерфакс"),
    )
)
"""News agencies; one that follows another publisher is whom that publisher had the text from."""

_LONGEST_PUBLISHER = 6
"""In words; what is longer is the second sentence of a title."""

_DATE = (
    r"(?:\d{4}-\d{2}-\d{2}|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|[^\W\d_]+ \d{1,2}, \d{4}"
    r"|\d{1,2} [^\W\d_]+ \d{4}|\d{1,2}\.\d{1,2}\.\d{4}|\d{4})"
)
_TAIL = re.compile(
    rf"\.\s+(?:(?P<published>{_DATE})(?=\s*(?:[.,\[(]|$))|\[{_DATE}\]|\(|https?://)|\.?\s*$"
)
_CLOSING_PUNCTUATION = ".,;:，。；"
_URL = re.compile(r"https?://[^\s<>\[\]()]+")

_CAPITALIZED = r"(?:[A-ZÀ-ÞА-ЯЁ][\w’'\-‑]+|[A-ZÀ-ÞА-ЯЁ]\.?)"
_NAME = rf"{_CAPITALIZED}(?: {_CAPITALIZED})*, {_CAPITALIZED}(?: {_CAPITALIZED})*"
_AUTHORS = re.compile(rf"{_NAME}(?:; {_NAME})*\.? ?(?<=\. )")
_HAN_AUTHORS = re.compile(r"[\u4e00-\u9fff·]{2,4}(?:, [\u4e00-\u9fff·]{2,4})*\. (?=.*\. )")


def read_reference(text: str, span: Span, *, number: str) -> Reference:
    """Read the entry that stands at `span` of `text`.

    Expects ``Authors. Title. Publisher. Date [access date]. (Notes)``, where all but the title may
    be missing. Every field but the number is a run of the entry's own characters.
    """
    entry = span.of(text)
    tail = _TAIL.search(entry)
    head = entry[: tail.start()] if tail else entry
    title, publisher = _split_publisher(head[_end_of_authors(head) :])
    url = _URL.search(entry)
    return Reference(
        number=number,
        title=title,
        publisher=publisher,
        published=(tail["published"] if tail else None) or "",
        url=url[0].rstrip(_CLOSING_PUNCTUATION) if url else None,
        span=span,
    )


def _end_of_authors(head: str) -> int:
    authors = _AUTHORS.match(head) or _HAN_AUTHORS.match(head)
    if authors:
        return authors.end()
    # Some lists print a whole biography as authors; semicolons still join them.
    end = head.find(". ", head.rfind("; ")) + 2 if "; " in head else 0
    return end if end > 1 and ". " in head[end:] else 0


def _split_publisher(work: str) -> tuple[str, str]:
    """Split ``Title. Publisher`` or ``Title. Publisher. Agency``; a title may hold full stops."""
    title, separator, publisher = work.rpartition(". ")
    if not separator or len(publisher.split()) > _LONGEST_PUBLISHER:
        return work, ""
    earlier, separator, reprinter = title.rpartition(". ")
    if publisher in AGENCIES and separator and len(reprinter.split()) <= _LONGEST_PUBLISHER:
        return earlier, reprinter
    return title, publisher
