"""People ask in private; the bot answers over a real connection, polling and by webhook."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import unquote

import pytest
from botapi import Refusal
from fakes import SUMMIT, FakeEngine
from running import bot_in_thread

from bot.texts import CATALOGUE

QUESTION = "雙方進行了約三小時的閉門會議嗎"


def test_a_private_question_gets_a_verbatim_quote_with_citation(scene):
    """The quote is a blockquote of the document's own characters, the sentence bold."""
    user = scene.server.private_chat()

    answer = scene.server.answer_to(user, QUESTION)

    assert answer.quoted()[0] in SUMMIT.text
    assert "三小時" in answer.quoted()[0]
    kinds = {entity["type"] for entity in answer.params["entities"]}
    assert {"blockquote", "bold", "text_link"} <= kinds
    assert "2025年俄美峰會 · 維基百科 · 2025-08-15" in answer.text
    assert "[37] Three hours, Reuters, 2025-08-15" in answer.text
    assert answer.params["link_preview_options"]["is_disabled"]
    assert "parse_mode" not in answer.params


def test_the_title_opens_the_page_at_the_sentence(scene):
    """A browser finds the sentence there, the footnote marks left out."""
    answer = scene.server.answer_to(scene.server.private_chat(), QUESTION)

    [link, *_] = [e["url"] for e in answer.params["entities"] if e["type"] == "text_link"]
    page, _, sentence = link.partition("#:~:text=")
    assert page == "https://example.org/summit"
    assert unquote(sentence) == "雙方進行了約三小時的閉門會議。"


def test_a_card_bears_its_buttons(scene):
    """Around the quote, about it, and its citation to copy."""
    answer = scene.server.answer_to(scene.server.private_chat(), QUESTION)

    rows = answer.params["reply_markup"]["inline_keyboard"]
    labels = [[button["text"] for button in row] for row in rows]
    assert labels[0][:2] == ["Context", "Sources"]
    assert labels[1] == ["👍", "👎", "Copy citation"]
    copied = rows[1][2]["copy_text"]["text"]
    assert copied == "2025年俄美峰會 · 維基百科 · 2025-08-15 · https://example.org/summit"


def test_an_unanswerable_question_is_said_to_be_one(scene):
    """One line says that the sources don't answer."""
    user = scene.server.private_chat()

    answer = scene.server.answer_to(user, "how tall is the Eiffel tower")

    assert answer.text == "The sources don't answer this question."
    assert answer.quoted() == []


def test_the_ask_command_takes_the_question_after_it(scene):
    """/ask in private is answered like a plain question."""
    user = scene.server.private_chat()

    answer = scene.server.answer_to(user, f"/ask {QUESTION}")

    assert "三小時" in answer.quoted()[0]


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("/ask", "Please add a question"),
        ("🎉🎉", "There are no words"),
        ("?!…", "There are no words"),
        ("問" * 1001, "The question is too long (1001 characters)"),
        ("問" * 10_000, "The question is too long (10000 characters)"),
        ("/nonsense", "There is no such command"),
        ("/start ref_42-x", "Hello!"),
        ("/help", "In private: just send your question"),
        ("/privacy", "Privacy"),
        ("/rebuild", "Sorry, only admins"),
    ],
)
def test_odd_messages_and_commands_get_one_clear_reply(scene, text, beginning):
    """Each gets a line of its own; nothing is looked up."""
    user = scene.server.private_chat()

    answer = scene.server.answer_to(user, text)

    assert answer.text.startswith(beginning)


def test_a_text_that_telegram_cut_into_pieces_gets_one_reply(scene):
    """Ten thousand characters arrive as three messages."""
    user = scene.server.private_chat()

    for length in (4096, 4096, 1808):
        scene.server.says(user, "問" * length)
    scene.server.expect("sendMessage", user["id"])
    scene.server.answer_to(user, "/help")

    assert len(scene.server.done("sendMessage", user["id"])) == 2


def test_markup_in_a_question_is_only_text(scene):
    """`<b>&"` is searched for, found as printed, and breaks nothing."""
    user = scene.server.private_chat()

    answer = scene.server.answer_to(user, '<b>&" 這一段含有標記')

    assert answer.quoted() == ['<b>&" 這一段含有標記 👩‍👩‍👧 的字元。']


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("zh-hans", "资料里没有这个问题的答案。"),
        ("zh-TW", "資料裡沒有這個問題的答案。"),
        ("ru", "В источниках нет ответа на этот вопрос."),
        ("de", "The sources don't answer this question."),
        (None, "The sources don't answer this question."),
    ],
)
def test_the_bot_speaks_the_askers_language(scene, code, line):
    """Its own sentences follow the asker's language code."""
    user = scene.server.private_chat(language=code)

    answer = scene.server.answer_to(user, "xyzzy")

    assert answer.text == line


def test_a_photo_without_words_gets_one_hint_even_as_an_album(scene):
    """Three messages of an album bring one reply."""
    user = scene.server.private_chat()
    album = {"photo": [], "media_group_id": "7"}

    for _ in range(3):
        scene.server.says(user, None, **album)
    scene.server.expect("sendMessage", user["id"])
    scene.server.answer_to(user, QUESTION)

    texts = [call.text for call in scene.server.done("sendMessage", user["id"])]
    assert texts[0] == "I can only read text; please ask in words."
    assert len(texts) == 2


