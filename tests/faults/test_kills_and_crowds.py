"""What the scripts beside this file do at length, in small: ``pytest -m fault``."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.hour import run_hour
from faults.kill import kill_often

pytestmark = pytest.mark.fault


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_kills_lose_no_question(tmp_path: Path, mode: str):
    """Each is answered, once but for those whose answer was under way, in the documents' words."""
    tally = kill_often(tmp_path, kills=4, rate=4.0, mode=mode, rebuild=True)

    assert tally["asked"] > 10
    assert (tally["lost"], tally["wrong"]) == (0, 0)
    # One for each kill is what the long run is held to; so few kills may be unlucky.
    assert tally["twice"] <= 3 * tally["kills"]


def test_trouble_at_telegram_costs_no_answer_and_gives_none_twice(tmp_path: Path):
    """Refusals, errors and cut connections; the bot's memory stays as it is."""
    found = run_hour(tmp_path, count=300, rate=5.0, pace=30.0)

    assert (found["unanswered"], found["answered twice"]) == (0, 0)
    assert found["MB at last"] < 1.2 * found["MB at first"]
