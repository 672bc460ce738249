"""What goes wrong between the bot and Telegram, and who may talk to the bot at all."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import replace

import pytest
from botapi import Refusal
from fakes import SUMMIT, FakeEngine
from running import bot_in_thread

from bot import app, delivery
from bot.commands import name_commands

QUESTION = "雙方進行了約三小時的閉門會議嗎"


def test_only_allowed_chats_are_served(tmp_path):
    """A stranger is told so once, a strange group nothing; admins are always served."""
    with bot_in_thread(tmp_path, ALLOWED_CHAT_IDS="-5") as scene:
        server, stranger = scene.server, scene.server.private_chat()
        server.chats[-5] = {"id": -5, "type": "supergroup", "title": "Ours"}
        strange = server.group()

        refused = server.answer_to(stranger, QUESTION)
        server.says(stranger, QUESTION)
        server.says(stranger, f"/ask {QUESTION}", strange)
        query = server.press(stranger, refused.result, "v1:context:a:0")
        notice = server.expect("answerCallbackQuery")
        ours = server.answer_to(stranger, f"/ask {QUESTION}", -5)
        admins = server.answer_to(scene.admin, QUESTION)

        assert refused.text == "This bot is not open to this chat."
        assert notice.params["callback_query_id"] == query
        assert notice.text == refused.text
        assert ours.quoted()
        assert admins.quoted()
        assert server.done("sendMessage", strange) == []
        assert len(server.done("sendMessage", stranger["id"])) == 1


def test_a_webhook_needs_its_secret_and_takes_an_update_once(tmp_path):
    """A forger is turned away; an update that comes again is not answered again."""
    with bot_in_thread(tmp_path, mode="webhook") as scene:
        server, user = scene.server, scene.server.private_chat()
        message = server.store(user["id"], {"from": user, "text": QUESTION})
        server.answer_to(user, "/help")

        forged = server.post({"update_id": 9, "message": message}, secret="wrong")
        first = server.post({"update_id": 10, "message": message})
        second = server.post({"update_id": 10, "message": message})
        server.expect("sendMessage", user["id"], number=2)
        server.answer_to(user, "/help")

        assert (forged, first, second) == (403, 200, 200)
        assert len(server.done("sendMessage", user["id"])) == 3


def test_a_second_program_with_the_token_is_reported_once(tmp_path, caplog):
    """The log says what to do, in one line, and polling goes on."""
    with bot_in_thread(tmp_path) as scene:
        user = scene.server.private_chat()
        scene.server.fail("getUpdates", Refusal("terminated by other getUpdates request", 409))
        scene.server.fail("getUpdates", Refusal("terminated by other getUpdates request", 409))

        scene.server.answer_to(user, "/help")
        answer = scene.server.answer_to(user, QUESTION)

    lines = [record.message for record in caplog.records if "same token" in record.message]
    assert answer.quoted()
    assert len(lines) == 1


def test_a_slow_answer_shows_typing_and_stops_nobody(tmp_path, monkeypatch):
    """Others are answered meanwhile; a refused indicator doesn't cost the answer."""
    monkeypatch.setattr(delivery, "TYPING_AFTER_SECONDS", 0.01)
    monkeypatch.setattr(delivery, "TYPING_EVERY_SECONDS", 0.05)
    engine = FakeEngine(delay=threading.Event())
    with bot_in_thread(tmp_path, engine=engine) as scene:
        slow, quick = scene.server.private_chat(), scene.server.private_chat()
        scene.server.fail("sendChatAction", Refusal("Too Many Requests", 429, retry_after=60))

        scene.server.says(slow, f"{QUESTION}慢")
        scene.server.expect("sendChatAction", slow["id"])
        meanwhile = scene.server.answer_to(quick, QUESTION)
        answered_before = scene.server.done("sendMessage", slow["id"])
        engine.delay.set()
        answer = scene.server.expect("sendMessage", slow["id"])

    assert meanwhile.quoted()
    assert answered_before == []
    assert answer.quoted()


def test_an_admins_commands_are_named_when_the_admin_first_starts(tmp_path):
    """Telegram refuses them before; that stops nothing, and /start mends it."""
    with bot_in_thread(tmp_path, ADMIN_IDS="42") as scene:
        before = len(scene.server.commands)
        admin = scene.server.private_chat(id=42)

        scene.server.answer_to(admin, "/start")
        scene.server.expect("setMyCommands", number=12)

    assert before == 9
    assert len(scene.server.commands) == 12


@pytest.mark.parametrize("method", ["getMyCommands", "setMyCommands"])
def test_commands_that_are_refused_stop_nothing(tmp_path, method):
    """A flood refusal for an hour is not waited for."""
    refusal = Refusal("Too Many Requests", 429, retry_after=3600)
    with bot_in_thread(tmp_path, refused={method: refusal}) as scene:
        answer = scene.server.answer_to(scene.server.private_chat(), QUESTION)

    assert answer.quoted()


