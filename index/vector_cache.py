"""Vectors by content, so that the cost of a rebuild grows with the change."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from .types import Vectors

_CREATE = "CREATE TABLE IF NOT EXISTS vector (id INTEGER PRIMARY KEY, key BLOB UNIQUE, value BLOB)"
_BATCH = 512


class VectorCache:
    """A SQLite file of float32 vectors, keyed by the digest of encoder and text."""

    def __init__(self, connection: sqlite3.Connection, encoder: str) -> None:
        self._connection = connection
        self._encoder = encoder

    def vectors(
        self,
        texts: Sequence[str],
        encode: Callable[[Sequence[str]], Vectors],
        *,
        fresh: bool,
        on_done: Callable[[int], None],
    ) -> tuple[Vectors, int]:
        """Return the vectors of `texts` in order, and how many had to be encoded.

        `fresh` encodes all of them again. `on_done` hears the number of texts done so far and may
        raise to stop; what was encoded until then is kept.
        """
        rows: list[Vectors] = []
        encoded = 0
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            found = {} if fresh else self._known(batch)
            missing = [text for text in dict.fromkeys(batch) if text not in found]
            if missing:
                found |= self._add(missing, encode(missing))
                encoded += len(missing)
            rows.append(np.stack([found[text] for text in batch]))
            on_done(start + len(batch))
        return np.concatenate(rows), encoded

    def _known(self, texts: Sequence[str]) -> dict[str, Vectors]:
        by_key = {self._key(text): text for text in texts}
        marks = ",".join("?" * len(by_key))
        found = self._connection.execute(
            f"SELECT key, value FROM vector WHERE key IN ({marks})",  # noqa: S608 - marks only
            list(by_key),
        )
        return {by_key[key]: np.frombuffer(value, dtype=np.float32) for key, value in found}

    def _add(self, texts: Sequence[str], vectors: Vectors) -> dict[str, Vectors]:
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO vector (key, value) VALUES (?, ?)",
                [(self._key(t), v.tobytes()) for t, v in zip(texts, vectors, strict=True)],
            )
        return dict(zip(texts, vectors, strict=True))

    def _key(self, text: str) -> bytes:
        return hashlib.blake2b(f"{self._encoder}\0{text}".encode(), digest_size=16).digest()


@contextmanager
def open_cache(path: Path, encoder: str) -> Iterator[VectorCache]:
    """Open the cache; a file that can't be read as one is begun anew, as it only saves time."""
    try:
        connection = _connected(path)
    except sqlite3.DatabaseError:
        path.unlink()
        connection = _connected(path)
    with closing(connection):
        yield VectorCache(connection, encoder)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    try:
        _probe(connection)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _probe(connection: sqlite3.Connection) -> None:
    connection.execute(_CREATE)
    connection.execute("SELECT key, value FROM vector LIMIT 0")
    # A page that is lost may lie anywhere; found now, it does not stop the build later.
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
