"""How usual words are in writing and in talk: the lists of wordfreq, read here alone."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from wordfreq import get_frequency_dict

from ..normalization import HAN, fold
from ..tokenization import units

LANGUAGES = ("zh", "en", "ru")
RAREST = 5e-7
"""Frequency below which a word, or one of its forms, would count for nothing."""
WORDS = 100
"""Words of a passage."""


def usual_shares() -> dict[str, float]:
    """Return for each Han word and foreign stem the probability that a passage holds it.

    As if words fell independently (a Poisson law); `wordfreq` joins encyclopedias, news,
    subtitles, books and what people write to each other, and gives each the same say.
    """
    found: dict[str, float] = {}
    for language in LANGUAGES:
        for term, rate in _rates(get_frequency_dict(language, "large"), language).items():
            found[term] = max(found.get(term, 0.0), 1.0 - math.exp(-WORDS * rate))
    return found


def _rates(frequencies: Mapping[str, float], language: str) -> Mapping[str, float]:
    """Add up the frequencies of what the index takes for one term."""
    rates: defaultdict[str, float] = defaultdict(float)
    for word, frequency in frequencies.items():
        if frequency < RAREST:
            continue
        folded = fold(word)
        sequence = units(folded)
        if language == "zh" and all(HAN.fullmatch(character) for character in folded):
            rates[folded] += frequency
        elif language != "zh" and len(sequence) == 1 and not sequence[0].han:
            rates[sequence[0].text] += frequency
    return rates
