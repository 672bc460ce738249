"""A damaged index serves nobody: another one takes over, and the admins are told."""

from __future__ import annotations

import asyncio
import logging

import pytest
from fakes import FakeEngine
from running import bot_in_thread

from index import Engine, build, facts

QUESTION = "青石桥工程耗资多少？"


@pytest.fixture
def rebuilt(data_dir, corpus_dir, tiny_model):
    """Two generations; the folder of the current one, and the name of the other."""
    first = facts(data_dir).generation
    second = build(corpus_dir, data_dir, model=str(tiny_model)).generation
    return data_dir / "generations" / second, first


def damage(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_an_index_that_is_damaged_at_the_start_is_told_to_the_admins(
    data_dir, rebuilt, tiny_model, mode
):
    """People are answered from the one before meanwhile."""
    folder, other = rebuilt
    damage(folder / "documents.jsonl")
    engine = Engine.open(data_dir, model=str(tiny_model))

    with bot_in_thread(data_dir, mode=mode, engine=engine) as scene:
        alarm = scene.server.expect("sendMessage", scene.admin["id"])
        answer = scene.server.answer_to(scene.server.private_chat(), QUESTION)
        status = scene.server.answer_to(scene.admin, "/status")

    assert alarm.text.startswith(f"The index on the disk is damaged; generation {other} answers.")
    assert "documents.jsonl: expected" in alarm.text
    assert any("3.2亿元" in quote for quote in answer.quoted())
    assert engine.generation == other
    # What answers now is sound; why it is not the current one stands among the errors.
    assert "The index's files are sound." in status.text


def test_damage_while_it_serves_makes_another_index_take_over(
    data_dir, rebuilt, tiny_model, caplog
):
    """The log names the file; admins are told once, however often one looks."""
    folder, other = rebuilt
    engine = Engine.open(data_dir, model=str(tiny_model))

    with bot_in_thread(data_dir, engine=engine) as scene:
        before = scene.server.answer_to(scene.admin, "/status")
        damage(folder / "aliases.json")
        damaged = scene.server.answer_to(scene.admin, "/status")
        for _ in range(2):
            look = scene.lifecycle.watch.look(scene.app.bot)
            asyncio.run_coroutine_threadsafe(look, scene.loop).result(20)
        answer = scene.server.answer_to(scene.server.private_chat(), QUESTION)
        sent = scene.server.done("sendMessage", scene.admin["id"])

    assert "The index's files are sound." in before.text
    assert "The index is damaged; /rebuild makes a new one:\n" in damaged.text
    assert engine.generation == other
    assert answer.quoted()
    alarms = [call for call in sent if call.text.startswith("The index on the disk is damaged")]
    assert len(alarms) == 1
    errors = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
    assert any("aliases.json" in line for line in errors)


def test_where_nothing_else_is_sound_what_is_in_memory_answers_on(data_dir, tiny_model):
    """It was verified when it was opened; the admins are told to build."""
    engine = Engine.open(data_dir, model=str(tiny_model))
    generation = engine.generation
    damage(data_dir / "generations" / generation / "aliases.json")

    with bot_in_thread(data_dir, engine=engine) as scene:
        look = scene.lifecycle.watch.look(scene.app.bot)
        asyncio.run_coroutine_threadsafe(look, scene.loop).result(20)
        alarm = scene.server.expect("sendMessage", scene.admin["id"])
        answer = scene.server.answer_to(scene.server.private_chat(), QUESTION)

    assert f"generation {generation} answers" in alarm.text
    assert answer.quoted()


def test_a_rebuild_whose_index_is_damaged_has_failed(tmp_path):
    """It is not reported as done, and the one before goes on answering."""
    engine = FakeEngine(next_generation="g1", next_fault="chunks.npy: missing")

    with bot_in_thread(tmp_path, engine=engine) as scene:
        scene.server.answer_to(scene.admin, "/rebuild")
        scene.build.finish.set()
        end = scene.server.expect(
            "editMessageText", where=lambda call: "the index is damaged" in call.text
        )
        answer = scene.server.answer_to(
            scene.server.private_chat(), "雙方進行了約三小時的閉門會議嗎"
        )

    assert end.text.startswith("The rebuild failed")
    assert answer.quoted()


def test_what_a_killed_upload_left_goes_at_the_start(tmp_path):
    """Nothing else is lost of the data folder."""
    (tmp_path / "uploads" / "0a").mkdir(parents=True)
    (tmp_path / "uploads" / "0a" / "a.pdf").write_bytes(b"%PDF-")

    with bot_in_thread(tmp_path):
        assert not (tmp_path / "uploads").exists()
