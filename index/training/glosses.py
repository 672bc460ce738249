"""From the glosses of dictionaries and the tables of names to (foreign phrase, Chinese) weights."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ..normalization import fold, words
from .readers import Entry, Name

MAX_WORDS = 3
"""Longer glosses explain a word instead of translating it."""
USUAL = 300
"""Rank from which on a lemma is heard half as often as the first ones, or less."""
SMALL_WORDS = frozenset(
    (
        *("a", "an", "the", "of", "in", "on", "to", "at", "by", "for", "from", "with", "into"),
        *("up", "out", "off", "down", "be", "one", "oneself", "my", "and", "or", "not", "little"),
    )
)
"""Stems that mean nothing without the other words of a phrase."""

CROSS_REFERENCE = re.compile(
    r"^(old |archaic |erroneous |Japanese )?variant of |^see |^abbr\. |^CL:|^also written|"
    r"^used in|^\(?bound form\)?$|\[[a-z0-9: ]+\]|^Taiwan pr|^also pr|^equivalent to|^Kangxi"
)
ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\"|e\.g\..*|i\.e\..*|sb's|\bsb\b|\bsth\b")
PERSON = re.compile(r"(?P<name>[A-Z]\w+( [A-Z]\w+){1,2}) \(\d{3,4}-")
OPENING = re.compile(r"^(to be |to |a |an |the |surname |lit\. |fig\. |also |of )+")
CLOSING = re.compile(r"( of| in| on| to| with| for| at| by)+$")

Weights = Mapping[tuple[str, str], float]
"""Weight of each (key, Chinese word); a key is the phrase's stems with spaces between."""


def key_of(phrase: str) -> str:
    """Return the stems of `phrase`, joined by spaces; empty if it has no word."""
    return " ".join(word.stem for word in words(fold(phrase)))


def phrases(gloss: str) -> Iterator[str]:
    """Yield the translations in a gloss, in its order, without explanations.

    >>> list(phrases("Vladimir Putin (1952-), president of Russia"))
    ['Vladimir Putin', 'Putin']
    """
    if CROSS_REFERENCE.search(gloss):
        return
    person = PERSON.match(gloss)
    if person:  # What follows the years tells who it is, and would translate others as well.
        yield person["name"]
        yield person["name"].split()[-1]
        return
    for part in re.split(r"[;,/]", ASIDE.sub(" ", gloss)):
        phrase = " ".join(part.split()).strip(" .!?")
        phrase = CLOSING.sub("", OPENING.sub("", phrase))
        if phrase and len(phrase.split()) <= MAX_WORDS:
            yield phrase


def entry_weights(entries: Iterable[Entry], frequency: Mapping[str, float]) -> Weights:
    """Weigh each dictionary word under its English phrases.

    The weight falls with the place of the sense in the entry and rises with how often the word
    is used; a word that is never seen keeps a little.
    """
    weights: defaultdict[tuple[str, str], float] = defaultdict(float)
    for entry in entries:
        word = fold(entry.word)
        used = (0.3 + frequency.get(word, 0.0)) ** 0.7
        senses = [phrase for gloss in entry.glosses for phrase in phrases(gloss)]
        surname = any(gloss.startswith("surname ") for gloss in entry.glosses)
        for place, phrase in enumerate(senses):
            share = 0.3 if surname and place == 0 else 1 / (1 + 0.4 * place)
            key = key_of(phrase)
            length = key.count(" ") + 1
            # Long phrases for words that no text uses are most of the dictionary.
            if key and (length < MAX_WORDS or (length == MAX_WORDS and word in frequency)):
                weights[key, word] += used * share
    return weights


def russian_weights(
    entries: Iterable[Entry], english: Mapping[str, Mapping[str, float]]
) -> Weights:
    """Weigh Chinese words under Russian stems, by way of the English phrases they share.

    `english` gives the probability of each Chinese word under an English key. Where it has none of
    the phrases (come flying), their words stand for them.
    """
    weights: defaultdict[tuple[str, str], float] = defaultdict(float)
    for entry in entries:
        keys = {key_of(form) for form in (entry.word, *entry.forms)}
        used = USUAL / (USUAL + entry.rank)
        senses = [key_of(phrase) for gloss in entry.glosses for phrase in phrases(gloss)]
        known = [english.get(sense, {}) for sense in senses]
        if not any(known):
            known = [_by_words(sense, english) for sense in senses]
        for place, options in enumerate(known):
            for word, probability in options.items():
                weight = used * probability / (1 + 0.5 * place)
                for key in filter(None, keys):
                    # Forms that share a stem are one key; a rare lemma must not outweigh.
                    weights[key, word] = max(weights[key, word], weight)
    return weights


def _by_words(key: str, english: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return the Chinese words under the single words of a key, each by its share of them."""
    stems = [stem for stem in key.split() if stem not in SMALL_WORDS]
    found: defaultdict[str, float] = defaultdict(float)
    for stem in stems:
        for word, probability in english.get(stem, {}).items():
            found[word] += probability / len(stems)
    return dict(found)


def name_weights(names: Iterable[Name]) -> tuple[Weights, Weights]:
    """Weigh Chinese spellings under English and under Russian single names, by their counts."""
    english: defaultdict[tuple[str, str], float] = defaultdict(float)
    russian: defaultdict[tuple[str, str], float] = defaultdict(float)
    for name in names:
        (spelling, count), (original, seen) = name.chinese, name.russian
        english[key_of(name.english), fold(spelling)] += count
        russian[key_of(original), fold(spelling)] += min(count, seen)
    return english, russian


def table_weights(
    rows: Iterable[Mapping[str, str]], originals: tuple[str, ...], chinese: tuple[str, ...]
) -> Weights:
    """Weigh the Chinese columns of a table under its columns of original names, equally."""
    weights: dict[tuple[str, str], float] = {}
    for row in rows:
        spellings = [s for column in chinese for s in row[column].split("|") if s]
        for column in originals:
            for original in re.split(r"[;；/、]", re.sub(r"[(（].*?[)）]", "", row[column])):
                found = _spelled(key_of(original), map(fold, spellings))
                weights.update(dict.fromkeys(found, 1.0))
    return weights


def _spelled(key: str, spellings: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the name in each spelling, and its last part where both have as many parts."""
    dots = key.count(" ")
    for spelling in spellings:
        if key and dots < MAX_WORDS:
            yield key, spelling
        if dots and spelling.count("·") == dots:
            yield key.rpartition(" ")[2], spelling.rpartition("·")[2]


def normalized(
    weights: Weights, *, limit: int = 8, least: float = 0.0
) -> dict[str, dict[str, float]]:
    """Return the `limit` heaviest words of each key as probabilities, heaviest first.

    Words with less than `least` are dropped, and the others not made heavier for it.
    """
    by_key: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for (key, word), weight in weights.items():
        by_key[key].append((-weight, word))
    result = {}
    for key, options in by_key.items():
        total = -sum(weight for weight, _ in options)
        result[key] = {
            word: -weight / total
            for weight, word in sorted(options)[:limit]
            if -weight / total >= least
        }
    return result
