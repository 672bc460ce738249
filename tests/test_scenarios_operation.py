"""Overload, outages and restarts, as people and operators see them."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from botapi import BotApi, Refusal
from fakes import FakeEngine
from running import Scene, bot_in_thread, free_port, wait_until

from bot import app, delivery, dispatch, flood_control, lifecycle, line
from bot.journal import MOST_TRIES
from bot.storage import Storage
from bot.texts import CATALOGUE

QUESTION = "雙方進行了約三小時的閉門會議嗎"
REFUSE = "SELECT RAISE(ABORT, 'disk is full')"
FULL = f"CREATE TRIGGER full BEFORE INSERT ON incoming BEGIN {REFUSE}; END"
CHANGES = (
    *("INSERT ON incoming", "UPDATE ON incoming", "INSERT ON answer", "INSERT ON reply"),
    "INSERT ON asked",
)


def look(port: str, path: str) -> tuple[int, str]:
    """Return what the bot tells on its port: a status and a text."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def run_sql(scene: Scene, statement: str) -> None:
    """Change the bot's database while it runs."""
    asyncio.run_coroutine_threadsafe(
        scene.lifecycle.storage.write((statement, ())), scene.loop
    ).result(10)


def updates_of(scene: Scene) -> int:
    """Return how many updates the bot has taken and not yet dealt with."""
    return scene.lifecycle.dispatch.in_hand + scene.lifecycle.dispatch.waiting


def states(data_dir: Path) -> list[tuple[object, ...]]:
    """Return the states of the journal of a bot that has ended."""

    async def read() -> list[tuple[object, ...]]:
        storage = Storage(data_dir / "bot.sqlite3")
        await storage.open()
        rows = await storage.read("SELECT state, body FROM incoming ORDER BY seq", ())
        await storage.close()
        return [tuple(row) for row in rows]

    return asyncio.run(read())


def test_who_waits_long_learns_the_place_and_the_answer_takes_it(tmp_path, monkeypatch):
    """One message: first the place in the line, then the answer; who is served is told nothing."""
    monkeypatch.setattr(line, "TELL_AFTER_SECONDS", 0.3)
    monkeypatch.setattr(line, "CONCURRENT_ANSWERS", 1)
    monkeypatch.setattr(delivery, "TYPING_AFTER_SECONDS", 0.01)
    engine = FakeEngine(delay=threading.Event())
    with bot_in_thread(tmp_path, engine=engine) as scene:
        server = scene.server
        people = served, second, third = [server.private_chat() for _ in range(3)]

        server.says(served, f"{QUESTION}慢")
        server.expect("sendChatAction", served["id"])
        server.says(second, QUESTION)
        server.expect("sendChatAction", second["id"])
        server.says(third, "how tall is the Eiffel tower")
        told = server.expect("sendMessage", second["id"])
        told_third = server.expect("sendMessage", third["id"])
        engine.delay.set()
        answer = server.expect("editMessageText", second["id"])
        abstention = server.expect("editMessageText", third["id"])
        server.expect("sendMessage", served["id"])

        assert "number 1 in line" in told.text
        assert "number 2 in line" in told_third.text
        assert answer.params["message_id"] == told.result["message_id"]
        assert answer.quoted()
        assert answer.buttons
        assert abstention.text == "The sources don't answer this question."
        assert [len(server.done("sendMessage", person["id"])) for person in people] == [1, 1, 1]


def test_an_answer_is_sent_anew_where_the_notice_is_gone(tmp_path, monkeypatch):
    """Who deletes the notice gets the answer all the same."""
    monkeypatch.setattr(line, "TELL_AFTER_SECONDS", 0.05)
    monkeypatch.setattr(line, "CONCURRENT_ANSWERS", 1)
    engine = FakeEngine(delay=threading.Event())
    with bot_in_thread(tmp_path, engine=engine) as scene:
        server, waiting = scene.server, scene.server.private_chat()
        server.says(server.private_chat(), f"{QUESTION}慢")
        server.says(waiting, QUESTION)
        told = server.expect("sendMessage", waiting["id"])

        del server.messages[waiting["id"], told.result["message_id"]]
        engine.delay.set()
        answer = server.expect("sendMessage", waiting["id"], number=2)

    assert answer.quoted()


