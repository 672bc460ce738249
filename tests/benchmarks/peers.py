"""The same questions put to what people would use instead, question by question in turn.

``python tests/benchmarks/peers.py FOLDER 1000 10000`` asks the public question sets of FOLDER of
their own paragraphs, and of so many made passages with the right ones among them; prints tables.
Which libraries to install stands in the README beside it; what is missing is left out.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from benchmarks.contenders.contender import CONTENDERS  # noqa: E402 - It stands behind its path.
from benchmarks.contenders.picture import draw  # noqa: E402 - As above.
from benchmarks.contenders.process import Failed, Process  # noqa: E402 - As above.
from benchmarks.contenders.scores import (  # noqa: E402 - As above.
    Figures,
    Told,
    overview,
    same_work,
    times,
    worth,
)
from benchmarks.contenders.trials import Trial, archive, tasks  # noqa: E402 - As above.
from tqdm import tqdm  # noqa: E402 - As above.

LONGEST_BUILD = 60.0
"""Seconds; what took longer is not tried at a larger size."""
LONGEST_SEARCH = 100.0
"""Milliseconds, as above."""
LIBRARIES = (
    "faiss-cpu",
    "tantivy",
    "txtai",
    "haystack-ai",
    "langchain-classic",
    "langchain-community",
    "rank-bm25",
    "llama-index-core",
    "llama-index-vector-stores-faiss",
)


def main() -> int:
    """Ask all questions of all contenders; print tables of each trial."""
    options = _options()
    print(f"Python {platform.python_version()}, {', '.join(_versions())}", flush=True)
    names = options.only or list(CONTENDERS)
    for trial in _trials(options):
        found = measured(trial, names)
        sizes = f"{len(trial.passages):,} passages, {len(trial.questions):,} questions"
        print(f"\n### {trial.name}: {sizes}\n\n{overview(found)}\n\n{same_work(found)}", flush=True)
        if options.save:
            with options.save.open("a", encoding="utf-8") as lines:
                rows = ({"trial": trial.name, **asdict(one)} for one in found)
                lines.writelines(f"{json.dumps(row)}\n" for row in rows)
        if options.plot:
            draw(found, options.plot, f"{trial.name}: {sizes}")
        if trial.made:
            names = [one.name for one in found if _quick(one)]
    return 0


def _versions() -> Iterator[str]:
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="peers.py")
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", type=int, nargs="*", default=[1000, 10_000])
    parser.add_argument("--questions", type=int, default=1190, help="of each task, evenly taken")
    parser.add_argument("--timed", type=int, default=300, help="questions at each size")
    parser.add_argument("--only", action="append", choices=CONTENDERS, help="may be repeated")
    parser.add_argument("--save", type=Path, help="append the figures to a file, a line each")
    parser.add_argument("--plot", type=Path, help="picture of the last trial")
    parser.add_argument("--trials", choices=("both", "tasks", "sizes"), default="both")
    return parser.parse_args()


def _trials(options: argparse.Namespace) -> Iterator[Trial]:
    if options.trials != "sizes":
        yield from tasks(options.folder, options.questions)
    if options.trials != "tasks":
        for size in options.sizes:
            yield archive(options.folder, size, options.timed)


def _quick(one: Figures) -> bool:
    ours = one.name.startswith("Yuanhua")
    return ours or (one.build <= LONGEST_BUILD and one.times.search <= LONGEST_SEARCH)


def measured(trial: Trial, names: Sequence[str]) -> list[Figures]:
    """Build all contenders one after the other, then ask them in turn."""
    with ExitStack() as running:
        scratch = Path(running.enter_context(tempfile.TemporaryDirectory()))
        documents = trial.write(scratch)
        costs: dict[str, dict[str, float]] = {}
        processes = list(_built(names, documents, scratch, costs, running))
        told = _told(trial, processes)
        for process in processes:
            if process.name in told:
                costs[process.name] |= process.memory()
    return [
        Figures(
            name=name,
            build=costs[name]["cpu"],
            memory=costs[name]["MB"],
            peak=costs[name]["peak MB"],
            times=times(heard),
            worth=worth(heard, trial.questions, trial.passages),
        )
        for name, heard in told.items()
    ]


def _built(
    names: Sequence[str],
    documents: Path,
    scratch: Path,
    costs: dict[str, dict[str, float]],
    running: ExitStack,
) -> Iterator[Process]:
    missing = set()
    for name in names:
        process = running.enter_context(Process(name, scratch / f"{name}.log"))
        try:
            cost = process.build(documents, scratch)
        except Failed as failure:
            print(f"failed: {failure}", flush=True)
            continue
        if "missing" in cost:
            missing.add(cost["missing"])
            continue
        costs[name] = cost
        yield process
    if missing:
        print(f"left out, not installed: {', '.join(sorted(missing))}", flush=True)


def _told(trial: Trial, processes: Sequence[Process]) -> dict[str, list[Told]]:
    told: dict[str, list[Told]] = {process.name: [] for process in processes}
    for question in tqdm(trial.questions, desc=trial.name, disable=None):
        for process in processes:
            if process.name not in told:
                continue
            try:
                told[process.name].append(process.ask(question.text))
            except Failed as failure:
                print(f"failed: {failure}", flush=True)
                del told[process.name]
    return told


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
