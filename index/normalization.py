"""Fold text so that spellings of one thing become one string, and find its words.

Questions and documents are folded by the same table, one source character at a time: that is
what lets any folded range be traced back to the characters as printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, repeat
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import Stemmer

from .irregular import BASES, SPELLINGS
from .types import Span

if TYPE_CHECKING:
    import opencc

SETTLED_AFTER = 4
"""Folding a character's own folding changes nothing more after this many rounds."""

# OpenCC leaves these as they are, since alone they may be either script's; here one side of each
# pair has to give way, or 甚麼 and 什么, 著 and 着 would stay strangers.
UNDECIDED = {"著": "着", "瞭": "了", "妳": "你", "甚": "什", "’": "'", "‘": "'", "ʼ": "'", "`": "'"}

# й without its breve is another letter, and the stemmer needs it; ё is written е in most print.
WHOLE_LETTERS = frozenset("й")

HAN = re.compile("[\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LETTER = "[a-z\u00c0-\u024f\u0400-\u052f\u1e00-\u1eff]"
LATIN_OR_CYRILLIC = re.compile(LETTER)
CYRILLIC = re.compile("[\u0400-\u052f]")
_SCRIPTS = {
    "han": HAN,
    "latin": re.compile("[a-z\u00c0-\u024f\u1e00-\u1eff]+"),
    "cyrillic": re.compile("[\u0400-\u052f]+"),
}
_WORD_FORM = re.compile(f"{LETTER}+(?:'{LETTER}+)*|[0-9]+")
WORD = re.compile(f"(?P<letters>{LETTER}+(?:'{LETTER}+)*)|[0-9]+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows, for each of its characters, where it came from."""

    text: str
    origins: Sequence[int]
    """Source offset of each folded character, never decreasing; ``len(origins) == len(text)``."""

    def span(self, start: int, end: int) -> Span:
        """Return the source range behind ``text[start:end]``, which must not be empty.

        A source character that folds to several is covered whole if any of them is.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"folded range [{start}, {end}) is not within 0..{len(self.text)}")
        return Span(self.origins[start], self.origins[end - 1] + 1)


class Word(NamedTuple):
    """A word or number of a folded text, ``text[start:end]``, under its stem."""

    stem: str
    start: int
    end: int


class _Foldings(dict[int, str]):
    """Code point -> its folding, worked out when first met, so that `str.translate` stays in C."""

    def __missing__(self, code_point: int) -> str:
        folding = self[code_point] = _fold_character(chr(code_point))
        return folding


_FOLDINGS = _Foldings()
_UNITS = np.zeros(0x10000, dtype=np.uint16)
"""UTF-16 unit -> that of its folding; 0 where it was not met yet, or is no single unit."""
_STEMMING = Lock()


def fold(text: str) -> str:
    """Return `text` in compatibility form, lower case, Simplified, without marks and joiners.

    >>> fold("川普：Ｔｒｕｍｐ與澤倫斯基")
    '川普:trump与泽伦斯基'
    """
    return text.translate(_FOLDINGS)


def fold_all(texts: Sequence[str]) -> list[str]:
    """Fold many short texts, as `fold` folds each: by one look-up in a table for all of them."""
    source = "\n".join(texts).encode("utf-16-le", "surrogatepass")
    codes = np.frombuffer(source, dtype=np.uint16)
    folded = _UNITS[codes]
    unmet = np.flatnonzero(folded == 0)
    if len(unmet):
        _meet(np.unique(codes[unmet]))
        folded = _UNITS[codes]
        unmet = np.flatnonzero(folded == 0)
    # Beyond the first plane a character is two units: then the places are not those of the texts.
    if len(unmet) and len(codes) != len(texts) - 1 + sum(map(len, texts)):
        return [fold(text) for text in texts]
    joined = folded.tobytes().decode("utf-16-le", "surrogatepass")
    return list(_parted(joined, texts, unmet.tolist()))


def _parted(joined: str, texts: Sequence[str], uneven: Sequence[int]) -> Iterator[str]:
    """Yield the parts of a joined folding; those with an uneven place are folded by themselves."""
    start, places = 0, iter(uneven)
    place = next(places, -1)
    for text in texts:
        end = start + len(text)
        if start <= place < end:
            yield fold(text)
            while 0 <= place < end:
                place = next(places, -1)
        else:
            yield joined[start:end]
        start = end + 1


def _meet(codes: npt.NDArray[np.uint16]) -> None:
    """Note the foldings of UTF-16 units where each is one unit."""
    for code in codes.tolist():
        folding = _FOLDINGS[code]
        if len(folding) == 1 and 0 < ord(folding) < 0x10000:
            _UNITS[code] = ord(folding)


def fold_with_origins(text: str) -> Folded:
    """Fold `text` as `fold` does, keeping where each character came from."""
    foldings = [_FOLDINGS[ord(character)] for character in text]
    folded = "".join(foldings)
    lengths = [len(folding) for folding in foldings]
    if len(folded) == len(text) and all(length == 1 for length in lengths):
        return Folded(folded, range(len(text)))
    return Folded(folded, tuple(chain.from_iterable(map(repeat, range(len(text)), lengths))))


def words(folded: str) -> list[Word]:
    """Return the Latin and Cyrillic words, stemmed, and the runs of digits, in text order.

    >>> words("trump's 3 встречи")
    [Word(stem='trump', start=0, end=7), Word(stem='3', start=8, end=9), \
Word(stem='встреч', start=10, end=17)]
    """
    return [
        Word(stem(match[0]) if match["letters"] else match[0], match.start(), match.end())
        for match in WORD.finditer(folded)
    ]


def words_like(stemmed: str, folded: str) -> Iterator[int]:
    """Yield where each word of a folded text begins that has this stem, or is this number.

    In any order.
    """
    # But for dying and its like, only a stem's last letter may differ from its words' (heavy).
    start = stemmed[:1] if stemmed[1:] == "ie" else stemmed[: max(1, len(stemmed) - 1)]
    others = (form for form in _other_beginnings().get(stemmed, ()) if not form.startswith(start))
    for beginning in (start, *others):
        at = folded.find(beginning)
        while at >= 0:
            match = _WORD_FORM.match(folded, at)
            end = match.end() if match else at + 1
            if match and stem(match.group()) == stemmed and not _in_a_word(folded, at):
                yield at
            at = folded.find(beginning, end)


def _in_a_word(folded: str, at: int) -> bool:
    """Tell whether a word or number that is met at a place began before it."""
    before = folded[at - 1 : at] if at else ""
    if "0" <= folded[at] <= "9":
        return "0" <= before <= "9"
    joined = before == "'" and at > 1 and LATIN_OR_CYRILLIC.match(folded[at - 2]) is not None
    return joined or LATIN_OR_CYRILLIC.match(before) is not None


def scripts(folded: str) -> dict[str, float]:
    """Return the share of a folded text's Han characters and words that is in each script.

    Empty where there is neither.

    >>> scripts("石桥 iron bridge")
    {'han': 0.5, 'latin': 0.5}
    """
    counts = {name: len(word.findall(folded)) for name, word in _SCRIPTS.items()}
    total = sum(counts.values())
    return {name: count / total for name, count in counts.items() if count}


def shared(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return the share that two texts have in common, given each one's shares of the scripts."""
    return sum(min(share, other.get(name, 0.0)) for name, share in one.items())


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the Snowball stem of a folded word: Russian if it holds a Cyrillic letter.

    An irregular English form has that of its base, a British one that of the American spelling.
    """
    if CYRILLIC.search(word):
        return _snowball(word, "russian") or word
    found = _snowball(BASES.get(word, word), "english")
    return _american_stems().get(found, found) or word


def _snowball(word: str, language: str) -> str:
    with _STEMMING:  # A stemmer keeps its word as state.
        return str(_stemmer(language).stemWord(word))


@cache
def _american_stems() -> Mapping[str, str]:
    """Return the stems of American spellings by those of the British ones, where they differ."""
    stems = {b: (_snowball(b, "english"), _snowball(a, "english")) for b, a in SPELLINGS.items()}
    return {british: american for british, american in stems.values() if british != american}


@cache
def _other_beginnings() -> Mapping[str, Sequence[str]]:
    """Return the irregular forms, and how British ones begin, by the stem that they have."""
    found: dict[str, list[str]] = {}
    for form in BASES:
        found.setdefault(stem(form), []).append(form)
    for british, american in _american_stems().items():
        found.setdefault(american, []).append(british[:-1])
    return found


def _fold_character(character: str) -> str:
    folding = character
    for _ in range(SETTLED_AFTER):
        before, folding = folding, "".join(map(_fold_once, folding))
        if folding == before:
            break
    return folding


def _fold_once(character: str) -> str:
    compatible = unicodedata.normalize("NFKC", character).casefold()
    return "".join(_simplify(part) for part in _without_marks(compatible))


def _without_marks(text: str) -> str:
    kept = (
        unicodedata.normalize("NFD", character)[0]
        if LATIN_OR_CYRILLIC.match(character) and character not in WHOLE_LETTERS
        else character
        for character in text
    )
    # Marks left alone, joiners, variation selectors, soft hyphens, marks of direction, and halves
    # of characters, which a broken client can send and no tokenizer reads.
    return "".join(c for c in kept if unicodedata.category(c) not in {"Mn", "Me", "Cf", "Cs"})


def _simplify(character: str) -> str:
    if character in UNDECIDED:
        return UNDECIDED[character]
    if not HAN.match(character):
        return character
    simplified = str(_converter().convert(character))
    return UNDECIDED.get(simplified, simplified)


@cache
def _converter() -> opencc.OpenCC:
    # Only text with Han characters should pay for loading the converter.
    import opencc

    return opencc.OpenCC("t2s")


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(language, 0)  # What was stemmed is remembered by `stem`.
