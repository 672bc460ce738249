"""A sentence as scoring reads it, and which terms of a question it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .dates import PartialDate
from .terms import Term
from .types import Part

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class View:
    """A sentence as scoring reads it."""

    folded: str
    held: frozenset[str]
    """Stems, numbers and entity tokens."""
    part: Part
    dates: tuple[PartialDate, ...]
    """Resolved against the document's date."""
    rest: frozenset[str] = frozenset()
    """Han characters, stems and numbers outside the entities."""

    def likeness(self, akin: Sequence[tuple[str, float]]) -> float:
        """Return that of the likest of the words that are there; 0 if none is."""
        return max((like for word, like in akin if word in self.folded), default=0.0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The forms of one term, by the way each is looked for."""

    single: frozenset[str]
    """Stems, numbers, entity tokens: held as they are."""
    inside: tuple[str, ...]
    """Han strings: anywhere in the text."""
    phrases: tuple[frozenset[str], ...]
    """Several stems: all of them."""

    @classmethod
    def of(cls, forms: Sequence[str]) -> Wanted:
        """Sort the forms of a term."""
        return cls(
            frozenset(forms),
            tuple(form for form in forms if form[0] > "⺀"),
            tuple(frozenset(form.split(" ")) for form in forms if " " in form),
        )


class Presence:
    """Which terms a view holds, looked up once a view: neighbors share most of theirs."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._wanted = [Wanted.of(term.forms) for term in terms]
        self._known: dict[int, list[bool]] = {}

    def __call__(self, view: View) -> list[bool]:
        """Return one value per term. `view` has to live as long as this does."""
        known = self._known.get(id(view))
        if known is None:
            known = self._known[id(view)] = self._looked_up(view.held, view.folded)
        return known

    def _looked_up(self, held: frozenset[str], folded: str) -> list[bool]:
        # One loop without calls: it runs some hundred times a question.
        found = []
        for wanted in self._wanted:
            here = not held.isdisjoint(wanted.single)
            if not here:
                for form in wanted.inside:
                    if form in folded:
                        here = True
                        break
                else:
                    here = bool(wanted.phrases) and any(held >= all_of for all_of in wanted.phrases)
            found.append(here)
        return found

    def table(self, views: Iterable[View | None]) -> Flags:
        """Return one row per view, of None all false; shape ``(views, terms)``."""
        nothing = [False] * len(self._wanted)
        rows = [nothing if view is None else self(view) for view in views]
        return np.array(rows, dtype=np.bool_).reshape(len(rows), len(nothing))
