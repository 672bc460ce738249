"""SQLite's FTS5, fed with our tokens: its own tokenizer takes a run of Han for one word."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from benchmarks.contenders.contender import LIMIT, Passages, Search, words

FIND = """
    SELECT found.rowid, texts.text
    FROM (SELECT rowid, rank FROM tokens WHERE tokens MATCH ? ORDER BY rank LIMIT ?) AS found
    JOIN texts ON texts.row = found.rowid ORDER BY found.rank
"""


class Words(Search):
    """BM25 by `ORDER BY rank`."""

    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        self._database = sqlite3.connect(folder / "passages.sqlite")
        self._database.execute("CREATE TABLE texts (row INTEGER PRIMARY KEY, text TEXT)")
        self._database.execute("CREATE VIRTUAL TABLE tokens USING fts5(words, content='')")
        rows = list(enumerate(chain.from_iterable(documents)))
        self._database.executemany("INSERT INTO texts VALUES (?, ?)", rows)
        self._database.executemany(
            "INSERT INTO tokens (rowid, words) VALUES (?, ?)",
            ((row, " ".join(words(text))) for row, text in rows),
        )
        self._database.commit()

    def find(self, question: str) -> Passages:
        query = " OR ".join(f'"{word}"' for word in dict.fromkeys(words(question)))
        return self._database.execute(FIND, (query, LIMIT)).fetchall() if query else []
