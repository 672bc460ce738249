"""What is stored comes back, expires, and survives its schema's growth."""

from __future__ import annotations

import sqlite3

import pytest

from bot import database as database_module
from bot import storage as storage_module
from bot.database import StorageError
from bot.migrations import MIGRATIONS
from bot.storage import (
    KEPT_ANSWERS,
    KEPT_SECONDS,
    Place,
    RememberedAnswer,
    Storage,
)
from index import Span

pytestmark = pytest.mark.anyio

ANSWER = RememberedAnswer("g1", -5, 1, (Place("長", Span(3, 9), Span(4, 8)),))


async def test_an_answer_comes_back_in_its_chat_alone(storage):
    """Another chat can't open it, and an unknown id opens nothing."""
    answer_id = await storage.remember_answer(ANSWER)

    assert await storage.recall_answer(answer_id, chat_id=-5) == ANSWER
    assert await storage.recall_answer(answer_id, chat_id=-6) is None
    assert await storage.recall_answer("unknown", chat_id=-5) is None


async def test_an_answer_expires(storage, clock):
    """After thirty days it is neither found nor kept."""
    old = await storage.remember_answer(ANSWER)
    clock.now += KEPT_SECONDS + 1

    assert await storage.recall_answer(old, chat_id=-5) is None
    await storage.remember_answer(ANSWER)
    [(count,)] = await storage.read("SELECT count(*) FROM answer", ())
    assert count == 1


async def test_the_number_of_answers_is_bounded(storage, monkeypatch):
    """The oldest make room."""
    monkeypatch.setattr(storage_module, "KEPT_ANSWERS", 3)

    ids = [await storage.remember_answer(ANSWER) for _ in range(5)]

    kept = [await storage.recall_answer(answer_id, chat_id=-5) for answer_id in ids]
    assert kept == [None, None, ANSWER, ANSWER, ANSWER]
    assert KEPT_ANSWERS == 10_000


async def test_a_chat_is_welcomed_once_until_it_is_forgotten(storage):
    """Forgetting takes its answers along."""
    answer_id = await storage.remember_answer(ANSWER)

    first, second = await storage.welcome_chat(-5), await storage.welcome_chat(-5)
    await storage.forget_chat(-5)

    assert (first, second) == (True, False)
    assert await storage.welcome_chat(-5)
    assert await storage.recall_answer(answer_id, chat_id=-5) is None


async def test_a_chat_that_migrates_keeps_what_it_has(storage):
    """Its answers and its greeting move to the new id."""
    answer_id = await storage.remember_answer(ANSWER)
    await storage.welcome_chat(-5)

    await storage.migrate_chat(-5, to=-100)

    assert await storage.recall_answer(answer_id, chat_id=-100) is not None
    assert not await storage.welcome_chat(-100)


async def test_a_rebuild_that_a_crash_cut_off_is_marked(tmp_path, clock):
    """The log has no rebuild that runs for ever."""
    before = Storage(tmp_path / "bot.sqlite3", clock=clock)
    await before.open()
    done = await before.begin_rebuild(admin_id=1)
    await before.finish_rebuild(done, outcome="done", detail="g2")
    await before.begin_rebuild(admin_id=2)
    await before.close()

    after = Storage(tmp_path / "bot.sqlite3", clock=clock)
    await after.open()
    log = await after.rebuilds()
    await after.close()

    assert [(r.admin_id, r.outcome, r.detail) for r in log] == [
        (1, "done", "g2"),
        (2, "interrupted", None),
    ]


async def test_a_failing_migration_leaves_no_half(tmp_path, monkeypatch):
    """The version stays with the tables that are there."""
    path = tmp_path / "bot.sqlite3"
    broken = (*MIGRATIONS[:1], "CREATE TABLE nonsense (")
    monkeypatch.setattr(database_module, "MIGRATIONS", broken)

    with pytest.raises(StorageError, match=r"bot\.sqlite3"):
        await Storage(path).open()
    monkeypatch.setattr(database_module, "MIGRATIONS", MIGRATIONS)
    mended = Storage(path)
    await mended.open()

    assert await mended.welcome_chat(1)
    assert await mended.read("PRAGMA user_version", ()) == [(len(MIGRATIONS),)]
    await mended.close()


async def test_a_newer_database_is_refused(tmp_path):
    """An older program must not write into what it doesn't know."""
    path = tmp_path / "bot.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()

    with pytest.raises(StorageError, match="its version is 99"):
        await Storage(path).open()


async def test_a_file_that_is_no_database_is_refused(tmp_path):
    """The error names the file, and the file is left as it is."""
    path = tmp_path / "bot.sqlite3"
    path.write_text("not a database, and long enough to be seen as none" * 100)

    with pytest.raises(StorageError, match=r"bot\.sqlite3: file is not a database"):
        await Storage(path).open()

    assert path.read_text().startswith("not a database")


async def test_a_closed_database_says_so():
    """Using it is a mistake of the program."""
    with pytest.raises(StorageError, match="is not open"):
        await Storage(storage_module.Path("x")).recall_answer("a", chat_id=1)
