"""Question + passages -> how likely each sentence answers, by a small network that reads both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from .affinity import Affinity
from .reader_network import Ints, Known, Network, Text
from .types import Vectors

FILE = Path(__file__).parent / "builtin" / "reader.safetensors"

LONGEST_QUESTION = 48
LONGEST_PASSAGE = 260
"""Pieces that are read; the rest of a longer text is not."""

FIGURES = frozenset("0123456789一二三四五六七八九十百千万亿两半")


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """Sentences that stand together, in pieces of the built-in vocabulary."""

    pieces: Ints
    sentences: Ints
    """Which sentence each piece is of, from 0 on, never decreasing; shape as `pieces`."""
    count: int
    """How many sentences there are, those without a piece included."""


class Alphabet:
    """What is known of every piece: its direction, its weight, whether it holds a figure."""

    def __init__(self, affinity: Affinity) -> None:
        self._affinity = affinity
        lengths = affinity.norms * affinity.weights
        self._weights = (lengths / np.median(lengths)).astype(np.float32)
        # Worked out when first met: all of them would take longer than an answer.
        self._figures = np.full(len(affinity.rows), np.nan, dtype=np.float32)

    def pieces(self, folded: str) -> Ints:
        """Return the pieces of a folded text, in its order."""
        encoding = self._affinity.vocabulary.encode(folded, add_special_tokens=False)
        return np.array(encoding.ids, dtype=np.int32)

    def offsets(self, folded: str) -> list[tuple[int, int]]:
        """Return where each piece of a folded text begins and ends in it."""
        encoding = self._affinity.vocabulary.encode(folded, add_special_tokens=False)
        return [(start, end) for start, end in encoding.offsets]

    def passage(self, folded: Sequence[str]) -> Passage:
        """Return the passage that the folded sentences make."""
        return passage([self.pieces(sentence) for sentence in folded])

    def known(self, pieces: Ints) -> Known:
        """Look up what is known of the pieces, one row each."""
        units = np.take(self._affinity.rows, pieces, axis=0).astype(np.float32)
        units /= self._affinity.norms[pieces, None]
        return Known(pieces, units, self._weights[pieces], self._holding_figures(pieces))

    def _holding_figures(self, pieces: Ints) -> Vectors:
        found = self._figures[pieces]
        unmet = np.isnan(found)
        if unmet.any():
            for piece in pieces[unmet].tolist():
                text = self._affinity.vocabulary.id_to_token(piece) or ""
                self._figures[piece] = not FIGURES.isdisjoint(text)
            found = self._figures[pieces]
        return found

    def text(self, passages: Sequence[Passage]) -> Text:
        """Put passages one behind the other; each has a piece at least."""
        rows: npt.NDArray[np.intp]
        pieces, rows = np.unique(
            np.concatenate([passage.pieces for passage in passages]), return_inverse=True
        )
        places = [_beginnings(passage.sentences) for passage in passages]
        lengths = [len(passage.pieces) for passage in passages]
        firsts = np.cumsum([0, *lengths[:-1]])
        return Text(
            known=self.known(pieces),
            rows=rows,
            sentences=np.concatenate([a + b for a, b in zip(places, firsts, strict=True)]),
            passages=np.cumsum([0, *(len(each) for each in places[:-1])]),
        )


def passage(pieces: Sequence[Ints]) -> Passage:
    """Return the passage that sentences make, given by their pieces."""
    sentences = np.repeat(np.arange(len(pieces)), [len(each) for each in pieces])
    return Passage(
        np.concatenate([*pieces, np.empty(0, np.int32)]).astype(np.int32)[:LONGEST_PASSAGE],
        sentences.astype(np.int32)[:LONGEST_PASSAGE],
        len(pieces),
    )


def _beginnings(sentences: Ints) -> npt.NDArray[np.intp]:
    """Return the place of the first piece of each sentence that has one."""
    return np.flatnonzero(np.diff(sentences, prepend=-1))


class Reader:
    """The network with its fitted weights. Threads may share it."""

    def __init__(self, alphabet: Alphabet, network: Network) -> None:
        self.alphabet = alphabet
        self._network = network

    @classmethod
    @cache
    def load(cls, path: Path = FILE) -> Reader:
        """Read the weights that `index.training` made."""
        return cls(Alphabet(Affinity.load()), Network(load_file(path)))

    def read(self, question: str, passages: Sequence[Passage]) -> list[Vectors]:
        """Return for each passage the log-odds of its sentences against "nothing here".

        A sentence without a piece, or behind the pieces that are read, has -inf.
        """
        asked = self.alphabet.pieces(question)[:LONGEST_QUESTION]
        found = [np.full(passage.count, -np.inf, np.float32) for passage in passages]
        rows = [row for row, passage in enumerate(passages) if len(passage.pieces)]
        if not len(asked) or not rows:
            return found
        text = self.alphabet.text([passages[row] for row in rows])
        logits = self._network.logits(self.alphabet.known(asked), text)
        odds = np.logaddexp.reduceat(logits, text.sentences)
        parts = np.split(odds, text.passages[1:])
        for row, values in zip(rows, parts, strict=True):
            sentences = passages[row].sentences
            found[row][sentences[_beginnings(sentences)]] = values
        return found
