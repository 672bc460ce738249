"""Links that open one quote: `https://t.me/<bot>?start=q_<id>`.

An id holds the place of the quote and nothing else: nothing is stored for it, and it leads to
no question and to no person.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from index import Document, Quote, Span

PREFIX = "q_"
SEARCHED_CHARACTERS = 5000
"""How far a quote may have moved in its document to be still found."""

# Digest of the document's id, start, length, start and length of the highlight inside, digest of
# the characters: 28 letters of the 64 that Telegram carries.
_PLACE = struct.Struct(">4sIHHH7s")


@dataclass(frozen=True, slots=True)
class Link:
    """What an id says: where a quote stood, and how to know its characters again."""

    document: bytes
    span: Span
    highlight: Span
    characters: bytes

    @classmethod
    def parse(cls, payload: str) -> Link | None:
        """Read what follows /start; None when it is no link to a quote."""
        try:
            packed = base64.b64decode(payload.removeprefix(PREFIX), altchars=b"-_", validate=True)
            document, start, length, inner, inner_length, digest = _PLACE.unpack(packed)
            span = Span(start, start + length)
            highlight = Span(start + inner, start + inner + inner_length)
        except (binascii.Error, struct.error, ValueError):
            return None
        if not payload.startswith(PREFIX) or highlight not in span:
            return None
        return cls(document, span, highlight, digest)

    def find(self, documents: Sequence[Document]) -> tuple[str, Span, Span] | None:
        """Return the document's id, the span and the highlight, as they are now."""
        for document in documents:
            if _digest(document.id, 4) == self.document:
                moved = self._moved(document.text)
                if moved is not None:
                    return document.id, _shifted(self.span, moved), _shifted(self.highlight, moved)
        return None

    def _moved(self, text: str) -> int | None:
        """Return by how many characters the quote has moved, the least if there are several."""
        for distance in range(SEARCHED_CHARACTERS):
            for shift in dict.fromkeys((distance, -distance)):
                start = self.span.start + shift
                if start >= 0 and start + len(self.span) <= len(text):
                    found = text[start : start + len(self.span)]
                    if _digest(found, 7) == self.characters:
                        return shift
        return None


def payload_of(quote: Quote) -> str | None:
    """Return what opens a quote again, None where it is too long or too far in for an id."""
    inner = quote.highlight.start - quote.span.start
    try:
        packed = _PLACE.pack(
            _digest(quote.document, 4),
            quote.span.start,
            len(quote.span),
            inner,
            len(quote.highlight),
            _digest(quote.text, 7),
        )
    except struct.error:
        return None
    return PREFIX + base64.urlsafe_b64encode(packed).decode("ascii")


def link_to(quote: Quote, username: str) -> str | None:
    """Return the address that opens a quote in the bot."""
    payload = payload_of(quote)
    return payload and f"https://t.me/{username}?start={payload}"


def _digest(text: str, size: int) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:size]


def _shifted(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
