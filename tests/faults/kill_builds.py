"""Kill builds and rollbacks at random moments: ``python tests/faults/kill_builds.py COUNT``.

While each one works, an engine that is open goes on answering; after each kill the index must open
without a fault, all its files right, and every quote must stand in a document as it was written at
some time. ``--seed`` chooses other moments.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from models import make_tiny_model  # noqa: E402 - Found through the line above.

from index import (  # noqa: E402 - As above.
    Abstention,
    Engine,
    IndexingError,
    build,
    carrying,
    rollback,
)

QUESTION = "青石桥限重多少吨？"
TIDY_EVERY = 10
"""A build of so many is let come to its end, and must leave two generations."""


@dataclass
class Counts:
    """What was done, and what must stay zero."""

    kills: int = 0
    mid_work: int = 0
    """Kills that met a process at work; the others came after its end."""
    answers: int = 0
    torn: int = 0
    wrong_quotes: int = 0
    refused: int = 0
    """Builds that a kill before them made impossible."""
    seconds: list[float] = field(default_factory=list)

    @property
    def failures(self) -> int:
        return self.torn + self.wrong_quotes + self.refused


class Proving:
    """A corpus that changes all the time, its index, and all texts that it ever held."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - To be repeated, not to be secret.
        self.corpus, self.data = folder / "corpus", folder / "data"
        self.model = str(make_tiny_model(folder / "model"))
        shutil.copytree(ROOT / "tests" / "corpus", self.corpus)
        self.original = (self.corpus / "bridge.md").read_text("utf-8")
        self.texts = [path.read_text("utf-8") for path in self.corpus.glob("*.md")]
        self.counts = Counts()
        self.build()
        began = time.monotonic()
        self.build()
        self.longest = 1.3 * (time.monotonic() - began)
        self.live = Engine.open(self.data, model=self.model)

    def build(self) -> None:
        build(self.corpus, self.data, model=self.model)

    def change(self, number: int) -> None:
        """Write the bridge's document again, with another number in it."""
        text = self.original.replace("20吨", f"{number}吨")
        assert text != self.original
        self.texts.append(text)
        (self.corpus / "bridge.md").write_text(text, "utf-8")

    def kill_once(self, number: int) -> None:
        self.change(number)
        work: Callable[[], object] = self.build
        if self.rng.random() < 0.2:
            work = lambda: rollback(self.data)  # noqa: E731 - One of two.
        process = _forked(work)
        deadline = time.monotonic() + self.rng.uniform(0, self.longest)
        while time.monotonic() < deadline:
            self.ask(self.live)
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        self.counts.kills += 1
        self.counts.mid_work += os.WIFSIGNALED(status)
        self.look()
        if number % TIDY_EVERY == 0:
            self.tidy()

    def look(self) -> None:
        """Open the index anew, as after a restart, and ask it."""
        began = time.monotonic()
        try:
            engine = Engine.open(self.data, model=self.model)
        except IndexingError as error:
            print(f"torn: {error}", flush=True)
            self.counts.torn += 1
            return
        self.counts.seconds.append(time.monotonic() - began)
        faults = [engine.fault] if engine.fault else engine.faults()
        for fault in faults:
            print(f"torn: {fault}", flush=True)
        self.counts.torn += bool(faults)
        self.ask(engine)

    def ask(self, engine: Engine) -> None:
        reply = engine.answer(QUESTION)
        quotes = reply.nearest if isinstance(reply, Abstention) else reply.quotes
        self.counts.answers += 1
        for quote in quotes:
            verbatim = any(quote.text in text for text in reversed(self.texts))
            if not verbatim or not engine.verify(quote, generation=reply.generation):
                print(f"wrong quote: {quote.text}", flush=True)
                self.counts.wrong_quotes += 1

    def tidy(self) -> None:
        """Build to the end, and take the new index for the one that is open."""
        try:
            self.build()
        except IndexingError as error:
            print(f"refused: {error}", flush=True)
            self.counts.refused += 1
            return
        self.live.swap()
        left = [path for path in (self.data / "generations").iterdir() if path.is_dir()]
        assert len(left) <= 2, left


def _forked(work: Callable[[], object]) -> int:
    """Do some work in another process, which ends with it, and return its id."""
    process = os.fork()
    if process:
        return process
    try:
        work()
    except IndexingError:
        os._exit(3)  # A rollback that has nothing to go back to.
    finally:
        os._exit(0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    # So that builds amend the index of words, as in a large corpus, and at times make it anew.
    carrying.SMALL, carrying.DEAD_SHARE = 0, 2
    with tempfile.TemporaryDirectory() as folder:
        proving = Proving(Path(folder), arguments.seed)
        for number in range(21, 21 + arguments.count):
            proving.kill_once(number)
    counts = proving.counts
    print(
        f"{counts.kills} kills, {counts.mid_work} at work; {counts.answers} answers; "
        f"{counts.torn} torn generations, {counts.wrong_quotes} wrong quotes, "
        f"{counts.refused} builds refused"
    )
    return 1 if counts.failures else 0


if __name__ == "__main__":
    sys.exit(main())
