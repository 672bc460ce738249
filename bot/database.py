"""One SQLite file, brought up to date when it is opened; every transaction is whole or nothing."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import aiosqlite

from .migrations import MIGRATIONS

BUSY_MS = 5_000

logger = logging.getLogger(__name__)

Statement = tuple[str, Sequence[object]]


class StorageError(Exception):
    """The database can't be used; the text is one line that names the file."""


class Database:
    """The file. Use it between `open` and `close`, on one event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: _Connection | None = None

    async def open(self) -> None:
        """Open the file and bring its tables up to date.

        Raises:
            StorageError: The file can't be opened, or a newer version of the bot wrote it.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = _Connection(self._connect, iter_chunk_size=64)
            try:
                await connection
            except sqlite3.Error:
                await asyncio.to_thread(connection.join)
                raise
            self._connection = connection
            await self._migrate()
        except (OSError, sqlite3.Error, StorageError) as error:
            await self.close()
            raise StorageError(f"{self._path}: {error}") from error

    async def close(self) -> None:
        """Close the file; harmless when it is closed already."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def read(self, query: str, values: Sequence[object]) -> list[sqlite3.Row]:
        """Return the rows that a query finds; `values` fill its question marks."""
        return list(await self._open_connection.execute_fetchall(query, values))

    async def write(self, *statements: Statement, durable: bool = False) -> list[sqlite3.Row]:
        """Run all the statements, or none of them; return the rows that they give back.

        What is `durable` is on the disk on return, and a power cut doesn't take it away.
        """
        return await self._open_connection.transact(statements, durable=durable)

    async def attempt(self, *statements: Statement) -> None:
        """Run all the statements or none; what an answer can do without, a full disk may cost."""
        try:
            await self.write(*statements)
        except sqlite3.Error as error:
            logger.error("The database can't be written: %s", error)  # noqa: TRY400 - it needs no traceback

    @property
    def _open_connection(self) -> _Connection:
        if self._connection is None:
            raise StorageError(f"{self._path}: the database is not open")
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            connection.execute("PRAGMA journal_mode = WAL")
            # A killed process loses nothing so; for a power cut, `write` knows `durable`.
            connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    async def _migrate(self) -> None:
        [(version,)] = await self.read("PRAGMA user_version", ())
        if version > len(MIGRATIONS):
            raise StorageError(
                f"its version is {version}, this program knows {len(MIGRATIONS)} at most"
            )
        for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
            await self.write((migration, ()), (f"PRAGMA user_version = {number}", ()))


class _Connection(aiosqlite.Connection):
    """A connection whose transactions are one visit to its thread.

    Statement by statement, each would wait for the loop, and others' would come in between; a
    kill in the meantime would find more messages sent than noted.
    """

    def join(self) -> None:
        """Wait for the end of a thread that could not connect: it still tells the loop so."""
        self._thread.join()

    async def transact(
        self, statements: Sequence[Statement], *, durable: bool
    ) -> list[sqlite3.Row]:
        """Run the statements in one transaction."""
        run: Callable[..., Awaitable[list[sqlite3.Row]]] = self._execute
        return await run(self._transact, statements, durable)

    def _transact(self, statements: Sequence[Statement], durable: bool) -> list[sqlite3.Row]:
        if not durable:
            return _run(self._conn, statements)
        self._conn.execute("PRAGMA synchronous = FULL")
        try:
            return _run(self._conn, statements)
        finally:
            self._conn.execute("PRAGMA synchronous = NORMAL")


def _run(connection: sqlite3.Connection, statements: Sequence[Statement]) -> list[sqlite3.Row]:
    rows: list[sqlite3.Row] = []
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement, values in statements:
            rows.extend(connection.execute(statement, values))
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has done so itself where the disk is full.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return rows
