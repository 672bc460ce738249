"""Learn from parallel sentences which Chinese word stands for which foreign one.

This is the first of the alignment models of Brown et al. (1993), started from the dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

KNOWN_BOOST = 8.0
"""How many times likelier a pair that the dictionary knows is before any sentence is seen."""


def align(
    sentences: Sequence[tuple[Sequence[str], Sequence[str]]],
    known: Mapping[str, Mapping[str, float]],
    *,
    rounds: int = 5,
) -> dict[tuple[str, str], float]:
    """Return the expected count of each (foreign stem, Chinese word) in the sentences."""
    foreign = {stem: i for i, stem in enumerate(sorted({s for left, _ in sentences for s in left}))}
    chinese = {
        word: i for i, word in enumerate(sorted({w for _, right in sentences for w in right}))
    }
    codes, places = _links(sentences, foreign, chinese)
    pairs, link = np.unique(codes, return_inverse=True)
    stems, words = list(foreign), list(chinese)
    names = [(stems[pair // len(words)], words[pair % len(words)]) for pair in pairs.tolist()]
    chances = np.array([KNOWN_BOOST if w in known.get(s, ()) else 1.0 for s, w in names])
    counts = chances
    for _ in range(rounds):
        weight = chances[link]
        weight /= np.bincount(places, weight)[places]
        counts = np.bincount(link, weight)
        of_stem = np.bincount(pairs // len(words), counts)
        chances = counts / of_stem[pairs // len(words)]
    return {name: float(count) for name, count in zip(names, counts, strict=True) if count >= 0.5}


def _links(
    sentences: Sequence[tuple[Sequence[str], Sequence[str]]],
    foreign: Mapping[str, int],
    chinese: Mapping[str, int],
) -> tuple[np.ndarray, np.ndarray]:
    """Return, for every pair of words that share a sentence, its code and its Chinese place."""
    codes, places, place = [], [], 0
    for left, right in sentences:
        ours = np.array([foreign[stem] for stem in left], dtype=np.int64)
        theirs = np.array([chinese[word] for word in right], dtype=np.int64)
        codes.append((ours[:, None] * len(chinese) + theirs[None, :]).ravel())
        places.append(
            np.broadcast_to(place + np.arange(len(theirs)), (len(ours), len(theirs))).ravel()
        )
        place += len(theirs)
    return np.concatenate(codes), np.concatenate(places)
