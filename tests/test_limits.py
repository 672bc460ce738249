"""Who asks too much waits, is told once, and holds up nobody else."""

from __future__ import annotations

import pytest

from bot.limits import CHAT, PERSON, TOLD_SECONDS, Buckets, Limits, Rate


def test_a_bucket_gives_its_burst_and_then_one_by_one(clock):
    """What was taken comes back at its rate, up to the burst and no further."""
    buckets = Buckets(Rate(burst=3, seconds=10), clock=clock)

    waits = []
    for _ in range(4):
        waits.append(buckets.wait("a"))
        if not waits[-1]:
            buckets.take("a")
    clock.now += 4
    later = buckets.wait("a")
    clock.now += 1000

    assert waits == pytest.approx([0, 0, 0, 10])
    assert later == pytest.approx(6)
    for _ in range(3):
        assert buckets.wait("a") == 0
        buckets.take("a")
    assert buckets.wait("a") == pytest.approx(10)


def test_full_buckets_are_forgotten(clock):
    """The memory does not grow with all who ever asked."""
    buckets = Buckets(Rate(burst=1, seconds=1), clock=clock)
    for key in range(100):
        buckets.take(key)
        clock.now += 2

    assert len(buckets._full_at) == 1


def test_a_flooding_person_is_told_once_a_window(clock):
    """Another person in the same chat goes on being answered."""
    limits = Limits(clock=clock)
    for _ in range(PERSON.burst):
        assert limits.take(person=1, chat=-5) is None

    refused = [limits.take(person=1, chat=-5) for _ in range(3)]
    other = limits.take(person=2, chat=-5)

    assert [(r.tell, r.of_chat) for r in refused] == [(True, False), (False, False), (False, False)]
    assert refused[0].wait_seconds in {5, 6}
    assert other is None


def test_who_floods_again_later_is_told_again(clock):
    """A new window begins."""
    limits = Limits(clock=clock)

    def flood() -> list[bool]:
        taken = [limits.take(person=1, chat=1) for _ in range(PERSON.burst + 2)]
        return [refused.tell for refused in taken if refused]

    first = flood()
    clock.now += TOLD_SECONDS + PERSON.burst * PERSON.seconds

    assert (first, flood()) == ([True, False], [True, False])


def test_many_people_in_one_chat_share_its_limit(clock):
    """One line for the chat, not one for each of them; another chat is not concerned."""
    limits = Limits(clock=clock)
    for person in range(CHAT.burst):
        assert limits.take(person=person, chat=-5) is None

    refused = [limits.take(person=100 + n, chat=-5) for n in range(3)]

    assert [(r.tell, r.of_chat) for r in refused] == [(True, True), (False, True), (False, True)]
    assert limits.take(person=100, chat=-6) is None
