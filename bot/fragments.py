"""A link that opens a live page at a sentence (the text fragment of a URL)."""

from __future__ import annotations

import re
from urllib.parse import quote

MARK = "#:~:text="
EDGE_CHARACTERS = 10
"""Least length of the two ends by which a long sentence is found."""
WHOLE_CHARACTERS = 40
"""A sentence up to this is named whole."""
URL_CHARACTERS = 1500
"""A longer address is cut by some browsers; then the page opens at its top."""

_NOTE = re.compile(r"\[\d{1,4}\]")
_GAP = re.compile(r"[\s,，、;；:：。()（）「」“”]+")


def at_sentence(url: str, sentence: str) -> str:
    """Return an address that opens the page at the sentence, or `url` where none is possible.

    Footnote marks are left out: a page may print them in its own way.
    """
    fragment = _fragment(sentence)
    if not fragment or not url.startswith(("https://", "http://")):
        return url
    # An anchor of the address stays; the directive stands behind it.
    linked = url + (MARK[1:] if "#" in url else MARK) + fragment
    return linked if len(linked) <= URL_CHARACTERS else url


def _fragment(sentence: str) -> str:
    pieces = [" ".join(piece.split()) for piece in _NOTE.split(sentence)]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return ""
    if len(pieces) == 1 and len(pieces[0]) <= WHOLE_CHARACTERS:
        return _encoded(pieces[0])
    start, end = _beginning(pieces[0]), _ending(pieces[-1])
    if len(pieces) == 1 and len(start) + len(end) >= len(pieces[0]):
        return _encoded(pieces[0])
    return f"{_encoded(start)},{_encoded(end)}"


def _beginning(text: str) -> str:
    """Return the words up to the first gap that is far enough in.

    Browsers find an end of a range only at the border of a word, and only a gap is a sure one.
    """
    ends = [gap.start() for gap in _GAP.finditer(text) if gap.start() >= EDGE_CHARACTERS]
    return text[: ends[0]] if ends else text


def _ending(text: str) -> str:
    last = len(text) - EDGE_CHARACTERS
    starts = [gap.end() for gap in _GAP.finditer(text) if 0 < gap.end() <= last]
    return text[starts[-1] :] if starts else text


def _encoded(text: str) -> str:
    # A hyphen and a comma have a meaning of their own there, and `quote` keeps the hyphen.
    return quote(text, safe="", errors="ignore").replace("-", "%2D")
