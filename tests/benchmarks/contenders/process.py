"""A contender in a process of its own, asked line by line; here are both ends of that line.

A line is a JSON object. ``{"documents": FILE, "folder": FOLDER}`` builds, ``{"question": TEXT}``
asks, ``{}`` tells the memory. One process each: its memory is its own, and its libraries need
not agree with those of another.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent.parent
ALONE = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "LANGCHAIN_TRACING_V2": "false",
    "DO_NOT_TRACK": "1",
}
"""One thread each, and no word to the outside."""
Figures = dict[str, Any]


class Failed(Exception):
    """A contender that ended, or whose library is missing."""


class Process:
    """The end that asks."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self._log = log
        path = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
        with log.open("w") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - Ourselves.
                [sys.executable, "-m", "benchmarks.contenders.process", name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=os.environ | ALONE | {"PYTHONPATH": path},
            )

    def build(self, documents: Path, folder: Path) -> Figures:
        """Return ``missing``, or what the build cost."""
        return self._tell({"documents": str(documents), "folder": str(folder)})

    def ask(self, question: str) -> Figures:
        """Return what is shown, and what it cost."""
        return self._tell({"question": question})

    def memory(self) -> Figures:
        """Return the megabytes held now, and at most."""
        return self._tell({})

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # Nothing more is asked, so it ends.

    def _tell(self, line: Mapping[str, str]) -> Figures:
        assert self._process.stdin
        assert self._process.stdout
        with suppress(BrokenPipeError):  # What it said before it ended tells more.
            print(json.dumps(line), file=self._process.stdin, flush=True)
        heard = self._process.stdout.readline()
        if not heard:
            last = (self._log.read_text("utf-8").splitlines() or ["no word"])[-1]
            raise Failed(f"{self.name}: {last}")
        figures: Figures = json.loads(heard)
        return figures


def main() -> int:
    """Be the end that answers, until no more is asked."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # What libraries print must not be taken for answers.
    from benchmarks.contenders.contender import CONTENDERS

    try:
        contender = CONTENDERS[sys.argv[1]].load()
    except ImportError as error:
        print(json.dumps({"missing": str(error.name)}), file=told, flush=True)
        return 0
    for line in sys.stdin:
        print(json.dumps(_done(contender, json.loads(line))), file=told, flush=True)
    return 0


def _done(contender: Any, line: Mapping[str, str]) -> Figures:  # Not imported: it costs memory.
    if "question" in line:
        return _asked(contender, line["question"])
    if "documents" not in line:
        return {"MB": _megabytes("VmRSS"), "peak MB": _megabytes("VmHWM")}
    documents: Sequence[Sequence[str]] = json.loads(Path(line["documents"]).read_text("utf-8"))
    before = _megabytes("VmRSS")
    _, figures = timed(lambda: contender.build(Path(line["folder"]), documents))
    return {"MB before": before, **figures}


def _asked(contender: Any, question: str) -> Figures:
    found, search = timed(lambda: contender.find(question))
    quoted, cut = timed(lambda: contender.quote(question, found))
    return {
        "search": search,
        "cut": cut,
        "passages": contender.passages(question, found),
        "quote": quoted.quote,
        "sentence": quoted.sentence,
    }


def timed(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """Return what `work` does and what it takes, in seconds of the processor and of the clock."""
    began, busy = time.perf_counter(), time.process_time()
    done = work()
    return done, {"cpu": time.process_time() - busy, "clock": time.perf_counter() - began}


def _megabytes(name: str) -> float:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    value = next(line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return int(value) / 1024


if __name__ == "__main__":
    sys.exit(main())
