"""Find the Chinese words that share their English meanings."""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..normalization import HAN, fold
from .glosses import key_of, phrases
from .readers import Entry

USUAL = 1e-4
"""Share of passages from which a word is usual enough to be asked for or found."""
ALIKE = 0.3
MOST = 8
"""Synonyms kept of a word."""

Meanings = Mapping[str, Mapping[str, float]]
"""Chinese word -> its English keys with their probabilities."""
Likeness = Mapping[str, Mapping[str, float]]


def meanings(entries: Iterable[Entry], shares: Mapping[str, float]) -> Meanings:
    """Weigh the senses of the usual Han words by their place in the dictionary.

    `shares` tells in how many passages a word stands. Names are left out: they share glosses
    with words that mean something.
    """
    found: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for entry in entries:
        word = fold(entry.word)
        if shares.get(word, 0.0) < USUAL or not all(map(HAN.fullmatch, word)):
            continue
        if any(gloss.startswith("surname ") for gloss in entry.glosses):
            continue
        senses = (phrase for gloss in entry.glosses for phrase in phrases(gloss))
        for place, phrase in enumerate(senses):
            if key := key_of(phrase):
                found[word][key] += 1 / (1 + 0.4 * place)
    return {
        word: {key: weight / sum(senses.values()) for key, weight in senses.items()}
        for word, senses in found.items()
    }


def synonyms(senses: Meanings) -> Likeness:
    """Return the words that are alike, by the Bhattacharyya coefficient of their meanings."""
    meaning: defaultdict[str, list[str]] = defaultdict(list)
    for word, keys in senses.items():
        for key in keys:
            meaning[key].append(word)
    found = {}
    for word, keys in senses.items():
        alike: defaultdict[str, float] = defaultdict(float)
        for key, weight in keys.items():
            for other in meaning[key]:
                alike[other] += math.sqrt(weight * senses[other][key])
        del alike[word]
        kept = sorted(alike.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
        found[word] = {other: likeness for other, likeness in kept if likeness >= ALIKE}
    return found


def save_synonyms(likeness: Likeness, path: Path) -> None:
    """Write the table that `index.synonyms` reads."""
    lines = sorted(
        f"{word}\t" + " ".join(f"{other} {alike:.2f}" for other, alike in others.items())
        for word, others in likeness.items()
        if others
    )
    # A time of day in the file would make every run's bytes differ.
    path.write_bytes(gzip.compress("\n".join(lines).encode("utf-8"), mtime=0))
