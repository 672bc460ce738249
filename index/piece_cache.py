"""Pieces by content, so that an unchanged document is neither parsed nor cut again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import NoReturn, TypeVar

from .aliases import Aliases
from .cache_file import open_cache_file
from .corpus import read_content
from .documents import document_of
from .encoder import Encoder
from .errors import DocumentError
from .former import Former, Kept
from .making import Makers, Recipe
from .packing import packed, unpacked
from .pieces import Piece, make_piece
from .slots import KEY_BYTES

Document = TypeVar("Document", Piece, Piece | Kept)

# The tokens lie apart: they are the larger half, and of an unchanged document seldom asked for.
_CREATE = (
    "CREATE TABLE IF NOT EXISTS piece (key BLOB PRIMARY KEY, seal BLOB, content BLOB)",
    "CREATE TABLE IF NOT EXISTS words (key BLOB PRIMARY KEY, seal BLOB, tokens)",
    "CREATE TEMP TABLE used (key BLOB PRIMARY KEY)",
)
_FIND_ALL = "SELECT piece.seal, content, tokens FROM piece JOIN words USING (key)"
_FIND = "SELECT seal, CAST(content AS BLOB) FROM piece WHERE key = ?"
_KEEP = "INSERT OR REPLACE INTO piece (key, seal, content) VALUES (?, ?, ?)"
_FIND_WORDS = "SELECT seal, CAST(tokens AS BLOB) FROM words WHERE key = ?"
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
        former: Former | None = None,
    ) -> None:
        self._connection, self._former = connection, former
        self._makers = Makers(Recipe(names, embeds=encoder is not None))
        self._aliases = Aliases(names)
        by = encoder.id if encoder else ""
        self._base = f"{_program()}\0{by}\0{json.dumps(names, ensure_ascii=False)}\0".encode()
        self.keys: list[bytes] = []
        """Of the pieces that were yielded: equal keys, equal pieces."""
        self.embedded = 0
        """Texts of the pieces that were embedded here."""

    def pieces(self, paths: Sequence[Path], *, fresh: bool) -> Iterator[Piece | Kept]:
        """Yield the pieces of the files, in order; `fresh` makes all of them again.

        Those that were known come without their tokens, or are told to be as they were.

        Raises:
            DocumentError: A file can't be read as a document; when its turn comes.
        """
        waiting = deque[Callable[[], Piece | Kept]]()
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

    def _begun(self, path: Path, *, fresh: bool) -> Callable[[], Piece | Kept]:
        """Look a file's piece up, or begin to make it; what is returned gives it, in its turn."""
        try:
            content = read_content(path)
        except DocumentError as error:
            return partial(_raised, error)
        start = self._base + path.stem.encode("utf-8", "surrogateescape") + b"\0"
        key = hashlib.sha256(start + content).digest()[:KEY_BYTES]
        found = None if fresh else self._kept_before(key) or self._known(key)
        if found is not None:
            return partial(self._passed, key, found)
        return partial(self._kept, key, self._makers.begin(path, content))

    def _kept_before(self, key: bytes) -> Kept | None:
        row = self._former.row(key) if self._former else None
        return None if row is None else Kept(row)

    def _passed(self, key: bytes, document: Document) -> Document:
        self.keys.append(key)
        return document

    def _kept(self, key: bytes, made: Callable[[], Piece]) -> Piece:
        piece = made()
        content = packed(piece)
        self._connection.execute(_KEEP, (key, _seal(key, content), content))
        self._keep_tokens(key, piece)
        if piece.vectors is not None:
            self.embedded += len(piece.sentences) + len(piece.chunks)
        return self._passed(key, piece)

    def _known(self, key: bytes) -> Piece | None:
        content = self._found(_FIND, key)
        return None if content is None else unpacked(content)

    def _tokens(self, key: bytes) -> list[str]:
        content = self._found(_FIND_WORDS, key)
        if content is None:
            return self._keep_tokens(key, self._made_again(key))
        # Each line ends, so that one chunk without tokens is told from no chunk.
        return content.decode().split("\n")[:-1]

    def _found(self, query: str, key: bytes) -> bytes | None:
        """Return what a row holds, if there is one and it is as it was sealed."""
        # A page that has gone bad must not become a text that people are quoted.
        seal, content = self._connection.execute(query, (key,)).fetchone() or (None, b"")
        return content if seal == _seal(key, content or b"") else None

    def _keep_tokens(self, key: bytes, piece: Piece) -> list[str]:
        lines = list(piece.tokens or ())
        content = "".join(f"{line}\n" for line in lines).encode()
        self._connection.execute(_KEEP_WORDS, (key, _seal(key, content), content))
        return lines

    def _made_again(self, key: bytes) -> Piece:
        """Cut a document once more that was yielded; its file may be another by now."""
        if self._former and (row := self._former.row(key)) is not None:
            line = self._former.line(row)
        elif known := self._known(key):
            line = known.line
        else:
            raise sqlite3.DatabaseError("a piece went bad while it was read")
        return make_piece(document_of(json.loads(line)), self._aliases)


def _raised(error: DocumentError) -> NoReturn:
    raise error


@contextmanager
def open_pieces(
    path: Path,
    names: Mapping[str, Sequence[Sequence[str]]],
    *,
    encoder: Encoder | None = None,
    former: Former | None = None,
) -> Iterator[PieceCache]:
    """Open the cache; a file that can't be read as one is begun anew, as it only saves time.

    `encoder` is the built-in model, where that is what embeds; `former` a generation to take over
    from what is as it was.
    """
    with open_cache_file(path, _CREATE, _FIND_ALL) as connection:
        cache = PieceCache(connection, names, encoder, former)
        try:
            yield cache
        finally:
            cache.close()
            connection.commit()


def _seal(key: bytes, content: bytes) -> bytes:
    """Return what tells a row from every other, for SQLite has no checksums."""
    # Processors have instructions for this digest.
    found = hashlib.sha256(key)
    found.update(content)
    return found.digest()


@cache
def _program() -> str:
    """Return a digest of this package: pieces that other code made may be others."""
    found = hashlib.blake2b(digest_size=8)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
