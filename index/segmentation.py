"""Han text -> words, by the built-in model's vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tokenizers import Tokenizer

from .tokenization import Unit

FILE = Path(__file__).parent / "builtin" / "model" / "tokenizer.json"


@cache
def load_vocabulary() -> Tokenizer:
    """Read the word pieces of the built-in model, once for all who cut text by them."""
    return Tokenizer.from_file(str(FILE))


class Segmenter:
    """Tells where the words of folded text begin."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    @classmethod
    @cache
    def load(cls) -> Segmenter:
        """Read the vocabulary that `index.training` made."""
        return cls(load_vocabulary())

    def words(self, folded: str, sequence: Sequence[Unit]) -> Iterator[str]:
        """Yield the words of the Han units in `sequence`, which are units of `folded`.

        Characters that no word claims are joined in pairs, as unknown names are made of them; one
        that stands alone between words is yielded alone.

        >>> sequence = units("威特科夫说停火")
        >>> list(Segmenter.load().words("威特科夫说停火", sequence))
        ['威特', '特科', '科夫', '夫说', '停火']
        """
        loose = ""
        for piece, joined in self._pieces(folded, sequence):
            if loose and (len(piece) > 1 or not joined):
                yield from _pairs(loose)
                loose = ""
            if len(piece) > 1:
                yield piece
            else:
                loose += piece
        if loose:
            yield from _pairs(loose)

    def _pieces(self, folded: str, sequence: Sequence[Unit]) -> Iterator[tuple[str, bool]]:
        """Yield each word with whether it touches the one before."""
        kept = {unit.start for unit in sequence if unit.han}
        last = -1
        for start, end in self._tokenizer.encode(folded, add_special_tokens=False).offsets:
            if all(at in kept for at in range(start, end)) and start < end:
                yield folded[start:end], start == last
                last = end


def _pairs(characters: str) -> Iterator[str]:
    if len(characters) == 1:
        yield characters
    for start in range(len(characters) - 1):
        yield characters[start : start + 2]
