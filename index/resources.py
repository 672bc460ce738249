"""What a question is read with: dictionaries, and how rare words are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from .aliases import Aliases
from .background import Background
from .encoder import Encoder
from .lexicon import Lexicon
from .synonyms import Synonyms

FORMS = 16_384
"""Forms whose parts are remembered."""
_HAN_STRING = re.compile(r"[㐀-䶿一-鿿𠀀-𲎯]+")


class Frequencies(Protocol):
    """Tells how rare a token is in the corpus (the lexical index does)."""

    def __len__(self) -> int: ...

    def frequency(self, token: str) -> int:
        """Return the number of chunks that hold `token`."""
        ...


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Resources:
    """What a question is read with; the same for all questions of a generation."""

    encoder: Encoder
    aliases: Aliases
    lexicon: Lexicon
    synonyms: Synonyms
    background: Background
    frequencies: Frequencies
    scripts: Mapping[str, float]
    """Share of the corpus that is in each script."""

    def occurs(self, form: str) -> bool:
        """Tell whether the corpus holds every part of a form."""
        return all(map(self.frequencies.frequency, parts(form)))

    def weight(self, form: str) -> float:
        """Return how much it tells that a sentence holds `form`.

        Where the background does not know it, as much as its rarest part does.
        """
        size, tokens = len(self.frequencies), parts(form)
        counts = [self.frequencies.frequency(token) for token in tokens]
        if form in self.background.counts:
            return self.background.weight(form, min(counts), size)
        weigh = self.background.weight
        return max(weigh(*each, size) for each in zip(tokens, counts, strict=True))


@lru_cache(FORMS)
def parts(form: str) -> tuple[str, ...]:
    """Return the index tokens that a form is made of: its stems, or the pairs of a Han word."""
    if " " in form:
        return tuple(form.split(" "))
    if len(form) <= 2 or not _HAN_STRING.fullmatch(form):
        return (form,)
    return tuple(form[start : start + 2] for start in range(len(form) - 1))
