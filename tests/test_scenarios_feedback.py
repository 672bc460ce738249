"""What readers say of an answer is stored, once a person and answer, and may change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from botapi import Call, Refusal
from running import Scene, bot_in_thread

from bot.feedback import FeedbackBook

QUESTION = "會談後雙方舉行了聯合記者會"


@pytest.fixture(scope="module", params=["polling", "webhook"])
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    with bot_in_thread(tmp_path_factory.mktemp("data"), mode=request.param) as running:
        yield running


@pytest.fixture
def user(scene):
    return scene.server.private_chat()


def press(scene: Scene, user: dict, card: Call, data: str) -> Call:
    """Press a button and return the bot's answer to the press."""
    query = scene.server.press(user, card.result, data)
    return scene.server.expect(
        "answerCallbackQuery", where=lambda call: call.params["callback_query_id"] == query
    )


def feedback(scene: Scene) -> list:
    book = FeedbackBook(scene.lifecycle.storage)
    return list(asyncio.run_coroutine_threadsafe(book.all(), scene.loop).result(10))


def test_a_verdict_is_stored_once_a_person_and_may_change(scene, user):
    """👎 asks what is wrong; the reasons go when one is given, or when it was good after all."""
    before = len(feedback(scene))
    card = scene.server.answer_to(user, QUESTION)

    asked = press(scene, user, card, card.button("👎"))
    reasons = scene.server.expect("editMessageReplyMarkup", user["id"])
    labels = [button["text"] for button in reasons.buttons]
    thanked = press(scene, user, card, reasons.button("Not what I asked"))
    restored = scene.server.expect("editMessageReplyMarkup", user["id"], number=2)

    assert asked.text == "Thank you. What is wrong with it?"
    assert labels[-3:] == ["Wrong quote", "Not what I asked", "Something is missing"]
    assert thanked.text == "Thank you, noted."
    assert restored.params["reply_markup"] == card.params["reply_markup"]
    [told] = feedback(scene)[before:]
    assert (told.verdict, told.question, told.generation) == ("not_asked", QUESTION, "g1")
    assert told.places[0].document == "summit"

    press(scene, user, card, card.button("👍"))
    assert [judgment.verdict for judgment in feedback(scene)[before:]] == ["good"]


def test_in_a_group_each_person_has_a_verdict(scene, user):
    """Two people, two verdicts; the question is stored without the command."""
    before = len(feedback(scene))
    group = scene.server.group()
    card = scene.server.answer_to(user, f"/ask {QUESTION}", group)

    press(scene, user, card, card.button("👍"))
    press(scene, scene.server.private_chat(), card, card.button("👎"))

    told = feedback(scene)[before:]
    assert [judgment.verdict for judgment in told] == ["good", "bad"]
    assert {judgment.question for judgment in told} == {QUESTION}


def test_a_verdict_counts_where_the_message_can_no_longer_be_seen(scene, user):
    """It is stored without the question, and nothing is changed."""
    before = len(feedback(scene))
    card = scene.server.answer_to(user, QUESTION)
    hidden = {"chat": card.result["chat"], "message_id": card.result["message_id"], "date": 0}

    press(scene, user, replace(card, result=hidden), card.button("👎"))

    [told] = feedback(scene)[before:]
    assert (told.verdict, told.question) == ("bad", "")
    assert scene.server.done("editMessageReplyMarkup", user["id"]) == []


def test_buttons_that_cannot_be_changed_cost_no_verdict(scene, user):
    """A refusal of Telegram is let go."""
    before = len(feedback(scene))
    card = scene.server.answer_to(user, QUESTION)
    scene.server.fail("editMessageReplyMarkup", Refusal("message can't be edited"))

    notice = press(scene, user, card, card.button("👎"))

    assert notice.text == "Thank you. What is wrong with it?"
    assert len(feedback(scene)) == before + 1
