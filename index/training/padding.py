"""Questions and passages of any length -> one block of tensors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ..reader_network import Ints
from ..reading import LONGEST_QUESTION, Alphabet, Passage
from .reader_network import Inputs


def padded_inputs(
    alphabet: Alphabet,
    questions: Sequence[Ints],
    passages: Sequence[Passage],
    question: Sequence[int],
) -> Inputs:
    """Pad and look up; `question` has for each passage the row of its question."""
    asked, asked_mask = _padded([each[:LONGEST_QUESTION] for each in questions])
    read, read_mask = _padded([passage.pieces for passage in passages])
    sentence, _ = _padded([passage.sentences for passage in passages])
    rows = torch.tensor(question)
    both = (asked_mask[rows] > 0)[:, None, :] & (read_mask > 0)[:, :, None]
    return Inputs(
        *_look_up(alphabet, asked, asked_mask),
        *_look_up(alphabet, read, read_mask),
        ((read[:, :, None] == asked[rows][:, None, :]) & both).float(),
        rows,
        sentence,
    )


def _look_up(
    alphabet: Alphabet, pieces: Tensor, mask: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    known = alphabet.known(pieces.numpy().ravel().astype(np.int32))
    units = torch.from_numpy(known.units).reshape(*pieces.shape, -1)
    weights, figures = (
        torch.from_numpy(values).reshape(pieces.shape) for values in (known.weights, known.figures)
    )
    return units, weights, mask, figures


def _padded(rows: Sequence[Ints]) -> tuple[Tensor, Tensor]:
    """Return the rows as one matrix, padded with 0, and a mask with 1 where a value is."""
    longest = max(1, *(len(row) for row in rows))
    values = np.zeros((len(rows), longest), dtype=np.int64)
    mask = np.zeros((len(rows), longest), dtype=np.float32)
    for i, row in enumerate(rows):
        values[i, : len(row)], mask[i, : len(row)] = row, 1.0
    return torch.from_numpy(values), torch.from_numpy(mask)
