"""A key is recent for its seconds and no longer."""

from __future__ import annotations

from bot.recency import Recently


def test_a_key_is_recent_until_its_seconds_are_over():
    """The first time counts, and repeating it doesn't prolong it."""
    now = [0.0]
    recently = Recently(3.0, clock=lambda: now[0])

    seen = []
    for now[0] in (0.0, 1.0, 2.9, 3.0, 3.1):
        seen.append(recently.again("a"))

    assert seen == [False, True, True, False, True]


def test_old_keys_are_let_go():
    """The memory doesn't grow with the number of people."""
    now = [0.0]
    recently = Recently(1.0, clock=lambda: now[0])

    for now[0] in map(float, range(100)):
        recently.again(now[0])

    assert len(recently._seen) == 1
