"""Documents that wait for an admin's button, each in a file, so that a restart loses none."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from index import Imported

KEPT_SECONDS = 24 * 3600.0
KEPT = 20
"""Documents; the oldest makes room."""
DATES = ("published", "made")


@dataclass(frozen=True, slots=True)
class Pending:
    """The documents that wait in a folder. Its methods read and write files: call them in a thread.

    A token is 12 letters, digits, _ and -; whoever passes one on has checked that it is.
    """

    folder: Path
    clock: Callable[[], float] = time.time

    def keep(self, document: Imported) -> str:
        """Let a document wait, and return its token."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._prune(room=1)
        token = secrets.token_urlsafe(9)
        self.change(token, document)
        return token

    def change(self, token: str, document: Imported) -> None:
        """Put a document in the place of the one that waits."""
        path = self._path(token)
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(asdict(document), default=date.isoformat), "utf-8")
        draft.replace(path)

    def find(self, token: str) -> Imported | None:
        """Return the document that waits; None when it has gone."""
        self._prune()
        try:
            told = json.loads(self._path(token).read_text("utf-8"))
            told |= {name: date.fromisoformat(told[name]) for name in DATES if told[name]}
            return Imported(**told)
        except (OSError, ValueError, TypeError, KeyError):
            # Another version may have written it; its sender still has the document.
            return None

    def drop(self, token: str) -> None:
        """Let a document wait no longer."""
        self._path(token).unlink(missing_ok=True)

    def _path(self, token: str) -> Path:
        return self.folder / f"{token}.json"

    def _prune(self, *, room: int = 0) -> None:
        ages = sorted((self.clock() - written, path) for written, path in _written(self.folder))
        for place, (age, path) in enumerate(ages):
            if age > KEPT_SECONDS or place >= KEPT - room:
                path.unlink(missing_ok=True)


def _written(folder: Path) -> Iterator[tuple[float, Path]]:
    """Yield the time of writing and the path of each document that waits."""
    for path in folder.glob("*.json"):
        try:
            yield path.stat().st_mtime, path
        except FileNotFoundError:
            continue
