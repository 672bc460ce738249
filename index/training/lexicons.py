"""Weigh Chinese translations of English and Russian words, from every table and text there is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping

from ..normalization import HAN, words
from .alignment import align
from .collection import Collection
from .glosses import (
    Weights,
    entry_weights,
    name_weights,
    normalized,
    russian_weights,
    table_weights,
)

Options = Mapping[str, Mapping[str, float]]
"""Probability of each Chinese word under a key."""

Cut = Callable[[str], list[str]]
"""Folded Chinese text -> its words."""

SEEN_ENOUGH = 6.0
"""From this many sentences on, what was seen counts as much as the dictionary."""

CREDIBLE = 3.0, 0.15
"""Sentences, and share of a stem's sentences, from which an unlisted translation is believed."""

NAMES_BESIDE_WORDS = 0.08
"""Weight of a name that is also a word: Rice is a person less often than it is food."""

LEAST = 0.02
"""Translations less probable than this cost more than they find."""

CHINESE_NAMES = ("zh_hans", "zh_hant", "zh_hant_hk")

# Dots part these into letters, and no dictionary lists them so.
ABBREVIATIONS = {
    "u s": "unit state",
    "u s a": "unit state",
    "usa": "unit state",
    "u k": "unit kingdom",
    "u n": "unit nation",
    "e u": "european union",
}


def english_options(collection: Collection, cut: Cut) -> Options:
    """Return the Chinese words of each English key."""
    frequency = Counter(word for _, text in collection.english_chinese for word in cut(text))
    frequency.update(w for text in collection.questions.paragraphs for w in set(cut(text)))
    dictionary = normalized(entry_weights(collection.cedict, frequency), limit=24)
    pairs = [*collection.english_chinese, *((row["en"], row["zh"]) for row in collection.news)]
    names, _ = name_weights(collection.names)
    options = _blend(
        dictionary,
        _aligned(pairs, dictionary, cut),
        names=names,
        places=table_weights(collection.territories, ("en",), CHINESE_NAMES),
        variants=table_weights(collection.variants, ("original",), ("zh_cn", "all")),
    )
    spelled = {key: options[whole] for key, whole in ABBREVIATIONS.items() if whole in options}
    return {**options, **spelled}


def russian_options(collection: Collection, english: Options, cut: Cut) -> Options:
    """Return the Chinese words of each Russian key, most of them by way of English."""
    pivot = normalized(russian_weights(collection.openrussian, english), limit=24)
    _, names = name_weights(collection.names)
    return _blend(
        pivot,
        _aligned([(row["ru"], row["zh"]) for row in collection.news], pivot, cut),
        names=names,
        places=table_weights(collection.territories, ("ru",), CHINESE_NAMES),
        variants={},
    )


def reversed_options(*options: Options) -> Options:
    """Return the foreign keys of each Chinese word, its languages apart: each sums to 1.

    The stems of a key of several are joined by ``_``.
    """
    found: dict[str, dict[str, float]] = {}
    for each in options:
        keys = {
            (word, key.replace(" ", "_")): chance
            for key, chances in each.items()
            for word, chance in chances.items()
            if HAN.match(word) and " " not in word
        }
        for word, senses in normalized(keys, least=LEAST).items():
            found.setdefault(word, {}).update(senses)
    return found


def _blend(
    dictionary: Options, learned: Options, *, names: Weights, places: Weights, variants: Weights
) -> Options:
    mixed: defaultdict[tuple[str, str], float] = defaultdict(float)
    for options in (dictionary, learned, normalized(places)):
        for key, chances in options.items():
            for word, chance in chances.items():
                mixed[key, word] += chance
    listed = {key for key, _ in mixed}
    for options in (normalized(names), normalized(variants)):
        for key, chances in options.items():
            weight = NAMES_BESIDE_WORDS if key in listed else 1.0
            for word, chance in chances.items():
                mixed[key, word] += weight * chance
    return normalized(mixed, least=LEAST)


def _aligned(pairs: Iterable[tuple[str, str]], known: Options, cut: Cut) -> Options:
    sentences = [
        (sorted({word.stem for word in words(foreign)}), sorted(set(cut(chinese))))
        for foreign, chinese in pairs
    ]
    counts = align(sentences, known)
    seen: defaultdict[str, float] = defaultdict(float)
    for (stem, _), count in counts.items():
        seen[stem] += count
    often, share = CREDIBLE
    trusted = {
        (stem, word): count
        for (stem, word), count in counts.items()
        if word in known.get(stem, ())
        # Single characters are mostly particles, which meet every word.
        or (len(word) > 1 and count >= often and count / seen[stem] >= share)
    }
    return {
        stem: {word: chance * seen[stem] / (seen[stem] + SEEN_ENOUGH) for word, chance in o.items()}
        for stem, o in normalized(trusted).items()
    }
