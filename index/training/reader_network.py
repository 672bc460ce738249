"""The layers of the reader in torch, to be fitted: a question and a passage, seen together.

About a hundred thousand numbers: the vectors of the pieces are the built-in model's and stay as
they are. What is learned is what a match is worth, how far around it the answer stands, and what
an answer to such a question looks like. The logit of a piece says that the answer is there; a
sentence's is the log of the sum of its pieces', against 0 for "it isn't here".
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..reader_network import SIGHT

NOWHERE = -1e4
"""Logit of padding."""
CLUES = 10
"""What is known of a piece beside its vector."""


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Questions and passages, padded; `n` pieces a question, `m` a passage."""

    asked: Tensor
    """Unit vectors, shape ``(questions, n, dim)``."""
    asked_weights: Tensor
    """How much a piece tells: its vector's length over the median; ``(questions, n)``."""
    asked_mask: Tensor
    asked_figures: Tensor
    """1 where a piece holds a figure; ``(questions, n)``."""
    read: Tensor
    """As `asked`, of the passages; ``(passages, m, dim)``."""
    read_weights: Tensor
    read_mask: Tensor
    read_figures: Tensor
    same: Tensor
    """1 where the pieces are the same; ``(passages, m, n)``."""
    question: Tensor
    """Row of the question of each passage."""
    sentence: Tensor
    """Which sentence of its passage a piece is of; ``(passages, m)``."""


