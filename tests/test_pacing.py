"""Turns come as fast as Telegram allows, and no faster."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from clocks import Clock
from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import GROUP, OVERALL, PRIVATE, Drip, Pace, Paces, Turns


def times(take: Callable[[], float], clock: Clock, pauses: list[float]) -> list[float]:
    """Return when the turns come that are asked for with these pauses in between."""
    found = []
    for pause in pauses:
        clock.now += pause
        found.append(clock.now + take())
    return found


def busiest(found: list[float], seconds: float) -> int:
    """Return the most turns that come within so many seconds."""
    return max(sum(first <= at < first + seconds - 1e-6 for at in found) for first in found)


PAUSES = st.lists(st.sampled_from([0.0, 0.01, 0.5, 3.0, 30.0]), min_size=1, max_size=80)


@given(PAUSES)
def test_a_group_gets_twenty_a_minute_at_most(pauses):
    """However they are asked for; and they come in the order in which they were."""
    clock = Clock()
    turns = Turns(GROUP, clock=clock)

    found = times(lambda: turns.take(-5), clock, pauses)

    assert busiest(found, 60.0) <= 20
    assert all(first <= second for first, second in pairwise(found))


@given(PAUSES)
def test_the_bot_sends_thirty_a_second_at_most(pauses):
    """Over all chats together."""
    clock = Clock()
    paces = Paces(clock)

    found = times(paces.of_all, clock, pauses)

    assert busiest(found, 1.0) <= 30


def test_a_person_gets_a_burst_and_then_one_a_second():
    """Another person is not concerned."""
    clock = Clock()
    drip = Drip(PRIVATE, clock=clock)

    waits = [drip.take(1) for _ in range(PRIVATE.count + 3)]

    assert waits == pytest.approx([0.0] * PRIVATE.count + [1.0, 2.0, 3.0])
    assert drip.take(2) == 0


def test_a_turn_that_is_free_comes_at_once():
    """Nothing is put off without need."""
    clock = Clock()
    paces = Paces(clock)

    assert [paces.of_all() for _ in range(OVERALL.count)] == pytest.approx([0.0] * OVERALL.count)
    assert [paces.of_chat(-7) for _ in range(GROUP.count)] == [0.0] * GROUP.count
    assert paces.of_chat("@channel") == 0
    assert paces.of_chat(-7) == pytest.approx(GROUP.seconds)


@pytest.mark.parametrize("kind", [Turns, Drip])
def test_what_is_free_again_is_forgotten(kind):
    """Memory follows the traffic."""
    clock = Clock()
    turns = kind(Pace(2, 10.0), clock=clock)
    for key in range(100):
        turns.take(key)
    clock.now += 20

    turns.take("new")

    [kept] = [value for value in vars(turns).values() if isinstance(value, dict)]
    assert list(kept) == ["new"]


def test_a_closed_chat_opens_in_time():
    """Others are not concerned."""
    clock = Clock()
    paces = Paces(clock)

    paces.close(1, seconds=30)
    clock.now += 20

    assert paces.closed(1) == pytest.approx(10)
    assert paces.closed(2) == 0
    clock.now += 11
    assert paces.closed(1) == 0
