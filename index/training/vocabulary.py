"""Build the tokenizer: a Unigram model made from dictionaries and counts instead of trained.

Chinese is cut into words of the dictionary and single characters; English into words and the
endings that inflect them; Russian into stems and endings, since its forms are too many to list.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Split

from ..normalization import HAN, stem

UNKNOWN = "[UNK]"
LATIN_RUN = re.compile("[a-z]+")
CYRILLIC_RUN = re.compile("[\u0400-\u052f]+")
NUMBER = re.compile("[0-9]+")
HAN_RUN = re.compile(f"(?:{HAN.pattern})+")
TOKENIZED = (
    r"[\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[\x{20000}-\x{3ffff}]+"
    r"|[a-z\u00c0-\u024f\u1e00-\u1eff]+|[\u0400-\u052f]+|[0-9]+|[\u3040-\u30ff]+|[\uac00-\ud7af]+"
)
ENGLISH_ENDINGS = ("s", "ed", "ing", "ly")
LONGEST_WORD = 6

RARE = 0.5
"""The count given to pieces that only spell what no other piece covers."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many pieces of each kind to keep at most."""

    chinese: int = 20_000
    english: int = 14_000
    russian: int = 17_000
    numbers: int = 1_300
    fragments: int = 700


def build_tokenizer(
    chinese: Sequence[str],
    english: Sequence[str],
    russian: Sequence[str],
    *,
    words: Iterable[str],
    sizes: Sizes,
) -> Tokenizer:
    """Make a tokenizer from folded texts, one list a language, and the words of a dictionary."""
    counts: dict[str, float] = {}
    for pieces in (
        _chinese_pieces(chinese, frozenset(words), sizes.chinese),
        _english_pieces(english, sizes.english),
        _russian_pieces(russian, sizes.russian),
        _top(_document_frequencies(NUMBER, [*chinese, *english, *russian]), sizes.numbers),
        _fragments(LATIN_RUN, english, sizes.fragments),
        _fragments(CYRILLIC_RUN, russian, sizes.fragments),
        {str(number): 1.0 for number in range(100)},
    ):
        for piece, count in pieces.items():
            counts[piece] = max(counts.get(piece, 0.0), count)
    return _tokenizer(counts)


def _tokenizer(counts: Mapping[str, float]) -> Tokenizer:
    total = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda piece: (-piece[1], piece[0]))
    scored = [(piece, math.log(count / total)) for piece, count in ordered]
    tokenizer = Tokenizer(Unigram([(UNKNOWN, 0.0), *scored], unk_id=0))
    # Only what matches is kept: punctuation and other signs carry nothing here.
    tokenizer.pre_tokenizer = Split(Regex(TOKENIZED), behavior="removed", invert=True)
    return tokenizer


def _chinese_pieces(texts: Sequence[str], known: frozenset[str], limit: int) -> dict[str, float]:
    characters = Counter(character for text in texts for character in set(HAN.findall(text)))
    candidates: Counter[str] = Counter(characters)
    beginnings = frozenset(word[:end] for word in known for end in range(2, len(word)))
    for text in texts:
        candidates.update(_words_within(text, known, beginnings))
    # Overlapping candidates count too often; what the first model really uses decides.
    tokenizer = _tokenizer(candidates)
    used = Counter(
        piece
        for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)
        for piece in set(encoding.tokens)
    )
    words = {piece: used[piece] for piece in candidates if len(piece) > 1 and used[piece]}
    return {**{c: float(n) for c, n in characters.items()}, **_top(words, limit)}


def _words_within(text: str, known: frozenset[str], beginnings: frozenset[str]) -> set[str]:
    found = set()
    for run in HAN_RUN.findall(text):
        for start in range(len(run) - 1):
            for end in range(start + 2, min(start + LONGEST_WORD, len(run)) + 1):
                part = run[start:end]
                if part in known:
                    found.add(part)
                if part not in beginnings:
                    break
    return found


def _english_pieces(texts: Sequence[str], limit: int) -> dict[str, float]:
    counts = _document_frequencies(LATIN_RUN, texts)
    kept = {
        word: count
        for word, count in counts.items()
        if not any(
            word.endswith(ending) and len(word) > len(ending) + 2 and word[: -len(ending)] in counts
            for ending in ENGLISH_ENDINGS
        )
    }
    return {**_top(kept, limit), **dict.fromkeys(ENGLISH_ENDINGS, 50.0)}


def _russian_pieces(texts: Sequence[str], limit: int) -> dict[str, float]:
    stems: Counter[str] = Counter()
    endings: Counter[str] = Counter()
    for word, count in _document_frequencies(CYRILLIC_RUN, texts).items():
        beginning = stem(word)
        if word.startswith(beginning):
            stems[beginning] += count
            endings[word[len(beginning) :]] += count
    del endings[""]
    return {**_top(endings, 200), **_top(stems, limit)}


def _fragments(run: re.Pattern[str], texts: Sequence[str], limit: int) -> dict[str, float]:
    counts: Counter[str] = Counter()
    letters: set[str] = set()
    for word in _document_frequencies(run, texts):
        letters.update(word)
        counts.update(word[i : i + n] for n in (2, 3, 4) for i in range(len(word) - n + 1))
    common = [piece for piece, _ in sorted(counts.items(), key=lambda p: (-p[1], p[0]))[:limit]]
    return {**dict.fromkeys(common, RARE), **dict.fromkeys(letters, RARE / 10)}


def _document_frequencies(run: re.Pattern[str], texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in set(run.findall(text)))


def _top(counts: Mapping[str, float], limit: int) -> dict[str, float]:
    ordered = sorted(counts.items(), key=lambda piece: (-piece[1], piece[0]))
    return {piece: float(count) for piece, count in ordered[:limit]}
