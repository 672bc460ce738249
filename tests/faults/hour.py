"""An hour of questions in compressed form, while Telegram refuses and drops some of the answers.

    python tests/faults/hour.py --questions 108000 --rate 30 --pace 30

Every question comes from a person of its own. `--pace` is how many messages a second the bot may
send; above 30 it is the machine that decides, as Telegram would not allow it.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from botapi import BotApi, Params, Refusal  # noqa: E402 - Found through the line above.
from faults.asking import CORPUS, questions  # noqa: E402 - As above.
from running import environment  # noqa: E402 - As above.

from index import build  # noqa: E402 - As above.

TROUBLE = {"429": 0.01, "502": 0.01, "dropped": 0.01}
"""Of each kind of trouble, its share of the requests that send or edit."""
TROUBLED = {"sendMessage", "editMessageText"}
LAST_SECONDS = 180.0
PACED = (
    "import sys, bot.pacing as p; p.OVERALL = p.Pace(1, 1 / float(sys.argv.pop(1)));"
    "from bot.__main__ import main; sys.exit(main())"
)


@dataclass
class Troubled(BotApi):
    """A server that refuses some requests, and remembers no more than counts and times."""

    asked: dict[int, float] = field(default_factory=dict)
    waits: dict[int, float] = field(default_factory=dict)
    """Seconds from a question to its answer, by the person who asked."""
    trouble: Counter[str] = field(default_factory=Counter)

    def ask(self, text: str) -> None:
        """Let a new person ask."""
        person = self.private_chat("zh-hans")
        self.asked[person["id"]] = time.monotonic()
        self.says(person, text)

    def _fault(self, method: str, params: Params) -> None:
        if method not in TROUBLED:
            return
        kind = random.choices([*TROUBLE, ""], [*TROUBLE.values(), 1 - sum(TROUBLE.values())])[0]  # noqa: S311 - no secret
        if kind:
            self.trouble[kind] += 1
        if kind == "429":
            raise Refusal("Too Many Requests: retry after 1", 429, retry_after=1)
        if kind == "502":
            raise Refusal("Bad Gateway", 502)
        if kind == "dropped":
            raise ConnectionAbortedError

    def _on_sendMessage(self, params: Params) -> Params:
        message = super()._on_sendMessage(params)
        self._note(params)
        return message

    def _on_editMessageText(self, params: Params) -> Params:
        message = super()._on_editMessageText(params)
        self._note(params)
        return message

    def _note(self, params: Params) -> None:
        if "你排在第" in params["text"]:
            self.trouble["told the place"] += 1
            return
        chat = params["chat_id"]
        if chat in self.waits:
            self.trouble["answered twice"] += 1
        self.waits[chat] = time.monotonic() - self.asked[chat]

    def tidy(self) -> None:
        """Forget what nobody will ask about, so that it is not this that grows."""
        del self.calls[:-1000]
        for place in list(self.messages)[:-5000]:
            del self.messages[place]


def run_hour(folder: Path, *, count: int, rate: float, pace: float) -> dict[str, float]:
    """Ask so many questions; return counts, waits in seconds and sizes in MB."""
    data_dir = folder / "data"
    build(CORPUS, data_dir)
    texts = questions()
    with Troubled().running() as server:
        env = environment(server, data_dir, "polling", 1)
        env |= {"CORPUS_DIR": str(CORPUS), "LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT)}
        program = subprocess.Popen(  # noqa: S603 - the command is this very program
            [sys.executable, "-c", PACED, str(pace)], env=os.environ | env, cwd=folder
        )
        server.wait_for_bot(timeout=120.0)
        # What is loaded with the first questions is no growth.
        for text in texts:
            server.ask(text)
        wait_for(server, len(texts))
        warm, began = len(texts), time.monotonic()
        sizes, worked = [resident(program.pid)], cpu_seconds(program.pid)
        for number in range(count):
            while time.monotonic() < began + number / rate:
                time.sleep(0.001)
            server.ask(texts[number % len(texts)])
            if number % (count // 20 or 1) == 0:
                server.tidy()
                sizes.append(resident(program.pid))
        wait_for(server, warm + count)
        seconds = time.monotonic() - began
        sizes.append(resident(program.pid))
        worked = cpu_seconds(program.pid) - worked
        program.terminate()
        program.wait(20)
    waits = np.array(list(server.waits.values())[warm:])
    return {
        "questions": count,
        "unanswered": warm + count - len(server.waits),
        "answered twice": server.trouble.pop("answered twice", 0),
        **server.trouble,
        "per second": count / seconds,
        "CPU ms each": 1000 * worked / count,
        **{f"p{q}": float(np.percentile(waits, q)) for q in (50, 95, 99)},
        "MB at first": sizes[0],
        "MB at most": max(sizes),
        "MB at last": sizes[-1],
    }


def wait_for(server: Troubled, answers: int) -> None:
    """Wait until so many have their answer, as long as further ones come."""
    before, since = -1, time.monotonic()
    while len(server.waits) < answers and time.monotonic() < since + LAST_SECONDS:
        if len(server.waits) != before:
            before, since = len(server.waits), time.monotonic()
        time.sleep(0.1)
    time.sleep(2.0)


def resident(process_id: int) -> float:
    """Return the memory that a process has, in MB."""
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {process_id} tells no VmRSS")


def cpu_seconds(process_id: int) -> float:
    """Return how long processors have worked for a process."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 if a question was not answered, or twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=3000)
    parser.add_argument("--rate", type=float, default=30.0, help="questions a second")
    parser.add_argument("--pace", type=float, default=30.0, help="messages a second at most")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = run_hour(
            Path(folder), count=options.questions, rate=options.rate, pace=options.pace
        )
    for name, value in found.items():
        print(f"{name:>16} {value:.3f}" if isinstance(value, float) else f"{name:>16} {value}")
    return int(found["unanswered"] > 0 or found["answered twice"] > 0)


if __name__ == "__main__":
    sys.exit(main())
