"""Folded question -> terms: what it names, in every form the corpus may say it in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from weakref import WeakKeyDictionary

from .aliases import entity_token, is_entity_token
from .dates import PartialDate
from .lexicon import Translation
from .naming import Named
from .normalization import scripts
from .resources import Resources
from .segmentation import Word, runs
from .tokenization import Unit, units

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
LIKELY = 0.15
"""An option of the dictionary is looked for if it has this share of the best one's probability."""
KIND = 0.5
"""Weight of a term that says what kind of thing is asked for."""
UNTRANSLATED = 0.3
"""Weight of a foreign word that can be looked for as itself alone: that it lacks tells little."""
USED = 0.5
"""Share of the corpus from which on a script is one of its own."""
TRANSLATED = 0.8
"""Weight of a term that is known by its dictionary translation alone."""
REMEMBERED = 4096
"""Han terms that are remembered for each generation."""


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
    written: tuple[str, ...] = ()
    """What to look up for a date, which is in no text as it stands: how languages write it."""
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


# Weakly, so that what an old generation was asked goes with it.
_KNOWN: WeakKeyDictionary[Resources, dict[Word, Term]] = WeakKeyDictionary()


def terms(named: Named, resources: Resources) -> Iterator[Term]:
    """Yield the terms of a question: its entities, then the other words."""
    for entity in named.entities:
        token = entity_token(entity)
        yield Term((token,), resources.weight(token))
    yield from _date_terms(named, resources)
    for term in chain(_han_terms(named, resources), _word_terms(named, resources)):
        yield replace(term, weight=KIND * term.weight) if _is_kind(term, named) else term


def _is_kind(term: Term, named: Named) -> bool:
    """Tell whether a term just says what kind of thing is asked for."""
    start = named.folded.find(term.source)
    return named.typing.issuperset(range(start, start + len(term.source)))


def _date_terms(named: Named, resources: Resources) -> Iterator[Term]:
    """Yield the dates, which a sentence has in whatever words and language it says them."""
    for date, said in named.dates:
        if said:
            weight = max(resources.weight(unit.text) for unit in said)
            yield Term((date.token,), weight, written=_written(date, said))


def _written(date: PartialDate, said: Sequence[Unit]) -> tuple[str, ...]:
    """Return the words of a date as it is said, and of its month in Chinese and English."""
    tokens = [unit.text for unit in said]
    if date.month is not None:
        tokens += [str(date.month), "月", *(unit.text for unit in units(MONTHS[date.month - 1]))]
    return tuple(dict.fromkeys(tokens))


def _han_terms(named: Named, resources: Resources) -> Iterator[Term]:
    """Yield the Han words, each once."""
    kept = {unit.start for unit in named.rest if unit.han}
    words = (
        word for run in runs(named.folded, kept, named.asking) for word in _joined(run, resources)
    )
    known = _known_terms(resources)
    for word in (Word(*told) for told in {word.text: word.name for word in words}.items()):
        if word not in known:
            known[word] = _han_term(word, resources)
        yield known[word]


def _known_terms(resources: Resources) -> dict[Word, Term]:
    """Return those that questions before this one had: people who chat share many words."""
    known = _KNOWN.get(resources, {})
    if not 0 < len(known) < REMEMBERED:
        known = _KNOWN[resources] = {}
    return known


def _han_term(word: Word, resources: Resources) -> Term:
    text, name = word
    abroad = _abroad(text, resources)
    if abroad and not resources.occurs(text):
        weight = TRANSLATED * _expected(abroad, resources)
    else:
        weight = resources.weight(text)
    akin = _akin([(text, 1.0)], resources)
    return Term((text, *(form for form, _ in abroad)), weight, text, akin, name)


def _joined(run: Sequence[Word], resources: Resources) -> Iterator[Word]:
    """Join lone characters that touch to the pairs that the corpus holds, as in unknown names."""
    paired = {
        at
        for at, (left, right) in enumerate(pairwise(run))
        if len(left.text) == len(right.text) == 1 and resources.occurs(left.text + right.text)
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
            if resources.occurs(other):
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
    return [(f, chance) for f, chance in options if chance >= least and resources.occurs(f)]


def _expected(options: Sequence[tuple[str, float]], resources: Resources) -> float:
    """Return the weight that one of the options is expected to have."""
    chances = sum(chance for _, chance in options)
    return sum(resources.weight(form) * chance for form, chance in options) / chances


def _word_terms(named: Named, resources: Resources) -> Iterator[Term]:
    """Yield words and numbers, each with what the lexicon translates it to."""
    folded = named.folded
    words = [unit for unit in named.rest if not unit.han and named.names(unit)]
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
            weight = resources.weight(unit.text) * _telling([unit], resources)
            if _is_foreign(unit, resources):
                weight *= UNTRANSLATED
            source = folded[unit.start : unit.end]
            yield Term((unit.text,), weight, source, name=_is_name([unit], named))


def _is_name(sequence: Sequence[Unit], named: Named) -> bool:
    return any(unit.text in named.capital for unit in sequence)


def _is_foreign(unit: Unit, resources: Resources) -> bool:
    """Tell whether a word that has no translation is in a script that the corpus hardly uses."""
    corpus = resources.scripts
    written = scripts(unit.text)
    return (
        bool(written)
        and all(corpus.get(script, 0.0) < USED for script in written)
        and not resources.occurs(unit.text)
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
