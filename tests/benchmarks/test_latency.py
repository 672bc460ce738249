"""Where the time of an answer goes, in one thread, over the development questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest
import torch
from benchmarks.measuring import table
from benchmarks.passages import CORPUS
from models import make_cross_encoder

from index import Engine, build
from index.encoder import load_encoder
from index.evaluation import Gold, read_gold
from index.generations import current
from index.live import Live

QUESTIONS = Path(__file__).parent.parent / "quality" / "dev.jsonl"
ROUNDS = 1
EVERY, FEW = 1, 12
"""Which questions are asked: each one, or each twelfth."""
MEDIAN_MS = 20.0
# Those of small rerankers that are in use; the weights are random, which costs the same time.
SHAPES = {
    "cross-encoder, 2 layers of 128": (2, 128),
    "cross-encoder, 6 layers of 384": (6, 384),
}

pytestmark = pytest.mark.benchmark

Times = dict[str, list[Mapping[str, float]]]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One index, for every way of answering."""
    data = tmp_path_factory.mktemp("latency") / "data"
    build(CORPUS, data)
    return data


@pytest.fixture(scope="module")
def shipped(data_dir: Path) -> Engine:
    """The engine as it is."""
    return Engine.open(data_dir)


def test_the_stages_of_an_answer(data_dir: Path, shipped: Engine):
    """Ways take turns at each question, so that what disturbs one disturbs them all."""
    encoder = load_encoder(None)
    overlap = replace(shipped.ranker, weights=shipped.ranker.before, reads=0)
    unread = Engine(data_dir, encoder, Live(current(data_dir), encoder), ranker=overlap)

    medians = _medians({"as shipped": shipped, "without the reader": unread}, EVERY)

    assert medians["as shipped"]["total"] <= MEDIAN_MS


def test_the_cost_of_a_cross_encoder(data_dir: Path, shipped: Engine, tmp_path: Path):
    """On a few questions, since it takes seconds at each."""
    engines = {"as shipped": shipped}
    for name, (layers, width) in SHAPES.items():
        model = make_cross_encoder(tmp_path / f"{width}", layers=layers, width=width)
        engines[name] = Engine.open(data_dir, reranker=str(model))

    medians = _medians(engines, FEW)

    assert all(medians[name]["rerank"] > 0 for name in SHAPES)


def _medians(engines: Mapping[str, Engine], step: int) -> dict[str, dict[str, float]]:
    """Ask each `step`-th question; print a table of the medians, and return them."""
    questions = read_gold(QUESTIONS)[::step]
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
    return medians


def _measured(engines: Mapping[str, Engine], questions: list[Gold]) -> Times:
    times: Times = {name: [] for name in engines}
    for number in range(ROUNDS + 1):
        for question in questions:
            for name, engine in engines.items():
                reply = engine.answer(question.question, context=question.context)
                if number:  # The first round fills what is remembered.
                    times[name].append(reply.timing_ms)
    return times
