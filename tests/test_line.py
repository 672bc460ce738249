"""Who asked first is answered first, and who waits long learns the place once."""

from __future__ import annotations

import asyncio

import pytest

from bot import line as line_module
from bot.line import Line

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_module, "CONCURRENT_ANSWERS", 2)
    monkeypatch.setattr(line_module, "AGAIN_SECONDS", 0.001)


class People:
    """Some people in a line; a turn ends when it is told to."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.served: list[int] = []
        self.told: list[tuple[int, int]] = []
        self.done = asyncio.Event()

    async def ask(self, number: int) -> None:
        async def tell(place: int) -> None:
            await asyncio.sleep(0.01)
            self.told.append((number, place))

        async with self.line.turn(tell):
            self.served.append(number)
            await self.done.wait()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_those_who_wait_are_served_in_their_order():
    """As many at once as there are places."""
    people = People(Line())
    asking = [asyncio.create_task(people.ask(number)) for number in range(6)]
    await settled()
    first, length = list(people.served), people.line.length

    people.done.set()
    await asyncio.gather(*asking)

    assert (first, length) == ([0, 1], 4)
    assert people.served == [0, 1, 2, 3, 4, 5]
    assert people.told == []


async def test_who_waits_long_is_told_the_place_once(monkeypatch):
    """Who is being served is told nothing."""
    monkeypatch.setattr(line_module, "TELL_AFTER_SECONDS", 0.01)
    people = People(Line())
    asking = [asyncio.create_task(people.ask(number)) for number in range(5)]

    async with asyncio.timeout(5):
        while len(people.told) < 3:  # noqa: ASYNC110 - What it waits for sets no event.
            await asyncio.sleep(0.005)
    await asyncio.sleep(0.05)
    people.done.set()
    await asyncio.gather(*asking)

    assert people.told == [(2, 1), (3, 2), (4, 3)]


async def test_a_notice_on_its_way_arrives_before_the_answer(monkeypatch):
    """The answer takes its place, so it must be known."""
    monkeypatch.setattr(line_module, "TELL_AFTER_SECONDS", 0.0)
    line, order = Line(), []
    telling, served = asyncio.Event(), asyncio.Event()

    async def tell(_: int) -> None:
        telling.set()
        await asyncio.sleep(0.03)
        order.append("told")

    async def ask() -> None:
        async with line.turn(tell):
            pass
        order.append("answered")

    async def hold() -> None:
        async with line.turn():
            await served.wait()

    holders = [asyncio.create_task(hold()) for _ in range(2)]
    asking = asyncio.create_task(ask())
    await telling.wait()
    served.set()
    await asyncio.gather(asking, *holders)

    assert order == ["told", "answered"]


async def test_nobody_is_served_while_answers_wait_to_go_out():
    """They would only wait there instead, and not know it."""
    queued = [line_module.CONGESTED]
    people = People(Line(lambda: queued[0]))
    asking = [asyncio.create_task(people.ask(number)) for number in range(3)]
    await asyncio.sleep(0.02)
    during = list(people.served)

    queued[0] = 0
    people.done.set()
    await asyncio.wait_for(asyncio.gather(*asking), 5)

    assert during == []
    assert people.served == [0, 1, 2]


async def test_who_gives_up_leaves_the_place_to_the_next():
    """Waiting or being served."""
    people = People(Line())
    asking = [asyncio.create_task(people.ask(number)) for number in range(4)]
    await settled()

    asking[2].cancel()
    asking[0].cancel()
    await settled()

    assert people.served == [0, 1, 3]
    people.done.set()
    await asyncio.gather(*asking, return_exceptions=True)
    assert people.line.length == 0
