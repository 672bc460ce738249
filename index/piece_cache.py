"""Pieces by content, so that an unchanged document is neither parsed nor cut again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from .aliases import Aliases
from .cache_file import open_cache_file
from .corpus import read_content
from .documents import document_of
from .encoder import Encoder
from .errors import DocumentError
from .making import Makers, Recipe
from .pieces import Piece, make_piece
from .slots import KEY_BYTES
from .word_pieces import WordPieces

TABLES = (
    ("sentences", np.int32),
    ("chunks", np.int32),
    ("parts", np.uint8),
    ("ids", np.uint16),
    ("ends", np.int64),
    ("sums", np.float32),
    ("vectors", np.float16),
)
"""The arrays of a piece, with the kind of their numbers."""
_COLUMNS = ("name", "digest", "line", "told", *(field for field, _ in TABLES))
_NAMES, _MARKS = ", ".join(_COLUMNS), ", ".join("?" * len(_COLUMNS))
# The tokens lie apart: they are the larger half, and of an unchanged document seldom asked for.
_CREATE = (
    f"CREATE TABLE IF NOT EXISTS piece (key BLOB PRIMARY KEY, seal BLOB, {_NAMES})",
    "CREATE TABLE IF NOT EXISTS words (key BLOB PRIMARY KEY, seal BLOB, tokens)",
    "CREATE TEMP TABLE used (key BLOB PRIMARY KEY)",
)
_FIND_ALL = f"SELECT piece.seal, tokens, {_NAMES} FROM piece JOIN words USING (key)"  # noqa: S608 - Our own names.
_FIND = f"SELECT seal, {_NAMES} FROM piece WHERE key = ?"  # noqa: S608 - As above.
_KEEP = f"INSERT OR REPLACE INTO piece (key, seal, {_NAMES}) VALUES (?, ?, {_MARKS})"  # noqa: S608 - As above.
_FIND_WORDS = "SELECT seal, tokens FROM words WHERE key = ?"
_KEEP_WORDS = "INSERT OR REPLACE INTO words (key, seal, tokens) VALUES (?, ?, ?)"
_PRUNE = (
    "DELETE FROM piece WHERE key NOT IN (SELECT key FROM used)",
    "DELETE FROM words WHERE key NOT IN (SELECT key FROM used)",
)
_COMMIT_EVERY = 256


class PieceCache:
    """A SQLite file of pieces, keyed by the file's bytes, its name, the aliases and our code."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        names: Mapping[str, Sequence[Sequence[str]]],
        encoder: Encoder | None,
    ) -> None:
        self._connection = connection
        self._makers = Makers(Recipe(names, embeds=encoder is not None))
        self._aliases = Aliases(names)
        by = encoder.id if encoder else ""
        self._base = f"{_program()}\0{by}\0{json.dumps(names, ensure_ascii=False)}\0".encode()
        self.keys: list[bytes] = []
        """Of the pieces that were yielded: equal keys, equal pieces."""
        self.embedded = 0
        """Texts of the pieces that were embedded here."""

    def pieces(self, paths: Sequence[Path], *, fresh: bool) -> Iterator[Piece]:
        """Yield the pieces of the files, in order; `fresh` makes all of them again.

        Those that were known come without their tokens.

        Raises:
            DocumentError: A file can't be read as a document; when its turn comes.
        """
        waiting = deque[Callable[[], Piece]]()
        for row, path in enumerate(paths, start=1):
            waiting.append(self._begun(path, fresh=fresh))
            while len(waiting) > self._makers.ahead:
                yield waiting.popleft()()
            if row % _COMMIT_EVERY == 0:
                self._connection.commit()
        while waiting:
            yield waiting.popleft()()
        self.close()

    def tokens(self, rows: Iterable[int]) -> Iterator[list[str]]:
        """Yield the tokens of each chunk of pieces that were yielded, given by their places."""
        for row in rows:
            for line in self._tokens(self.keys[row]):
                yield line.split()

    def prune(self) -> None:
        """Forget the pieces that were not yielded."""
        with self._connection:
            marks = ((key,) for key in self.keys)
            self._connection.executemany("INSERT OR IGNORE INTO used VALUES (?)", marks)
            for statement in _PRUNE:
                self._connection.execute(statement)

    def close(self) -> None:
        """Make no more pieces: whoever helps with it ends."""
        self._makers.close()

    def _begun(self, path: Path, *, fresh: bool) -> Callable[[], Piece]:
        """Look a file's piece up, or begin to make it; what is returned gives it, in its turn."""
        try:
            content = read_content(path)
        except DocumentError as error:
            return partial(_raised, error)
        start = self._base + path.stem.encode("utf-8", "surrogateescape") + b"\0"
        key = hashlib.sha256(start + content).digest()[:KEY_BYTES]
        found = None if fresh else self._known(key)
        if found is not None:
            return partial(self._passed, key, found)
        return partial(self._kept, key, self._makers.begin(path, content))

    def _passed(self, key: bytes, piece: Piece) -> Piece:
        self.keys.append(key)
        return piece

    def _kept(self, key: bytes, made: Callable[[], Piece]) -> Piece:
        piece = made()
        row = _row(piece)
        self._connection.execute(_KEEP, (key, _seal(key, row), *row))
        self._keep_tokens(key, piece)
        if piece.vectors is not None:
            self.embedded += len(piece.sentences) + len(piece.chunks)
        return self._passed(key, piece)

    def _known(self, key: bytes) -> Piece | None:
        row = self._connection.execute(_FIND, (key,)).fetchone()
        # A page that has gone bad must not become a text that people are quoted.
        if row is None or row[0] != _seal(key, row[1:]):
            return None
        return _piece(row[1:])

    def _tokens(self, key: bytes) -> list[str]:
        row = self._connection.execute(_FIND_WORDS, (key,)).fetchone()
        if row is None or row[0] != _seal(key, row[1:]):
            return self._keep_tokens(key, self._made_again(key))
        # Each line ends, so that one chunk without tokens is told from no chunk.
        return str(row[1]).split("\n")[:-1]

    def _keep_tokens(self, key: bytes, piece: Piece) -> list[str]:
        lines = list(piece.tokens or ())
        row = ("".join(f"{line}\n" for line in lines),)
        self._connection.execute(_KEEP_WORDS, (key, _seal(key, row), *row))
        return lines

    def _made_again(self, key: bytes) -> Piece:
        """Cut a document once more that was yielded; its file may be another by now."""
        known = self._known(key)
        if known is None:
            raise sqlite3.DatabaseError("a piece went bad while it was read")
        return make_piece(document_of(json.loads(known.line)), self._aliases)


