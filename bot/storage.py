"""What must outlive a restart, in SQLite: chats, remembered quotes, the log of rebuilds."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index import Quote, Span

from .database import Database

KEPT_SECONDS = 30 * 24 * 3600.0
KEPT_ANSWERS = 10_000


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


class Storage(Database):
    """The database, with a method for each question about chats, answers and rebuilds."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(path)
        self._clock = clock

    async def open(self) -> None:
        """Open the file, bring its tables up to date, and close the log of lost rebuilds."""
        await super().open()
        await self.write(("UPDATE rebuild SET outcome = 'interrupted' WHERE outcome IS NULL", ()))

    async def remember_answer(self, answer: RememberedAnswer) -> str:
        """Keep what an answer's buttons need and return its id: 12 letters, digits, _ and -.

        While nothing can be written, they will say that the answer has expired.
        """
        answer_id = secrets.token_urlsafe(9)
        places = json.dumps([packed(place) for place in answer.places], ensure_ascii=False)
        now = self._clock()
        row = (answer_id, now, answer.generation, answer.chat_id, answer.asker_id, places)
        await self.attempt(
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
        greeting = "INSERT OR IGNORE INTO chat VALUES (?, ?) RETURNING id"
        return bool(await self.write((greeting, (chat_id, self._clock()))))

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
        beginning = "INSERT INTO rebuild (started_at, admin_id) VALUES (?, ?) RETURNING id"
        [(rebuild_id,)] = await self.write((beginning, (self._clock(), admin_id)))
        return int(rebuild_id)

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


def packed(place: Place) -> list[object]:
    """Return a place as JSON can hold it."""
    span, highlight = place.span, place.highlight
    return [place.document, span.start, span.end, highlight.start, highlight.end]


def unpacked(row: list[object]) -> Place:
    """Return the place that `packed` made a row of."""
    document, *offsets = row
    start, end, first, last = (int(str(offset)) for offset in offsets)
    return Place(str(document), Span(start, end), Span(first, last))
