"""Folded question -> terms: what it names, in every form the corpus may say it in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from .aliases import Aliases, entity_token, is_entity_token
from .background import Background
from .encoder import Encoder
from .kinds import asking_offsets, kind_offsets
from .lexicon import Lexicon, Translation
from .normalization import fold, scripts
from .segmentation import Word, runs
from .synonyms import Synonyms
from .tokenization import Unit, units

CAPITAL = re.compile(r"(?<=[\w,] )[A-ZА-ЯЁ][^\W\d_]+")
"""A word with a capital that does not begin a sentence."""
LIKELY = 0.15
"""An option of the dictionary is looked for if it has this share of the best one's probability."""
KIND = 0.5
"""Weight of a term that says what kind of thing is asked for."""
UNTRANSLATED = 0.3
"""Weight of a foreign word that can be looked for as itself alone: that it lacks tells little."""
USED = 0.5
TRANSLATED = 0.8
"""Weight of a term that is known by its dictionary translation alone."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something the question names; a sentence has it if it has any of the forms."""

    forms: tuple[str, ...]
    """Folded Han strings, stems, and entity tokens."""
    weight: float
    """How much it tells: an inverse document frequency, >= 0."""
    source: str = ""
    """The word as the question has it, folded; empty for an entity: that is found or it is not."""
    akin: tuple[tuple[str, float], ...] = ()
    """Han words that nearly mean it, each with its likeness in (0, 1)."""
    name: bool = False
    """It is somebody's or something's own name, though not one of the corpus's entities."""
    borrowed: bool = False
    """It comes from the question before."""

    @property
    def entity(self) -> int:
        """The row of the entity that it names."""
        return int(self.forms[0].removeprefix("@"))

    @property
    def names_entity(self) -> bool:
        """Whether it is an entity of the corpus, found by one of its names."""
        return is_entity_token(self.forms[0])


class Frequencies(Protocol):
    """Tells how rare a token is in the corpus (the lexical index does)."""

    def __len__(self) -> int: ...

    def frequency(self, token: str) -> int:
        """Return the number of chunks that hold `token`."""
        ...


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Named:
    """A folded question, taken apart."""

    folded: str
    entities: tuple[int, ...]
    """Those of the corpus that it names, each once, in its order."""
    rest: tuple[Unit, ...]
    """The units outside their names."""
    asking: frozenset[int]
    """Offsets of characters that only ask."""
    capital: frozenset[str]
    """Stems of the words that are written like names."""
    typing: frozenset[int]
    """Offsets of characters that tell what kind of thing is asked for."""

    @property
    def spelled(self) -> list[Unit]:
        """The units of what it names otherwise."""
        return [unit for unit in self.rest if unit.start not in self.asking and not _letter(unit)]


def take_apart(question: str, aliases: Aliases) -> Named:
    """Find the entities that a question names, and what it says beside them."""
    folded = fold(question)
    sequence = units(folded)
    taken: set[int] = set()
    entities = []
    for mention in aliases.find(folded, sequence, by_sound=True):
        named = sequence[mention.first : mention.last]
        taken.update(range(named[0].start, named[-1].end))
        entities.append(mention.entity)
    rest = tuple(unit for unit in sequence if unit.start not in taken)
    asking = frozenset(asking_offsets(folded))
    typing = frozenset(kind_offsets(folded))
    return Named(folded, tuple(dict.fromkeys(entities)), rest, asking, _capital(question), typing)


def _capital(question: str) -> frozenset[str]:
    """Return the stems of words with a capital inside a sentence, where not all words have one."""
    inside = CAPITAL.findall(question)
    if len(inside) > len(question.split()) / 2:
        return frozenset()
    return frozenset(unit.text for word in inside for unit in units(fold(word)))


def _is_name(sequence: Sequence[Unit], named: Named) -> bool:
    return any(unit.text in named.capital for unit in sequence)


def _letter(unit: Unit) -> bool:
    """Tell whether a unit is a lone letter, which names nothing."""
    return len(unit.text) == 1 and unit.text.isalpha() and not unit.han


def terms(named: Named, resources: Resources) -> Iterator[Term]:
    """Yield the terms of a question: its entities, then the other words."""
    for entity in named.entities:
        token = entity_token(entity)
        yield Term((token,), _weight(token, resources))
    for term in (*_han_terms(named, resources), *_word_terms(named, resources)):
        yield replace(term, weight=KIND * term.weight) if _is_kind(term, named) else term


def _is_kind(term: Term, named: Named) -> bool:
    """Tell whether a term just says what kind of thing is asked for."""
    start = named.folded.find(term.source)
    return named.typing.issuperset(range(start, start + len(term.source)))


def _han_terms(named: Named, resources: Resources) -> Iterator[Term]:
    """Yield the Han words, each once."""
    kept = {unit.start for unit in named.rest if unit.han}
    words = (
        word for run in runs(named.folded, kept, named.asking) for word in _joined(run, resources)
    )
    for word, name in {word.text: word.name for word in words}.items():
        abroad = _abroad(word, resources)
        if abroad and not _occurs(word, resources):
            weight = TRANSLATED * _expected(abroad, resources)
        else:
            weight = _weight(word, resources)
        akin = _akin([(word, 1.0)], resources)
        yield Term((word, *(form for form, _ in abroad)), weight, word, akin, name)


