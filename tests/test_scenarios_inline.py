"""Quotes in chats that the bot is not in, and links that open them."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from botapi import Call, Refusal
from fakes import SUMMIT
from running import Scene, bot_in_thread

QUESTION = "雙方進行了約三小時的閉門會議嗎"


def inline(scene: Scene, user: dict, text: str) -> Call:
    query = scene.server.types_inline(user, text)
    return scene.server.expect(
        "answerInlineQuery", where=lambda call: call.params["inline_query_id"] == query
    )


def guest(scene: Scene, user: dict, text: str, **fields: object) -> dict:
    query = scene.server.mentions_guest(user, text, **fields)
    answer = scene.server.expect(
        "answerGuestQuery", where=lambda call: call.params["guest_query_id"] == query
    )
    return answer.params["result"]


def message(result: dict) -> str:
    return result["input_message_content"]["message_text"]


def start_link(result: dict) -> str:
    [[button]] = result["reply_markup"]["inline_keyboard"]
    [payload] = parse_qs(urlsplit(button["url"]).query)["start"]
    return f"/start {payload}"


def test_an_inline_question_is_offered_quotes_as_cards(scene, user):
    """Each is verbatim, cited, and told in the list by its sentence and its source."""
    answer = inline(scene, user, QUESTION)

    first = answer.params["results"][0]
    assert first["title"].startswith("雙方進行了約三小時的閉門會議。")
    assert first["description"] == "2025年俄美峰會 · 維基百科 · 2025-08-15"
    assert message(first).startswith("雙方進行了約三小時的閉門會議。[16][37]\n2025年俄美峰會 · ")
    assert first["input_message_content"]["link_preview_options"]["is_disabled"]
    assert answer.params["cache_time"] <= 60
    assert answer.params["is_personal"]


def test_a_card_has_the_shape_that_telegram_asks_for(scene, user):
    """An article with a title, a message with entities, and a button that leads to the bot."""
    results = inline(scene, user, QUESTION).params["results"]

    assert len({result["id"] for result in results}) == len(results) <= 50
    for result in results:
        assert set(result) == {
            "type", "id", "title", "description", "input_message_content", "reply_markup"
        }  # fmt: skip
        assert result["type"] == "article"
        content = result["input_message_content"]
        assert set(content) == {"message_text", "entities", "link_preview_options"}
        assert {"blockquote", "bold"} <= {entity["type"] for entity in content["entities"]}
        [[button]] = result["reply_markup"]["inline_keyboard"]
        assert set(button) == {"text", "url"}
        assert button["url"].startswith("https://t.me/yuanhua_bot?start=q_")


def test_each_person_is_offered_cards_in_their_own_language(scene):
    """The same query of two people is answered apart, and by no cache of another's."""
    english = inline(scene, scene.server.private_chat(), QUESTION)
    chinese = inline(scene, scene.server.private_chat(language="zh-hans"), QUESTION)

    labels = [
        answer.params["results"][0]["reply_markup"]["inline_keyboard"][0][0]["text"]
        for answer in (english, chinese)
    ]
    assert labels == ["Open in the bot", "在机器人中打开"]


@pytest.mark.parametrize("text", ["", "  ", "?!"])
def test_an_empty_inline_query_gets_a_hint(scene, user, text):
    """What there is to do, in the writer's language."""
    [hint] = inline(scene, user, text).params["results"]

    assert hint["title"] == "Type a question"
    assert message(hint).startswith("Hello!")


def test_an_inline_question_without_an_answer_says_so(scene, user):
    """Abstaining is an answer, there too."""
    [result] = inline(scene, user, "how tall is the Eiffel tower").params["results"]

    assert result["title"] == message(result) == "The sources don't answer this question."


def test_only_the_last_of_quick_keystrokes_is_looked_up(scene, user):
    """Every letter is a query; one is answered when the writer pauses."""
    before = len(scene.server.done("answerInlineQuery"))

    for end in range(5, len(QUESTION)):
        scene.server.types_inline(user, QUESTION[:end])
    inline(scene, user, QUESTION)
    time.sleep(0.5)

    # A slow machine may see a pause between two letters.
    assert len(scene.server.done("answerInlineQuery")) - before <= 3


def test_an_inline_query_that_is_over_is_let_go(scene, user):
    """Telegram takes no answer after some seconds; nothing breaks."""
    stale = {"id": "999", "from": user, "query": QUESTION, "offset": ""}

    scene.server.push("inline_query", stale)

    assert inline(scene, scene.server.private_chat(), QUESTION).params["results"]


