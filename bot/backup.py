"""`python -m bot backup` and `restore`: database, current generation and corpus in one file."""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from index import adopt, snapshot, snapshot_in

from .archive import DATABASE, ArchiveError, unpack_archive, write_archive
from .migrations import MIGRATIONS

LOCK = "bot.lock"


@contextmanager
def in_use(data_dir: Path, *, alone: bool = False) -> Iterator[None]:
    """Mark the data folder as one that a bot serves from, or, `alone`, as one that none does.

    Raises:
        ArchiveError: A bot serves from it, or it is being restored.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            other = "a bot serves from it: stop it first" if alone else "it is being restored"
            raise ArchiveError(f"{data_dir}: {other}") from None
        yield


def add_backup_commands(parser: argparse.ArgumentParser) -> None:
    """Add ``backup FILE`` and ``restore FILE`` to a command line that needs no command."""
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, told in (
        ("backup", "write database, current index and corpus into FILE; the bot may run"),
        ("restore", "bring them back from FILE; the bot must not run"),
    ):
        command = commands.add_parser(name, help=told)
        command.add_argument("file", type=Path, metavar="FILE")
        command.add_argument("--replace", action="store_true", help="even if something is there")


def back_up(target: Path, data_dir: Path, corpus_dir: Path, *, replace: bool = False) -> str:
    """Write a backup while the bot runs; return a line that says what it holds.

    Raises:
        ArchiveError: The file exists and may not be replaced, or something changed meanwhile.
        IndexingError: There is no sound generation, or a build is at work.
        OSError, sqlite3.Error: The disk or the database refuses.
    """
    if target.exists() and not replace:
        raise ArchiveError(f"{target}: it exists: name another file, or add --replace")
    with snapshot(data_dir) as index_files, _scratch(target.parent, f".{target.name}-") as folder:
        files = {path.as_posix(): data_dir / path for path in index_files}
        files |= _copied_corpus(corpus_dir, folder / "corpus")
        if (data_dir / DATABASE).exists():
            files[DATABASE] = _copied_database(data_dir / DATABASE, folder / DATABASE)
        written = folder / "written.tar"
        write_archive(written, files)
        _publish(written, target)
    documents = sum(name.startswith("corpus/") for name in files)
    generation = next(path.parts[1] for path in index_files)
    database = "the database" if DATABASE in files else "no database (there is none yet)"
    return f"{target}: generation {generation}, {documents} files of the corpus, {database}"


def restore(source: Path, data_dir: Path, corpus_dir: Path, *, replace: bool = False) -> str:
    """Bring back what a backup holds, after all of it was verified; return a line that says so.

    Nothing is deleted: what was there is moved into a folder of the data folder. The vector cache
    stays, as it only saves time.

    Raises:
        ArchiveError: A bot is running, the backup is damaged, or something is there already.
        IndexingError: The generation is damaged or of another format.
        OSError: The disk refuses.
    """
    with in_use(data_dir, alone=True):
        taken = [path for path in (data_dir / DATABASE, data_dir / "generations") if path.exists()]
        taken += sorted(path for path in corpus_dir.glob("*.md"))[:1]
        if taken and not replace:
            raise ArchiveError(f"{taken[0]}: it exists: add --replace to move it aside")
        with _scratch(data_dir, ".restore-") as root:
            unpack_archive(source, root)
            generation = snapshot_in(root).name
            _check_database(source, root / DATABASE)
            aside = data_dir / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
            _take_over(root, data_dir, corpus_dir, aside)
    moved = f"; what was there is in {aside}" if aside.exists() else ""
    return f"{data_dir}: restored generation {generation} and {corpus_dir}{moved}"


@contextmanager
def _scratch(parent: Path, prefix: str) -> Iterator[Path]:
    """Make a folder for the block; what a killed one left goes: a lock lets in one at a time."""
    for stray in parent.glob(f"{prefix}*/"):
        shutil.rmtree(stray, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=prefix) as name:
        yield Path(name)


def _take_over(root: Path, data_dir: Path, corpus_dir: Path, aside: Path) -> None:
    # The index first: a build that is at work refuses it, and then nothing has changed.
    adopt(root, data_dir, aside=aside)
    for old in sorted(data_dir.glob(f"{DATABASE}*")):
        aside.mkdir(exist_ok=True)
        old.rename(aside / old.name)
    if (root / DATABASE).exists():
        (root / DATABASE).rename(data_dir / DATABASE)
    if (root / "corpus").is_dir():
        corpus_dir.mkdir(parents=True, exist_ok=True)
        # The folder itself may be a mount, so that only what is in it can be moved.
        for old in [path for path in corpus_dir.iterdir() if not path.name.startswith(".")]:
            (aside / "corpus").mkdir(parents=True, exist_ok=True)
            shutil.move(old, aside / "corpus" / old.name)
        shutil.copytree(root / "corpus", corpus_dir, dirs_exist_ok=True)


def _copied_corpus(corpus_dir: Path, folder: Path) -> dict[str, Path]:
    """Copy the corpus, whose files people may be changing; return the copies by their names."""
    found = {}
    for path in sorted(corpus_dir.rglob("*")):
        relative = path.relative_to(corpus_dir)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            copy = folder / relative
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            found[f"corpus/{relative.as_posix()}"] = copy
    return found


def _copied_database(path: Path, copy: Path) -> Path:
    """Copy a database that others are writing to, as it is at one moment."""
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(copy)) as target:
        live.backup(target)
        # A database in this mode is one file, without a log beside it.
        target.execute("PRAGMA journal_mode = DELETE")
    return copy


def _check_database(source: Path, path: Path) -> None:
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            (version,) = database.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        raise ArchiveError(f"{source}: its database can't be read ({error})") from error
    if verdict != "ok":
        raise ArchiveError(f"{source}: its database is damaged ({verdict})")
    if version > len(MIGRATIONS):
        raise ArchiveError(
            f"{source}: its database is of version {version}, this program knows {len(MIGRATIONS)}"
        )


def _publish(written: Path, target: Path) -> None:
    """Give a finished file its name, for its owner alone: it holds what people told the bot."""
    written.chmod(0o600)
    for path in (written, target.parent):
        if path == target.parent:
            written.replace(target)
        descriptor = os.open(path, os.O_RDONLY)
        with suppress(OSError):  # Some network disks can't; the file is there all the same.
            os.fsync(descriptor)
        os.close(descriptor)