def _joined(run: Sequence[Word], resources: Resources) -> Iterator[Word]:
    """Join lone characters that touch to the pairs that the corpus holds, as in unknown names."""
    paired = {
        at
        for at, (left, right) in enumerate(pairwise(run))
        if len(left.text) == len(right.text) == 1 and _occurs(left.text + right.text, resources)
    }
    for at, word in enumerate(run):
        if at in paired:
            yield Word(word.text + run[at + 1].text)
        elif at - 1 not in paired:
            yield word


def _akin(
    options: Sequence[tuple[str, float]], resources: Resources
) -> tuple[tuple[str, float], ...]:
    """Return the words of the corpus that are like any of the options, x how likely that is."""
    best = max(chance for _, chance in options)
    found: dict[str, float] = {}
    for option, chance in options:
        for other, likeness in resources.synonyms.of(option):
            if _occurs(other, resources):
                found[other] = max(found.get(other, 0.0), likeness * chance / best)
    return tuple((other, like) for other, like in found.items() if not _is_option(other, options))


def _is_option(word: str, options: Sequence[tuple[str, float]]) -> bool:
    return any(word == option for option, _ in options)


def _abroad(word: str, resources: Resources) -> list[tuple[str, float]]:
    """Return the likely translations of a Chinese word that the corpus holds."""
    options = resources.lexicon.abroad(word)
    if not options:
        return []
    least = LIKELY * max(chance for _, chance in options)
    return [(f, chance) for f, chance in options if chance >= least and _occurs(f, resources)]


def _occurs(form: str, resources: Resources) -> bool:
    return all(resources.frequencies.frequency(token) for token in parts(form))


def _expected(options: Sequence[tuple[str, float]], resources: Resources) -> float:
    """Return the weight that one of the options is expected to have."""
    chances = sum(chance for _, chance in options)
    return sum(_weight(form, resources) * chance for form, chance in options) / chances


def _word_terms(named: Named, resources: Resources) -> Iterator[Term]:
    """Yield words and numbers, each with what the lexicon translates it to."""
    folded = named.folded
    words = [unit for unit in named.spelled if not unit.han]
    covered: set[int] = set()
    for translation in resources.lexicon.translate(folded):
        inside = [unit for unit in words if translation.start <= unit.start < translation.end]
        if not inside:
            continue
        covered.update(unit.start for unit in inside)
        options = _likely(translation)
        weight = _expected(options, resources)
        forms = (*(unit.text for unit in inside), *(word for word, _ in options))
        weight *= TRANSLATED * _telling(inside, resources)
        name = _is_name(inside, named)
        yield Term(forms, weight, translation.source, _akin(options, resources), name)
    for unit in words:
        if unit.start not in covered:
            weight = _weight(unit.text, resources) * _telling([unit], resources)
            if _is_foreign(unit, resources):
                weight *= UNTRANSLATED
            source = folded[unit.start : unit.end]
            yield Term((unit.text,), weight, source, name=_is_name([unit], named))


def _is_foreign(unit: Unit, resources: Resources) -> bool:
    """Tell whether a word that has no translation is in a script that the corpus hardly uses."""
    corpus = resources.scripts
    written = scripts(unit.text)
    return (
        bool(written)
        and all(corpus.get(script, 0.0) < USED for script in written)
        and not _occurs(unit.text, resources)
    )


def _likely(translation: Translation) -> list[tuple[str, float]]:
    """Return the options worth looking for.

    A single character stands in too many sentences to tell anything, if there is a longer word.
    """
    best = max(chance for _, chance in translation.options)
    likely = [(w, chance) for w, chance in translation.options if chance >= LIKELY * best]
    return [option for option in likely if len(option[0]) > 1] or likely


def _telling(sequence: Sequence[Unit], resources: Resources) -> float:
    return min(resources.background.telling(unit.text) for unit in sequence)


def _weight(form: str, resources: Resources) -> float:
    """Return how much it tells that a sentence holds `form`.

    Where the background does not know it, as much as its rarest part does.
    """
    background, frequencies = resources.background, resources.frequencies
    tokens = parts(form)
    if form in background.counts:
        frequency = min(map(frequencies.frequency, tokens))
        return background.weight(form, frequency, len(frequencies))
    return max(
        background.weight(token, frequencies.frequency(token), len(frequencies)) for token in tokens
    )


def parts(form: str) -> list[str]:
    """Return the index tokens that a form is made of: its stems, or the pairs of a Han word."""
    if " " in form:
        return form.split(" ")
    if len(form) <= 2 or not _HAN_STRING.fullmatch(form):
        return [form]
    return [form[start : start + 2] for start in range(len(form) - 1)]


_HAN_STRING = re.compile(r"[㐀-䶿一-鿿𠀀-𲎯]+")
