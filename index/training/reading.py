"""Fit the reader: of all pieces that it is shown, those of the answer should stand out.

`python -m index.training.reading FOLDER` writes it into `index/builtin`, with the vectors, the
lexicon and the frequencies that are there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import save_file
from torch import Tensor
from tqdm import tqdm

from ..affinity import Affinity
from ..reader_network import Ints
from ..reading import FILE, LONGEST_PASSAGE, Alphabet, Passage
from .collection import read_collection
from .fitting import Translator
from .lessons import Course, Lesson, parallel_course, question_course
from .padding import padded_inputs
from .reader_network import NOWHERE, Network
from .recipe import translators_of
from .sources import SOURCES, DataError, verify

Marks = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ReaderPlan:
    """How the reader is fitted."""

    epochs: float = 3.0
    """Over the questions; lessons of translations come on top."""
    batch: int = 24
    learning_rate: float = 2e-3
    wrong: int = 2
    """Passages without an answer that a question is shown with."""
    missing: float = 0.15
    """Share of the questions that are shown without their answer."""
    spoken: float = 0.35
    """Share of the Chinese questions that are put into English or Russian word by word."""
    both: float = 0.3
    """Share of those whose passages are put into that language too."""
    translated: float = 0.2
    """Share of the lessons that are parallel texts."""
    forgotten: float = 0.1
    """Share of the questions that lose some of their words."""
    pool: int = 31
    """Batches that are sorted by length together, so that little is padded."""
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A passage as it is shown: with marks on the pieces of the answer and of its sentence."""

    passage: Passage
    answer: Marks
    sentence: Marks


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A lesson as it is drawn once: a question and a few passages."""

    question: Ints
    shown: tuple[Shown, ...]


def main() -> int:
    """Fit the reader and write it; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m index.training.reading")
    parser.add_argument("folder", type=Path, help="the public data")
    parser.add_argument("--out", type=Path, default=FILE, help="(default: %(default)s)")
    options = parser.parse_args()
    try:
        verify(options.folder, SOURCES)
    except DataError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    torch.set_num_threads(1)
    affinity = Affinity.load()
    alphabet = Alphabet(affinity)
    translators = translators_of(read_collection(options.folder), affinity.vocabulary)
    asked = question_course(options.folder, alphabet)
    translated = parallel_course(options.folder, alphabet)
    with tqdm(unit=" steps", disable=None) as bar:

        def on_step(step: int, steps: int, loss: float) -> None:
            bar.total = steps
            bar.update()
            bar.set_postfix(loss=f"{loss:.2f}", refresh=False)

        network = fit_reader(
            asked, translated, alphabet, translators, ReaderPlan(), on_step=on_step
        )
    save_reader(network, options.out)
    return 0


def fit_reader(
    asked: Course,
    translated: Course,
    alphabet: Alphabet,
    translators: Mapping[str, Translator],
    plan: ReaderPlan,
    *,
    on_step: Callable[[int, int, float], None] = lambda *_: None,
) -> Network:
    """Return the fitted network; equal seeds give equal weights on one thread of one machine."""
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    network = Network().train()
    steps = max(2, int(plan.epochs * len(asked.lessons) / plan.batch))
    optimizer = torch.optim.AdamW(network.parameters(), lr=plan.learning_rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, plan.learning_rate, total_steps=steps, pct_start=0.1
    )
    batches = _batches(asked, translated, plan, rng)
    for step in range(steps):
        drawn = [
            _drawn(course, lesson, translators if course is asked else {}, plan, rng)
            for course, lesson in next(batches)
        ]
        loss = _loss(network, drawn, alphabet)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        on_step(step, steps, loss.item())
    return network.eval()


def save_reader(network: Network, path: Path) -> None:
    """Write the weights at half precision."""
    save_file({name: t.half().contiguous() for name, t in network.state_dict().items()}, path)
    path.chmod(0o644)  # It is written for its owner alone, and would be shipped so.


def _batches(
    asked: Course, translated: Course, plan: ReaderPlan, rng: np.random.Generator
) -> Iterator[list[tuple[Course, Lesson]]]:
    while True:
        pool: list[tuple[Course, Lesson]] = []
        for row in rng.permutation(len(asked.lessons))[: plan.batch * plan.pool]:
            if translated.lessons and rng.random() < plan.translated:
                other = int(rng.integers(len(translated.lessons)))
                pool.append((translated, translated.lessons[other]))
            else:
                pool.append((asked, asked.lessons[row]))
        pool.sort(key=lambda pair: len(pair[0].passages[pair[1].right[0].passage].pieces))
        found = [pool[at : at + plan.batch] for at in range(0, len(pool), plan.batch)]
        for at in rng.permutation(len(found)):
            yield found[at]


