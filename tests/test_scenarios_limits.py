"""A flood is bounded: by person and by chat, and it is told once."""

from __future__ import annotations

import time

from botapi import Call
from running import Scene

from bot.limits import CHAT, PERSON

QUESTION = "雙方進行了約三小時的閉門會議嗎"


def sent_to(scene: Scene, chat: int, number: int) -> list[str]:
    """Wait for `number` messages in a chat and return the texts of all that came."""
    scene.server.expect("sendMessage", chat, number=number)
    return [call.text for call in scene.server.done("sendMessage", chat)]


def is_refusal(call: Call) -> bool:
    return call.text.startswith("That is faster than I may")


def test_a_person_who_floods_is_told_once(scene):
    """What is within the limit is answered; others don't notice."""
    server = scene.server
    user, other = server.private_chat(), server.private_chat()

    for _ in range(PERSON.burst + 5):
        server.says(user, "👍")
    answer = server.answer_to(other, QUESTION)
    # One after the other, at the pace that Telegram allows.
    server.expect("sendMessage", user["id"], where=is_refusal)
    server.answer_to(other, "/help")
    refusals = [call for call in server.done("sendMessage", user["id"]) if is_refusal(call)]

    assert answer.quoted()
    assert len(refusals) == 1


def test_a_button_pressed_too_often_gets_a_notice(scene):
    """Every press is answered, as else it would spin."""
    server, user = scene.server, scene.server.private_chat()
    card = server.answer_to(user, QUESTION)

    queries = [server.press(user, card.result, "v1:old:x:0") for _ in range(PERSON.burst + 2)]
    notices = [
        server.expect(
            "answerCallbackQuery", where=lambda c, q=q: c.params["callback_query_id"] == q
        )
        for q in queries
    ]

    assert notices[0].text == "This answer has expired; please ask again."
    assert notices[-1].text.startswith("That is faster than I may answer")


def test_talk_among_people_does_not_count(scene):
    """Only what is meant for the bot is asked of it."""
    server, user, group = scene.server, scene.server.private_chat(), scene.server.group()
    for _ in range(CHAT.burst + PERSON.burst):
        server.says(user, "說說而已", group)
        server.says(user, "/weather@other_bot", group)

    assert server.answer_to(user, f"/ask {QUESTION}", group).quoted()


def test_a_groups_flood_is_bounded_and_told_once(scene):
    """Many people together can't make the bot break Telegram's limit of the group."""
    server, group = scene.server, scene.server.group()
    for _ in range(CHAT.burst + 3):
        server.says(server.private_chat(), "/ask 👍", group)
    sent = sent_to(scene, group, CHAT.burst + 1)

    assert sum(text.startswith("This chat is asking faster") for text in sent) == 1
    assert len(sent) == CHAT.burst + 1


def test_admins_have_no_limit(scene):
    """They are known by their ids."""
    for _ in range(PERSON.burst + 2):
        last = scene.server.answer_to(scene.admin, "👍")
        time.sleep(0.01)

    assert last.text.startswith("There are no words")
