"""Which language a user is spoken to in."""

from __future__ import annotations

from collections.abc import Mapping

from . import chinese_simplified, chinese_traditional, english, russian
from .sentences import Texts

ZH_HANS, ZH_HANT, EN, RU = "zh-Hans", "zh-Hant", "en", "ru"
TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})
CATALOGUE: Mapping[str, Texts] = {
    ZH_HANS: chinese_simplified.TEXTS,
    ZH_HANT: chinese_traditional.TEXTS,
    EN: english.TEXTS,
    RU: russian.TEXTS,
}


def language_of(code: str | None) -> str:
    """Return the language of the catalogue nearest to an IETF code; English when none is near.

    >>> language_of("zh-TW"), language_of("pt-br")
    ('zh-Hant', 'en')
    """
    parts = (code or "").lower().replace("_", "-").split("-")
    if parts[0] == "zh":
        return ZH_HANT if TRADITIONAL & set(parts[1:]) else ZH_HANS
    return parts[0] if parts[0] in CATALOGUE else EN


def texts_for(code: str | None) -> Texts:
    """Return the sentences for a user's language code."""
    return CATALOGUE[language_of(code)]
