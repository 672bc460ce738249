"""Whatever people, groups and forgers send, the bot goes on and stays polite."""

from __future__ import annotations

import pytest
from fuzzing import feed, unhurried_bot


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_generated_updates_do_no_harm(data_dir, tiny_engine, monkeypatch, mode):
    """No error, and no request that Telegram would refuse as malformed; a question is answered."""
    with unhurried_bot(data_dir, monkeypatch, mode=mode, engine=tiny_engine) as scene:
        kinds, requests, wrong = feed(scene, 480)

    assert kinds.total() >= 480
    assert requests["sendMessage"] > 5
    assert wrong == {}
