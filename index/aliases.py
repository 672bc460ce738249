"""Names that mean the same: found in any spelling, on both sides, as one entity."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from .normalization import fold
from .tokenization import Unit, units

HEARD = 3
"""Characters of a name from which on it is known by its sound; shorter ones sound like others."""
Forms = defaultdict[str, list[tuple[tuple[str, ...], int]]]
"""By first part, the names' parts with their entity, longest first: the whole name wins."""

_INSIDE = re.compile(r"[\s·・‧•.'’\"“”«»「」『』‐-―-]{0,3}")


@dataclass(frozen=True, slots=True)
class Mention:
    """Units ``[first, last)`` of a text name the entity with this row."""

    entity: int
    first: int
    last: int


class Aliases:
    """The entities of a corpus: one row each, with all their names, kind by kind.

    Names are compared unit by unit on folded text, so that case, script, Russian endings and the
    dots and spaces between the parts of a name make no difference.
    """

    def __init__(self, names: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.names = tuple(tuple(entity) for entities in names.values() for entity in entities)
        self.kinds = tuple(kind for kind, entities in names.items() for _ in entities)
        self._first = tuple(fold(entity[0]) for entity in self.names)
        self._forms: Forms = defaultdict(list)
        self._sounds: Forms = defaultdict(list)
        for row, entity in enumerate(self.names):
            for name in entity:
                sequence = units(fold(name))
                form = tuple(unit.text for unit in sequence)
                if form:
                    self._forms[form[0]].append((form, row))
                if len(form) >= HEARD and all(unit.han for unit in sequence):
                    sounds = tuple(map(_sound, form))
                    self._sounds[sounds[0]].append((sounds, row))
        for forms in (*self._forms.values(), *self._sounds.values()):
            forms.sort(key=lambda pair: -len(pair[0]))
        # A stem begins as its words do.
        self._begin = frozenset(part[0] for part in self._forms)
        self.letters = frozenset(fold("".join(name for entity in self.names for name in entity)))
        """The characters that names are made of."""

    def find(
        self, folded: str, sequence: Sequence[Unit], *, by_sound: bool = False
    ) -> list[Mention]:
        """Return the mentions among the units of `folded`, in order; the longer name wins.

        No two overlap, and none runs across the punctuation of a sentence. `by_sound` takes a
        longer Chinese name also by characters that are read alike, as people type it who heard it.
        """
        mentions: list[Mention] = []
        if not self._forms:
            return mentions
        sounds = [_sound(unit.text) if unit.han else "" for unit in sequence] if by_sound else ()
        at = 0
        while at < len(sequence):
            mention = self._at(folded, sequence, at)
            if mention is None and by_sound:
                mention = self._heard(folded, sequence, sounds, at)
            if mention is not None:
                mentions.append(mention)
            at = mention.last if mention else at + 1
        return mentions

    def may_be_in(self, folded: str) -> bool:
        """Tell whether a folded text may name an entity; false for most that name none."""
        return not self._begin.isdisjoint(folded)

    def canonical(self, folded: str, *, by_sound: bool = False) -> str:
        """Return a folded text with the first name of each entity in the place of its others."""
        sequence = units(folded)
        return self.renamed(folded, sequence, self.find(folded, sequence, by_sound=by_sound))

    def renamed(self, folded: str, sequence: Sequence[Unit], mentions: Sequence[Mention]) -> str:
        """Return a folded text with the first name of each entity where these mentions are."""
        parts, done = [], 0
        for mention in mentions:
            parts += [folded[done : sequence[mention.first].start], self._first[mention.entity]]
            done = sequence[mention.last - 1].end
        return "".join([*parts, folded[done:]])

    def _at(self, folded: str, sequence: Sequence[Unit], at: int) -> Mention | None:
        for form, entity in self._forms.get(sequence[at].text, ()):
            named = sequence[at : at + len(form)]
            if tuple(unit.text for unit in named) == form and _joined(folded, named):
                return Mention(entity, at, at + len(form))
        return None

    def _heard(
        self, folded: str, sequence: Sequence[Unit], sounds: Sequence[str], at: int
    ) -> Mention | None:
        for form, entity in self._sounds.get(sounds[at], ()):
            end = at + len(form)
            if form == tuple(sounds[at:end]) and _joined(folded, sequence[at:end]):
                return Mention(entity, at, end)
        return None


@lru_cache(maxsize=8192)
def _sound(character: str) -> str:
    """Return how a Han character is read, without its tone."""
    return str(_reading()(character)[0])


@cache
def _reading() -> Callable[[str], list[str]]:
    # It is asked for single characters only, and its table of phrases takes long to load.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin

    return lazy_pinyin


def _joined(folded: str, named: Sequence[Unit]) -> bool:
    """Tell whether only what may stand inside a name stands between its units."""
    return all(_INSIDE.fullmatch(folded[a.end : b.start]) for a, b in pairwise(named))


def entity_token(entity: int) -> str:
    """Return the token that stands for an entity in the lexical index."""
    return f"@{entity}"


def is_entity_token(token: str) -> bool:
    """Tell whether a token stands for an entity."""
    return token.startswith("@")
