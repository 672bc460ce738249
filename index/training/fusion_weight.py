"""Weigh vectors against words: how much of a cosine finds the most answering chunks.

`python -m index.training.fusion_weight FOLDER --model NAME` prints how many answers of public
questions each weight retrieves, and the best weight: what `fusion.DENSE_WEIGHT` is to be.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..arrays import read_table
from ..building import build
from ..encoder import load_encoder
from ..fusion import fuse
from ..generations import current
from ..live import Live
from ..querying import make_query
from ..ranking import ASSURED, RETRIEVED, SCORED
from ..types import Span
from .examples import SEED
from .worlds import Asked, World, question_worlds, translated_worlds

GRID = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
QUESTIONS = 2000
"""Questions asked at most, drawn by chance."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What both searches found for a question, and what they should have found."""

    dense: tuple[tuple[int, float], ...]
    lexical: tuple[tuple[int, float], ...]
    ideal: float
    right: frozenset[int]
    """The chunks that hold the answer."""

    def place(self, dense_weight: float) -> int | None:
        """Return how many chunks come before the first right one; None if none is scored."""
        hits = fuse(
            self.dense,
            self.lexical,
            ideal=self.ideal,
            limit=SCORED,
            assured=ASSURED,
            dense_weight=dense_weight,
        )
        return next((i for i, hit in enumerate(hits) if hit.chunk in self.right), None)


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """How well a weight retrieves; of two with the same recall, the earlier finder is better."""

    recall: float
    """Share of the questions with a right chunk among those whose sentences are scored."""
    reciprocal_rank: float


def main() -> int:
    """Print a line for each weight, and the best one."""
    options = _parser().parse_args()
    found = public_retrievals(options.folder, model=options.model)
    for weight in GRID:
        score = scored(found, weight)
        sys.stdout.write(f"{weight:4.1f}  {score.recall:.4f}  {score.reciprocal_rank:.4f}\n")
    sys.stdout.write(f"DENSE_WEIGHT = {best_weight(found)}\n")
    return 0


def public_retrievals(folder: Path, *, model: str | None) -> list[Retrieval]:
    """Put questions of the public sets to one corpus of all their paragraphs."""
    rng = random.Random(SEED)  # noqa: S311 - it has to repeat, not to be secret.
    worlds = [
        *question_worlds(folder / "cmrc2018_dev.json", rng),
        *translated_worlds(folder / "ntrex_en_ru_zh.jsonl", rng, written=("zh_cn",)),
    ]
    # One large corpus: in a small one nearly everything is among the first.
    world = merged(worlds)
    asked = rng.sample(world.asked, min(QUESTIONS, len(world.asked)))
    with tempfile.TemporaryDirectory() as scratch:
        world.write(Path(scratch) / "corpus")
        build(Path(scratch) / "corpus", Path(scratch) / "data", model=model)
        return list(retrievals(asked, Path(scratch) / "data", model=model))


def merged(worlds: Sequence[World]) -> World:
    """Return all worlds as one."""
    paragraphs: list[tuple[str, str]] = []
    asked: list[Asked] = []
    for world in worlds:
        first = len(paragraphs)
        asked += [Asked(a.question, first + a.paragraph, a.answer) for a in world.asked]
        paragraphs += world.paragraphs
    return World(tuple(paragraphs), tuple(asked))


def retrievals(asked: Sequence[Asked], data: Path, *, model: str | None) -> Iterator[Retrieval]:
    """Put questions through both searches of the live generation of `data`.

    One whose answer stands whole in no chunk is passed over: it can't be found.
    """
    live = Live(current(data), load_encoder(model))
    table = read_table(current(data).chunks)
    for question in tqdm(asked, unit=" questions", disable=None):
        text = live.documents[question.paragraph].text
        right = frozenset(
            row
            for row in live.chunks(question.paragraph)
            if question.answer in Span(*table[row, 1:3].tolist()).of(text)
        )
        if right:
            query = make_query(question.question, live.resources)
            tokens = query.tokens()
            yield Retrieval(
                tuple(live.dense.search(query.vector, RETRIEVED)),
                tuple(live.lexical.search(tokens, RETRIEVED)),
                live.lexical.ideal(tokens),
                right,
            )


def scored(found: Sequence[Retrieval], dense_weight: float) -> Found:
    """Return what a weight finds of all questions."""
    places = [retrieval.place(dense_weight) for retrieval in found]
    ranks = [0.0 if place is None else 1 / (place + 1) for place in places]
    return Found(float(np.mean([place is not None for place in places])), float(np.mean(ranks)))


def best_weight(found: Sequence[Retrieval]) -> float:
    """Return the weight of `GRID` that finds most; the smallest of equal ones.

    Raises:
        ValueError: There is nothing to weigh.
    """
    if not found:
        raise ValueError("expected questions whose answers stand in a chunk, found none")
    return max(GRID, key=lambda weight: scored(found, weight))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index.training.fusion_weight", description=__doc__
    )
    parser.add_argument("folder", type=Path, help="the public data")
    parser.add_argument("--model", help="an embedding model by name or path (the built-in one)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