def _drawn(
    course: Course,
    lesson: Lesson,
    translators: Mapping[str, Translator],
    plan: ReaderPlan,
    rng: np.random.Generator,
) -> Drawn:
    question = lesson.question
    if rng.random() < plan.forgotten:
        question = question[rng.random(len(question)) > 0.15]
    translator = None
    if translators and rng.random() < plan.spoken:
        chosen = translators[list(translators)[int(rng.integers(len(translators)))]]
        spoken, _ = _switched(question, (), chosen, rng)
        if len(spoken) > 2:
            question = spoken
            translator = chosen if rng.random() < plan.both else None
    if not len(question):
        question = lesson.question
    missing = bool(lesson.wrong) and rng.random() < plan.missing
    count = min(len(lesson.wrong), plan.wrong + missing)
    rows = rng.choice(lesson.wrong, size=count, replace=False).tolist() if count else []
    if not missing:
        rows.append(lesson.right[int(rng.integers(len(lesson.right)))].passage)
    shown = (_shown(course, lesson, row) for row in rows)
    if translator is not None:
        shown = (_translated(each, translator, rng) for each in shown)
    return Drawn(question, tuple(shown))


def _shown(course: Course, lesson: Lesson, row: int) -> Shown:
    passage = course.passages[row]
    answer, sentence = (np.zeros(len(passage.pieces), dtype=np.float32) for _ in range(2))
    for place in lesson.right:
        if place.passage == row:
            answer[place.start : place.end] = 1
            sentence[passage.sentences == place.sentence] = 1
    return Shown(passage, answer, sentence)


def _translated(shown: Shown, translator: Translator, rng: np.random.Generator) -> Shown:
    marks = (shown.passage.sentences, shown.answer, shown.sentence)
    pieces, (sentences, *found) = _switched(shown.passage.pieces, marks, translator, rng)
    if not len(pieces):
        return shown
    answer, sentence = (each[:LONGEST_PASSAGE].astype(np.float32) for each in found)
    passage = replace(
        shown.passage,
        pieces=pieces[:LONGEST_PASSAGE],
        sentences=sentences[:LONGEST_PASSAGE].astype(np.int32),
    )
    return Shown(passage, answer, sentence)


def _switched(
    pieces: Ints,
    marks: tuple[npt.NDArray[np.generic], ...],
    translator: Translator,
    rng: np.random.Generator,
) -> tuple[Ints, list[npt.NDArray[np.generic]]]:
    """Say each piece otherwise, with its marks; one that can't be said stays out."""
    known = translator.count[pieces] > 0
    kept = pieces[known]
    options = translator.options.take(
        translator.first[kept] + rng.integers(0, translator.count[kept])
    )
    repeated = [np.repeat(each[known], options.lengths) for each in marks]
    return options.values.astype(np.int32), repeated


def _loss(network: Network, drawn: list[Drawn], alphabet: Alphabet) -> Tensor:
    """Return how surprising the answer is among all pieces shown and "nowhere", whose logit is 0.

    For the sentence of the answer, and at half the weight for the answer's own pieces.
    """
    shown = [each for lesson in drawn for each in lesson.shown]
    owner = [row for row, lesson in enumerate(drawn) for _ in lesson.shown]
    inputs = padded_inputs(
        alphabet, [lesson.question for lesson in drawn], [each.passage for each in shown], owner
    )
    logits = network(inputs)
    rows, count = torch.tensor(owner), len(drawn)
    answer, sentence = torch.zeros_like(logits), torch.zeros_like(logits)
    for i, each in enumerate(shown):
        answer[i, : len(each.answer)] = torch.from_numpy(each.answer)
        sentence[i, : len(each.sentence)] = torch.from_numpy(each.sentence)
    total = _log_sum(logits, rows, count, floor=0.0)
    present = torch.zeros(count).index_add(0, rows, answer.sum(1)) > 0
    losses = [
        torch.where(
            present,
            total - _log_sum(logits.masked_fill(marks == 0, NOWHERE), rows, count),
            total,
        )
        for marks in (sentence, answer)
    ]
    return (losses[0] + 0.5 * losses[1]).mean()


def _log_sum(logits: Tensor, rows: Tensor, count: int, *, floor: float = NOWHERE) -> Tensor:
    """Return the log of the sum of exponentials by question, that of `floor` among them."""
    highest = torch.full((count,), floor)
    highest = highest.scatter_reduce(0, rows, logits.amax(1).detach(), "amax")
    shifted = (logits - highest[rows][:, None]).exp().sum(1)
    base = (torch.full((count,), floor) - highest).exp()
    return base.index_add(0, rows, shifted).log() + highest


if __name__ == "__main__":
    sys.exit(main())