def test_what_was_in_hand_at_the_end_is_answered_at_the_next_start(tmp_path, monkeypatch):
    """Once; also what was still behind it, in its order."""
    monkeypatch.setattr(lifecycle, "GRACE_SECONDS", 0.1)
    engine = FakeEngine(delay=threading.Event())
    with BotApi().running() as server:
        user = server.private_chat()
        with bot_in_thread(tmp_path, engine=engine, server=server) as scene:
            server.says(user, f"{QUESTION}慢")
            server.says(user, "/help")
            wait_until(lambda: updates_of(scene) == 2)
        sent_before = server.done("sendMessage", user["id"])
        engine.delay.set()
        server.done_polling()

        with bot_in_thread(tmp_path, engine=engine, server=server):
            server.expect("sendMessage", user["id"], number=2)
            server.answer_to(user, "/privacy")
        texts = [call.text for call in server.done("sendMessage", user["id"])]

    assert sent_before == []
    assert "三小時" in texts[0]
    assert [text.partition(" ")[0] for text in texts[1:]] == ["In", "Privacy\n·"]
    assert set(states(tmp_path)) == {("done", None)}


def test_the_end_waits_for_the_answer_under_way(tmp_path):
    """It takes no new ones meanwhile."""
    engine = FakeEngine(delay=threading.Event())
    with bot_in_thread(tmp_path, engine=engine) as scene:
        user = scene.server.private_chat()
        scene.server.says(user, f"{QUESTION}慢")
        wait_until(lambda: updates_of(scene))

        scene.loop.call_soon_threadsafe(scene.lifecycle.stop)
        engine.delay.set()
        answer = scene.server.expect("sendMessage", user["id"])

    assert answer.quoted()
    assert states(tmp_path) == [("done", None)]


