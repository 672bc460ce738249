"""A database that any earlier version wrote opens in this one, with all that it held."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.database import StorageError
from bot.migrations import MIGRATIONS
from bot.storage import Storage

pytestmark = pytest.mark.anyio

VALUES = {"INTEGER": 7, "REAL": 1.7e9, "TEXT": "文字", "BLOB": b"\x00\xff"}


def written_by(version, path):
    """Make the database of an earlier version with a row in each of its tables; return the rows."""
    with closing(sqlite3.connect(path)) as database, database:
        for migration in MIGRATIONS[:version]:
            database.execute(migration)
        database.execute(f"PRAGMA user_version = {version}")
        rows = {}
        for table in tables(database):
            columns = database.execute(f'PRAGMA table_info("{table}")').fetchall()
            row = {name: VALUES[kind.upper()] for _, name, kind, *_ in columns}
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" * len(row))
            database.execute(
                f'INSERT INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608 - ours
                list(row.values()),
            )
            rows[table] = row
    return rows


def tables(database):
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return [name for (name,) in database.execute(query)]


@pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
async def test_every_earlier_version_is_brought_up_to_date(tmp_path, version):
    """Each row is there with each value it had, and the tables are those of a new database."""
    path = tmp_path / "bot.sqlite3"
    rows = written_by(version, path)

    storage = Storage(path)
    await storage.open()
    await storage.close()

    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        assert database.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        for table, row in rows.items():
            [kept] = database.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 - ours
            assert row.items() <= dict(kept).items(), table
        database.row_factory = None
        assert schema(database) == schema_of_new(tmp_path)


async def test_a_newer_database_is_refused_untouched(tmp_path):
    """Going back to an older program is said to be impossible rather than tried."""
    path = tmp_path / "bot.sqlite3"
    written_by(len(MIGRATIONS), path)
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")

    with pytest.raises(StorageError, match=f"this program knows {len(MIGRATIONS)} at most"):
        await Storage(path).open()


def schema(database):
    query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
    return database.execute(query).fetchall()


def schema_of_new(folder):
    written_by(len(MIGRATIONS), folder / "new.sqlite3")
    with closing(sqlite3.connect(folder / "new.sqlite3")) as database:
        return schema(database)
