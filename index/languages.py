"""Which language a text is in, by its letters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

import opencc

_ENGLISH = frozenset({"the", "of", "and", "to", "in", "is", "was", "that", "for", "with"})


def language_of(text: str) -> str:
    """Return the language of a text by its letters; ``und`` where they don't tell.

    >>> language_of("俄罗斯总统来了"), language_of("俄羅斯總統來了"), language_of("Он приехал")
    ('zh-Hans', 'zh-Hant', 'ru')
    """
    letters = [unicodedata.name(c, "").split(" ")[0] for c in text[:20_000] if c.isalpha()]
    if not letters:
        return "und"
    shares = {script: letters.count(script) / len(letters) for script in set(letters)}
    if shares.get("HIRAGANA", 0) + shares.get("KATAKANA", 0) > 0.1:
        return "ja"
    if shares.get("HANGUL", 0) > 0.3:
        return "ko"
    if shares.get("CJK", 0) > 0.3:
        return _chinese(text[:20_000])
    if shares.get("CYRILLIC", 0) > 0.5:
        return "uk" if set("іїєґ") & set(text.lower()) else "ru"
    words = re.findall(r"[a-z]+", text[:20_000].lower())
    english = sum(word in _ENGLISH for word in words) > 0.08 * len(words)
    return "en" if shares.get("LATIN", 0) > 0.5 and english else "und"


def _chinese(text: str) -> str:
    simplified, traditional = _converter("t2s").convert(text), _converter("s2t").convert(text)
    to_simplified = sum(a != b for a, b in zip(text, simplified, strict=False))
    to_traditional = sum(a != b for a, b in zip(text, traditional, strict=False))
    return "zh-Hant" if to_simplified > to_traditional else "zh-Hans"


@cache
def _converter(name: str) -> Any:  # noqa: ANN401 - The library has no types.
    return opencc.OpenCC(name)
