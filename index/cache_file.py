"""SQLite files that only save time: one that can't be read is begun anew."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple
from pathlib import Path

from .proofs import BOOT, Look

_PAGES = "PRAGMA page_size = 16384"
"""Of a file that is begun. Rows are long: in pages of this size it is checked in half the time."""


@contextmanager
def open_cache_file(path: Path, create: Sequence[str], probe: str) -> Iterator[sqlite3.Connection]:
    """Open the file, with the tables of `create`; `probe` is a query that must be possible.

    All of it is read to find lost pages, unless it is as it was closed here since the machine was
    started. Only one may have it open, who holds the lock of builds.
    """
    note = path.with_name(f"{path.name}.closed")
    known = _told(note) == _look(path)
    # Whatever goes wrong from here on, the next one looks for it.
    note.unlink(missing_ok=True)
    try:
        connection = _connected(path, create, probe, known=known)
    except sqlite3.DatabaseError:
        path.unlink()
        connection = _connected(path, create, probe)
    with closing(connection):
        yield connection
    with suppress(OSError):  # It only saves time.
        note.write_text(json.dumps(_look(path)), "utf-8")


def _connected(
    path: Path, create: Sequence[str], probe: str, *, known: bool = False
) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        connection.execute(_PAGES)
        for statement in create:
            connection.execute(statement)
        connection.execute(f"{probe} LIMIT 0")
        if not known:
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


def _look(path: Path) -> list[object]:
    """Return what changes when the file is written to, or the machine started."""
    try:
        return [BOOT.read_text("utf-8"), *astuple(Look.at(path))]
    except OSError:
        return []


def _told(note: Path) -> list[object] | None:
    try:
        told: list[object] = json.loads(note.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told or None
