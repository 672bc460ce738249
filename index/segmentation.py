"""Han text -> words, by jieba: imported here alone."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import NamedTuple

import rjieba

GAP = " "
LONG = 4
"""Characters from which a word of the dictionary may be made of words."""


NAMES = frozenset(("nr", "nrt", "nrfg", "ns", "nt", "nz"))
"""The dictionary's tags of people, places, organizations and other things with names."""


class Word(NamedTuple):
    """A Han word."""

    text: str
    name: bool = False
    """Whether it is in the dictionary as somebody's or something's own name."""


def runs(folded: str, kept: Set[int], asking: Set[int]) -> Iterator[list[Word]]:
    """Yield the words of the kept characters, those that touch each other in one list.

    `kept` and `asking` are offsets in `folded`. A word whose characters all just ask is left out
    and parts its neighbors; one that has them among others (目的) is whole.

    >>> [[word.text for word in run] for run in runs("收手的条件", {0, 1, 2, 3, 4}, {2})]
    [['收手'], ['条件']]
    """
    # What is not kept becomes a gap before the words are cut: a name must not lend characters.
    blank = "".join(char if at in kept else GAP for at, char in enumerate(folded))
    run: list[Word] = []
    at = 0
    tagged = rjieba.tag(blank, hmm=False)
    words = (Word(part, tag in NAMES) for word, tag in tagged for part in _parts(word))
    for word in [*words, Word(GAP)]:
        start, at = at, at + len(word.text)
        if not word.text.isspace() and not asking >= set(range(start, at)):
            run.append(word)
        elif run:
            yield run
            run = []


def _parts(word: str) -> list[str]:
    """Return the words of two or three characters that a long one is made of, or itself.

    The dictionary has 举行会谈 whole, the texts have 举行了会谈.

    >>> _parts("新闻发言人")
    ['新闻', '发言人']
    """
    if len(word) < LONG:
        return [word]
    for size in (2, 3):
        head, rest = word[:size], word[size:]
        if len(rest) > 1 and rjieba.has_word(head):
            tail = _parts(rest)
            if len(tail) > 1 or rjieba.has_word(rest):
                return [head, *tail]
    return [word]
