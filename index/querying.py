"""Question -> Query: what to look for, in every form the corpus may say it in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from .aliases import Aliases, entity_token
from .background import Background
from .dates import PartialDate, dates
from .encoder import Encoder
from .kinds import Kind, asking_offsets, kinds, leans_on_context
from .lexicon import Lexicon
from .normalization import fold
from .tokenization import Unit, tokens, units
from .types import Vectors

BORROWED = 0.4
"""Weight of a term that comes from the question before, against one of the question itself."""
TRANSLATED = 0.8
"""Weight of a term that is known by its dictionary translation alone."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something the question names; a sentence has it if it has any of the forms."""

    forms: tuple[str, ...]
    """Folded Han strings, stems, and entity tokens."""
    weight: float
    """How much it tells: an inverse document frequency, >= 0."""
    borrowed: bool = False
    """It comes from the question before."""


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
    """Share of its letters that are not Han: such a question meets a Chinese text by translation
    and by vectors only."""

    def tokens(self) -> dict[str, float]:
        """Return the tokens to look up in the lexical index, with their weights."""
        weights: dict[str, float] = {}
        for term in self.terms:
            share = BORROWED if term.borrowed else 1.0
            for token, part in _lookups(term.forms):
                weights[token] = max(weights.get(token, 0.0), share * part)
        return weights


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
    background: Background
    frequencies: Frequencies


def make_query(question: str, resources: Resources, *, context: str | None = None) -> Query:
    """Read a question; one that leans on `context`, the question before, borrows its terms."""
    folded = fold(question)
    terms = list(_terms(folded, resources))
    before = fold(context) if context else ""
    if before and (leans_on_context(folded) or len(terms) < FEW_TERMS):
        known = {form for term in terms for form in term.forms}
        terms += [
            Term(term.forms, term.weight, borrowed=True)
            for term in _terms(before, resources)
            if known.isdisjoint(term.forms)
        ]
        encoded = f"{context} {question}"
    else:
        before, encoded = "", question
    return Query(
        folded=folded,
        vector=resources.encoder.encode_question(encoded),
        terms=tuple(terms),
        kinds=kinds(folded),
        dates=tuple(dates(folded) or dates(before)),
        crossing=_crossing(folded),
    )


FEW_TERMS = 4
"""A question of fewer terms is taken to lean on the one before it."""


def _terms(folded: str, resources: Resources) -> Iterator[Term]:
    """Yield the terms of a folded question: entities first found, then the rest around them."""
    sequence = units(folded)
    taken = set(asking_offsets(folded))
    for mention in resources.aliases.find(folded, sequence):
        named = sequence[mention.first : mention.last]
        taken.update(range(named[0].start, named[-1].end))
        token = entity_token(mention.entity)
        yield Term((token,), _weight([token], resources))
    rest = [unit for unit in sequence if unit.start not in taken]
    yield from _han_terms(rest, resources)
    yield from _word_terms(folded, [unit for unit in rest if not unit.han], resources)


def _han_terms(rest: Sequence[Unit], resources: Resources) -> Iterator[Term]:
    """Yield the pairs of touching Han characters, and each character that has no neighbor."""
    seen: set[str] = set()
    for row, unit in enumerate(rest):
        if not unit.han:
            continue
        after = rest[row + 1] if row + 1 < len(rest) else None
        before = rest[row - 1] if row else None
        touches_after = after is not None and after.han and after.start == unit.end
        touches_before = before is not None and before.han and before.end == unit.start
        form = unit.text + after.text if after is not None and touches_after else unit.text
        if (len(form) == 2 or not touches_before) and form not in seen:
            seen.add(form)
            yield Term((form,), _weight([form], resources))


def _word_terms(folded: str, rest: Sequence[Unit], resources: Resources) -> Iterator[Term]:
    """Yield words and numbers, each with what the lexicon translates it to."""
    starts = {unit.start for unit in rest}
    covered: set[int] = set()
    for translation in resources.lexicon.translate(folded):
        inside = [u for u in rest if translation.start <= u.start < translation.end]
        if not inside or not {u.start for u in inside} <= starts:
            continue
        covered.update(unit.start for unit in inside)
        forms = (*(unit.text for unit in inside), *(zh for zh, _ in translation.options))
        weight = _weight([zh for zh, _ in translation.options], resources)
        yield Term(forms, TRANSLATED * weight * _asked(inside, resources))
    for unit in rest:
        if unit.start not in covered:
            yield Term((unit.text,), _weight([unit.text], resources) * _asked([unit], resources))


def _asked(sequence: Sequence[Unit], resources: Resources) -> float:
    return min(resources.background.telling(unit.text) for unit in sequence)


def _weight(forms: Sequence[str], resources: Resources) -> float:
    """Return how much it tells that a sentence holds the most usual of `forms`."""
    return min(
        resources.background.weight(
            form, resources.frequencies.frequency(form), len(resources.frequencies)
        )
        for form in forms
    )


def _lookups(forms: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Yield the index tokens that stand for any of `forms`, each with its share of the weight."""
    for form in forms:
        if len(form) <= 2 or not _HAN_STRING.fullmatch(form):
            yield form, 1.0 / len(forms) ** 0.5
            continue
        pairs = [token for token in tokens(units(form)) if len(token) == 2]
        for pair in pairs:
            yield pair, 1.0 / (len(pairs) * len(forms) ** 0.5)


_HAN_STRING = re.compile(r"[㐀-䶿一-鿿𠀀-𲎯]+")
_LETTERS = re.compile(r"[^\W\d_]")


def _crossing(folded: str) -> float:
    letters = _LETTERS.findall(folded)
    if not letters:
        return 0.0
    return sum(not _HAN_STRING.match(letter) for letter in letters) / len(letters)
