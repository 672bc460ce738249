"""The layers of the reader, as arrays: a question and passages, piece by piece, seen together.

About a hundred thousand numbers, fitted by `index.training.reading`, where the same layers stand in
torch. What depends on a piece alone is worked out once for each different one; only what a piece
sees around it is worked out at every place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from .types import Vectors

SIGHT = ((7, 1), (7, 2), (7, 4))
"""Width and dilation of the convolutions over a passage."""
APART = max(sight // 2 * dilation for sight, dilation in SIGHT)
"""Rows left empty between passages, so that none sees another."""

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of pieces; a row each."""

    ids: Ints
    units: Vectors
    """Unit vectors, shape ``(pieces, dim)``."""
    weights: Vectors
    """How much each tells: its vector's length over the median."""
    figures: Vectors
    """1 where a piece holds a figure."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """Passages one behind the other; none of them is empty."""

    known: Known
    """Of each different piece, once."""
    rows: npt.NDArray[np.intp]
    """Row in `known` of the piece at each place."""
    sentences: npt.NDArray[np.intp]
    """Place that each sentence begins at, increasing; the first is 0."""
    passages: npt.NDArray[np.intp]
    """Which of `sentences` each passage begins with, increasing; the first is 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A matrix, transposed, and what is added."""

    weight: Vectors
    bias: Vectors

    def __call__(self, states: Vectors) -> Vectors:
        """Return the rows of `states` through the matrix."""
        out: Vectors = states @ self.weight
        out += self.bias
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Norm:
    """Brings each row to mean 0 and variance 1, then scales its numbers."""

    weight: Vectors
    bias: Vectors

    def __call__(self, states: Vectors) -> Vectors:
        """Return new rows."""
        width = np.float32(states.shape[1])
        # Sums by matrix products: those along short rows are slow otherwise.
        ones = np.ones(states.shape[1], dtype=np.float32)
        centered = states - (states @ ones / width)[:, None]
        variances = np.einsum("ij,ij->i", centered, centered) / width
        centered *= (1.0 / np.sqrt(variances + np.float32(1e-5)))[:, None]
        centered *= self.weight
        centered += self.bias
        return centered


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Each piece looks around, then thinks; what it was stays."""

    norm: Norm
    taps: Vectors
    """What a channel takes from each place around, shape ``(sight, width)``."""
    bias: Vectors
    dilation: int
    up: Linear
    down: Linear

    def __call__(self, states: Vectors, mask: Vectors) -> Vectors:
        """Return the new states; where `mask`, of shape ``(rows, 1)``, is 0 nothing is seen."""
        seen = self.norm(states)
        seen *= mask
        thought = self.down(gelu(self.up(self._around(seen))))
        thought += states
        return thought

    def _around(self, states: Vectors) -> Vectors:
        """Convolve each channel by itself, as a sum of shifted copies."""
        count, reach = len(states), len(self.taps) // 2 * self.dilation
        padded = np.zeros((count + 2 * reach, states.shape[1]), dtype=np.float32)
        padded[reach : reach + count] = states
        around: Vectors = padded[:count] * self.taps[0]
        part = np.empty_like(around)
        for step, tap in enumerate(self.taps[1:], start=1):
            first = step * self.dilation
            np.multiply(padded[first : first + count], tap, out=part)
            around += part
        around += self.bias
        return around


class Network:
    """Question and passages -> a logit for each piece of the passages."""

    def __init__(self, fitted: Mapping[str, npt.NDArray[np.generic]]) -> None:
        weights = {name: values.astype(np.float32) for name, values in fitted.items()}
        self._project = np.ascontiguousarray(weights["project.weight"].T)
        self._enter_question = _linear(weights, "enter_question")
        self._around_question = _block(weights, "around_question", 1)
        self._gist = _linear(weights, "gist")
        self._to_question = _linear(weights, "to_question")
        self._from_passage = _linear(weights, "from_passage")
        self._likeness = weights["likeness"]
        self._enter_passage = _linear(weights, "enter_passage")
        self._told_by_gist = _linear(weights, "told_by_gist")
        self._blocks = [
            _block(weights, f"blocks.{row}", dilation) for row, (_, dilation) in enumerate(SIGHT)
        ]
        self._norm = _norm(weights, "norm")
        self._gate = _linear(weights, "gate")
        self._out = _linear(weights, "out")
        self._overlap = weights["overlap"]

    def logits(self, asked: Known, text: Text) -> Vectors:
        """Return one logit for each place of the text; `asked` is the question, in its order."""
        question, gist = self._question(asked)
        cosines = text.known.units @ asked.units.T
        same = (text.known.ids[:, None] == asked.ids).astype(np.float32)
        shares = coverage(asked, text, cosines, same)
        met = self._met(asked, text.known, question, cosines, same)
        met += self._told_by_gist(gist[None])
        told = len(self._enter_passage.weight) - shares.shape[1]
        states, mask, places = _spread(
            gelu(np.take(met, text.rows, axis=0) + shares @ self._enter_passage.weight[told:]), text
        )
        for block in self._blocks:
            states = block(states, mask)
        gate = 2 / (1 + np.exp(-self._gate(gist[None])[0]))
        found = self._out(self._norm(states[places]) * gate)[:, 0]
        logits: Vectors = found + shares @ self._overlap[:3] + self._overlap[3]
        return logits

    def _question(self, asked: Known) -> tuple[Vectors, Vectors]:
        """Return the states of the question's pieces, and their gist."""
        clues = np.stack([asked.weights, asked.figures], -1)
        states = self._enter_question(np.hstack([asked.units @ self._project, clues]))
        states = self._around_question(states, np.ones((len(states), 1), dtype=np.float32))
        return states, _softmax(self._gist(states).T)[0] @ states

    def _met(
        self, asked: Known, known: Known, question: Vectors, cosines: Vectors, same: Vectors
    ) -> Vectors:
        """Return the states of the different pieces once they have seen the question's.

        Without what depends on their places; before the nonlinearity.
        """
        own = known.units @ self._project
        likeness = self._from_passage(own) @ self._to_question(question).T
        likeness /= np.float32(sqrt(question.shape[1]))
        likeness += self._likeness[0] * cosines
        likeness += self._likeness[1] * same
        likeness += self._likeness[2] * asked.weights
        attention = _softmax(likeness)
        seen = attention @ question
        nearest = cosines.argmax(axis=1)
        closeness = cosines[np.arange(len(nearest)), nearest]
        weighty = (same * asked.weights).max(axis=1)
        clues = [
            known.weights,
            closeness,
            closeness * asked.weights[nearest],
            weighty,
            weighty > 0,
            np.einsum("ij,ij->i", attention, cosines),
            known.figures,
        ]
        told = np.hstack([own, seen, own * seen, np.stack(clues, -1)])
        met: Vectors = told @ self._enter_passage.weight[: told.shape[1]]
        met += self._enter_passage.bias
        return met