def test_the_end_in_the_middle_of_an_outage_is_a_quiet_one(tmp_path, monkeypatch, caplog):
    """Answers and notices that can't go out are left for the next start, without a complaint."""
    monkeypatch.setattr(line, "TELL_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(line, "CONCURRENT_ANSWERS", 1)
    monkeypatch.setattr(lifecycle, "GRACE_SECONDS", 0.2)
    with bot_in_thread(tmp_path) as scene:
        scene.server.fail("sendMessage", None, times=1000)
        for _ in range(10):
            scene.server.says(scene.server.private_chat(), QUESTION)
        wait_until(lambda: updates_of(scene) == 10)
        wait_until(lambda: any(call.method == "sendMessage" for call in scene.server.calls))

    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert {state for state, _ in states(tmp_path)} == {"open"}


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_what_can_not_be_written_is_not_acknowledged(tmp_path, mode, caplog):
    """Telegram brings it again, and it is answered once when there is room on the disk."""
    with bot_in_thread(tmp_path, mode=mode) as scene:
        server, user = scene.server, scene.server.private_chat()
        message = server.store(user["id"], {"from": user, "text": QUESTION})
        server.answer_to(server.private_chat(), "/help")
        run_sql(scene, FULL)

        if mode == "webhook":
            refused = server.post({"update_id": 5000, "message": message})
            run_sql(scene, "DROP TRIGGER full")
            taken = server.post({"update_id": 5000, "message": message})
            assert (refused, taken) == (503, 200)
        else:
            server.push("message", message)
            wait_until(lambda: "disk is full" in caplog.text)
            run_sql(scene, "DROP TRIGGER full")
        answer = server.expect("sendMessage", user["id"])
        server.answer_to(user, "/help")

    assert answer.quoted()
    assert len(server.done("sendMessage", user["id"])) == 2
    assert "disk is full" in caplog.text


def test_a_disk_that_fills_costs_no_answer_that_is_under_way(tmp_path, caplog):
    """It is sent once, without a word of apology; only its buttons know nothing."""
    engine = FakeEngine(delay=threading.Event())
    with bot_in_thread(tmp_path, engine=engine) as scene:
        server, user = scene.server, scene.server.private_chat()
        server.says(user, f"{QUESTION}慢")
        wait_until(lambda: updates_of(scene) == 1)
        for number, change in enumerate(CHANGES):
            run_sql(scene, f"CREATE TRIGGER full{number} BEFORE {change} BEGIN {REFUSE}; END")
        engine.delay.set()
        answer = server.expect("sendMessage", user["id"])
        wait_until(lambda: not updates_of(scene))
        for number, _ in enumerate(CHANGES):
            run_sql(scene, f"DROP TRIGGER full{number}")
        pressed = scene.press(user, answer.result, answer.button("Context"))
        again = server.answer_to(user, QUESTION)

    assert answer.quoted()
    assert again.quoted()
    assert pressed.text == CATALOGUE["en"].expired
    assert len(server.done("sendMessage", user["id"])) == 2
    assert "The database can't be written: disk is full" in caplog.text
    assert [state for state, _ in states(tmp_path)] == ["done", "done", "done"]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_an_update_that_can_not_be_read_holds_up_none(tmp_path, mode, caplog):
    """It is passed over and reported; those before and after it in the same batch are answered."""
    with bot_in_thread(tmp_path, mode=mode) as scene:
        server, user = scene.server, scene.server.private_chat()

        server.says(user, "/help")
        server.push("message", {"message_id": 7, "text": "neither a chat nor a date"})
        server.says(user, QUESTION)
        answer = server.expect("sendMessage", user["id"], number=2)

    assert answer.quoted()
    assert "can't be read" in caplog.text


@pytest.mark.parametrize(
    ("refusal", "times"),
    [
        (Refusal("Bad Gateway", 502), 7),
        (None, 7),
        (Refusal("Too Many Requests: retry after 2", 429, retry_after=2), 1),
    ],
    ids=["502", "dropped", "429"],
)
def test_an_outage_delays_answers_and_loses_none(tmp_path, monkeypatch, refusal, times):
    """It outlasts all tries of a request: the question is asked again in a while."""
    monkeypatch.setattr(flood_control, "NETWORK_PAUSES", (0.01, 0.01))
    monkeypatch.setattr(flood_control, "LONGEST_WAIT_SECONDS", 1.0)
    monkeypatch.setattr(dispatch, "SHORTEST_DELAY", 0.05)
    with bot_in_thread(tmp_path) as scene:
        server, user = scene.server, scene.server.private_chat()
        server.fail("sendMessage", refusal, times=times, chat_id=user["id"])

        server.says(user, QUESTION)
        server.says(user, "/help")
        other = server.answer_to(server.private_chat(), QUESTION)
        server.expect("sendMessage", user["id"], number=2)
        answers = server.done("sendMessage", user["id"])

    assert other.quoted()
    assert [bool(answer.quoted()) for answer in answers] == [True, False]


def test_an_update_that_ends_the_program_is_given_up_and_the_admins_are_told(tmp_path, caplog):
    """Once, in the language that the admin chose; the next question is answered."""
    with BotApi().running() as server:
        user = server.private_chat()
        with bot_in_thread(tmp_path, server=server) as scene:
            server.says(user, QUESTION)
            server.expect("sendMessage", user["id"])
        asyncio.run(reopen(tmp_path, tries=MOST_TRIES))
        server.done_polling()

        with bot_in_thread(tmp_path, server=server) as scene:
            alarm = server.expect("sendMessage", scene.admin["id"])
            answer = server.answer_to(user, QUESTION)

    assert alarm.text.startswith("A message (number ")
    assert answer.quoted()
    assert len(server.done("sendMessage", user["id"])) == 2
    assert "is given up" in caplog.text


async def reopen(data_dir: Path, *, tries: int) -> None:
    """Make the first update of a journal one that was begun so often and never ended."""
    message = {
        "message_id": 1,
        "date": 1_700_000_000,
        "chat": {"id": 77, "type": "private"},
        "from": {"id": 77, "is_bot": False, "first_name": "Ann"},
        "text": "?",
    }
    body = json.dumps({"update_id": 1, "message": message})
    storage = Storage(data_dir / "bot.sqlite3")
    await storage.open()
    change = "UPDATE incoming SET state = 'open', sent = NULL, tries = ?, body = ? WHERE seq = 1"
    await storage.write((change, (tries, body)))
    await storage.close()


def test_an_answer_that_may_have_arrived_is_counted_and_noted(tmp_path, monkeypatch):
    """Nobody can tell whether it did; the journal says so."""
    monkeypatch.setattr(app, "READ_SECONDS", 0.5)
    port = str(free_port())
    with bot_in_thread(tmp_path, METRICS_PORT=port) as scene:
        user = scene.server.private_chat()
        scene.server.late["sendMessage"] = 1.5

        scene.server.says(user, QUESTION)
        scene.server.expect("sendMessage", user["id"])
        wait_until(lambda: 'kind="perhaps lost"' in look(port, "/metrics")[1])
        page = look(port, "/metrics")[1]
        scene.server.late.clear()

    assert 'yuanhua_request_trouble_total{kind="perhaps lost"} 1.0' in page
    assert states(tmp_path) == [("maybe", None)]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_who_watches_the_bot_sees_how_it_is(tmp_path, mode):
    """Alive, ready, and what was done; a database that can't be written is not ready."""
    port = str(free_port())
    with bot_in_thread(tmp_path, mode=mode, METRICS_PORT=port) as scene:
        server, user = scene.server, scene.server.private_chat()
        server.answer_to(user, QUESTION)
        server.fail("sendMessage", Refusal("wait", 429, retry_after=1), chat_id=user["id"])
        server.answer_to(user, "how tall is the Eiffel tower")

        alive, ready = look(port, "/healthz"), look(port, "/readyz")
        page = look(port, "/metrics")[1]
        run_sql(scene, "DROP TABLE pulse")
        not_ready = look(port, "/readyz")

    assert alive == (200, "ok\n")
    assert ready == (200, "serving: ok\ndatabase: ok\nsearch: ok\ntelegram: ok\n")
    assert not_ready == (503, "serving: ok\ndatabase: failed\nsearch: ok\ntelegram: ok\n")
    assert look_up(page, "yuanhua_questions_total", outcome="answered") == 1
    assert look_up(page, "yuanhua_questions_total", outcome="abstained") == 1
    assert look_up(page, "yuanhua_requests_total", method="sendMessage") == 2
    assert look_up(page, "yuanhua_request_trouble_total", kind="429") == 1
    assert look_up(page, "yuanhua_answer_seconds_count", stage="total") == 2
    assert look_up(page, "yuanhua_updates_total", outcome="done") >= 1
    assert look_up(page, "yuanhua_generation", generation="g1") == 1
    assert "yuanhua_questions_waiting 0.0" in page
    assert QUESTION not in page


def look_up(page: str, name: str, **labels: str) -> float:
    """Return a number of a page of metrics."""
    shown = ",".join(f'{label}="{value}"' for label, value in labels.items())
    [line] = [line for line in page.splitlines() if line.startswith(f"{name}{{{shown}}} ")]
    return float(line.rpartition(" ")[2])


def test_errors_are_counted(tmp_path, caplog):
    """Whatever the bot logs as one."""
    port = str(free_port())
    with bot_in_thread(tmp_path, METRICS_PORT=port) as scene:
        scene.server.answer_to(scene.server.private_chat(), "crash")

        page = look(port, "/metrics")[1]

    assert "yuanhua_errors_total 1.0" in page
    assert [record.levelno for record in caplog.records].count(logging.ERROR) == 1
