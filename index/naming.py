"""Question -> what it names: entities, dates, and what it says beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from .aliases import Aliases
from .dates import PartialDate, placed_dates
from .kinds import asking_offsets, asking_phrase_offsets, kind_offsets
from .normalization import fold
from .tokenization import Unit, units

CAPITAL = re.compile(r"(?<=[\w,] )[A-ZА-ЯЁ][^\W\d_]+")
"""A word with a capital that does not begin a sentence."""


@dataclass(frozen=True, slots=True)
class Named:
    """A folded question, taken apart."""

    folded: str
    entities: tuple[int, ...]
    """Those of the corpus that it names, each once, in its order."""
    dates: tuple[tuple[PartialDate, tuple[Unit, ...]], ...]
    """With the units that say them."""
    rest: tuple[Unit, ...]
    """The units outside the names, the dates and the phrases that ask."""
    asking: frozenset[int]
    """Offsets of characters that only ask."""
    capital: frozenset[str]
    """Stems of the words that are written like names."""
    typing: frozenset[int]
    """Offsets of characters that tell what kind of thing is asked for."""
    canonical: str
    """The folded question with the first name of each entity in the place of its others."""

    @property
    def spelled(self) -> list[Unit]:
        """The units of what it names otherwise."""
        said = sorted(chain(self.rest, *(said for _, said in self.dates)), key=lambda u: u.start)
        return [unit for unit in said if self.names(unit)]

    def names(self, unit: Unit) -> bool:
        """Tell whether a unit is more than a word that asks or a lone letter."""
        return unit.start not in self.asking and not _letter(unit)


def take_apart(question: str, aliases: Aliases) -> Named:
    """Find the entities that a question names, and what it says beside them."""
    folded = fold(question)
    sequence = units(folded)
    taken: set[int] = set()
    entities = []
    mentions = aliases.find(folded, sequence, by_sound=True)
    for mention in mentions:
        named = sequence[mention.first : mention.last]
        taken.update(range(named[0].start, named[-1].end))
        entities.append(mention.entity)
    dated = [
        (date, tuple(u for u in sequence if start <= u.start < end and u.start not in taken))
        for start, end, date in placed_dates(folded)
    ]
    taken.update(unit.start for _, said in dated for unit in said)
    taken |= asking_phrase_offsets(folded)
    rest = tuple(unit for unit in sequence if unit.start not in taken)
    asking = frozenset(asking_offsets(folded))
    typing = frozenset(kind_offsets(folded))
    return Named(
        folded,
        tuple(dict.fromkeys(entities)),
        tuple(dated),
        rest,
        asking,
        _capital(question),
        typing,
        aliases.renamed(folded, sequence, mentions),
    )


def _capital(question: str) -> frozenset[str]:
    """Return the stems of words with a capital inside a sentence, where not all words have one."""
    inside = CAPITAL.findall(question)
    if len(inside) > len(question.split()) / 2:
        return frozenset()
    return frozenset(unit.text for word in inside for unit in units(fold(word)))


def _letter(unit: Unit) -> bool:
    """Tell whether a unit is a lone letter, which names nothing."""
    return len(unit.text) == 1 and unit.text.isalpha() and not unit.han
