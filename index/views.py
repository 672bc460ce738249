"""A sentence as scoring reads it, and which terms of a question it holds."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from .aliases import Aliases, entity_token, is_entity_token
from .dates import PartialDate, dates
from .normalization import stem, word_forms, words
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


@dataclass(frozen=True, slots=True)
class View:
    """A sentence as scoring reads it."""

    folded: str
    held: frozenset[str]
    """Stems, numbers, entity tokens, and the tokens of dates."""
    part: Part
    dates: tuple[PartialDate, ...]
    """Resolved against the document's date."""
    rest: frozenset[str] = frozenset()
    """Han characters, stems and numbers outside the entities."""

    def likeness(self, akin: Sequence[tuple[str, float]]) -> float:
        """Return that of the likest of the words that are there; 0 if none is."""
        return max((like for word, like in akin if word in self.folded), default=0.0)

    def echoes(self, asked: Set[str]) -> bool:
        """Tell whether it holds nothing but what was asked, forms and units."""
        return self.rest <= asked and all(
            token in asked for token in self.held if is_entity_token(token)
        )


class Glance(View):
    """A view of which no more is worked out than is asked for: most questions ask for little."""

    __slots__ = ("_aliases", "_base", "_dated", "_held", "_rest")
    _aliases: Aliases
    _base: PartialDate
    _dated: tuple[PartialDate, ...]
    _held: frozenset[str]
    _rest: frozenset[str]

    def __init__(self, folded: str, part: Part, aliases: Aliases, base: PartialDate) -> None:
        fields = {"folded": folded, "part": part, "_aliases": aliases, "_base": base}
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def dates(self) -> tuple[PartialDate, ...]:
        """As `View.dates`."""
        if not hasattr(self, "_dated"):
            found = tuple(date.resolved(self._base) for date in dates(self.folded))
            object.__setattr__(self, "_dated", found)
        return self._dated

    @property
    def held(self) -> frozenset[str]:
        """As `View.held`."""
        if not hasattr(self, "_held"):
            held = {stem for stem, _, _ in words(self.folded)}
            held.update(token for date in self.dates for token in date.tokens())
            if self._aliases.may_be_in(self.folded):
                mentions = self._aliases.find(self.folded, units(self.folded))
                held.update(entity_token(mention.entity) for mention in mentions)
            object.__setattr__(self, "_held", frozenset(held))
        return self._held

    @property
    def rest(self) -> frozenset[str]:
        """As `View.rest`."""
        if not hasattr(self, "_rest"):
            sequence = units(self.folded)
            mentions = self._aliases.find(self.folded, sequence)
            named = {at for mention in mentions for at in range(mention.first, mention.last)}
            rest = frozenset(unit.text for at, unit in enumerate(sequence) if at not in named)
            object.__setattr__(self, "_rest", rest)
        return self._rest

    def echoes(self, asked: Set[str]) -> bool:
        """As `View.echoes`; that it does not is seen at once in most."""
        named = self._aliases.letters
        for character in self.folded:
            if (
                FIRST_HAN <= character <= LAST_HAN
                and character not in asked
                and character not in named
            ):
                return False
        return View.echoes(self, asked)


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
        found: defaultdict[str, set[int]] = defaultdict(set)
        for word in set(word_forms(self._joined)):
            if (stemmed := stem(word)) in wanted:
                rows = self.holding(word)
                found[stemmed].update(row for row in rows if word in word_forms(self._texts[row]))
        return found

    def likeness(self, akin: Sequence[tuple[str, float]]) -> Vectors:
        """Return for each text the likeness of the likest of the words that it holds, else 0."""
        found = np.zeros(len(self._starts) - 1, dtype=np.float32)
        for word, like in akin:
            rows = list(self.holding(word))
            found[rows] = np.maximum(found[rows], like)
        return found


class Presence:
    """Which terms a view holds, looked up once a view: neighbors share most of theirs."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._wanted = [Wanted.of(term.forms) for term in terms]
        phrases = (phrase for wanted in self._wanted for phrase in wanted.words)
        self._stems = {part for phrase in phrases for part in phrase}
        # Row 0 is of no view at all.
        self._table = np.zeros((1, len(terms)), dtype=np.bool_)
        self._rows: dict[int, int] = {id(None): 0}

    def __call__(self, view: View) -> list[bool]:
        """Return one value per term. `view` has to live as long as this does."""
        found: list[bool] = self.table([view])[0].tolist()
        return found

    def table(self, views: Iterable[View | None]) -> Flags:
        """Return one row per view, of None all false; shape ``(views, terms)``."""
        listed, rows = list(views), self._rows
        try:
            found: Flags = self._table[[rows[id(view)] for view in listed]]
        except KeyError:
            self.look_up(view for view in listed if view is not None)
            found = self._table[[rows[id(view)] for view in listed]]
        return found

    def look_up(self, views: Iterable[View]) -> None:
        """Find the terms in those of the views that were not met yet: cheaper all at once."""
        new = {id(view): view for view in views if id(view) not in self._rows}
        if not new:
            return
        together = Together([view.folded for view in new.values()])
        stems, nowhere = together.stems(self._stems) if self._stems else {}, set[int]()
        here = np.zeros((len(new), len(self._wanted)), dtype=np.bool_)
        for column, wanted in enumerate(self._wanted):
            for form in wanted.inside:
                here[list(together.holding(form)), column] = True
            for phrase in wanted.words:
                holding = set.intersection(*(stems.get(part, nowhere) for part in phrase))
                here[list(holding), column] = True
            if wanted.signs:
                signs = wanted.signs
                here[:, column] |= [not signs.isdisjoint(view.held) for view in new.values()]
        self._rows.update(
            zip(new, range(len(self._table), len(self._table) + len(new)), strict=True)
        )
        self._table = np.concatenate([self._table, here])