class Block(nn.Module):
    """Each piece looks around, then thinks; what it was stays (residual, normalized before)."""

    def __init__(self, width: int, sight: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self._padding, self._dilation = (sight // 2) * dilation, dilation
        self.mix = nn.Conv1d(width, width, sight, groups=width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Return the new states; `mask` has a last dimension of 1."""
        around = self._around(self.norm(states) * mask)
        thought: Tensor = self.down(functional.gelu(self.up(around)))
        return states + thought * mask

    def _around(self, states: Tensor) -> Tensor:
        """Convolve each channel by itself.

        As a sum of shifted copies: the library's own way prepares anew for every length.
        """
        padded = functional.pad(states, (0, 0, self._padding, self._padding))
        around = torch.zeros_like(states)
        if self.mix.bias is not None:
            around = around + self.mix.bias
        for step, weights in enumerate(self.mix.weight[:, 0].unbind(1)):
            first = step * self._dilation
            around = around.addcmul(padded[:, first : first + states.shape[1]], weights)
        return around


class Network(nn.Module):
    """Question and passages -> a logit for each piece of the passages."""

    def __init__(self, dim: int = 256, width: int = 64, dropout: float = 0.1) -> None:
        super().__init__()
        self.width = width
        self.project = nn.Linear(dim, width, bias=False)
        self.enter_question = nn.Linear(width + 2, width)
        self.around_question = Block(width, 3, 1)
        self.gist = nn.Linear(width, 1)
        self.to_question = nn.Linear(width, width)
        self.from_passage = nn.Linear(width, width)
        self.likeness = nn.Parameter(torch.tensor([4.0, 2.0, 0.5]))
        self.enter_passage = nn.Linear(3 * width + CLUES, width)
        self.told_by_gist = nn.Linear(width, width)
        self.blocks = nn.ModuleList(Block(width, *sight) for sight in SIGHT)
        self.norm = nn.LayerNorm(width)
        self.gate = nn.Linear(width, width)
        self.out = nn.Linear(width, 1)
        # It begins as overlap, and learns what overlap can't tell.
        self.overlap = nn.Parameter(torch.tensor([6.0, 4.0, 4.0, -6.0]))
        self.drop = nn.Dropout(dropout)

    def forward(self, inputs: Inputs) -> Tensor:
        """Return logits, shape ``(passages, m)``."""
        question, gist = self._question(inputs)
        cosines = inputs.read @ inputs.asked[inputs.question].transpose(1, 2)
        cosines = cosines.masked_fill(_hidden(inputs), -1.0)
        shares = coverage(inputs, cosines)
        states = self._met(inputs, question, gist, cosines, shares)
        mask = inputs.read_mask[..., None]
        for block in self.blocks:
            states = self.drop(block(states, mask))
        gate = 2 * torch.sigmoid(self.gate(gist))[inputs.question][:, None, :]
        found = self.out(self.norm(states) * gate).squeeze(-1)
        logits: Tensor = found + shares @ self.overlap[:3] + self.overlap[3]
        return logits.masked_fill(inputs.read_mask == 0, NOWHERE)

    def _question(self, inputs: Inputs) -> tuple[Tensor, Tensor]:
        """Return the states of the question's pieces, and their gist."""
        clues = torch.stack([inputs.asked_weights, inputs.asked_figures], -1)
        states = self.enter_question(torch.cat([self.project(inputs.asked), clues], -1))
        states = self.drop(self.around_question(states, inputs.asked_mask[..., None]))
        weights = self.gist(states).squeeze(-1).masked_fill(inputs.asked_mask == 0, NOWHERE)
        return states, (weights.softmax(-1)[..., None] * states).sum(1)

    def _met(
        self, inputs: Inputs, question: Tensor, gist: Tensor, cosines: Tensor, shares: Tensor
    ) -> Tensor:
        """Return the states of the passages' pieces once they have seen the question's."""
        own = self.project(inputs.read)
        asked, weights = question[inputs.question], inputs.asked_weights[inputs.question]
        likeness = self.from_passage(own) @ self.to_question(asked).transpose(1, 2)
        likeness = likeness / math.sqrt(self.width) + self.likeness[0] * cosines
        likeness = likeness + self.likeness[1] * inputs.same
        likeness = likeness + self.likeness[2] * weights[:, None, :]
        attention = likeness.masked_fill(_hidden(inputs), NOWHERE).softmax(-1)
        seen = attention @ asked
        nearest, place = cosines.max(-1)
        same = (inputs.same * weights[:, None, :]).amax(-1)
        clues = [
            inputs.read_weights,
            nearest,
            nearest * weights.gather(1, place),
            same,
            (same > 0).float(),
            (attention * cosines).sum(-1),
            inputs.read_figures,
        ]
        known = torch.cat([own, seen, own * seen, torch.stack(clues, -1), shares], -1)
        told = self.told_by_gist(gist)[inputs.question][:, None, :]
        met: Tensor = self.drop(functional.gelu(self.enter_passage(known) + told))
        return met


@torch.no_grad()
def coverage(inputs: Inputs, cosines: Tensor) -> Tensor:
    """Return what share of the question's weight each piece's surroundings hold.

    Of its sentence by the same pieces, of its sentence by the nearest ones, of its passage by the
    same pieces; shape ``(passages, m, 3)``.
    """
    count = int(inputs.sentence.max()) + 1
    passages, _, n = cosines.shape
    weights = (inputs.asked_weights * inputs.asked_mask)[inputs.question]
    weights = weights / weights.sum(1, keepdim=True).clamp_min(1e-6)
    near = torch.maximum(inputs.same, cosines.clamp_min(0))
    both = torch.cat([inputs.same, near], -1) * inputs.read_mask[..., None]
    place = inputs.sentence[:, :, None].expand_as(both)
    best = both.new_zeros(passages, count, 2 * n).scatter_reduce(1, place, both, "amax")
    same = (best[..., :n] * weights[:, None, :]).sum(-1)
    nearly = (best[..., n:] * weights[:, None, :]).sum(-1)
    whole = (best[..., :n].amax(1) * weights).sum(-1, keepdim=True)
    own = [shares.gather(1, inputs.sentence) for shares in (same, nearly)]
    return torch.stack([*own, whole.expand_as(own[0])], -1)


def _hidden(inputs: Inputs) -> Tensor:
    return (inputs.asked_mask[inputs.question] == 0)[:, None, :]
