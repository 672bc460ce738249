"""Files -> pieces: in this process, and by others, too, once there is much to do."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from .aliases import Aliases
from .corpus import parse_document
from .errors import IndexingError
from .pieces import Piece, embedded, make_piece

if TYPE_CHECKING:
    from loky import ProcessPoolExecutor

ALONE = 4 * 1024 * 1024
"""Bytes of documents that are cut before others are asked to help, who take a second to start."""
MOST = 4
"""Others, of a fifth of a gigabyte each; more would wait for this process, which writes."""
AHEAD = 4
"""Documents that are asked of each before the first is needed: none is idle, and few are held."""
LOOK_S = 1.0
"""How often each of them looks whether it is still needed."""

Names = Mapping[str, Sequence[Sequence[str]]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a piece depends on beside its file."""

    names: Names
    embeds: bool
    """Whether the built-in model is the one that embeds."""


class Maker:
    """Makes the pieces of files."""

    def __init__(self, recipe: Recipe) -> None:
        self._aliases, self._embeds = Aliases(recipe.names), recipe.embeds

    def make(self, path: Path, content: bytes) -> Piece:
        """Return the piece of a file with this content; raise `DocumentError` if it is none."""
        piece = make_piece(parse_document(path, content), self._aliases)
        return embedded(piece) if self._embeds else piece


class Makers:
    """Makes pieces, with the help of other processes where there is much to do.

    The pieces are the same. What the others fail at is done here: they only save time.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._recipe, self._maker = recipe, Maker(recipe)
        self._left = ALONE
        self._others: ProcessPoolExecutor | None = None
        self.ahead = 0
        """Pieces to begin before the first is taken."""

    def begin(self, path: Path, content: bytes) -> Callable[[], Piece]:
        """Begin a piece; what is returned waits for it, or raises what is wrong with the file."""
        if self._left >= 0:
            self._left -= len(content)
            if self._left < 0:
                self._call_others()
        elif self._others is not None and self.ahead:
            try:
                future = self._others.submit(_make, path, content)
                return lambda: self._taken(future, path, content)
            except (BrokenExecutor, OSError) as error:
                self._go_on_alone(error)
        return lambda: self._maker.make(path, content)

    def close(self) -> None:
        """End the others, whatever they are at."""
        if self._others is not None:
            self._others.shutdown(kill_workers=True)
            self._others = None

    def _call_others(self) -> None:
        # Not before they are needed: most builds are done without.
        import loky

        count = min(MOST, loky.cpu_count())
        if count == 1:
            return
        try:
            self._others = loky.ProcessPoolExecutor(
                count, initializer=_prepare, initargs=(self._recipe, os.getpid())
            )
            self.ahead = AHEAD * count
        except OSError as error:
            self._go_on_alone(error)

    def _taken(self, future: Future[Piece | None], path: Path, content: bytes) -> Piece:
        try:
            made = future.result()
        except BrokenExecutor as error:
            self._go_on_alone(error)
            made = None
        return made or self._maker.make(path, content)

    def _go_on_alone(self, error: Exception) -> None:
        if self._others is None or self.ahead:  # Once for all that they had begun.
            line = "the build goes on without other processes (%s)"
            logger.warning(line, type(error).__name__)
        self.ahead = 0


_prepared: list[Maker] = []
"""In another process, what its pieces are made by."""


def _prepare(recipe: Recipe, asker: int) -> None:
    Thread(target=_end_with, args=(asker,), daemon=True).start()
    _prepared[:] = [Maker(recipe)]


def _end_with(asker: int) -> None:
    """End this process when the one that asks is killed: nothing else would tell it."""
    while os.getppid() == asker:
        time.sleep(LOOK_S)
    os._exit(1)


def _make(path: Path, content: bytes) -> Piece | None:
    """Make a piece in another process; None for a file that is no document."""
    try:
        return _prepared[0].make(path, content)
    except IndexingError:
        return None  # Who asked finds out what is wrong with it, in its turn.
