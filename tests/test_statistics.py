"""What is counted of the questions, and what is not kept of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from fakes import FakeEngine, make_quote

from bot import statistics as statistics_module
from bot.charts import draw_days
from bot.exporting import as_gold
from bot.feedback import Judgment, Verdict
from bot.statistics import UNANSWERED_DAYS, Day, Statistics, Unanswered, kept_text, quantile
from bot.storage import Place
from bot.texts import CATALOGUE
from index import Abstention, Answer, Span

pytestmark = pytest.mark.anyio


@pytest.fixture
def counts(storage, clock):
    return Statistics(storage, clock)


def found(question: str) -> Answer:
    return Answer(question, (make_quote("x"),), 0.9, "g1", {})


def missed(question: str, *, nearest: bool = True) -> Abstention:
    return Abstention(question, (make_quote("x"),) if nearest else (), 0.1, "g1", {})


async def test_a_day_counts_questions_abstentions_and_speed(counts, clock):
    """Yesterday and today are apart; a day without questions has no speed."""
    await counts.note(found("a"), seconds=0.010)
    await counts.note(missed("b"), seconds=0.100)
    clock.now += 24 * 3600
    await counts.note(found("c"), seconds=0.0)

    before, yesterday, today = await counts.days(3)

    assert before == Day(date(2026, 1, 9))
    assert (yesterday.questions, yesterday.abstentions) == (2, 1)
    assert yesterday.median_ms == pytest.approx(10, rel=0.2)
    assert yesterday.p95_ms == pytest.approx(100, rel=0.2)
    assert (today.date, today.questions, today.median_ms) == (date(2026, 1, 11), 1, 1.0)


async def test_feedback_counts_on_the_day_it_is_given(counts, clock):
    """Whatever is not good is bad."""
    for number, verdict in enumerate(("good", "bad", "wrong_quote")):
        row = (f"a{number}", 1, clock.now, verdict, "", "g1", "[]")
        await counts.storage.write(("INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)", row))

    [today] = await counts.days(1)

    assert (today.up, today.down) == (1, 2)


async def test_what_found_nothing_is_listed_by_how_often_it_was_asked(counts):
    """Spelling and case make no other question; answers and greetings are not listed."""
    for question in ("Where?", "ＷＨＥＲＥ？", "when", "  Where?\n"):
        await counts.note(missed(question), seconds=0)
    await counts.note(found("found"), seconds=0)
    await counts.note(missed("hello", nearest=False), seconds=0)

    assert await counts.unanswered(10) == (Unanswered("where?", 3), Unanswered("when", 1))


async def test_unanswered_questions_are_bounded_and_forgotten(counts, clock, monkeypatch):
    """By number, by age, and at once when an admin clears them."""
    monkeypatch.setattr(statistics_module, "UNANSWERED", 2)
    await counts.note(missed("first"), seconds=0)
    clock.now += 24 * 3600
    for question in ("second", "third"):
        await counts.note(missed(question), seconds=0)
    kept = {one.question for one in await counts.unanswered(10)}
    clock.now += (UNANSWERED_DAYS + 1) * 24 * 3600
    await counts.note(found("x"), seconds=0)
    [(rows,)] = await counts.storage.read("SELECT count(*) FROM unanswered", ())

    await counts.note(missed("again"), seconds=0)
    await counts.clear_unanswered()

    assert (kept, rows) == ({"second", "third"}, 0)
    assert await counts.unanswered(10) == ()


@pytest.mark.parametrize(
    "question",
    [
        "call +7 (495) 123-45-67",
        "mail ann@example.org",
        "ask @ann about it",
        "see https://x.org/me",
    ],
)
def test_what_may_tell_a_person_is_not_kept(question):
    """A number, an address or a name of somebody here is no gap in the documents."""
    assert kept_text(question) == ""
    assert kept_text("2025年8月15日发生了什么?") == "2025年8月15日发生了什么?"


async def test_a_count_that_fails_costs_no_answer(counts, caplog):
    """It is logged."""
    await counts.storage.write(("DROP TABLE asked", ()))

    await counts.note(found("a"), seconds=0)

    assert "The database can't be written" in caplog.text


def test_a_quantile_is_none_without_answers():
    """And a class's upper end with them, in whatever order they come."""
    assert quantile([], 0.5) is None
    assert quantile([(3, 1), (0, 9)], 0.5) == 1.0
    assert quantile([(3, 1), (0, 9)], 0.95) == pytest.approx(1.2**3)


@pytest.mark.parametrize("number", [1, 14, 60])
@pytest.mark.parametrize("texts", CATALOGUE.values(), ids=CATALOGUE)
def test_a_chart_is_a_picture_of_any_number_of_days(number, texts):
    """A day without questions and a single day are drawn too, with labels in any language."""
    day = Day(date(2026, 1, 1), 3, 1, 1, 1, 9.0, 20.0)

    picture = draw_days([Day(date(2026, 1, 1)), day] * number, texts)

    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 1_000_000


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_a_charts_characters_are_those_of_its_language(language):
    """Unless it is told, the font shows the forms of Japan."""
    days, texts = [Day(date(2026, 1, 1), 3)], CATALOGUE[language]

    picture = draw_days(days, texts)

    assert texts.language_tag == language
    assert picture == draw_days(days, texts)
    assert picture != draw_days(days, replace(texts, language_tag="ja"))


def test_feedback_becomes_gold_questions():
    """What was good has its sentence; what was bad is left to a person; no question, no line."""
    place = Place("summit", Span(0, 2), Span(0, 2))
    judgments = [
        Judgment(Verdict.GOOD, "問", "g1", (place,), 1.0),
        Judgment(Verdict.WRONG_QUOTE, "問2", "g1", (place,), 2.0),
        Judgment(Verdict.GOOD, "", "g1", (place,), 3.0),
        Judgment(Verdict.GOOD, "問3", "gone", (place,), 4.0),
    ]

    lines = [json.loads(line) for line in as_gold(judgments, FakeEngine())]

    assert [line["question"] for line in lines] == ["問", "問2", "問3"]
    assert [line["gold_sentence"] for line in lines] == [["會議"], [], []]
    assert [line["answerable"] for line in lines] == [True, None, None]
    assert lines[1]["feedback"] == "wrong_quote"