def _raised(error: DocumentError) -> NoReturn:
    raise error


def _row(piece: Piece) -> tuple[str | bytes, ...]:
    arrays = (piece.sentences, piece.chunks, piece.parts, piece.words.ids, piece.words.ends)
    measured = (b"" if array is None else array.tobytes() for array in (piece.sums, piece.vectors))
    told = json.dumps([piece.published, piece.headings], ensure_ascii=False)
    texts = (piece.name, piece.digest, piece.line, told)
    return (*texts, *(array.tobytes() for array in arrays), *measured)


def _piece(row: Sequence[str | bytes]) -> Piece:
    """Return the piece of a row that `_row` gave."""
    name, digest, line, told = map(str, row[:4])
    kinds = (kind for _, kind in TABLES)
    arrays: list[npt.NDArray[Any]] = [
        np.frombuffer(raw, kind) if isinstance(raw, bytes) else np.empty(0, kind)
        for raw, kind in zip(row[4:], kinds, strict=True)
    ]
    sentences, chunks, parts, ids, ends, sums, vectors = arrays
    published, headings = json.loads(told)
    groups = chunks.reshape(-1, 8)
    return Piece(
        name=name,
        digest=digest,
        published=published,
        line=line,
        sentences=sentences.reshape(-1, 4),
        chunks=groups,
        tokens=None,
        headings=tuple(headings),
        parts=parts,
        words=WordPieces(ids, ends),
        sums=sums.reshape(-1, 2) if len(sums) else None,
        vectors=vectors.reshape(len(groups), -1) if len(vectors) else None,
    )


@contextmanager
def open_pieces(
    path: Path, names: Mapping[str, Sequence[Sequence[str]]], *, encoder: Encoder | None = None
) -> Iterator[PieceCache]:
    """Open the cache; a file that can't be read as one is begun anew, as it only saves time.

    `encoder` is the built-in model, where that is what embeds.
    """
    with open_cache_file(path, _CREATE, _FIND_ALL) as connection:
        cache = PieceCache(connection, names, encoder)
        try:
            yield cache
        finally:
            cache.close()
            connection.commit()


def _seal(key: bytes, row: Sequence[str | bytes]) -> bytes:
    """Return what tells a row from every other, for SQLite has no checksums."""
    values = [value.encode() if isinstance(value, str) else bytes(value) for value in row]
    lengths = array("q", map(len, values)).tobytes()
    # Processors have instructions for this digest.
    return hashlib.sha256(b"".join([key, lengths, *values])).digest()


@cache
def _program() -> str:
    """Return a digest of this package: pieces that other code made may be others."""
    found = hashlib.blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
