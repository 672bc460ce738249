"""What a search engine must do for a generation's chunks, local or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .generations import Layout
from .types import Vectors


class DenseSearch(Protocol):
    """Nearest chunks by cosine; a row is a chunk's row."""

    def __len__(self) -> int: ...

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` pairs ``(row, cosine)``, best first; the lower row wins a tie."""
        ...


class LexicalSearch(Protocol):
    """Nearest chunks by BM25 over tokens; a row is a chunk's row."""

    def __len__(self) -> int: ...

    def frequency(self, token: str) -> int:
        """Return the number of chunks that hold `token`, without asking another machine."""
        ...

    def ideal(self, weights: Mapping[str, float]) -> float:
        """Return the bound of the score of these tokens."""
        ...

    def search(self, weights: Mapping[str, float], limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` pairs ``(row, score)``, best first; the lower row wins a tie.

        The score is BM25 with each token's share multiplied by its weight (> 0).
        """
        ...


@dataclass(frozen=True, slots=True)
class Searches:
    """The two searches over the chunks of one generation."""

    dense: DenseSearch
    lexical: LexicalSearch
    at_once: bool = False
    """Whether a question is sooner answered if both run at the same time."""


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of a generation's chunks, which are read where they have to be indexed."""

    keys: Sequence[bytes]
    """Of each document, 16 bytes: where they are equal, so are all of its tokens."""
    counts: Sequence[int]
    """Chunks of each document."""
    read: Callable[[Iterable[int]], Iterator[list[str]]]
    """Yields the tokens of each chunk of some documents, which are given by their rows."""
    before: Layout | None = None
    """A generation whose index may be carried over."""

    def all(self) -> Iterator[list[str]]:
        """Yield the tokens of each chunk, in row order."""
        return self.read(range(len(self.keys)))


class SearchEngine(Protocol):
    """Keeps what the two searches need of each generation. Every method but `open` may block.

    All raise `IndexingError`, and `open` its child `GenerationError`: where a generation was made
    for another engine, or is not there as it was built.
    """

    @property
    def address(self) -> str:
        """Where it is, without credentials; empty for files of this machine."""
        ...

    def reach(self) -> None:
        """Return once it answers; raise `SearchDownError` where it doesn't."""
        ...

    def write(
        self,
        layout: Layout,
        vectors: Vectors,
        words: Words,
        *,
        on_done: Callable[[int], None],
    ) -> Mapping[str, object]:
        """Index the chunks of a generation that is being built, in row order.

        Returned is how their vectors are searched, by name, for the manifest.
        `on_done` may raise; it hears how many were sent, where they are sent anywhere.
        """
        ...

    def open(self, layout: Layout) -> Searches:
        """Return the searches of a finished generation, once both hold all of its chunks."""
        ...

    def publish(self, layout: Layout) -> None:
        """Mark a generation as the one that is about to become current."""
        ...

    def discard(self, layout: Layout) -> None:
        """Remove what `write` made for a generation that will never be current."""
        ...

    def prune(self, generations: Path) -> None:
        """Remove what was kept for generations whose folder below `generations` is gone."""
        ...
