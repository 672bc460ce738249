"""What must outlive a restart, in SQLite: chats, remembered quotes, the log of rebuilds."""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiosqlite

from index import Quote, Span

from .migrations import MIGRATIONS
from .uninterrupted import uninterrupted

KEPT_SECONDS = 30 * 24 * 3600.0
KEPT_ANSWERS = 10_000
BUSY_MS = 5_000


class StorageError(Exception):
    """The database can't be used; the text is one line that names the file."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands, without its characters."""

    document: str
    span: Span
    highlight: Span

    @classmethod
    def of(cls, quote: Quote) -> Place:
        """Return the place of a quote."""
        return cls(quote.document, quote.span, quote.highlight)


@dataclass(frozen=True, slots=True)
class RememberedAnswer:
    """What the buttons under an answer need; neither the question nor the quotes' text."""

    generation: str
    chat_id: int
    asker_id: int | None
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Rebuild:
    """One line of the log of rebuilds; times are Unix seconds."""

    id: int
    started_at: float
    admin_id: int
    finished_at: float | None
    outcome: str | None
    """``done``, ``failed``, ``cancelled`` or ``interrupted``; None while it runs."""
    detail: str | None


class Storage:
    """The database. Use it between `open` and `close`, on one event loop."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._connection: aiosqlite.Connection | None = None
        # One connection serves all: a transaction must not take in another caller's statement.
        self._lock = asyncio.Lock()

    async def open(self) -> None:
        """Open the file, bring its tables up to date, and close the log of lost rebuilds.

        Raises:
            StorageError: The file can't be opened, or a newer version of the bot wrote it.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = await aiosqlite.connect(self._path, isolation_level=None)
            await self._connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            await self._connection.execute("PRAGMA journal_mode = WAL")
            # A killed process loses nothing so; for a power cut, `write` knows `durable`.
            await self._connection.execute("PRAGMA synchronous = NORMAL")
            await self._migrate()
            await self.write(
                ("UPDATE rebuild SET outcome = 'interrupted' WHERE outcome IS NULL", ())
            )
        except (OSError, sqlite3.Error, StorageError) as error:
            await self.close()
            raise StorageError(f"{self._path}: {error}") from error

    async def close(self) -> None:
        """Close the file; harmless when it is closed already."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def remember_answer(self, answer: RememberedAnswer) -> str:
        """Keep what an answer's buttons need and return its id: 12 letters, digits, _ and -."""
        answer_id = secrets.token_urlsafe(9)
        places = json.dumps([packed(place) for place in answer.places], ensure_ascii=False)
        now = self._clock()
        row = (answer_id, now, answer.generation, answer.chat_id, answer.asker_id, places)
        await self.write(
            ("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)", row),
            ("DELETE FROM answer WHERE created_at < ?", (now - KEPT_SECONDS,)),
            (
                "DELETE FROM answer WHERE rowid <= (SELECT max(rowid) FROM answer) - ?",
                (KEPT_ANSWERS,),
            ),
        )
        return answer_id

    async def recall_answer(self, answer_id: str, *, chat_id: int) -> RememberedAnswer | None:
        """Return a remembered answer, or None when it has expired or is another chat's."""
        rows = await self.read(
            "SELECT generation, chat_id, asker_id, places FROM answer "
            "WHERE id = ? AND chat_id = ? AND created_at >= ?",
            (answer_id, chat_id, self._clock() - KEPT_SECONDS),
        )
        for generation, chat, asker, places in rows:
            rows_of_places = json.loads(str(places))
            return RememberedAnswer(
                str(generation), chat, asker, tuple(map(unpacked, rows_of_places))
            )
        return None

    async def welcome_chat(self, chat_id: int) -> bool:
        """Note that a group has been greeted; False when it was before."""
        async with self._lock:
            cursor = await self._open_connection.execute(
                "INSERT OR IGNORE INTO chat VALUES (?, ?)", (chat_id, self._clock())
            )
            return cursor.rowcount == 1

    async def forget_chat(self, chat_id: int) -> None:
        """Delete all that belongs to a chat."""
        await self.write(
            ("DELETE FROM chat WHERE id = ?", (chat_id,)),
            ("DELETE FROM answer WHERE chat_id = ?", (chat_id,)),
            ("DELETE FROM group_settings WHERE chat_id = ?", (chat_id,)),
            ("DELETE FROM reply WHERE chat_id = ?", (chat_id,)),
        )

    async def migrate_chat(self, chat_id: int, *, to: int) -> None:
        """Move all that belongs to a group to the supergroup that it became."""
        await self.write(
            ("UPDATE OR REPLACE chat SET id = ? WHERE id = ?", (to, chat_id)),
            ("UPDATE answer SET chat_id = ? WHERE chat_id = ?", (to, chat_id)),
            ("UPDATE OR REPLACE group_settings SET chat_id = ? WHERE chat_id = ?", (to, chat_id)),
            # The messages of the old group have other ids in the new one.
            ("DELETE FROM reply WHERE chat_id = ?", (chat_id,)),
        )

    async def begin_rebuild(self, *, admin_id: int) -> int:
        """Log that a rebuild has begun and return its id."""
        async with self._lock:
            cursor = await self._open_connection.execute(
                "INSERT INTO rebuild (started_at, admin_id) VALUES (?, ?)",
                (self._clock(), admin_id),
            )
            # SQLite sets it after every INSERT that succeeds.
            return cursor.lastrowid or 0

    async def finish_rebuild(self, rebuild_id: int, *, outcome: str, detail: str) -> None:
        """Log how a rebuild ended."""
        change = "UPDATE rebuild SET finished_at = ?, outcome = ?, detail = ? WHERE id = ?"
        await self.write((change, (self._clock(), outcome, detail, rebuild_id)))

    async def rebuilds(self) -> tuple[Rebuild, ...]:
        """Return the log of rebuilds, oldest first."""
        rows = await self.read(
            "SELECT id, started_at, admin_id, finished_at, outcome, detail FROM rebuild "
            "ORDER BY id",
            (),
        )
        return tuple(Rebuild(*row) for row in rows)

    @property
    def _open_connection(self) -> aiosqlite.Connection:
        if self._connection is None:
            raise StorageError(f"{self._path}: the database is not open")
        return self._connection

    async def _migrate(self) -> None:
        [(version,)] = await self.read("PRAGMA user_version", ())
        if version > len(MIGRATIONS):
            raise StorageError(
                f"its version is {version}, this program knows {len(MIGRATIONS)} at most"
            )
        for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
            await self.write((migration, ()), (f"PRAGMA user_version = {number}", ()))

    async def read(self, query: str, values: Sequence[object]) -> list[sqlite3.Row]:
        """Return the rows that a query finds; `values` fill its question marks."""
        async with self._lock:
            return list(await self._open_connection.execute_fetchall(query, values))

    async def write(
        self, *statements: tuple[str, Sequence[object]], durable: bool = False
    ) -> list[sqlite3.Row]:
        """Run all the statements, or none of them; return the rows that they give back.

        What is `durable` is on the disk on return, and a power cut doesn't take it away.
        """
        # Who is cancelled in the middle would leave a transaction open for the next one.
        return await uninterrupted(self._write(statements, durable=durable))

    async def _write(
        self, statements: Sequence[tuple[str, Sequence[object]]], *, durable: bool
    ) -> list[sqlite3.Row]:
        async with self._lock:
            if not durable:
                return await self._transact(statements)
            connection = self._open_connection
            await connection.execute("PRAGMA synchronous = FULL")
            try:
                return await self._transact(statements)
            finally:
                await connection.execute("PRAGMA synchronous = NORMAL")

    async def _transact(
        self, statements: Sequence[tuple[str, Sequence[object]]]
    ) -> list[sqlite3.Row]:
        connection, rows = self._open_connection, list[sqlite3.Row]()
        await connection.execute("BEGIN IMMEDIATE")
        try:
            for statement, values in statements:
                rows.extend(await connection.execute_fetchall(statement, values))
            await connection.execute("COMMIT")
        except BaseException:
            # SQLite has done so itself where the disk is full.
            if connection.in_transaction:
                await connection.execute("ROLLBACK")
            raise
        return rows


def packed(place: Place) -> list[object]:
    """Return a place as JSON can hold it."""
    span, highlight = place.span, place.highlight
    return [place.document, span.start, span.end, highlight.start, highlight.end]


def unpacked(row: list[object]) -> Place:
    """Return the place that `packed` made a row of."""
    document, *offsets = row
    start, end, first, last = (int(str(offset)) for offset in offsets)
    return Place(str(document), Span(start, end), Span(first, last))
