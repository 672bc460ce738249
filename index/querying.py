"""Question -> Query: what to look for, in every form the corpus may say it in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .aliases import Aliases, entity_token, is_entity_token
from .background import Background
from .bm25 import Frequencies
from .dates import PartialDate, dates
from .encoder import Encoder
from .kinds import Kind, asking_offsets, kinds, leans_on_context
from .lexicon import Lexicon, Translation
from .normalization import fold, scripts
from .segmentation import Segmenter
from .tokenization import Unit, tokens, units
from .types import Vectors

BORROWED = 0.4
"""Weight of a term that comes from the question before, against one of the question itself."""
MOST_TERMS = 64
LIKELY = 0.15
"""An option of the dictionary is looked for if it has this share of the best one's probability."""
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


@dataclass(frozen=True, slots=True)
class Query:
    """What the engine makes of a question."""

    folded: str
    vector: Vectors
    """Shape ``(dim,)``, of length 1."""
    terms: tuple[Term, ...]
    kinds: frozenset[Kind]
    dates: tuple[PartialDate, ...]
    crossing: float
    """Share of its characters and words that are not in the scripts of the corpus: such a question
    meets the texts by translation and by vectors only."""
    spelled: tuple[str, ...]
    """The tokens of what it names, as it spells it."""
    readable: str
    """The folded question as the reader gets it: its names the first ones of their lists, and
    what it borrows put before it."""
    context: str | None = None
    """The question before, where this one leans on it."""

    def tokens(self) -> dict[str, float]:
        """Return the tokens to look up in the lexical index, with their weights."""
        weights = dict.fromkeys(self.spelled, 1.0)
        for term in self.terms:
            share = BORROWED if term.borrowed else 1.0
            for token, part in _lookups(term.forms):
                weights[token] = max(weights.get(token, 0.0), share * part)
        return weights


@dataclass(frozen=True, slots=True)
class Resources:
    """What a question is read with; the same for all questions of a generation."""

    encoder: Encoder
    aliases: Aliases
    lexicon: Lexicon
    background: Background
    segmenter: Segmenter
    frequencies: Frequencies
    scripts: Mapping[str, float]
    """Share of the corpus that is in each script."""


def make_query(question: str, resources: Resources, *, context: str | None = None) -> Query:
    """Read a question; one that leans on `context`, the question before, borrows its terms."""
    folded = fold(question)
    terms = _telling_most(_terms(folded, resources))
    before = fold(context) if context else ""
    if before and (leans_on_context(folded) or len(terms) < FEW_TERMS):
        terms += _borrowed(before, terms, resources)
        encoded = f"{context} {question}"
    else:
        before, encoded, context = "", question, None
    return Query(
        folded=folded,
        vector=resources.encoder.encode_question(encoded),
        terms=tuple(terms),
        kinds=kinds(folded),
        dates=tuple(dates(folded) or dates(before)),
        crossing=_crossing(folded, resources.scripts),
        spelled=tuple(tokens(_naming(folded, resources.aliases)[1])),
        readable=_readable(folded, terms, resources.aliases),
        context=context,
    )


def _readable(folded: str, terms: Sequence[Term], aliases: Aliases) -> str:
    lent = (
        fold(aliases.names[term.entity][0]) if term.names_entity else term.source
        for term in terms
        if term.borrowed
    )
    return " ".join([*lent, aliases.canonical(folded, by_sound=True)])


def _borrowed(before: str, terms: Sequence[Term], resources: Resources) -> Iterator[Term]:
    """Yield the terms of the question before that this one leaves to be understood.

    Who asks "and Putin?" after a question about Trump has put one person in the other's place:
    what is of the same kind as something named now is not borrowed.
    """
    known = {form for term in terms for form in term.forms}
    kinds_named = {_kind_named(term, resources.aliases) for term in terms} - {""}
    for term in _terms(before, resources):
        replaced = _kind_named(term, resources.aliases) in kinds_named
        if known.isdisjoint(term.forms) and not replaced:
            yield replace(term, borrowed=True, weight=BORROWED * term.weight)


def _kind_named(term: Term, aliases: Aliases) -> str:
    """Return what kind of entity a term names; empty if none."""
    return aliases.kinds[term.entity] if term.names_entity else ""


FEW_TERMS = 4
"""A question of fewer terms is taken to lean on the one before it."""


def _telling_most(terms: Iterator[Term]) -> list[Term]:
    """Return the terms in their order; of a very long question those that tell most."""
    found = list(terms)
    if len(found) <= MOST_TERMS:
        return found
    least = sorted((term.weight for term in found), reverse=True)[MOST_TERMS - 1]
    return [term for term in found if term.weight >= least][:MOST_TERMS]


