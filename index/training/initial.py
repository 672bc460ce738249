"""Where the vectors start: random directions that translations share, as long as rare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from .fitting import Floats, Translator
from .ragged import Ragged

Directions = npt.NDArray[np.float64]

OWN = 0.6
"""Part of a Chinese or Russian piece's direction that is its own, not its translations'."""


def initial_table(
    texts: Mapping[str, Ragged],
    translators: Mapping[str, Translator],
    *,
    shape: tuple[int, int],
    seed: int,
) -> Floats:
    """Return a table of `shape`, one row a piece; `texts` holds running text by language.

    English pieces start at random; a Chinese piece shares the directions of its English senses,
    a Russian piece those of the Chinese pieces that can be said with it.
    """
    rarity = inverse_frequencies(list(texts.values()), size=shape[0])
    rng = np.random.default_rng(seed)
    directions = _unit(rng.standard_normal(shape))
    if "en" in translators:
        english = _mean_of_options(translators["en"], directions)
        directions = _shared(directions, english)
    if "ru" in translators:
        directions = _shared(directions, _mean_of_speakers(translators["ru"], directions))
    table = directions * rarity[:, None] / 2
    table[0] = 0
    return table.astype(np.float32)


def inverse_frequencies(texts: Sequence[Ragged], *, size: int) -> npt.NDArray[np.float64]:
    """Return log(texts / texts with the piece), in the language that uses the piece most."""
    shares = np.zeros(size)
    for language in texts:
        row = np.repeat(np.arange(len(language)), language.lengths)
        seen = np.unique(row * size + language.values) % size
        frequency = np.bincount(seen, minlength=size)
        shares = np.maximum(shares, frequency / (len(language) + 1))
    return -np.log(np.clip(shares, 1e-4, 0.9))


def _mean_of_options(translator: Translator, directions: Directions) -> Directions:
    options = translator.options
    owner = np.repeat(np.arange(len(translator.count)), translator.count)
    piece = np.repeat(owner, options.lengths)
    sums = np.zeros_like(directions)
    np.add.at(sums, piece, directions[options.values])
    return sums


def _mean_of_speakers(translator: Translator, directions: Directions) -> Directions:
    options = translator.options
    owner = np.repeat(np.arange(len(translator.count)), translator.count)
    # The first piece of a form is its stem; endings mean nothing by themselves.
    stemmed = options.lengths > 0
    sums = np.zeros_like(directions)
    np.add.at(sums, options.values[options.offsets[:-1][stemmed]], directions[owner[stemmed]])
    return sums


def _shared(directions: Directions, others: Directions) -> Directions:
    found = np.linalg.norm(others, axis=1) > 0
    result = directions.copy()
    result[found] = _unit(OWN * directions[found] + np.sqrt(1 - OWN**2) * _unit(others[found]))
    return result


def _unit(rows: Directions) -> Directions:
    lengths: Directions = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / lengths