def test_a_mention_in_a_foreign_chat_is_answered_as_a_guest(scene, user):
    """With the one best card, without the mention in the question."""
    result = guest(scene, user, f"@yuanhua_bot {QUESTION}")

    assert message(result).startswith("雙方進行了約三小時的閉門會議。[16][37]")


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("@yuanhua_bot", "Please add a question"),
        ("@yuanhua_bot " + "問" * 1001, "The question is too long"),
        ("@yuanhua_bot xyzzy", "The sources don't answer"),
    ],
)
def test_a_guest_answers_odd_mentions_in_a_line(scene, user, text, beginning):
    """As in a chat of its own."""
    assert message(guest(scene, user, text)).startswith(beginning)


def test_a_guest_takes_the_message_replied_to(scene, user):
    """A mention without words asks what it replies to, as in a group of its own."""
    other = scene.server.private_chat()
    asked = {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "supergroup"}, "from": other}

    result = guest(scene, user, "@yuanhua_bot", reply_to_message={**asked, "text": QUESTION})

    assert message(result).startswith("雙方進行了約三小時的閉門會議。[16][37]")
    assert set(result) == {
        "type", "id", "title", "description", "input_message_content", "reply_markup"
    }  # fmt: skip


@pytest.mark.parametrize("sender", ["another bot", "a channel's forwarded post"])
def test_a_guest_answers_people_only(scene, user, sender):
    """Two bots never talk to each other, wherever they meet."""
    fields = {"from": {**user, "is_bot": True}} if "bot" in sender else {}
    fields |= {"is_automatic_forward": True} if "channel" in sender else {}
    before = len(scene.server.done("answerGuestQuery"))

    scene.server.mentions_guest(user, f"@yuanhua_bot {QUESTION}", **fields)
    guest(scene, scene.server.private_chat(), f"@yuanhua_bot {QUESTION}")

    assert len(scene.server.done("answerGuestQuery")) == before + 1


def test_a_guest_query_that_is_over_is_let_go(scene, user, caplog):
    """Telegram takes no answer after a while; nothing breaks, and it is no error."""
    scene.server.fail("answerGuestQuery", Refusal("query is too old and response timeout expired"))
    before = len(scene.server.done("answerGuestQuery"))

    scene.server.mentions_guest(user, f"@yuanhua_bot {QUESTION}")
    guest(scene, scene.server.private_chat(), f"@yuanhua_bot {QUESTION}")

    assert len(scene.server.done("answerGuestQuery")) == before + 1
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_guest_is_not_to_be_flooded(scene, user):
    """Of one person's quick mentions the first is answered."""
    guest(scene, user, f"@yuanhua_bot {QUESTION}")
    before = len(scene.server.done("answerGuestQuery"))

    scene.server.mentions_guest(user, f"@yuanhua_bot {QUESTION}")
    scene.server.answer_to(user, "/help")

    assert len(scene.server.done("answerGuestQuery")) == before


def test_a_link_opens_the_quote_with_its_buttons(scene, user):
    """What was sent elsewhere leads to the same characters, their context and their source."""
    link = start_link(inline(scene, user, QUESTION).params["results"][0])
    stranger = scene.server.private_chat()

    opened = scene.server.answer_to(stranger, link)
    scene.press(stranger, opened.result, opened.button("Context"))

    assert opened.quoted() == ["雙方進行了約三小時的閉門會議。[16][37]"]
    around = scene.server.expect("sendMessage", stranger["id"], number=2)
    assert "會談於阿拉斯加州安克拉治舉行。" in around.quoted()[0]


def test_a_link_finds_a_quote_that_moved_and_no_other(scene, user):
    """A line above it makes no difference; another character in it does."""
    link = start_link(inline(scene, user, QUESTION).params["results"][0])
    kept = scene.engine.kept["g1"]

    try:
        scene.engine.kept["g1"] = (replace(SUMMIT, text="序\n" + SUMMIT.text),)
        moved = scene.server.answer_to(user, link)
        scene.engine.kept["g1"] = (replace(SUMMIT, text=SUMMIT.text.replace("三", "四")),)
        changed = scene.server.answer_to(user, link)
    finally:
        scene.engine.kept["g1"] = kept

    assert moved.quoted() == ["雙方進行了約三小時的閉門會議。[16][37]"]
    assert changed.text == "This quote is no longer in the documents."


@pytest.mark.parametrize("payload", ["q_", "q_AAAA", "q_../../etc/passwd", "q_" + "A" * 28])
def test_a_forged_link_opens_nothing(scene, user, payload):
    """One line, whatever was made up."""
    answer = scene.server.answer_to(user, f"/start {payload}")

    assert answer.text == "This quote is no longer in the documents."


def test_where_few_are_served_inline_queries_are_too(tmp_path):
    """A stranger learns that the bot isn't open; an admin is served everywhere."""
    with bot_in_thread(tmp_path, ALLOWED_CHAT_IDS="5") as scene:
        [refused] = inline(scene, scene.server.private_chat(), QUESTION).params["results"]
        served = inline(scene, scene.admin, QUESTION).params["results"]

    assert refused["title"] == "This bot is not open to this chat."
    assert message(served[0]).startswith("雙方進行了約三小時的閉門會議。")
