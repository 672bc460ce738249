"""How build, opening and answers grow with the archive.

``python tests/benchmarks/scale.py FOLDER 1000 10000 100000`` makes archives of so many paragraphs
from the public question sets of FOLDER, and prints tables. Each step is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import loky  # noqa: E402 - As below.
import numpy as np  # noqa: E402 - It stands behind the path on which it is looked for.
from benchmarks.archives import read_material, write_archive  # noqa: E402 - As above.
from benchmarks.growth import draw  # noqa: E402 - As above.
from benchmarks.measuring import table  # noqa: E402 - As above.

from index.making import MOST  # noqa: E402 - As above.

QUESTIONS = 300
RECALLED = 100
"""Questions that the searches are compared with exact ones on."""
RETRIEVING = ("encode", "dense", "lexical")
"""Stages from the question to the chunks: it is read and encoded, both searches look."""
MB = 1024 * 1024
Figures = dict[str, float]


def main() -> int:
    """Measure every size; print figures and how they grow."""
    parser = argparse.ArgumentParser(prog="scale.py")
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", type=int, nargs="*", default=[1000, 10_000])
    parser.add_argument("--figures", type=Path, help="add to this file, and show all that it has")
    parser.add_argument("--picture", type=Path, help="draw how they grow, as an SVG")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(STEPS[options.step](options.folder)))
        return 0
    found = _read(options.figures)
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            found.append(_measured(options.folder, Path(scratch), size))
        line = json.dumps({name: round(value, 4) for name, value in found[-1].items()})
        print(line, flush=True)
        if options.figures:
            with options.figures.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
    print()
    print(_grown(found))
    if options.picture:
        draw(found, options.picture)
    return 0


def _read(path: Path | None) -> list[Figures]:
    if path is None or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _measured(folder: Path, scratch: Path, size: int) -> Figures:
    material = read_material(folder)
    write_archive(scratch / "corpus", material, size)
    rng = random.Random(2)  # noqa: S311 - It has to repeat.
    asked = rng.sample(material.questions, 2 * QUESTIONS)
    (scratch / "questions.json").write_text(json.dumps(asked), "utf-8")
    figures = {f"built {name}": value for name, value in _run("build", scratch).items()}
    changed = min((scratch / "corpus").glob("*.md"))
    changed.write_text(f"{changed.read_text('utf-8')}\n新的一段话说明了事情的经过。\n", "utf-8")
    figures |= {f"rebuilt {name}": value for name, value in _run("build", scratch).items()}
    return figures | _run("open", scratch) | _run("ask", scratch)


def _run(step: str, scratch: Path) -> Figures:
    command = [sys.executable, __file__, str(scratch), "--step", step]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - Ourselves.
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def _build(scratch: Path) -> Figures:
    from index import build

    began, busy = time.perf_counter(), _busy()
    report = build(scratch / "corpus", scratch / "data")
    return {
        "seconds": time.perf_counter() - began,
        "cpu seconds": _busy() - busy,
        "chunks": report.chunks,
        "sentences": report.sentences,
        "encoded": report.encoded,
        "peak MB": _peak(),
    }


def _busy() -> float:
    """Return the processor time of this process and of those that it has ended."""
    return sum(os.times()[:4])


def _peak() -> float:
    """Return the megabytes that this process held, and as many others as the largest of them."""
    own, others = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own + min(MOST, loky.cpu_count()) * others


def _open(scratch: Path) -> Figures:
    """Open the archive as after a start of the machine, when nothing is proven yet."""
    from index import Engine
    from index.proofs import FILE

    (scratch / "data" / FILE).unlink(missing_ok=True)
    began = time.perf_counter()
    Engine.open(scratch / "data")
    return {"first open seconds": time.perf_counter() - began}


def _ask(scratch: Path) -> Figures:
    from benchmarks.reads import bandwidth, dense_bytes, recall

    from index import Engine
    from index.generations import Manifest, current

    began, busy = time.perf_counter(), time.process_time()
    engine = Engine.open(scratch / "data")
    opened = {
        "open seconds": time.perf_counter() - began,
        "open cpu seconds": time.process_time() - busy,
    }
    questions = json.loads((scratch / "questions.json").read_text("utf-8"))
    _timed(engine.answer, questions[:QUESTIONS])
    fresh = _timed(engine.answer, questions[QUESTIONS:])
    again = _timed(engine.answer, questions[QUESTIONS:])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    layout = current(scratch / "data")
    manifest = Manifest.read(layout.manifest)
    sizes = {name: size for name, (size, _) in manifest.files.items()}
    text = sizes["documents.jsonl"]
    speed, read = bandwidth(), dense_bytes(manifest)
    exactly, with_all_words = recall(engine, questions[:RECALLED])
    return {
        **opened,
        **{f"new {name}": value for name, value in fresh.items()},
        **{f"again {name}": value for name, value in again.items()},
        "peak MB": peak,
        "bytes a passage beside the text": (sum(sizes.values()) - text) / manifest.chunks,
        "of them lexical": _below(sizes, "lexical/") / manifest.chunks,
        "of them vectors": sizes["chunks.faiss"] / manifest.chunks,
        "text bytes a passage": text / manifest.chunks,
        "MB read by a dense search": read / MB,
        "GB a second, one core": speed / 1e9,
        "ms that this takes at least": 1000 * read / speed,
        "recall@10 of both searches": exactly,
        "recall@10 against all words": with_all_words,
    }


def _below(sizes: Mapping[str, int], folder: str) -> int:
    return sum(size for name, size in sizes.items() if name.startswith(folder))


def _timed(answer: Callable[[str], Any], questions: Sequence[str]) -> Figures:
    """Return processor time of whole answers, and the medians of the stages by the clock."""
    taken, stages = [], list[Mapping[str, float]]()
    first = time.perf_counter()
    for question in questions:
        began = time.process_time()
        stages.append(answer(question).timing_ms)
        taken.append((time.process_time() - began) * 1000)
    seconds = time.perf_counter() - first
    p50, p95 = np.percentile(taken, [50, 95]).tolist()
    totals = [stage["total"] for stage in stages]
    clock50, clock95 = np.percentile(totals, [50, 95]).tolist()
    medians = {
        f"{name} ms": median(each.get(name, 0.0) for each in stages) for name in sorted(stages[0])
    }
    found = [sum(stage.get(name, 0.0) for name in RETRIEVING) for stage in stages]
    return {
        "p50 cpu ms": p50,
        "p95 cpu ms": p95,
        "p50 ms": clock50,
        "p95 ms": clock95,
        "a second": len(questions) / seconds,
        "to retrieve ms": median(found),
        **medians,
    }


def _grown(found: Sequence[Figures]) -> str:
    """Return a table of all figures, with the exponent of each: the slope in doubly log scale."""
    sizes = [math.log(figures["built chunks"]) for figures in found]
    rows = []
    for name in found[0]:
        values = [figures.get(name, math.nan) for figures in found]
        exponent = ""
        if len(found) > 1 and min(values) > 0:
            exponent = f"{np.polyfit(sizes, np.log(values), 1)[0]:.2f}"
        rows.append([name, *(f"{value:,.2f}" for value in values), exponent])
    return table(["", *(f"{figures['built chunks']:,.0f}" for figures in found), "exponent"], rows)


STEPS = {"build": _build, "open": _open, "ask": _ask}

if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
