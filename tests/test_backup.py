"""A backup holds what cannot be made again, and brings it back whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.archive import INVENTORY, ArchiveError, is_safe
from bot.backup import back_up, in_use, restore
from bot.migrations import MIGRATIONS
from bot.storage import Place, RememberedAnswer, Storage
from index import BuildRunningError, Engine, GenerationError, NoGenerationError, Span
from index.generations import current
from index.locking import locked

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent
ANSWER = RememberedAnswer("g1", -5, 1, (Place("長", Span(3, 9), Span(4, 8)),))


@pytest.fixture
async def storage(data_dir):
    """An open database with an answer in it, as while the bot runs."""
    opened = Storage(data_dir / "bot.sqlite3")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def backup(data_dir, corpus_dir, tmp_path):
    """A backup of the tiny corpus and its index, without a database."""
    target = tmp_path / "backup.tar"
    back_up(target, data_dir, corpus_dir)
    return target


def everything(folder):
    """Return the content of all files below a folder by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


async def test_what_was_backed_up_comes_back(data_dir, corpus_dir, tmp_path, storage, tiny_model):
    """Taken while the database is open and written to; the answer's buttons work again."""
    answer_id = await storage.remember_answer(ANSWER)
    target, new = tmp_path / "backup.tar", tmp_path / "new"
    (data_dir / "fitted" / "x").mkdir(parents=True)
    (data_dir / "fitted" / "x" / "ranking.json").write_text("{}")

    told = back_up(target, data_dir, corpus_dir)
    await storage.remember_answer(ANSWER)
    restored = restore(target, new / "data", new / "corpus")

    generation = current(data_dir).folder.name
    assert told == (f"{target}: generation {generation}, 5 files of the corpus, the database")
    assert restored == f"{new / 'data'}: restored generation {generation} and {new / 'corpus'}"
    assert everything(new / "corpus") == everything(corpus_dir)
    assert everything(new / "data" / "generations") == everything(data_dir / "generations")
    assert (new / "data" / "fitted" / "x" / "ranking.json").read_text() == "{}"
    assert Engine.open(new / "data", model=str(tiny_model)).generation == generation
    again = Storage(new / "data" / "bot.sqlite3")
    await again.open()
    assert await again.recall_answer(answer_id, chat_id=-5) == ANSWER
    assert await again.read("SELECT count(*) FROM answer", ()) == [(1,)]
    await again.close()


def test_a_backup_is_for_its_owner_alone(backup):
    """It holds what people told the bot; and nothing is left beside it."""
    assert backup.stat().st_mode & 0o777 == 0o600
    assert not list(backup.parent.glob(".*"))


def test_nothing_is_overwritten_unless_asked(backup, data_dir, corpus_dir):
    """Neither a file by a backup, nor a folder by what is restored."""
    before = everything(data_dir), everything(corpus_dir), backup.read_bytes()

    with pytest.raises(ArchiveError, match="it exists"):
        back_up(backup, data_dir, corpus_dir)
    with pytest.raises(ArchiveError, match="it exists: add --replace"):
        restore(backup, data_dir, corpus_dir)

    assert (everything(data_dir), everything(corpus_dir), backup.read_bytes()) == before
    back_up(backup, data_dir, corpus_dir, replace=True)


def test_what_is_replaced_is_moved_aside(backup, data_dir, corpus_dir):
    """The folder that it is in is told; nothing is deleted."""
    backed_up = everything(corpus_dir)
    (corpus_dir / "ferry.md").write_text("changed", "utf-8")
    (data_dir / "bot.sqlite3").write_bytes(b"old")
    (data_dir / "bot.sqlite3-wal").write_bytes(b"older")

    told = restore(backup, data_dir, corpus_dir, replace=True)

    (aside,) = data_dir.glob("replaced-*")
    assert told.endswith(f"; what was there is in {aside}")
    assert (aside / "corpus" / "ferry.md").read_text("utf-8") == "changed"
    assert (aside / "bot.sqlite3").read_bytes() == b"old"
    assert (aside / "bot.sqlite3-wal").read_bytes() == b"older"
    assert (aside / "generations" / "CURRENT").exists()
    assert everything(corpus_dir) == backed_up
    assert not (data_dir / "bot.sqlite3-wal").exists()


def test_a_running_bot_is_not_restored_under_its_feet(backup, data_dir, corpus_dir):
    """And none starts while something is restored."""
    with in_use(data_dir), pytest.raises(ArchiveError, match="a bot serves from it: stop it"):
        restore(backup, data_dir, corpus_dir, replace=True)
    with (
        in_use(data_dir, alone=True),
        pytest.raises(ArchiveError, match="being restored"),
        in_use(data_dir),
    ):
        pass
    with in_use(data_dir), in_use(data_dir):
        pass


def test_builds_and_backups_wait_for_each_other(backup, data_dir, corpus_dir):
    """What is copied is not pruned meanwhile, and what is built is not replaced."""
    with locked(data_dir):
        with pytest.raises(BuildRunningError):
            back_up(backup.with_name("b.tar"), data_dir, corpus_dir)
        with pytest.raises(BuildRunningError):
            restore(backup, data_dir, corpus_dir, replace=True)


