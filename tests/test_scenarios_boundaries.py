"""Where the bot may not write, and who is nobody in particular: expected, and never an error."""

from __future__ import annotations

import logging

import pytest
from botapi import ME, Refusal

QUESTION = "雙方進行了約三小時的閉門會議嗎"
CLOSED = [
    "TOPIC_CLOSED",
    "CHAT_WRITE_FORBIDDEN",
    "CHAT_RESTRICTED",
    "have no rights to send a message",
    "not enough rights to send text messages to the chat",
]
SPEAKING_AS_CHANNEL = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}


def errors(caplog):
    return [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.fixture
def forum(scene):
    """A group with one topic."""
    group = scene.server.group(is_forum=True)
    scene.server.threads[group] = {42}
    return group


TOPIC = {"message_thread_id": 42, "is_topic_message": True}


@pytest.mark.parametrize("reason", CLOSED)
def test_a_place_that_is_closed_is_left_alone(scene, forum, user, caplog, reason):
    """A closed topic, or a bot without rights: one attempt, no error, and others are served."""
    scene.server.fail("sendMessage", Refusal(reason), chat_id=forum, times=2)

    scene.server.says(user, f"/ask {QUESTION}", forum, **TOPIC)
    answer = scene.server.answer_to(user, QUESTION)
    scene.server.answer_to(user, "/help")

    tried = [c for c in scene.server.calls if c.method == "sendMessage" and c.chat_id == forum]
    assert answer.quoted()
    assert len(tried) == 1
    assert errors(caplog) == []


def test_a_topic_that_opens_again_is_answered_again(scene, forum, user):
    """Nothing is held against it."""
    scene.server.fail("sendMessage", Refusal("TOPIC_CLOSED"), chat_id=forum)
    scene.server.says(user, f"/ask {QUESTION}", forum, **TOPIC)
    scene.server.expect_refused("sendMessage", forum)

    answer = scene.server.answer_to(user, f"/ask {QUESTION}", forum, **TOPIC)

    assert answer.quoted()
    assert answer.params["message_thread_id"] == 42


def test_a_button_in_a_closed_topic_ends_its_spinner(scene, forum, user, caplog):
    """The press is answered, even where nothing can be shown."""
    card = scene.server.answer_to(user, f"/ask {QUESTION}", forum, **TOPIC)
    scene.server.fail("sendMessage", Refusal("TOPIC_CLOSED"), chat_id=forum)

    scene.press(user, card.result, card.button("Context"))
    scene.server.expect_refused("sendMessage", forum)
    scene.server.answer_to(user, "/help")

    assert len(scene.server.done("sendMessage", forum)) == 1
    assert errors(caplog) == []


def test_a_question_deleted_in_a_topic_is_answered_in_the_topic(scene, forum, user):
    """A reply would have led there; without it, the topic's number does."""
    deleted = {"message_id": 3, "date": 1, "chat": scene.server.chats[forum], "from": user}
    command = {"type": "bot_command", "offset": 0, "length": 4}
    body = {"text": f"/ask {QUESTION}", "entities": [command]}

    scene.server.push("message", {**deleted, **body, **TOPIC})

    answer = scene.server.expect("sendMessage", forum)
    assert answer.quoted()
    assert answer.params["message_thread_id"] == 42


def test_an_answer_that_was_deleted_has_no_buttons_to_fear(scene, user, caplog):
    """A press that was on its way is answered, though its message has gone."""
    card = scene.server.answer_to(user, QUESTION)
    del scene.server.messages[user["id"], card.result["message_id"]]

    notice = scene.press(user, card.result, card.button("👎"))
    scene.press(user, card.result, card.button("Context"))

    assert notice.text == "Thank you. What is wrong with it?"
    assert scene.server.expect("sendMessage", user["id"], number=2).quoted()
    assert errors(caplog) == []


def test_who_speaks_as_a_channel_may_ask(scene, group):
    """Nobody's identity is known behind it, and a question needs none."""
    channel = {"id": -100779, "type": "channel", "title": "C"}

    answer = scene.server.answer_to(
        SPEAKING_AS_CHANNEL, f"/ask {QUESTION}", group, sender_chat=channel
    )

    assert answer.quoted()


@pytest.mark.parametrize("status", ["administrator", "left"])
def test_a_channel_is_neither_greeted_nor_answered(scene, user, status):
    """The bot is for chats where people ask."""
    channel = scene.server.group("channel")
    before, after = ("left", status) if status != "left" else ("administrator", "left")
    change = {"chat": scene.server.chats[channel], "from": user, "date": 1}
    old, new = (scene.server.member(ME, each) for each in (before, after))

    scene.server.push("my_chat_member", {**change, "old_chat_member": old, "new_chat_member": new})
    scene.server.says(user, f"/ask {QUESTION}", channel)
    scene.server.answer_to(user, "/help")

    assert scene.server.done("sendMessage", channel) == []


def test_a_bot_whose_rights_are_taken_is_not_greeting(scene, group, user):
    """It stays a member; what is remembered of the group stays too, until it is out."""
    card = scene.server.answer_to(user, f"/ask {QUESTION}", group)
    change = {"chat": scene.server.chats[group], "from": user, "date": 1}
    member = scene.server.member(ME, "member")
    muted = scene.server.member(ME, "restricted", is_member=True)
    gone = scene.server.member(ME, "restricted", is_member=False)

    def move(old: dict, new: dict) -> None:
        moved = {"old_chat_member": old, "new_chat_member": new}
        scene.server.push("my_chat_member", {**change, **moved})

    move(member, muted)
    kept = scene.press(user, card.result, card.button("Context"))
    move(muted, gone)
    scene.server.answer_to(user, "/help")
    forgotten = scene.press(user, card.result, card.button("Sources"))

    assert kept.text == ""
    assert forgotten.text == "This answer has expired; please ask again."
    assert len(scene.server.done("sendMessage", group)) == 2
