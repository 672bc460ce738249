"""What readers say of an answer is stored, once a person and answer, and may change."""

from __future__ import annotations

import asyncio

from botapi import Refusal
from running import Scene

from bot.feedback import FeedbackBook

QUESTION = "會談後雙方舉行了聯合記者會"


def feedback(scene: Scene) -> list:
    book = FeedbackBook(scene.lifecycle.storage)
    return list(asyncio.run_coroutine_threadsafe(book.all(), scene.loop).result(10))


def test_a_verdict_is_stored_once_a_person_and_may_change(scene, user):
    """👎 asks what is wrong; the reasons go when one is given, or when it was good after all."""
    before = len(feedback(scene))
    card = scene.server.answer_to(user, QUESTION)

    asked = scene.press(user, card.result, card.button("👎"))
    reasons = scene.server.expect("editMessageReplyMarkup", user["id"])
    labels = [button["text"] for button in reasons.buttons]
    thanked = scene.press(user, card.result, reasons.button("Not what I asked"))
    restored = scene.server.expect("editMessageReplyMarkup", user["id"], number=2)

    assert asked.text == "Thank you. What is wrong with it?"
    assert labels[-3:] == ["Wrong quote", "Not what I asked", "Something is missing"]
    assert thanked.text == "Thank you, noted."
    assert restored.params["reply_markup"] == card.params["reply_markup"]
    [told] = feedback(scene)[before:]
    assert (told.verdict, told.question, told.generation) == ("not_asked", QUESTION, "g1")
    assert told.places[0].document == "summit"

    scene.press(user, card.result, card.button("👍"))
    assert [judgment.verdict for judgment in feedback(scene)[before:]] == ["good"]


def test_in_a_group_each_person_has_a_verdict(scene, user):
    """Two people, two verdicts; the question is stored without the command."""
    before = len(feedback(scene))
    group = scene.server.group()
    card = scene.server.answer_to(user, f"/ask {QUESTION}", group)

    scene.press(user, card.result, card.button("👍"))
    scene.press(scene.server.private_chat(), card.result, card.button("👎"))

    told = feedback(scene)[before:]
    assert [judgment.verdict for judgment in told] == ["good", "bad"]
    assert {judgment.question for judgment in told} == {QUESTION}


def test_a_verdict_counts_where_the_message_can_no_longer_be_seen(scene, user):
    """It is stored without the question, and nothing is changed."""
    before = len(feedback(scene))
    card = scene.server.answer_to(user, QUESTION)
    hidden = {"chat": card.result["chat"], "message_id": card.result["message_id"], "date": 0}

    scene.press(user, hidden, card.button("👎"))

    [told] = feedback(scene)[before:]
    assert (told.verdict, told.question) == ("bad", "")
    assert scene.server.done("editMessageReplyMarkup", user["id"]) == []


def test_buttons_that_cannot_be_changed_cost_no_verdict(scene, user):
    """A refusal of Telegram is let go."""
    before = len(feedback(scene))
    card = scene.server.answer_to(user, QUESTION)
    scene.server.fail("editMessageReplyMarkup", Refusal("message can't be edited"))

    notice = scene.press(user, card.result, card.button("👎"))

    assert notice.text == "Thank you. What is wrong with it?"
    assert len(feedback(scene)) == before + 1