@pytest.mark.parametrize("kind", ["edited_channel_post", "channel_post"])
def test_channel_posts_are_ignored(scene, kind):
    """Telegram isn't even asked for them, and they would not be answered."""
    user = scene.server.private_chat()
    message = scene.server.store(user["id"], {"from": user, "text": QUESTION})

    delivered = scene.server.push(kind, message)
    scene.server.answer_to(user, "/help")

    assert delivered == 0
    assert len(scene.server.done("sendMessage", user["id"])) == 1


def test_a_bot_gets_no_answer(scene):
    """Two bots never talk to each other."""
    user = scene.server.private_chat()
    robot = {**user, "is_bot": True}

    scene.server.says(robot, QUESTION, user["id"])
    scene.server.answer_to(user, "/help")

    assert len(scene.server.done("sendMessage", user["id"])) == 1


def test_an_error_is_said_in_one_line(scene):
    """When the engine falls over, the asker hears of it."""
    user = scene.server.private_chat()

    answer = scene.server.answer_to(user, "crash please")

    assert answer.text.startswith("Something went wrong")


def test_a_quote_that_fails_its_check_is_not_sent(scene):
    """Characters that differ from the document's never leave the program."""
    user = scene.server.private_chat()
    scene.engine.broken = True

    try:
        answer = scene.server.answer_to(user, QUESTION)
    finally:
        scene.engine.broken = False

    assert answer.quoted() == []
    assert answer.text.startswith("Something went wrong")


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal("Too Many Requests: retry after 1", 429, retry_after=1),
        Refusal("Bad Gateway", 502),
        None,
    ],
    ids=["flood", "bad gateway", "cut connection"],
)
def test_an_answer_survives_a_fault_of_the_server(scene, refusal):
    """It is sent again, once."""
    user = scene.server.private_chat()
    scene.server.fail("sendMessage", refusal, chat_id=user["id"])

    answer = scene.server.answer_to(user, QUESTION)

    assert "三小時" in answer.quoted()[0]
    assert len(scene.server.done("sendMessage", user["id"])) == 1


def test_a_person_who_blocked_the_bot_stops_nobody(scene):
    """The refusal is swallowed and the next person is served."""
    blocker, user = scene.server.private_chat(), scene.server.private_chat()
    scene.server.chats[blocker["id"]]["blocked"] = True

    scene.server.says(blocker, QUESTION)
    answer = scene.server.answer_to(user, QUESTION)

    assert answer.quoted()


@pytest.mark.parametrize(("code", "language"), [("", "en"), ("zh", "zh-Hans"), ("ru", "ru")])
@pytest.mark.parametrize(
    "kind", ["all_private_chats", "all_group_chats", "all_chat_administrators", "chat"]
)
def test_commands_are_named_for_people_groups_and_admins(scene, kind, code, language):
    """Each list stands on its own, in each language; what is for admins is in theirs alone."""
    scope = {"type": kind, "chat_id": scene.admin["id"]} if kind == "chat" else {"type": kind}
    named = scene.server.commands[json.dumps([scope, code], sort_keys=True)]

    texts = CATALOGUE[language]
    own = {
        "all_private_chats": {},
        "all_group_chats": {},
        "all_chat_administrators": {"settings": texts.management.command_settings},
        "chat": {
            "rebuild": texts.command_rebuild,
            "rollback": texts.management.command_rollback,
            "status": texts.management.command_status,
            "stats": texts.management.command_stats,
            "unanswered": texts.management.command_unanswered,
            "alias": texts.management.command_alias,
            "export": texts.management.command_export,
        },
    }
    public = {
        "ask": texts.command_ask,
        "sources": texts.command_sources,
        "timeline": texts.command_timeline,
        "help": texts.command_help,
        "language": texts.command_language,
        "privacy": texts.command_privacy,
        "forget": texts.command_forget,
    }
    assert {each["command"]: each["description"] for each in named} == public | own[kind]


def test_the_bot_is_described_in_each_language(scene):
    """Before anybody writes, an empty chat says what to do, and the profile what it is."""
    assert scene.server.described == {
        (kind, code): text
        for code, language in (("", "en"), ("zh", "zh-Hans"), ("ru", "ru"))
        for kind, text in (
            ("description", CATALOGUE[language].start),
            ("short_description", CATALOGUE[language].about),
        )
    }


def test_commands_are_named_for_nobody_else(scene):
    """Four scopes in three languages: both Chinese scripts share one list."""
    assert len(scene.server.commands) == 12


def test_two_documents_that_tell_one_fact_stand_side_by_side(scene):
    """A quote each, each with its citation and with a button of its own."""
    answer = scene.server.answer_to(scene.server.private_chat(), "十二分鐘能源设施")

    assert answer.quoted() == ["記者會只持續了十二分鐘。", "双方同意停止打击能源设施。"]
    assert "2025年俄美峰會 · 維基百科 · 2025-08-15" in answer.text
    assert "通话 · 新华社 · 2025-03-19" in answer.text
    assert [button["text"] for button in answer.buttons[:3]] == [
        "Context 1",
        "Context 2",
        "Sources",
    ]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_a_long_quote_is_folded(tmp_path, mode):
    """Its reader opens it with a tap; the bold sentence is whole."""
    long = replace(SUMMIT, text="長" * 251 + "。")
    with bot_in_thread(tmp_path, mode=mode, engine=FakeEngine({"g1": (long,)})) as scene:
        answer = scene.server.answer_to(scene.server.private_chat(), "長" * 20)

    kinds = [entity["type"] for entity in answer.params["entities"]]
    assert "expandable_blockquote" in kinds
    assert "blockquote" not in kinds
    assert answer.quoted() == [long.text]
