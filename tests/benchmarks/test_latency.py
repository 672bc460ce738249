"""Where the time of an answer goes, in one thread, over the development questions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import median

import pytest
import torch
from benchmarks.measuring import table
from benchmarks.passages import CORPUS
from models import make_cross_encoder

from index import Engine, build
from index.evaluation import Gold, read_gold

QUESTIONS = Path(__file__).parent.parent / "quality" / "dev.jsonl"
ROUNDS = 1
MEDIAN_MS = 20.0
# Those of small rerankers that are in use; the weights are random, which costs the same time.
SHAPES = {
    "cross-encoder, 2 layers of 128": (2, 128),
    "cross-encoder, 6 layers of 384": (6, 384),
}

pytestmark = pytest.mark.benchmark

Times = dict[str, list[Mapping[str, float]]]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Engine]:
    """Each way of answering, over one index; another one is measured by adding it here."""
    folder = tmp_path_factory.mktemp("latency")
    build(CORPUS, folder / "data")
    found = {"as shipped": Engine.open(folder / "data")}
    for name, (layers, width) in SHAPES.items():
        model = make_cross_encoder(folder / f"{width}", layers=layers, width=width)
        found[name] = Engine.open(folder / "data", reranker=str(model))
    return found


def test_the_stages_of_an_answer(engines: dict[str, Engine]):
    """Ways take turns at each question, so that what disturbs one disturbs them all."""
    questions = read_gold(QUESTIONS)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)

    # One thread, not one core: on a busy machine that core may be another program's.
    times = _measured(engines, questions)
    torch.set_num_threads(threads)

    known = {stage for found in times.values() for timing in found for stage in timing}
    stages = [*sorted(known - {"total"}), "total"]
    medians = {
        name: {stage: median(timing.get(stage, 0.0) for timing in found) for stage in stages}
        for name, found in times.items()
    }
    base = medians["as shipped"]["total"]
    rows = [
        [name, *(f"{found[stage]:.1f}" for stage in stages), f"{found['total'] / base:.1f}"]
        for name, found in medians.items()
    ]
    print(f"\n{len(questions)} questions, {ROUNDS} rounds, medians in ms\n")
    print(table(["way", *stages, "against as shipped"], rows))
    assert base <= MEDIAN_MS


def _measured(engines: dict[str, Engine], questions: list[Gold]) -> Times:
    times: Times = {name: [] for name in engines}
    for number in range(ROUNDS + 1):
        for question in questions:
            for name, engine in engines.items():
                reply = engine.answer(question.question, context=question.context)
                if number:  # The first round fills what is remembered.
                    times[name].append(reply.timing_ms)
    return times
