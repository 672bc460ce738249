"""Names that mean the same: found in any spelling, on both sides, as one entity."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .normalization import fold
from .tokenization import Unit, units

_INSIDE = re.compile(r"[\s·・‧•.'’\"“”«»「」『』‐-―-]{0,3}")


@dataclass(frozen=True, slots=True)
class Mention:
    """Units ``[first, last)`` of a text name the entity with this row."""

    entity: int
    first: int
    last: int


class Aliases:
    """The entities of a corpus: one row each, with all their names.

    Names are compared unit by unit on folded text, so that case, script, Russian endings and the
    dots and spaces between the parts of a name make no difference.
    """

    def __init__(self, names: Sequence[Sequence[str]]) -> None:
        self.names = tuple(tuple(entity) for entity in names)
        # By first unit, longest first, so that the whole name wins over its beginning.
        self._forms: defaultdict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        for row, entity in enumerate(self.names):
            for name in entity:
                form = tuple(unit.text for unit in units(fold(name)))
                if form:
                    self._forms[form[0]].append((form, row))
        for forms in self._forms.values():
            forms.sort(key=lambda pair: -len(pair[0]))

    def find(self, folded: str, sequence: Sequence[Unit]) -> list[Mention]:
        """Return the mentions among the units of `folded`, in order; the longer name wins.

        No two overlap, and none runs across the punctuation of a sentence.
        """
        mentions: list[Mention] = []
        at = 0
        while at < len(sequence):
            mention = self._at(folded, sequence, at)
            if mention is not None:
                mentions.append(mention)
            at = mention.last if mention else at + 1
        return mentions

    def _at(self, folded: str, sequence: Sequence[Unit], at: int) -> Mention | None:
        for form, entity in self._forms.get(sequence[at].text, ()):
            named = sequence[at : at + len(form)]
            if tuple(unit.text for unit in named) == form and _joined(folded, named):
                return Mention(entity, at, at + len(form))
        return None


def _joined(folded: str, named: Sequence[Unit]) -> bool:
    """Tell whether only what may stand inside a name stands between its units."""
    return all(_INSIDE.fullmatch(folded[a.end : b.start]) for a, b in pairwise(named))


def entity_token(entity: int) -> str:
    """Return the token that stands for an entity in the lexical index."""
    return f"@{entity}"


def is_entity_token(token: str) -> bool:
    """Tell whether a token stands for an entity."""
    return token.startswith("@")
