"""Question + passages -> how likely each sentence answers, by a small network that reads both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file

from .affinity import Affinity
from .reader_network import Inputs, Network
from .types import Vectors

# The network is too small to share: on several threads it is slower than on one. Questions
# themselves are answered in parallel, and the encoder takes what it needs.
torch.set_num_threads(1)

FILE = Path(__file__).parent / "builtin" / "reader.safetensors"

LONGEST_QUESTION = 48
LONGEST_PASSAGE = 260
"""Pieces that are read; the rest of a longer text is not."""

TOGETHER = 4
"""Passages that are read at once."""
FIGURES = frozenset("0123456789一二三四五六七八九十百千万亿两半")

Ints = npt.NDArray[np.int32]


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
        vocabulary = affinity.vocabulary
        self._figures = np.array(
            [
                not FIGURES.isdisjoint(vocabulary.id_to_token(i) or "")
                for i in range(len(affinity.rows))
            ],
            dtype=np.float32,
        )

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
        pieces = [self.pieces(sentence) for sentence in folded]
        sentences = np.repeat(np.arange(len(pieces)), [len(each) for each in pieces])
        return Passage(
            np.concatenate([*pieces, np.empty(0, np.int32)]).astype(np.int32)[:LONGEST_PASSAGE],
            sentences.astype(np.int32)[:LONGEST_PASSAGE],
            len(pieces),
        )

    def inputs(
        self, questions: Sequence[Ints], passages: Sequence[Passage], question: Sequence[int]
    ) -> Inputs:
        """Pad and look up; `question` has for each passage the row of its question."""
        asked, asked_mask = _padded([each[:LONGEST_QUESTION] for each in questions])
        read, read_mask = _padded([passage.pieces for passage in passages])
        sentence, _ = _padded([passage.sentences for passage in passages])
        rows = torch.tensor(question)
        both = (asked_mask[rows] > 0)[:, None, :] & (read_mask > 0)[:, :, None]
        return Inputs(
            *self._look_up(asked, asked_mask),
            *self._look_up(read, read_mask),
            ((read[:, :, None] == asked[rows][:, None, :]) & both).float(),
            rows,
            sentence,
        )

    def _look_up(
        self, pieces: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        ids = pieces.numpy()
        units = self._affinity.rows[ids].astype(np.float32) / self._affinity.norms[ids, None]
        weights, figures = (torch.from_numpy(of[ids]) for of in (self._weights, self._figures))
        return torch.from_numpy(units), weights, mask, figures


class Reader:
    """The network with its fitted weights. Threads may share it."""

    def __init__(self, alphabet: Alphabet, network: Network) -> None:
        self.alphabet = alphabet
        self._network = network.eval()

    @classmethod
    @cache
    def load(cls, path: Path = FILE) -> Reader:
        """Read the weights that `index.training` made."""
        network = Network()
        network.load_state_dict({name: t.float() for name, t in load_file(path).items()})
        return cls(Alphabet(Affinity.load()), network)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Vectors]:
        """Return for each passage the log-odds of its sentences against "nothing here".

        A sentence without a piece, or behind the pieces that are read, has -inf.
        """
        asked = self.alphabet.pieces(question)
        found = [np.full(passage.count, -np.inf, np.float32) for passage in passages]
        if not len(asked):
            return found
        # Long and short ones apart: what is padded costs as much as what is read.
        order = sorted(range(len(passages)), key=lambda row: len(passages[row].pieces))
        for rows in (order[at : at + TOGETHER] for at in range(0, len(order), TOGETHER)):
            logits = self._logits(asked, [passages[row] for row in rows])
            for row, values in zip(rows, logits, strict=True):
                passage = passages[row]
                np.logaddexp.at(found[row], passage.sentences, values[: len(passage.pieces)])
        return found

    def _logits(self, asked: Ints, passages: Sequence[Passage]) -> Vectors:
        with torch.inference_mode():
            inputs = self.alphabet.inputs([asked], passages, [0] * len(passages))
            logits: Vectors = self._network(inputs).numpy()
            return logits


def _padded(rows: Sequence[Ints]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the rows as one matrix, padded with 0, and a mask with 1 where a value is."""
    longest = max(1, *(len(row) for row in rows))
    values = np.zeros((len(rows), longest), dtype=np.int64)
    mask = np.zeros((len(rows), longest), dtype=np.float32)
    for i, row in enumerate(rows):
        values[i, : len(row)], mask[i, : len(row)] = row, 1.0
    return torch.from_numpy(values), torch.from_numpy(mask)
