"""Folded text -> units and tokens: what the lexical index counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from .normalization import words

HAN = r"[㐀-䶿一-鿿𠀀-𲎯々〇]"
_HAN_CHARACTER = re.compile(HAN)
_HAN_RUN = re.compile(f"{HAN}+")


class Unit(NamedTuple):
    """A Han character, or the stem of a word or number, at ``[start, end)`` of folded text."""

    text: str
    start: int
    end: int
    han: bool


def is_han(token: str) -> bool:
    """Tell whether a token is one Han character.

    >>> [is_han(token) for token in ("京", "普京", "я", "8")]
    [True, False, False, False]
    """
    return len(token) == 1 and bool(_HAN_CHARACTER.match(token))


def units(folded: str) -> list[Unit]:
    """Cut folded text into units, in order; what lies between them is not one.

    >>> [unit.text for unit in units("普京 talks, 8月")]
    ['普', '京', 'talk', '8', '月']
    """
    found = [Unit(stem, start, end, han=False) for stem, start, end in words(folded)]
    found += [
        Unit(m.group(), m.start(), m.end(), han=True) for m in _HAN_CHARACTER.finditer(folded)
    ]
    return sorted(found, key=lambda unit: unit.start)


def text_tokens(folded: str) -> list[str]:
    """Return the tokens of all units of a folded text, in any order: `tokens` of `units`, sooner.

    >>> text_tokens("普京 talks")
    ['talk', '普', '京', '普京']
    """
    found = [stem for stem, _, _ in words(folded)]
    for run in _HAN_RUN.findall(folded):
        found += run
        found += map("".join, pairwise(run))
    return found


def tokens(sequence: Sequence[Unit]) -> list[str]:
    """Return each unit, and each pair of Han characters that touch, as tokens."""
    found = [unit.text for unit in sequence]
    for left, right in pairwise(sequence):
        if left.han and right.han and left.end == right.start:
            found.append(left.text + right.text)
    return found
