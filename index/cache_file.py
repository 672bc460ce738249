"""SQLite files that only save time: one that can't be read is begun anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

_PAGES = "PRAGMA page_size = 16384"
"""Of a file that is begun. Rows are long: in pages of this size it is checked in half the time."""


@contextmanager
def open_cache_file(path: Path, create: Sequence[str], probe: str) -> Iterator[sqlite3.Connection]:
    """Open the file, with the tables of `create`; `probe` is a query that must be possible."""
    try:
        connection = _connected(path, create, probe)
    except sqlite3.DatabaseError:
        path.unlink()
        connection = _connected(path, create, probe)
    with closing(connection):
        yield connection


def _connected(path: Path, create: Sequence[str], probe: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.execute(_PAGES)
        for statement in create:
            connection.execute(statement)
        connection.execute(f"{probe} LIMIT 0")
        _check(connection)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    # A page that is lost may lie anywhere; found now, it does not stop the build later.
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
