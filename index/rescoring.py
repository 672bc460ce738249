"""Words too common to be looked up: counted in the chunks that all the others find.

A question has some dozen lone Han characters that stand in a good part of all chunks. To look them
up takes most of a search by words among many chunks, and moves a score least; in a few hundred
chunks they are counted in less than a thousandth of a second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from .bm25 import idf, norms, saturated
from .searching import LexicalSearch
from .tokenization import is_han
from .types import Vectors
from .word_pieces import WordPieces

MANY = 300_000
"""Chunks from which on a search by all words takes longer than all else in an answer."""
COMMON = 0.08
"""Share of so many chunks: a lone character of more is not looked up."""
FOUND = 400
"""Chunks that are found without them, and scored again."""
REMEMBERED = 4096
"""Characters whose pieces are remembered."""
GAP = "\n"
"""Parts pieces that are searched together; none holds it."""

Places = npt.NDArray[np.intp]


class RescoredSearch:
    """A search by words whose score is BM25 of all words, though not all are looked up.

    What the others do not find among their `FOUND` best is not found, if they find enough; what is
    has the score that a search by all words would give it.
    """

    def __init__(
        self,
        whole: LexicalSearch,
        pieces: WordPieces,
        lengths: npt.NDArray[np.int32],
        vocabulary: Tokenizer,
    ) -> None:
        """Take a search by all words; `pieces` and `lengths`, in tokens, are of its chunks."""
        self.whole = whole
        self._pieces = pieces
        self._norms = norms(lengths, average=float(lengths.mean()))
        self._letters = Letters(vocabulary)

    def __len__(self) -> int:
        return len(self.whole)

    def frequency(self, token: str) -> int:
        """Return the number of chunks that hold `token`."""
        return self.whole.frequency(token)

    def ideal(self, weights: Mapping[str, float]) -> float:
        """Return the bound of the score of these tokens."""
        return self.whole.ideal(weights)

    def search(self, weights: Mapping[str, float], limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` pairs ``(row, score)``, best first; the lower row wins a tie.

        The score is BM25 with each token's share multiplied by its weight (> 0).
        """
        common = {token: weight for token, weight in weights.items() if self._is_common(token)}
        telling = {token: weight for token, weight in weights.items() if token not in common}
        found = self.whole.search(telling, max(limit, FOUND)) if common else []
        if len(found) < limit:
            # Nothing is common, or chunks that hold nothing else may be among the best.
            return self.whole.search(weights, limit)
        rows, scores = np.array([row for row, _ in found]), np.array([score for _, score in found])
        shares = [share * idf(self.frequency(token), len(self)) for token, share in common.items()]
        scores += self._saturated(rows, list(common)) @ np.array(shares)
        order = np.lexsort((rows, -scores))[:limit]
        return list(zip(rows[order].tolist(), scores[order].tolist(), strict=True))

    def _is_common(self, token: str) -> bool:
        return (
            is_han(token)
            and self.frequency(token) > COMMON * len(self)
            and self._letters.know(token)
        )

    def _saturated(self, rows: Places, characters: Sequence[str]) -> Vectors:
        """Return what each character adds to BM25 by its count; shape ``(rows, characters)``."""
        counts = self._letters.counts(self._pieces.taken(rows), characters)
        return saturated(counts, self._norms[rows, None])


class Letters:
    """The characters that the pieces of a vocabulary are made of."""

    def __init__(self, vocabulary: Tokenizer) -> None:
        self._vocabulary = vocabulary
        told = sorted(vocabulary.get_vocab().items(), key=lambda item: item[1])
        pieces = [piece for piece, _ in told]
        self._joined = GAP.join(pieces)
        self._starts = np.cumsum([0, *(len(piece) + 1 for piece in pieces)])
        self.holding = lru_cache(REMEMBERED)(self._holding)

    def know(self, character: str) -> bool:
        """Tell whether a character is a piece by itself, so that no text is cut without it."""
        return self._vocabulary.token_to_id(character) is not None

    def _holding(self, character: str) -> Places:
        """Return the pieces that hold a character, ascending, each as often as it does."""
        found, at = [], self._joined.find(character)
        while at >= 0:
            found.append(at)
            at = self._joined.find(character, at + 1)
        return np.searchsorted(self._starts, found, side="right") - 1

    def counts(self, texts: WordPieces, characters: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return how often each text holds each character; shape ``(texts, characters)``."""
        holding = [self.holding(character) for character in characters]
        pieces = np.concatenate(holding)
        order = np.argsort(pieces, kind="stable")
        columns = np.repeat(np.arange(len(holding)), [len(each) for each in holding])[order]
        # Of each piece, how many of `columns` are its own, and which is the first.
        own = np.bincount(pieces, minlength=len(self._starts))
        firsts = np.cumsum(own) - own
        told = own[texts.ids]
        places = np.flatnonzero(told)
        met, times = texts.ids[places], told[places]
        ends = np.cumsum(times)
        steps = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - times, times)
        rows = np.repeat(np.searchsorted(texts.ends, places, side="right"), times)
        cells = rows * len(holding) + columns[np.repeat(firsts[met], times) + steps]
        found = np.bincount(cells, minlength=len(texts) * len(holding))
        return found.reshape(len(texts), len(holding))
