"""Lines that were broken for the width of a page, as the paragraphs that they were."""

from __future__ import annotations

import re
from collections.abc import Sequence

WRAPPED_WIDTH = 110
"""Columns: in a text whose lines are longer, a line is a paragraph."""
WHOLE_SHARE = 0.8
ENDS = tuple('。！？!?….:：;；”"」』）)')

_INDENTED = re.compile(r"(?:　|\t| {2,})\S")


def paragraphs(lines: Sequence[str]) -> list[str]:
    """Join lines that were only broken for the width of a page; no character is lost."""
    width = max((_width(line) for line in lines), default=0)
    written = [line.strip() for line in lines if line.strip()]
    # Lines that all end like sentences were not broken by a page's width.
    whole = sum(line.endswith(ENDS) for line in written) >= WHOLE_SHARE * len(written)
    found: list[str] = []
    before = ""
    for line in lines:
        text = line.strip()
        goes_on = (
            bool(before)
            and width <= WRAPPED_WIDTH
            and not whole
            and not _INDENTED.match(line)
            and _width(before) >= (0.85 if before.endswith(ENDS) else 0.6) * width
        )
        if text and goes_on and found:
            found[-1] = _joined(found[-1], text)
        elif text:
            found.append(text)
        before = text
    return found


def _joined(first: str, second: str) -> str:
    if first.endswith("-") and second[0].islower():
        return first + second
    return first + second if _wide(first[-1]) or _wide(second[0]) else f"{first} {second}"


def _wide(character: str) -> bool:
    return character >= "\u2e80"


def _width(text: str) -> int:
    return sum(2 if _wide(character) else 1 for character in text.strip())
