"""A sentence as scoring reads it, and which terms of a question it holds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from .aliases import Aliases, entity_token, is_entity_token
from .dates import PartialDate, dates
from .kinds import Kind, gives
from .normalization import scripts, words_like
from .terms import Term
from .tokenization import units
from .types import Part, Vectors

Flags = npt.NDArray[np.bool_]

FIRST_HAN, LAST_HAN = "一", "鿿"
"""Most Han characters lie between; enough to tell that a text says more than another."""
SIGNS = "@#"
"""What tokens of entities and dates begin with."""
GAP = "\n"
"""Parts texts that are searched together; no term holds it."""


class View:
    """A sentence as scoring reads it. Immutable; two of the same text are not the same.

    No more is worked out than is asked for: most questions ask for little.
    """

    __slots__ = (
        *("_aliases", "_base", "_dates", "_given", "_held", "_rest", "_scripts"),
        *("folded", "part"),
    )

    def __init__(self, folded: str, part: Part, aliases: Aliases, base: PartialDate) -> None:
        self.folded = folded
        self.part = part
        self._aliases = aliases
        self._base = base
        self._dates: tuple[PartialDate, ...] | None = None
        self._held: frozenset[str] | None = None
        self._rest: frozenset[str] | None = None
        self._scripts: Mapping[str, float] | None = None
        self._given: dict[Kind, bool] | None = None

    @property
    def dates(self) -> tuple[PartialDate, ...]:
        """Resolved against the document's date."""
        if self._dates is None:
            self._dates = tuple(date.resolved(self._base) for date in dates(self.folded))
        return self._dates

    @property
    def held(self) -> frozenset[str]:
        """What it holds in whatever words: the tokens of entities and of dates."""
        if self._held is None:
            held = {token for date in self.dates for token in date.tokens()}
            if self._aliases.may_be_in(self.folded):
                mentions = self._aliases.find(self.folded, units(self.folded))
                held.update(entity_token(mention.entity) for mention in mentions)
            self._held = frozenset(held)
        return self._held

    @property
    def rest(self) -> frozenset[str]:
        """Han characters, stems and numbers outside the entities."""
        if self._rest is None:
            sequence = units(self.folded)
            mentions = self._aliases.find(self.folded, sequence)
            named = {at for mention in mentions for at in range(mention.first, mention.last)}
            self._rest = frozenset(u.text for at, u in enumerate(sequence) if at not in named)
        return self._rest

    @property
    def scripts(self) -> Mapping[str, float]:
        """Share of its Han characters and words that is in each script; empty without any."""
        if self._scripts is None:
            self._scripts = scripts(self.folded)
        return self._scripts

    def gives(self, kind: Kind) -> bool:
        """Tell whether it holds the kind of thing that is asked for."""
        given = self._given
        if given is None:
            given = self._given = {}
        if kind not in given:
            # Who posts is told beside a post as a rule, and it is shown with what stands there.
            post = kind is Kind.ACCOUNT and self.part is Part.POST
            given[kind] = post or gives(kind, self.folded)
        return given[kind]

    def echoes(self, asked: Set[str]) -> bool:
        """Tell whether it holds nothing but what was asked, forms and units."""
        # That it holds more is seen at once in most.
        named = self._aliases.letters
        for character in self.folded:
            if (
                FIRST_HAN <= character <= LAST_HAN
                and character not in asked
                and character not in named
            ):
                return False
        return self.rest <= asked and all(
            token in asked for token in self.held if is_entity_token(token)
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """The forms of one term, by the way each is looked for."""

    inside: tuple[str, ...]
    """Han strings: anywhere in the text."""
    words: tuple[tuple[str, ...], ...]
    """Stems and numbers: a phrase has several, and all of them are needed."""
    signs: frozenset[str]
    """Tokens of entities and dates, which a view holds in whatever words."""

    @classmethod
    def of(cls, forms: Sequence[str]) -> Wanted:
        """Sort the forms of a term."""
        signs = frozenset(form for form in forms if form[0] in SIGNS)
        plain = [form for form in forms if form not in signs]
        return cls(
            tuple(form for form in plain if form[0] > "⺀"),
            tuple(tuple(form.split(" ")) for form in plain if form[0] <= "⺀"),
            signs,
        )


class Together:
    """Folded texts one behind the other, so that one search finds a word in all of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._joined = GAP.join(texts)
        self._starts = list(accumulate((len(text) + 1 for text in texts), initial=0))

    def holding(self, word: str) -> Iterator[int]:
        """Yield the rows of the texts that hold a word, each once, in order."""
        at = self._joined.find(word)
        while at >= 0:
            row = bisect_right(self._starts, at) - 1
            yield row
            at = self._joined.find(word, self._starts[row + 1])

    def stems(self, wanted: Set[str]) -> dict[str, set[int]]:
        """Return the rows of the texts that hold each of some stems and numbers."""
        return {
            stemmed: {
                bisect_right(self._starts, at) - 1 for at in words_like(stemmed, self._joined)
            }
            for stemmed in wanted
        }

    def likeness(self, akin: Sequence[tuple[str, float]]) -> Vectors:
        """Return for each text the likeness of the likest of the words that it holds, else 0."""
        found = np.zeros(len(self._starts) - 1, dtype=np.float32)
        for word, like in akin:
            rows = list(self.holding(word))
            found[rows] = np.maximum(found[rows], like)
        return found


def presence(terms: Sequence[Term], views: Sequence[View]) -> Flags:
    """Tell which terms each view holds; shape ``(views, terms)``. Cheaper all at once."""
    together = Together([view.folded for view in views])
    forms = [Wanted.of(term.forms) for term in terms]
    stems = {part for wanted in forms for phrase in wanted.words for part in phrase}
    rows, nowhere = together.stems(stems) if stems else {}, set[int]()
    found = np.zeros((len(views), len(forms)), dtype=np.bool_)
    for column, wanted in enumerate(forms):
        for form in wanted.inside:
            found[list(together.holding(form)), column] = True
        for phrase in wanted.words:
            holding = set.intersection(*(rows.get(part, nowhere) for part in phrase))
            found[list(holding), column] = True
        if wanted.signs:
            found[:, column] |= [not wanted.signs.isdisjoint(view.held) for view in views]
    return found
