"""Pieces by content, so that an unchanged document is neither parsed nor cut again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

from .aliases import Aliases
from .cache_file import open_cache_file
from .corpus import parse_document, read_content
from .pieces import Piece, make_piece

_CREATE = (
    "CREATE TABLE IF NOT EXISTS piece (id INTEGER PRIMARY KEY, key BLOB UNIQUE, name TEXT,"
    " digest TEXT, line TEXT, tokens TEXT, sentences BLOB, chunks BLOB, seal BLOB)",
)
_FIND_ALL = "SELECT id, key, name, digest, line, tokens, sentences, chunks, seal FROM piece"
_FIND = "SELECT id, seal, name, digest, line, tokens, sentences, chunks FROM piece WHERE key = ?"
_KEEP = (
    "INSERT OR REPLACE INTO piece (key, seal, name, digest, line, tokens, sentences, chunks)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_COMMIT_EVERY = 256


class PieceCache:
    """A SQLite file of pieces, keyed by the file's bytes, its name, the aliases and our code."""

    def __init__(
        self, connection: sqlite3.Connection, names: Mapping[str, Sequence[Sequence[str]]]
    ) -> None:
        self._connection = connection
        self._aliases = Aliases(names)
        self._base = f"{_program()}\0{json.dumps(names, ensure_ascii=False)}\0".encode()
        self._used: list[int] = []

    def pieces(self, paths: Sequence[Path], *, fresh: bool) -> Iterator[Piece]:
        """Yield the pieces of the files, in order; `fresh` makes all of them again.

        Raises:
            DocumentError: A file can't be read as a document; when its turn comes.
        """
        for row, path in enumerate(paths, start=1):
            yield self._piece(path, fresh=fresh)
            if row % _COMMIT_EVERY == 0:
                self._connection.commit()

    def prune(self) -> None:
        """Forget the pieces that were not yielded."""
        with self._connection:
            self._connection.execute("CREATE TEMP TABLE used (id INTEGER PRIMARY KEY)")
            marks = ((row,) for row in self._used)
            self._connection.executemany("INSERT OR IGNORE INTO used VALUES (?)", marks)
            self._connection.execute("DELETE FROM piece WHERE id NOT IN (SELECT id FROM used)")

    def _piece(self, path: Path, *, fresh: bool) -> Piece:
        content = read_content(path)
        start = self._base + path.stem.encode("utf-8", "surrogateescape") + b"\0"
        key = hashlib.blake2b(start + content, digest_size=16).digest()
        found = None if fresh else self._known(key)
        return found or self._made(key, make_piece(parse_document(path, content), self._aliases))

    def _known(self, key: bytes) -> Piece | None:
        row = self._connection.execute(
            _FIND,
            (key,),
        ).fetchone()
        # A page that has gone bad must not become a text that people are quoted.
        if row is None or row[1] != _seal(key, row[2:]):
            return None
        self._used.append(row[0])
        name, digest, line, tokens, *raw = row[2:]
        sentences, chunks = (np.frombuffer(table, np.int32).reshape(-1, 4) for table in raw)
        held = tuple(tokens.split("\n")) if len(chunks) else ()
        return Piece(name, digest, line, sentences, chunks, held)

    def _made(self, key: bytes, piece: Piece) -> Piece:
        tables = piece.sentences.tobytes(), piece.chunks.tobytes()
        row = (piece.name, piece.digest, piece.line, "\n".join(piece.tokens), *tables)
        made = self._connection.execute(_KEEP, (key, _seal(key, row), *row))
        self._used.append(int(made.lastrowid or 0))
        return piece


@contextmanager
def open_pieces(path: Path, names: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[PieceCache]:
    """Open the cache; a file that can't be read as one is begun anew, as it only saves time."""
    with open_cache_file(path, _CREATE, _FIND_ALL) as connection:
        try:
            yield PieceCache(connection, names)
        finally:
            connection.commit()


def _seal(key: bytes, row: Sequence[str | bytes]) -> bytes:
    """Return what tells a row from every other, for SQLite has no checksums."""
    found = hashlib.blake2b(key, digest_size=16)
    for value in row:
        raw = value.encode() if isinstance(value, str) else bytes(value)
        found.update(len(raw).to_bytes(8, "big") + raw)
    return found.digest()


@cache
def _program() -> str:
    """Return a digest of this package: pieces that other code made may be others."""
    found = hashlib.blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
