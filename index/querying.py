"""Question -> Query: what to look for, alone or leaning on the question before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .aliases import Aliases
from .dates import PartialDate, dates
from .kinds import Kind, kinds, leans_on_context
from .naming import take_apart
from .normalization import fold, scripts, shared
from .resources import Resources, parts
from .terms import Term, terms
from .tokenization import tokens
from .types import Vectors

BORROWED = 0.4
"""Weight of a term that comes from the question before, against one of the question itself."""
AKIN = 0.5
"""Weight of a word that is like one of the question, x their likeness."""
MOST_TERMS = 64
FEW_TERMS = 4
"""A question of fewer terms is taken to lean on the one before it."""


@dataclass(frozen=True, slots=True)
class Query:
    """What the engine makes of a question."""

    asked: str
    """As it was put."""
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
    before: Query | None = None
    """The question before, where this one leans on it."""

    @property
    def context(self) -> str | None:
        """The question before as it was put, where this one leans on it."""
        return self.before.asked if self.before else None

    def tokens(self) -> dict[str, float]:
        """Return the tokens to look up in the lexical index, with their weights."""
        weights = dict.fromkeys(self.spelled, 1.0)
        for term in self.terms:
            share = BORROWED if term.borrowed else 1.0
            for token, part in _lookups(term):
                weights[token] = max(weights.get(token, 0.0), share * part)
        return weights


def make_query(question: str, resources: Resources, *, context: str | None = None) -> Query:
    """Read a question; one that leans on `context`, the question before, borrows its terms."""
    query = _alone(question, resources)
    if not context or not fold(context) or not _leans(query):
        return query
    return following(query, _alone(context, resources), resources)


def following(query: Query, before: Query, resources: Resources) -> Query:
    """Return a question as one that leans on the one before it."""
    borrowed = tuple(_borrowed(before.terms, query.terms, resources.aliases))
    together = (*query.terms, *borrowed)
    return replace(
        query,
        vector=resources.encoder.encode_question(f"{before.asked} {query.asked}"),
        terms=together,
        dates=query.dates or before.dates,
        readable=_readable(query.folded, borrowed, resources.aliases),
        before=before,
    )


def _alone(question: str, resources: Resources) -> Query:
    folded = fold(question)
    named = take_apart(question, resources.aliases)
    telling = _telling_most(terms(named, resources))
    return Query(
        asked=question,
        folded=folded,
        vector=resources.encoder.encode_question(question),
        terms=telling,
        kinds=kinds(folded),
        dates=tuple(dates(folded)),
        crossing=_crossing(folded, resources.scripts),
        spelled=tuple(tokens(named.spelled)),
        readable=named.canonical,
    )


def _leans(query: Query) -> bool:
    return leans_on_context(query.folded) or len(query.terms) < FEW_TERMS


def _readable(folded: str, borrowed: Sequence[Term], aliases: Aliases) -> str:
    lent = (
        fold(aliases.names[term.entity][0]) if term.names_entity else term.source
        for term in borrowed
    )
    return " ".join([*lent, aliases.canonical(folded, by_sound=True)])


def _borrowed(before: Sequence[Term], own: Sequence[Term], aliases: Aliases) -> Iterator[Term]:
    """Yield the terms of the question before that this one leaves to be understood.

    Who asks "and Putin?" after a question about Trump has put one person in the other's place:
    what is of the same kind as something named now is not borrowed.
    """
    known = {form for term in own for form in term.forms}
    kinds_named = {_kind_named(term, aliases) for term in own} - {""}
    for term in before:
        replaced = _kind_named(term, aliases) in kinds_named
        if known.isdisjoint(term.forms) and not replaced:
            yield replace(term, borrowed=True, weight=BORROWED * term.weight)


def _kind_named(term: Term, aliases: Aliases) -> str:
    """Return what kind of entity a term names; empty if none."""
    return aliases.kinds[term.entity] if term.names_entity else ""


def _telling_most(found: Iterator[Term]) -> tuple[Term, ...]:
    """Return the terms in their order; of a very long question those that tell most."""
    kept = tuple(found)
    if len(kept) <= MOST_TERMS:
        return kept
    least = sorted((term.weight for term in kept), reverse=True)[MOST_TERMS - 1]
    return tuple(term for term in kept if term.weight >= least)[:MOST_TERMS]


def _lookups(term: Term) -> Iterator[tuple[str, float]]:
    """Yield the index tokens that stand for a term, each with its share of the weight."""
    forms = term.written or term.forms
    for form in forms:
        tokens_of = parts(form)
        for token in tokens_of:
            yield token, 1.0 / (len(tokens_of) * len(forms) ** 0.5)
    for form, likeness in term.akin:
        tokens_of = parts(form)
        for token in tokens_of:
            yield token, AKIN * likeness / len(tokens_of)


def _crossing(folded: str, corpus: Mapping[str, float]) -> float:
    asked = scripts(folded)
    if not asked or not corpus:
        return 0.0
    return 1.0 - shared(asked, corpus)
