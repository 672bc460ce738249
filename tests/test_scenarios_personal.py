"""The language a person chose, and all that is stored about them, deleted on request."""

from __future__ import annotations

import asyncio

from running import Scene

from bot.buttons import LANGUAGES
from bot.texts import CATALOGUE

QUESTION = "雙方進行了約三小時的閉門會議嗎"


def test_every_language_has_a_button():
    """Each is called by its own name."""
    assert set(LANGUAGES) == set(CATALOGUE)


def test_a_chosen_language_is_spoken_until_it_is_left_to_telegram(scene, user):
    """The offer changes at once, and so does every answer after it."""
    offer = scene.server.answer_to(user, "/language")

    notice = scene.press(user, offer.result, offer.button("Русский"))
    changed = scene.server.expect("editMessageText", user["id"])
    spoken = scene.server.answer_to(user, "xyzzy")
    scene.press(user, offer.result, offer.button("As in Telegram"))
    again = scene.server.answer_to(user, "xyzzy")

    assert notice.text == "Хорошо, по-русски."
    assert changed.text.startswith("На каком языке")
    assert spoken.text == "В источниках нет ответа на этот вопрос."
    assert again.text == "The sources don't answer this question."


def test_in_a_group_each_person_has_their_own(scene, user):
    """The message in the group stays, and nobody else is spoken to in another language."""
    group = scene.server.group()
    offer = scene.server.answer_to(user, "/language", group)
    other = scene.server.private_chat()

    notice = scene.press(other, offer.result, offer.button("繁體中文"))

    assert notice.text == "好的，我用繁體中文。"
    assert scene.server.done("editMessageText", group) == []
    answer = scene.server.answer_to(user, "/ask xyzzy", group)
    assert answer.text == "The sources don't answer this question."
    answer = scene.server.answer_to(other, "/ask xyzzy", group)
    assert answer.text == "資料裡沒有這個問題的答案。"


def test_a_forged_language_is_refused(scene, user):
    """What is no language is not stored."""
    offer = scene.server.answer_to(user, "/language")

    notice = scene.press(user, offer.result, "v1:lang:tlh:0")

    assert notice.text == "This answer has expired; please ask again."


def test_a_person_is_forgotten_on_request(scene, user):
    """Answers, ratings, the language and the last question go; another person's stay."""
    other = scene.server.private_chat()
    kept = scene.server.answer_to(other, QUESTION)
    card = scene.server.answer_to(user, QUESTION)
    scene.press(user, card.result, card.button("👍"))
    offer = scene.server.answer_to(user, "/language")
    scene.press(user, offer.result, offer.button("English"))

    told = scene.server.answer_to(user, "/forget")

    assert told.text.startswith("Deleted what was stored about you:")
    assert "answers (1;" in told.text
    assert "questions (1), a chosen language (1)." in told.text
    gone = scene.press(user, card.result, card.button("Context"))
    assert gone.text == "This answer has expired; please ask again."
    assert "Understood" not in scene.server.answer_to(user, "那多久").text
    assert scene.press(other, kept.result, kept.button("Context")).text == ""


def test_nothing_of_a_forgotten_person_is_left_in_the_database(scene, user):
    """No row of any table holds their number."""
    group = scene.server.group()
    for chat in (None, group):
        prefix = "/ask " if chat else ""
        card = scene.server.answer_to(user, f"{prefix}{QUESTION}", chat)
        scene.press(user, card.result, card.button("👎"))
    scene.server.answer_to(user, "/forget")

    assert everywhere(scene, user["id"]) == []


def test_nothing_is_stored_about_an_anonymous_admin(scene, user):
    """Who writes as the group is nobody in particular."""
    group = scene.server.group()
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    behind = {"sender_chat": scene.server.chats[group]}

    told = scene.server.answer_to(anonymous, "/forget", group, **behind)

    assert told.text == "Nothing is stored about you."


def everywhere(scene: Scene, person_id: int) -> list[str]:
    """Return the tables that hold a person's number."""

    async def search() -> list[str]:
        storage, found = scene.lifecycle.storage, []
        names = await storage.read("SELECT name FROM sqlite_master WHERE type = 'table'", ())
        for (name,) in names:
            rows = await storage.read(f"SELECT * FROM {name}", ())  # noqa: S608 - its own names
            found += [name for row in rows if person_id in tuple(row)]
        return found

    return asyncio.run_coroutine_threadsafe(search(), scene.loop).result(10)
