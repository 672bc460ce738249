"""The search engine without one: FAISS and tantivy over files of the generation's folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .carrying import write_words
from .dense import DenseIndex
from .errors import MismatchError
from .generations import Layout
from .lexical import LexicalIndex
from .searching import Searches, Words
from .slots import Slots
from .types import Vectors

MANY = 20_000
"""Chunks from which on searching in a second thread saves more than it costs."""


class LocalSearch:
    """Keeps everything in the generation's folder, so that it comes and goes with it."""

    address = ""

    def reach(self) -> None:
        """Do nothing: that the files are there was seen when they were opened."""

    def write(
        self,
        layout: Layout,
        vectors: Vectors,
        words: Words,
        *,
        on_done: Callable[[int], None],
    ) -> Mapping[str, object]:
        """Write the files of both indexes; they are done when the words are."""
        with ThreadPoolExecutor(1) as beside:
            # Neither needs the other, and both let other threads run.
            dense = beside.submit(_write_vectors, layout, vectors)
            write_words(layout, words)
        return dense.result()

    def open(self, layout: Layout) -> Searches:
        """Map the files of both indexes."""
        if layout.remote.exists():
            raise MismatchError(
                f"{layout.folder}: built for the search engine of SEARCH_ENGINE_URI, which is not "
                "set: set it, or run `python -m index build`"
            )
        lexical = LexicalIndex(layout.lexical, Slots.read(layout.slots))
        dense = DenseIndex.read(layout.dense)
        return Searches(dense, lexical, at_once=len(dense) >= MANY)

    def publish(self, layout: Layout) -> None:
        """Do nothing: the pointer file says which is current."""

    def discard(self, layout: Layout) -> None:
        """Do nothing: the folder goes."""

    def prune(self, generations: Path) -> None:
        """Do nothing: the folders went."""


def _write_vectors(layout: Layout, vectors: Vectors) -> Mapping[str, object]:
    dense = DenseIndex.of(vectors)
    dense.write(layout.dense)
    return dense.facts()


LOCAL = LocalSearch()