def test_what_is_damaged_is_not_backed_up(data_dir, corpus_dir, tmp_path):
    """A backup that can't be restored is none."""
    current(data_dir).chunks.write_bytes(b"")

    with pytest.raises(GenerationError, match=r"chunks\.npy"):
        back_up(tmp_path / "b.tar", data_dir, corpus_dir)
    with pytest.raises(NoGenerationError):
        back_up(tmp_path / "b.tar", tmp_path / "empty", corpus_dir)

    assert not (tmp_path / "b.tar").exists()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_backup_that_was_cut_changes_nothing(backup, data_dir, corpus_dir, share):
    """Wherever it ends, the line names it, and all is as it was."""
    content = backup.read_bytes().rstrip(b"\0")  # Tar fills up to whole blocks, which say nothing.
    backup.write_bytes(content[: int(len(content) * share)])
    before = everything(data_dir), everything(corpus_dir)

    with pytest.raises(ArchiveError) as caught:
        restore(backup, data_dir, corpus_dir, replace=True)

    assert str(caught.value).startswith(f"{backup}: ")
    assert (everything(data_dir), everything(corpus_dir)) == before


@pytest.mark.parametrize("at", [0.02, 0.2, 0.4, 0.6, 0.8])
def test_a_backup_with_a_turned_bit_changes_nothing(backup, data_dir, corpus_dir, at):
    """Where it matters it is refused, and where it doesn't the content is whole."""
    expected = everything(data_dir / "generations"), everything(corpus_dir)
    content = bytearray(backup.read_bytes())
    content[int(len(content) * at)] ^= 1
    backup.write_bytes(content)

    with contextlib.suppress(ArchiveError, GenerationError):
        restore(backup, data_dir, corpus_dir, replace=True)

    assert (everything(data_dir / "generations"), everything(corpus_dir)) == expected


def forged(path: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(path, "w") as archive:
        for entry, content in members:
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "corpus/../../evil", "corpus", "elsewhere/a", "corpus/./a"]
)
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    """Neither one that the inventory names nor one that it doesn't."""
    listed = f'{{"format": 1, "files": {{"{name}": [1, "0"]}}}}'.encode()
    empty = b'{"format": 1, "files": {}}'

    for inventory, problem in ((listed, "doesn't belong"), (empty, "not what the inventory says")):
        entries = [(tarfile.TarInfo(INVENTORY), inventory), (tarfile.TarInfo(name), b"x")]
        path = forged(tmp_path / "forged.tar", entries)
        with pytest.raises(ArchiveError, match=problem):
            restore(path, tmp_path / "data", tmp_path / "corpus")

    assert not (tmp_path / "evil").exists()


def test_a_link_is_no_file_of_a_backup(tmp_path):
    """One could lead anywhere."""
    link = tarfile.TarInfo("corpus/a.md")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    inventory = b'{"format": 1, "files": {"corpus/a.md": [0, "0"]}}'
    path = forged(tmp_path / "forged.tar", [(tarfile.TarInfo(INVENTORY), inventory), (link, b"")])

    with pytest.raises(ArchiveError, match=r"'corpus/a\.md' is not what the inventory says"):
        restore(path, tmp_path / "data", tmp_path / "corpus")


@given(st.text(st.sampled_from("./a\\corpus \0"), max_size=20))
def test_a_safe_name_stays_below(name):
    """Whatever it is made of."""
    if is_safe(name):
        assert ".." not in Path(name).parts
        assert not Path(name).is_absolute()
        assert Path(os.path.normpath(name)) == Path(name)


def test_a_database_of_a_newer_version_is_refused(backup, data_dir, corpus_dir):
    """So is one that is damaged; nothing has changed then."""
    for content, problem in ((b"no database", "can't be read"), (None, "this program knows")):
        path = data_dir / "bot.sqlite3"
        path.unlink(missing_ok=True)
        if content is None:
            with closing(sqlite3.connect(path)) as database:
                database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
            back_up(backup, data_dir, corpus_dir, replace=True)
            with pytest.raises(ArchiveError, match=problem):
                restore(backup, data_dir, corpus_dir, replace=True)
        else:
            path.write_bytes(content)
            with pytest.raises(sqlite3.DatabaseError):
                back_up(backup, data_dir, corpus_dir, replace=True)

    assert not list(data_dir.glob("replaced-*"))


def run(*arguments, data, corpus):
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *map(str, arguments)],
        env={"DATA_DIR": str(data), "CORPUS_DIR": str(corpus), "PYTHONPATH": str(ROOT)},
        cwd=data.parent,
        capture_output=True,
        text=True,
    )


def test_the_commands_need_no_token(data_dir, corpus_dir, tmp_path):
    """One line each, on the right stream, with an exit code that a script can trust."""
    target = tmp_path / "a.tar"

    made = run("backup", target, data=data_dir, corpus=corpus_dir)
    again = run("backup", target, data=data_dir, corpus=corpus_dir)
    shutil.rmtree(corpus_dir)
    brought = run("restore", target, data=data_dir, corpus=corpus_dir)
    replaced = run("restore", target, "--replace", data=data_dir, corpus=corpus_dir)

    assert (made.returncode, made.stdout.count("\n"), made.stderr) == (0, 1, "")
    assert (again.returncode, again.stdout, again.stderr.count("\n")) == (1, "", 1)
    assert brought.returncode == 1
    assert "add --replace" in brought.stderr
    assert replaced.returncode == 0
    assert (corpus_dir / "bridge.md").exists()