def _terms(folded: str, resources: Resources) -> Iterator[Term]:
    """Yield the terms of a folded question: its entities, then the other words."""
    entities, rest = _naming(folded, resources.aliases)
    for entity in dict.fromkeys(entities):
        token = entity_token(entity)
        yield Term((token,), _weight(token, resources))
    yield from _han_terms(folded, rest, resources)
    yield from _word_terms(folded, rest, resources)


def _naming(folded: str, aliases: Aliases) -> tuple[list[int], list[Unit]]:
    """Return the entities that a folded question names, and its other units that don't just ask."""
    sequence = units(folded)
    taken = asking_offsets(folded)
    entities = []
    for mention in aliases.find(folded, sequence, by_sound=True):
        named = sequence[mention.first : mention.last]
        taken.update(range(named[0].start, named[-1].end))
        entities.append(mention.entity)
    rest = [unit for unit in sequence if unit.start not in taken and not _is_letter(unit)]
    return entities, rest


def _is_letter(unit: Unit) -> bool:
    """Tell whether a unit is a lone letter, which names nothing."""
    return len(unit.text) == 1 and unit.text.isalpha() and not unit.han


def _han_terms(folded: str, rest: Sequence[Unit], resources: Resources) -> Iterator[Term]:
    """Yield the Han words, each once."""
    for word in dict.fromkeys(resources.segmenter.words(folded, rest)):
        abroad = _abroad(word, resources)
        if abroad and not _occurs(word, resources):
            weight = TRANSLATED * _expected(abroad, resources)
        else:
            weight = _weight(word, resources)
        yield Term((word, *(form for form, _ in abroad)), weight, word)


def _abroad(word: str, resources: Resources) -> list[tuple[str, float]]:
    """Return the likely translations of a Chinese word that the corpus holds."""
    options = resources.lexicon.abroad(word)
    if not options:
        return []
    least = LIKELY * max(chance for _, chance in options)
    return [(f, chance) for f, chance in options if chance >= least and _occurs(f, resources)]


def _occurs(form: str, resources: Resources) -> bool:
    return all(resources.frequencies.frequency(token) for token in _parts(form))


def _expected(options: Sequence[tuple[str, float]], resources: Resources) -> float:
    """Return the weight that one of the options is expected to have."""
    chances = sum(chance for _, chance in options)
    return sum(_weight(form, resources) * chance for form, chance in options) / chances


def _word_terms(folded: str, rest: Sequence[Unit], resources: Resources) -> Iterator[Term]:
    """Yield words and numbers, each with what the lexicon translates it to."""
    words = [unit for unit in rest if not unit.han]
    covered: set[int] = set()
    for translation in resources.lexicon.translate(folded):
        inside = [unit for unit in words if translation.start <= unit.start < translation.end]
        if not inside:
            continue
        covered.update(unit.start for unit in inside)
        options = _likely(translation)
        weight = _expected(options, resources)
        forms = (*(unit.text for unit in inside), *(word for word, _ in options))
        yield Term(forms, TRANSLATED * weight * _telling(inside, resources), translation.source)
    for unit in words:
        if unit.start not in covered:
            weight = _weight(unit.text, resources) * _telling([unit], resources)
            yield Term((unit.text,), weight, folded[unit.start : unit.end])


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
    """Return how much it tells that a sentence holds `form`: as much as its rarest part does."""
    return max(_token_weight(token, resources) for token in _parts(form))


def _token_weight(token: str, resources: Resources) -> float:
    frequencies = resources.frequencies
    return resources.background.weight(token, frequencies.frequency(token), len(frequencies))


def _parts(form: str) -> list[str]:
    """Return the index tokens that a form is made of: its stems, or the pairs of a Han word."""
    if " " in form:
        return form.split(" ")
    if len(form) <= 2 or not _HAN_STRING.fullmatch(form):
        return [form]
    return [form[start : start + 2] for start in range(len(form) - 1)]


def _lookups(forms: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Yield the index tokens that stand for any of `forms`, each with its share of the weight."""
    for form in forms:
        parts = _parts(form)
        for token in parts:
            yield token, 1.0 / (len(parts) * len(forms) ** 0.5)


_HAN_STRING = re.compile(r"[㐀-䶿一-鿿𠀀-𲎯]+")


def _crossing(folded: str, corpus: Mapping[str, float]) -> float:
    asked = scripts(folded)
    if not asked or not corpus:
        return 0.0
    return 1.0 - sum(min(share, corpus.get(name, 0.0)) for name, share in asked.items())