def coverage(asked: Known, text: Text, cosines: Vectors, same: Vectors) -> Vectors:
    """Return what share of the question's weight each place's surroundings hold.

    Of its sentence by the same pieces, of its sentence by the nearest ones, of its passage by the
    same pieces; shape ``(places, 3)``.
    """
    weights = asked.weights / max(float(asked.weights.sum()), 1e-6)
    both = np.hstack([same, np.maximum(same, cosines)])
    best = np.maximum.reduceat(np.take(both, text.rows, axis=0), text.sentences, axis=0)
    np.maximum(best, 0.0, out=best)
    whole = np.maximum.reduceat(best[:, : len(weights)], text.passages, axis=0) @ weights
    lengths = np.diff(text.sentences, append=len(text.rows))
    passages = np.repeat(whole, np.diff(text.passages, append=len(text.sentences)))
    shares = [best[:, : len(weights)] @ weights, best[:, len(weights) :] @ weights, passages]
    found: Vectors = np.repeat(np.stack(shares, -1), lengths, axis=0)
    return found


def gelu(values: Vectors) -> Vectors:
    """Return ``x`` times the probability that a normal variable is below ``x``.

    The tail of the normal distribution is Abramowitz and Stegun's rational approximation 7.1.26,
    which is off by less than 1e-7 of 1.
    """
    sizes = np.abs(values)
    near = np.multiply(sizes, np.float32(0.3275911 / sqrt(2)))
    near += 1
    np.reciprocal(near, out=near)
    tail = np.multiply(near, np.float32(1.061405429 / 2))
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(coefficient / 2)
        tail *= near
    np.multiply(sizes, sizes, out=near)
    near *= np.float32(-0.5)
    np.exp(near, out=near)
    tail *= near
    tail *= sizes
    out: Vectors = np.maximum(values, 0)
    out -= tail
    return out


def _spread(states: Vectors, text: Text) -> tuple[Vectors, Vectors, npt.NDArray[np.intp]]:
    """Put empty rows between the passages; return also which rows are not, as a mask and by row."""
    starts = text.sentences[text.passages]
    gaps = np.repeat(np.arange(len(starts)) * APART, np.diff(starts, append=len(states)))
    places = np.arange(len(states)) + gaps
    spread = np.zeros((int(places[-1]) + 1, states.shape[1]), dtype=np.float32)
    spread[places] = states
    mask = np.zeros((len(spread), 1), dtype=np.float32)
    mask[places] = 1
    return spread, mask, places


def _softmax(values: Vectors) -> Vectors:
    powers: Vectors = np.exp(values - values.max(axis=-1, keepdims=True))
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers


def _linear(weights: Mapping[str, Vectors], name: str) -> Linear:
    return Linear(np.ascontiguousarray(weights[f"{name}.weight"].T), weights[f"{name}.bias"])


def _norm(weights: Mapping[str, Vectors], name: str) -> Norm:
    return Norm(weights[f"{name}.weight"], weights[f"{name}.bias"])


def _block(weights: Mapping[str, Vectors], name: str, dilation: int) -> Block:
    return Block(
        norm=_norm(weights, f"{name}.norm"),
        taps=np.ascontiguousarray(weights[f"{name}.mix.weight"][:, 0].T),
        bias=weights[f"{name}.mix.bias"],
        dilation=dilation,
        up=_linear(weights, f"{name}.up"),
        down=_linear(weights, f"{name}.down"),
    )