def test_commands_are_not_named_again(tmp_path):
    """A restart asks and finds them as they are."""
    with bot_in_thread(tmp_path) as scene:
        scene.server.answer_to(scene.server.private_chat(), "/help")
        named = len(scene.server.done("setMyCommands"))
        asyncio.run_coroutine_threadsafe(
            name_commands(scene.app.bot, scene.settings.admin_ids), scene.loop
        ).result(10)

    assert named == 12
    assert len(scene.server.done("setMyCommands")) == 12


def test_questions_are_not_logged(tmp_path, caplog):
    """The log tells lengths and times, and nobody's words."""
    caplog.set_level(logging.INFO, logger="bot")
    with bot_in_thread(tmp_path) as scene:
        scene.server.answer_to(scene.server.private_chat(), QUESTION)

    assert "Answered 15 characters with " in caplog.text
    assert QUESTION not in caplog.text


@pytest.mark.parametrize("length", [3000, 3001])
def test_a_quote_that_is_too_long_is_dropped_and_logged(tmp_path, caplog, length):
    """It is never cut: the answer says that something went wrong."""
    engine = FakeEngine()
    engine.kept["g1"] = (replace(SUMMIT, text="長" * length),)

    with bot_in_thread(tmp_path, engine=engine) as scene:
        answer = scene.server.answer_to(scene.server.private_chat(), "長" * 20)

    fits = length <= 3000
    assert bool(answer.quoted()) is fits
    assert ("doesn't fit a page" in caplog.text) is not fits


@pytest.mark.parametrize("mode", ["polling", "webhook"])
@pytest.mark.parametrize(
    "refusal",
    [
        Refusal("Too Many Requests: retry after 1", 429, retry_after=1),
        Refusal("Too Many Requests", 429),
        Refusal("Bad Gateway", 502),
        None,
    ],
    ids=["429", "429 without a time", "502", "dropped"],
)
def test_a_passing_fault_costs_a_moment_and_no_answer(tmp_path, mode, refusal):
    """The request is made again, and the answer comes once."""
    with bot_in_thread(tmp_path, mode=mode) as scene:
        user = scene.server.private_chat()
        scene.server.fail("sendMessage", refusal, chat_id=user["id"])

        answer = scene.server.answer_to(user, QUESTION)
        scene.server.answer_to(user, "/help")

    assert answer.quoted()
    assert len(scene.server.done("sendMessage", user["id"])) == 2


def test_an_answer_that_may_have_arrived_is_not_sent_again(tmp_path, monkeypatch):
    """Telegram takes it and answers too late: two of it would be worse than a wait."""
    monkeypatch.setattr(app, "READ_SECONDS", 0.5)
    with bot_in_thread(tmp_path) as scene:
        user = scene.server.private_chat()
        scene.server.late["sendMessage"] = 1.5

        scene.server.says(user, QUESTION)
        scene.server.expect("sendMessage", user["id"])
        scene.server.late.clear()
        scene.server.answer_to(scene.server.private_chat(), "/help")
        sent = scene.server.done("sendMessage", user["id"])

    assert [bool(call.quoted()) for call in sent] == [True]


def test_entities_that_are_refused_are_left_out_and_reported(tmp_path, caplog):
    """The words of the answer arrive plain; the log has the mistake."""
    with bot_in_thread(tmp_path) as scene:
        user = scene.server.private_chat()
        scene.server.fail(
            "sendMessage", Refusal("can't parse entities: unsupported entity"), chat_id=user["id"]
        )

        answer = scene.server.answer_to(user, QUESTION)

    assert "三小時" in answer.text
    assert answer.quoted() == []
    assert "refused the entities" in caplog.text


@pytest.mark.parametrize(
    "reason",
    [
        "bot was kicked from the supergroup chat",
        "bot was blocked by the user",
        "user is deactivated",
        "bot is not a member of the supergroup chat",
    ],
)
def test_a_closed_chat_is_given_up_without_a_word(tmp_path, caplog, reason):
    """It is expected: no error in the log, no second attempt, and others are answered."""
    with bot_in_thread(tmp_path) as scene:
        user, group = scene.server.private_chat(), scene.server.group()
        place = group if "chat" in reason else user["id"]
        scene.server.fail("sendMessage", Refusal(reason, 403), chat_id=place, times=9)

        scene.server.says(user, f"/ask {QUESTION}", place)
        answer = scene.server.answer_to(scene.server.private_chat(), QUESTION)

    tried = [c for c in scene.server.calls if c.method == "sendMessage" and c.chat_id == place]
    assert answer.quoted()
    assert len(tried) == 1
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []
