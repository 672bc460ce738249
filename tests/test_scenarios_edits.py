"""A question that is edited has its answer edited: there is never a second one."""

from __future__ import annotations

import threading
import time

import pytest
from fakes import FakeEngine
from running import bot_in_thread

THREE_HOURS = "雙方進行了約三小時的閉門會議嗎"
TWELVE_MINUTES = "記者會只持續了十二分鐘嗎"


@pytest.mark.parametrize(
    ("first", "words"),
    [(THREE_HOURS, "三小時"), ("天氣", "don't answer"), ("👍", "no words"), ("/ask", "add a")],
)
def test_whatever_was_answered_becomes_the_answer_to_the_new_text(scene, user, first, words):
    """A quote, an abstention and a hint alike; the chat has one message of the bot."""
    answer = scene.server.answer_to(user, first)
    asked = scene.server.messages[user["id"], answer.params["reply_parameters"]["message_id"]]

    scene.server.edits(asked, f"/ask {TWELVE_MINUTES}" if first[0] == "/" else TWELVE_MINUTES)
    edited = scene.server.expect("editMessageText", user["id"])

    assert words in answer.text
    assert edited.params["message_id"] == answer.result["message_id"]
    assert "十二分鐘" in edited.quoted()[0]
    assert edited.buttons
    assert len(scene.server.done("sendMessage", user["id"])) == 1


def test_an_edit_that_changes_nothing_in_the_answer_is_let_be(scene, user):
    """Telegram's refusal of an equal text is no error."""
    answer = scene.server.answer_to(user, "天氣")
    asked = scene.server.messages[user["id"], answer.params["reply_parameters"]["message_id"]]

    scene.server.edits(asked, "天氣?")
    scene.server.answer_to(user, "/help")

    assert len(scene.server.done("sendMessage", user["id"])) == 2


def test_a_deleted_answer_stays_deleted(scene, user):
    """Whoever removed it does not want it again."""
    answer = scene.server.answer_to(user, THREE_HOURS)
    asked = scene.server.messages[user["id"], answer.params["reply_parameters"]["message_id"]]
    del scene.server.messages[user["id"], answer.result["message_id"]]

    scene.server.edits(asked, TWELVE_MINUTES)
    scene.server.answer_to(user, "/help")

    assert len(scene.server.done("sendMessage", user["id"])) == 2


def test_a_mention_that_is_added_asks(scene, user):
    """What was not for the bot before has no answer yet, and gets its first."""
    group = scene.server.group()
    said = scene.server.says(user, THREE_HOURS, group)

    scene.server.edits(said, f"@yuanhua_bot {THREE_HOURS}")

    assert scene.server.expect("sendMessage", group).quoted()


@pytest.mark.parametrize("text", ["/rebuild", "/start", f"/x {THREE_HOURS}"])
def test_an_edit_runs_no_command(scene, user, text):
    """Not even an admin's: only a question is read again."""
    said = scene.server.answer_to(scene.admin, THREE_HOURS)
    number = said.params["reply_parameters"]["message_id"]
    asked = scene.server.messages[scene.admin["id"], number]
    before = len(scene.server.calls)

    scene.server.edits(asked, text)
    scene.server.answer_to(user, "/help")

    chat = scene.admin["id"]
    assert [c.method for c in scene.server.calls[before:] if c.chat_id == chat] == []
    assert not scene.build.started.is_set()


def test_an_old_message_is_not_answered_when_it_is_edited(scene, user):
    """After a day its answer is no longer known, and a second one is not to be risked."""
    said = scene.server.store(user["id"], {"from": user, "text": THREE_HOURS})
    said["date"] = int(time.time()) - 2 * 24 * 3600

    scene.server.edits(said, TWELVE_MINUTES)
    scene.server.answer_to(user, "/help")

    assert len(scene.server.done("sendMessage", user["id"])) == 1


def test_an_edit_waits_for_the_answer_on_its_way(tmp_path):
    """Who corrects a word at once gets one answer, to the corrected question."""
    engine = FakeEngine(delay=threading.Event())
    with bot_in_thread(tmp_path, engine=engine) as scene:
        user = scene.server.private_chat()
        asked = scene.server.says(user, f"{THREE_HOURS}慢")
        scene.server.expect("sendChatAction", user["id"])

        scene.server.edits(asked, TWELVE_MINUTES)
        engine.delay.set()
        edited = scene.server.expect("editMessageText", user["id"])

        assert "十二分鐘" in edited.quoted()[0]
        assert len(scene.server.done("sendMessage", user["id"])) == 1
