"""An admin rebuilds the index from the chat while others ask."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from botapi import Call
from fakes import FakeEngine
from running import Scene, bot_in_thread

from bot import admin
from index import (
    BuildRunningError,
    DocumentError,
    IndexingError,
    Reason,
    Refusal,
    disk_refusal,
)

QUESTION = "雙方進行了約三小時的閉門會議嗎"


@pytest.fixture(params=["polling", "webhook"])
def scene(request: pytest.FixtureRequest, tmp_path) -> Iterator[Scene]:
    engine = FakeEngine(next_generation="g2")
    engine.kept["g2"] = engine.kept["g1"]
    with bot_in_thread(tmp_path, mode=request.param, engine=engine) as running:
        yield running


def start_rebuild(scene: Scene, chat: int | None = None) -> Call:
    """Let the admin send /rebuild and return the progress message."""
    message = scene.server.answer_to(scene.admin, "/rebuild", chat)
    assert scene.build.started.wait(5)
    return message


def final_edit(scene: Scene, beginning: str) -> Call:
    return scene.server.expect(
        "editMessageText", where=lambda call: call.text.startswith(beginning)
    )


def log_of_rebuilds(scene: Scene) -> list[tuple]:
    with sqlite3.connect(scene.settings.data_dir / "bot.sqlite3") as database:
        rows = database.execute("SELECT admin_id, outcome, detail FROM rebuild").fetchall()
    database.close()
    return rows


def test_questions_are_answered_while_the_index_is_rebuilt(scene):
    """Progress is shown in one message; then the new generation is live."""
    message = start_rebuild(scene)
    user = scene.server.private_chat()

    scene.server.expect("editMessageText", scene.admin["id"], number=2)
    answer = scene.server.answer_to(user, QUESTION)
    generation_before = scene.engine.generation
    scene.build.finish.set()
    done = final_edit(scene, "The index was rebuilt in 0.5 s.")

    assert message.text.startswith("Rebuilding the index…\n▱▱▱")
    assert answer.quoted()
    assert generation_before == "g1"
    assert scene.engine.generation == "g2"
    assert "Added 1, changed 0, removed 0, unchanged 2" in done.text
    assert done.buttons == []
    assert len(scene.server.done("sendMessage", scene.admin["id"])) == 1
    assert log_of_rebuilds(scene) == [(scene.admin["id"], "done", "g2")]


def test_edits_keep_their_distance_and_always_change_something(scene):
    """No edit is refused as unmodified, and none follows the one before too soon."""
    start_rebuild(scene)

    scene.server.expect("editMessageText", number=4)

    edits = [call for call in scene.server.calls if call.method == "editMessageText"]
    assert [call.error for call in edits] == [None] * len(edits)
    gaps = [second.at - first.at for first, second in pairwise(edits)]
    assert min(gaps) >= 0.15


def test_a_second_rebuild_is_told_that_one_is_running(scene):
    """It starts nothing."""
    start_rebuild(scene)

    second = scene.server.answer_to(scene.admin, "/rebuild")

    assert second.text.startswith("The index is already being rebuilt: ")
    assert len(log_of_rebuilds(scene)) == 1


@pytest.mark.parametrize(
    ("error", "reason", "detail"),
    [
        (
            DocumentError(
                Path("corpus/a.md"), "title: nothing", Refusal(Reason.FIELD, "", "title")
            ),
            "a.md: title: this can't be its value",
            "corpus/a.md: title: nothing",
        ),
        (
            BuildRunningError("data: another build\nis running"),
            "another build is running",
            "data: another build is running",
        ),
        (
            IndexingError("data: can't be built", disk_refusal(OSError(errno.ENOSPC, "full"))),
            "the disk is full",
            "data: can't be built",
        ),
        (RuntimeError("boom"), "unexpected error (RuntimeError), see the log", "RuntimeError"),
    ],
)
def test_a_failed_rebuild_leaves_the_index_and_says_why(scene, error, reason, detail):
    """The reason is told in the admin's language, and kept in one line as it was raised."""
    scene.build.error = error
    start_rebuild(scene)

    scene.build.finish.set()
    failed = final_edit(scene, "The rebuild failed; the index is as it was.")
    answer = scene.server.answer_to(scene.server.private_chat(), QUESTION)

    assert failed.text.endswith(f"Reason: {reason}")
    assert scene.engine.generation == "g1"
    assert answer.quoted()
    assert log_of_rebuilds(scene) == [(scene.admin["id"], "failed", detail)]


def test_only_an_admin_may_cancel_a_rebuild(scene):
    """Another's press is refused; the admin's ends the build and leaves the index."""
    group = scene.server.group()
    message = start_rebuild(scene, group)
    data = message.button("Cancel")

    scene.server.press(scene.server.private_chat(), message.result, data)
    refused = scene.server.expect("answerCallbackQuery")
    scene.server.press(scene.admin, message.result, data)

    final_edit(scene, "The rebuild was cancelled")
    assert refused.text == "Only admins may do this."
    assert scene.engine.generation == "g1"
    assert [outcome for _, outcome, _ in log_of_rebuilds(scene)] == ["cancelled"]


def test_a_rebuild_can_follow_a_cancelled_one(scene):
    """Cancelling frees the place."""
    message = start_rebuild(scene)
    scene.server.press(scene.admin, message.result, message.button("Cancel"))
    final_edit(scene, "The rebuild was cancelled")
    scene.build.finish.set()

    again = scene.server.answer_to(scene.admin, "/rebuild")
    final_edit(scene, "The index was rebuilt")

    assert again.text.startswith("Rebuilding")


def test_the_outcome_is_sent_anew_when_the_message_is_gone(scene):
    """A deleted progress message doesn't swallow it."""
    message = start_rebuild(scene)
    del scene.server.messages[scene.admin["id"], message.result["message_id"]]

    scene.build.finish.set()

    outcome = scene.server.expect("sendMessage", scene.admin["id"], number=2)
    assert outcome.text.startswith("The index was rebuilt")


def test_stopping_cancels_a_rebuild(tmp_path):
    """The bot does not wait for the build, and the log says what became of it."""
    with bot_in_thread(tmp_path) as scene:
        start_rebuild(scene)

    assert scene.lifecycle.stopped
    assert [outcome for _, outcome, _ in log_of_rebuilds(scene)] == ["cancelled"]


def test_a_build_that_does_not_heed_its_cancelling_is_left_behind(tmp_path, monkeypatch):
    """The bot ends in time; a crash-safe build may be dropped, and the log tells of it."""
    monkeypatch.setattr(admin, "STOP_SECONDS", 0.1)
    with bot_in_thread(tmp_path) as scene:
        scene.build.stubborn = True
        start_rebuild(scene)

    scene.build.finish.set()
    assert not scene.lifecycle.stopped
    assert [outcome for _, outcome, _ in log_of_rebuilds(scene)] == [None]
