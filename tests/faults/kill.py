"""Kill the real program at random moments while people ask, and count what was lost.

python tests/faults/kill.py --kills 200 --rate 10 --mode polling --rebuild
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from botapi import BotApi  # noqa: E402 - Found through the line above, as those below.
from faults.asking import CORPUS, Crowd  # noqa: E402
from running import environment, start_program  # noqa: E402

from index import Engine, build  # noqa: E402

START_SECONDS = 600.0
LONGEST_LIFE = 3.0
"""Seconds that a program lives after it hears updates, at most."""
LAST_SECONDS = 60.0
"""Seconds without an answer after which what is left is lost."""


def kill_often(
    folder: Path,
    *,
    kills: int,
    rate: float,
    mode: str = "polling",
    rebuild: bool = False,
    minutes: float = 600.0,
) -> Counter[str]:
    """Return the tally of `asking.Crowd`, with the kills that there were."""
    data_dir = folder / "data"
    build(CORPUS, data_dir)
    with BotApi().running() as server:
        admin = server.private_chat()
        env = environment(server, data_dir, mode, admin["id"])
        env |= {"CORPUS_DIR": str(CORPUS), "LOG_LEVEL": "WARNING"}
        # Telegram brings an update for a day.
        server.patience = START_SECONDS
        crowd, done = Crowd(server), 0
        deadline = time.monotonic() + minutes * 60
        program = start(env, folder, server)
        with crowd.asking(rate):
            while done < kills and time.monotonic() < deadline:
                if rebuild and done % 2:
                    server.says(admin, "/rebuild")
                time.sleep(random.uniform(0.0, LONGEST_LIFE))  # noqa: S311 - no secret
                program.kill()
                program.communicate()
                server.done_polling()
                program = start(env, folder, server)
                done += 1
                print(f"{done} kills, {len(crowd.asked)} questions", end="\r", flush=True)
        crowd.wait(LAST_SECONDS)
        time.sleep(2.0)
        program.kill()
        program.communicate()
        tally = crowd.tally()
        for place in crowd.unanswered():
            print(f"\nno answer to {place}: {fate(data_dir, *place)}")
    tally["kills"] = done
    # The generation that serves is whole, whenever a kill came.
    Engine.open(data_dir)
    return tally


def fate(data_dir: Path, chat_id: int, message_id: int) -> str:
    """Return what the journal knows of a message, as one line."""
    query = "SELECT state, tries, notice, sent FROM incoming WHERE mark GLOB ?"
    with closing(sqlite3.connect(data_dir / "bot.sqlite3")) as database:
        rows = database.execute(query, (f"{chat_id}:{message_id}:*",)).fetchall()
    shown = ("{}, begun again {} times, notice {}, sent {}".format(*row) for row in rows)
    return "; ".join(shown) or "never arrived"


def start(env: dict[str, str], folder: Path, server: BotApi) -> subprocess.Popen[str]:
    """Start the program and wait until it hears updates."""
    known = len(server.done("setWebhook"))
    program = start_program(env, cwd=folder)
    deadline = time.monotonic() + START_SECONDS
    webhook = "WEBHOOK_URL" in env
    while not (len(server.done("setWebhook")) > known if webhook else server.is_heard()):
        if time.monotonic() >= deadline:
            program.terminate()
        assert program.poll() is None, program.communicate()
        time.sleep(0.02)
    return program


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tally; 1 if anything was lost, wrong, or answered twice more than once a kill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rate", type=float, default=10.0, help="questions a second")
    parser.add_argument("--mode", choices=["polling", "webhook"], default="polling")
    parser.add_argument("--minutes", type=float, default=600.0, help="no kill after so long")
    parser.add_argument("--rebuild", action="store_true", help="rebuild at every second start")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_often(Path(folder), **vars(options))
    print(", ".join(f"{name} {count}" for name, count in tally.items()), flush=True)
    return int(tally["lost"] > 0 or tally["wrong"] > 0 or tally["twice"] > tally["kills"])


if __name__ == "__main__":
    sys.exit(main())
