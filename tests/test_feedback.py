"""Verdicts are kept for a time, one a person and answer, without the person's number shown."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from clocks import Clock

from bot.buttons import Action, Press
from bot.feedback import KEPT_SECONDS, QUESTION_CHARACTERS, FeedbackBook, Verdict
from bot.storage import Place, RememberedAnswer
from index import Span

pytestmark = pytest.mark.anyio

PLACES = (Place("長", Span(3, 9), Span(4, 8)), Place("b", Span(0, 2), Span(0, 1)))


def pressed(answer_id="a"):
    # The book reads these two fields of a press and no other.
    answer = RememberedAnswer("g1", -5, 1, PLACES)
    return SimpleNamespace(press=Press(Action.GOOD, answer_id), answer=answer)


async def test_a_later_verdict_takes_the_place_of_an_earlier_one(storage):
    """Of the same person on the same answer; another person's stands beside it."""
    book = FeedbackBook(storage, Clock())
    await book.note(pressed(), person_id=1, verdict=Verdict.BAD, question="誰")
    await book.note(pressed(), person_id=1, verdict=Verdict.MISSING, question="誰")
    await book.note(pressed(), person_id=2, verdict=Verdict.GOOD, question="長" * 5000)

    missing, good = await book.all()

    assert (missing.verdict, missing.question, missing.generation) == ("missing", "誰", "g1")
    assert missing.places == PLACES
    assert (good.verdict, len(good.question)) == ("good", QUESTION_CHARACTERS)


async def test_old_verdicts_go(storage):
    """After a year, when another one comes."""
    clock = Clock()
    book = FeedbackBook(storage, clock)
    await book.note(pressed("old"), person_id=1, verdict=Verdict.GOOD, question="")
    clock.now += KEPT_SECONDS + 1
    await book.note(pressed("new"), person_id=1, verdict=Verdict.BAD, question="")

    assert [judgment.verdict for judgment in await book.all()] == ["bad"]
