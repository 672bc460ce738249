"""What each part of the ranking is worth: the same fit without it, on questions it has not seen.

`python -m index.training.ablation FOLDER --gold GOLD.jsonl` prints, for everything and without
each part, how often the best sentence answers: of public questions in the corpus's language, of
public ones in another, and of gold questions.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..building import build
from ..encoder import load_encoder
from ..evaluation import read_gold
from ..generations import current
from ..live import Live
from ..scoring import FEATURES, Ranker
from .examples import SEED, Example
from .weights import RANKER_GOLD, Material, fit_ranker, gathered

FOLDS = 5
PARTS = {
    "reader": ("reading", "crossing_reading"),
    "nearest words": ("affinity", "crossing_affinity"),
    "vectors": ("cosine", "window", "chunk", "crossing_cosine"),
    "words": ("coverage", "crossing_coverage"),
    "words, nearest words": ("coverage", "crossing_coverage", "affinity", "crossing_affinity"),
    "sentences beside": ("context",),
    "titles and headings": ("section",),
    "BM25 of the passage": ("lexical",),
    "kind of question": ("kind", "figure"),
    "dates": ("date", "contradiction"),
    "length": ("length", "short"),
    "names that are nowhere": ("nameless",),
    "what was told before": ("told",),
    "part of the document": ("heading", "caption", "table", "reference"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """An example, in the fold where it is not fitted on."""

    name: str
    fold: int
    example: Example
    weight: float


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m index.training.ablation", description=__doc__)
    parser.add_argument("folder", type=Path, help="the public data")
    parser.add_argument("--gold", type=Path, required=True, help="gold questions on the corpus")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        build(options.corpus, Path(scratch))
        live = Live(current(Path(scratch)), load_encoder())
        material = gathered(options.folder, read_gold(options.gold), live, model=None)
    for line in table(material):
        sys.stdout.write(f"{line}\n")
    return 0


def table(material: Material) -> Iterator[str]:
    """Yield a line with the shares of everything, then one for each part left out."""
    samples = folded(material)
    names = sorted({sample.name for sample in samples})
    yield f"{'without':22}" + "".join(f"{name:>18}" for name in names)
    parts = {"nothing": (), **PARTS}
    for part, missing in tqdm(parts.items(), unit=" parts", disable=None):
        found = shares(samples, missing)
        yield f"{part:22}" + "".join(f"{found[name]:18.3f}" for name in names)


def folded(material: Material) -> list[Sample]:
    """Give public examples their folds as they come, worlds together, and gold ones by group."""
    usable = [example for example in material.public if example.labels.any()]
    samples = [
        Sample(
            "public, crossing" if example.query.crossing > 0.5 else "public",
            at * FOLDS // len(usable),
            example,
            1.0,
        )
        for at, example in enumerate(usable)
    ]
    groups = sorted({question.group for question, _ in material.gold.values()})
    random.Random(SEED).shuffle(groups)  # noqa: S311 - it has to repeat, no more.
    for question, example in material.gold.values():
        if question.answerable:
            fold = groups.index(question.group) % FOLDS
            samples.append(Sample("gold", fold, example, RANKER_GOLD))
    return samples


def shares(samples: Sequence[Sample], missing: Sequence[str]) -> dict[str, float]:
    """Return how often the best sentence answers, by name, with some features taken away."""
    kept = np.array([name not in missing for name in FEATURES], dtype=np.float32)
    hits: dict[str, list[float]] = {sample.name: [] for sample in samples}
    for fold in range(FOLDS):
        rest = [sample for sample in samples if sample.fold != fold]
        examples = [
            replace(sample.example, features=sample.example.features * kept) for sample in rest
        ]
        ranker = fit_ranker(examples, [sample.weight for sample in rest])
        for sample in samples:
            if sample.fold == fold:
                hits[sample.name].append(_hit(sample.example, ranker, kept))
    return {name: float(np.mean(found)) for name, found in hits.items()}


def _hit(
    example: Example, ranker: Ranker, kept: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> float:
    if not len(example.labels):
        return 0.0
    return float(example.labels[int(np.argmax(ranker.score(example.features * kept)))])


if __name__ == "__main__":
    sys.exit(main())
