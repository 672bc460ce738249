"""What the scripts beside this file do at length, in small: ``pytest -m fault``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from botapi import BotApi
from faults import deadly
from faults.asking import CORPUS, ROOT, Crowd
from faults.deadly import SKULL
from faults.hour import run_hour
from faults.kill import kill_often
from running import environment

from bot.journal import MOST_TRIES
from index import build

pytestmark = pytest.mark.fault


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_kills_lose_no_question(tmp_path: Path, mode: str):
    """Each is answered, once but for those whose answer was under way, in the documents' words."""
    tally = kill_often(tmp_path, kills=4, rate=4.0, mode=mode, rebuild=True)

    assert tally["asked"] > 10
    assert (tally["lost"], tally["wrong"]) == (0, 0)
    # One for each kill is what the long run is held to; so few kills may be unlucky.
    assert tally["twice"] <= 3 * tally["kills"]


def test_a_question_that_ends_the_program_is_given_up_and_no_other(tmp_path: Path):
    """The others are answered, though they were in hand beside it; the admins are told."""
    build(CORPUS, tmp_path / "data")
    with BotApi().running() as server:
        admin, crowd = server.private_chat(), Crowd(server)
        for number in range(24):
            if number == 12:
                server.says(server.private_chat(), SKULL)
            crowd.ask()
        env = environment(server, tmp_path / "data", "polling", admin["id"])
        env |= {"CORPUS_DIR": str(CORPUS), "LOG_LEVEL": "CRITICAL", "PYTHONPATH": str(ROOT)}

        deaths = 0
        while not lives_to_tell(env, tmp_path, crowd, admin["id"]):
            deaths += 1

    assert deaths == 1 + MOST_TRIES
    assert crowd.unanswered() == []


def lives_to_tell(env: dict[str, str], cwd: Path, crowd: Crowd, admin: int) -> bool:
    """Run the program; False when it is killed before an admin is told and all have answers."""
    crowd.server.done_polling()
    command = [sys.executable, str(Path(deadly.__file__))]
    program = subprocess.Popen(command, env=os.environ | env, cwd=cwd)  # noqa: S603 - our own
    deadline = time.monotonic() + 120.0
    while program.poll() is None and time.monotonic() < deadline:
        if crowd.server.done("sendMessage", admin) and not crowd.unanswered():
            program.terminate()
            return program.wait(20) == 0
        time.sleep(0.1)
    if program.poll() is None:
        program.terminate()
    assert program.wait(20) == -signal.SIGKILL
    return False


def test_trouble_at_telegram_costs_no_answer_and_gives_none_twice(tmp_path: Path):
    """Refusals, errors and cut connections; the bot's memory stays as it is."""
    found = run_hour(tmp_path, count=300, rate=5.0, pace=30.0)

    assert (found["unanswered"], found["answered twice"]) == (0, 0)
    assert found["MB at last"] < 1.2 * found["MB at first"]
