"""The health check tells a living bot from a dead or a deaf one."""

from __future__ import annotations

import asyncio
import os

import pytest

from bot import heartbeat as heartbeat_module
from bot.heartbeat import Heartbeat, PollingRequest

pytestmark = pytest.mark.anyio


def test_a_fresh_beat_is_healthy_and_an_old_one_is_not(tmp_path):
    """The line says how old it is."""
    heartbeat = Heartbeat(tmp_path / "data" / "heartbeat")

    before = heartbeat.problem()
    heartbeat.beat()
    os.utime(heartbeat.path, (1000, 1000))

    assert before is not None
    assert heartbeat.problem(now=1059.0) is None
    assert "61 s old" in (heartbeat.problem(now=1061.0) or "")


def test_a_beat_of_the_future_is_no_sign_of_life(tmp_path):
    """The clock was set back, and nobody has beaten since."""
    heartbeat = Heartbeat(tmp_path / "heartbeat")
    heartbeat.beat()
    os.utime(heartbeat.path, (5000, 5000))

    assert heartbeat.problem(now=4950.0) is None
    assert heartbeat.problem(now=1400.0) is not None


async def test_a_bot_that_hears_nothing_does_not_beat(tmp_path, monkeypatch):
    """It beats again once updates can arrive."""
    monkeypatch.setattr(heartbeat_module, "BEAT_SECONDS", 0.001)
    heartbeat, listening = Heartbeat(tmp_path / "heartbeat"), [False]
    task = asyncio.create_task(heartbeat.keep_beating(lambda: listening[0]))

    await asyncio.sleep(0.02)
    deaf = heartbeat.path.exists()
    listening[0] = True
    await asyncio.sleep(0.02)
    task.cancel()

    assert not deaf
    assert heartbeat.path.exists()


async def test_polling_is_fresh_only_while_telegram_answers(monkeypatch):
    """Too long without an answer, and the bot is deaf."""
    polling = PollingRequest()

    fresh = polling.is_fresh()
    monkeypatch.setattr(heartbeat_module, "FETCHED_SECONDS", -1.0)

    assert fresh
    assert not polling.is_fresh()
