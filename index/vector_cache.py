"""Vectors by content, so that the cost of a rebuild grows with the change."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import numpy as np

from .cache_file import open_cache_file
from .types import Vectors

_CREATE = (
    "CREATE TABLE IF NOT EXISTS vector (id INTEGER PRIMARY KEY, key BLOB UNIQUE, value BLOB)",
    "CREATE TABLE IF NOT EXISTS document (id INTEGER PRIMARY KEY, key BLOB UNIQUE, value BLOB)",
)
_PROBE = "SELECT vector.key, vector.value, document.key, document.value FROM vector, document"
_FIND = {
    "vector": "SELECT key, value FROM vector WHERE key IN ",
    "document": "SELECT key, value FROM document WHERE key IN ",
}
_KEEP = {
    "vector": "INSERT OR REPLACE INTO vector (key, value) VALUES (?, ?)",
    "document": "INSERT OR REPLACE INTO document (key, value) VALUES (?, ?)",
}
_BATCH = 512

Encode = Callable[[Sequence[str]], Vectors]


class VectorCache:
    """A SQLite file of float32 vectors, keyed by the digest of encoder and text.

    The vectors of a whole document are kept together, too: where nothing has changed, one look-up
    takes the place of hundreds.
    """

    def __init__(self, connection: sqlite3.Connection, encoder: str) -> None:
        self._connection = connection
        self._encoder = encoder

    def vectors(
        self,
        texts: Sequence[str],
        encode: Encode,
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
            found = {} if fresh else self._known("vector", batch)
            missing = [text for text in dict.fromkeys(batch) if text not in found]
            if missing:
                found |= self._add(missing, encode(missing))
                encoded += len(missing)
            rows.append(np.stack([found[text] for text in batch]))
            on_done(start + len(batch))
        return np.concatenate(rows), encoded

    def documents(
        self,
        documents: Sequence[Sequence[str]],
        encode: Encode,
        *,
        fresh: bool,
        on_done: Callable[[int], None],
    ) -> tuple[list[Vectors], int]:
        """Return the vectors of each document's texts, and how many texts had to be encoded."""
        names = ["\0".join(texts) for texts in documents]
        known = {} if fresh else self._known("document", names)
        new = {name: texts for name, texts in zip(names, documents, strict=True) if texts}
        new = {name: texts for name, texts in new.items() if name not in known}
        encoded = 0
        if new:
            flat = list(chain.from_iterable(new.values()))
            vectors, encoded = self.vectors(flat, encode, fresh=fresh, on_done=on_done)
            ends = np.cumsum([len(texts) for texts in new.values()])
            known |= dict(zip(new, np.split(vectors, ends[:-1]), strict=True))
            self._keep("document", {name: known[name] for name in new})
        on_done(sum(map(len, documents)))
        empty = np.empty((0, 1), dtype=np.float32)
        return [
            known[name].reshape(len(texts), -1) if texts else empty
            for name, texts in zip(names, documents, strict=True)
        ], encoded

    def _known(self, table: str, texts: Sequence[str]) -> dict[str, Vectors]:
        by_key = {self._key(text): text for text in texts}
        marks = ",".join("?" * len(by_key))
        found = self._connection.execute(
            _FIND[table] + f"({marks})",
            list(by_key),
        )
        return {by_key[key]: np.frombuffer(value, dtype=np.float32) for key, value in found}

    def _add(self, texts: Sequence[str], vectors: Vectors) -> dict[str, Vectors]:
        found = dict(zip(texts, vectors, strict=True))
        self._keep("vector", found)
        return found

    def _keep(self, table: str, vectors: dict[str, Vectors]) -> None:
        with self._connection:
            self._connection.executemany(
                _KEEP[table],
                [(self._key(text), vector.tobytes()) for text, vector in vectors.items()],
            )

    def _key(self, text: str) -> bytes:
        return hashlib.blake2b(f"{self._encoder}\0{text}".encode(), digest_size=16).digest()


@contextmanager
def open_cache(path: Path, encoder: str) -> Iterator[VectorCache]:
    """Open the cache; a file that can't be read as one is begun anew, as it only saves time."""
    with open_cache_file(path, _CREATE, _PROBE) as connection:
        yield VectorCache(connection, encoder)
