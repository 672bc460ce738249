"""The search engine on other machines: Milvus holds the vectors of each generation's chunks.

The texts, offsets and sentences stay in the generation's folder, and with them how rare each token
is: a question needs them before and after both searches, and many times over.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from .bm25 import Postings, SparseVector, Terms
from .carrying import write_words
from .collection import Collection, CollectionDense, CollectionLexical
from .errors import GenerationError, SearchDownError
from .generations import Layout
from .lexical import LexicalIndex
from .milvus import COLLECTION_MISSING, OPEN_SECONDS, Milvus, RefusedError
from .searching import LexicalSearch, Searches, Words
from .slots import Slots
from .types import Vectors

EXACT = 300_000
"""Chunks up to which the engine compares a question with every vector, as the files do."""
BATCH = 1000
"""Chunks sent at once: about two megabytes."""
READY_SECONDS = 120.0
PREFIX = "yuanhua"
OWNER = "COLLECTIONS"
"""The file beside the generations with what the names of their collections begin with, so that
several data folders can share an engine."""
GRAPH = {"index_type": "HNSW", "params": {"M": 32, "efConstruction": 200}}
SPARSE_INDEX = {"index_type": "SPARSE_INVERTED_INDEX"}

Row = dict[str, Any]

logger = logging.getLogger(__name__)


class RemoteSearch:
    """Keeps the chunks of each generation in a collection of its own."""

    def __init__(self, milvus: Milvus, *, exact: int = EXACT) -> None:
        self.milvus = milvus
        self._exact = exact

    @property
    def address(self) -> str:
        """Where the server is, without credentials."""
        return self.milvus.address.root

    def reach(self) -> None:
        """Return once the server answers."""
        self.milvus.reach()

    def write(
        self,
        layout: Layout,
        vectors: Vectors,
        words: Words,
        *,
        on_done: Callable[[int], None],
    ) -> Mapping[str, object]:
        """Send the chunks, and wait until all are found."""
        sparse = self.milvus.has_sparse_vectors()
        single = (vector.astype(np.float32, copy=False) for vector in vectors)
        name = collection_name(layout)
        collection = Collection(name, len(vectors), len(vectors) > self._exact, sparse)
        self.milvus.create(name, dim=vectors.shape[1], sparse=sparse)
        if sparse:
            weighted = _weighted(layout, words.all())
            pairs = enumerate(zip(single, weighted, strict=True))
            rows = ({"id": row, "dense": v, "sparse": s} for row, (v, s) in pairs)
        else:
            write_words(layout, words)
            rows = ({"id": row, "dense": v} for row, v in enumerate(single))
        samples: dict[int, Row] = {}
        for batch in _batches(rows):
            self.milvus.insert(name, batch)
            on_done(batch[-1]["id"] + 1)
            samples = {0: samples.get(0, batch[0]), 1: batch[-1]}
        dense = GRAPH if collection.graph else {"index_type": "FLAT"}
        self.milvus.finish(name, {"dense": dense, **({"sparse": SPARSE_INDEX} if sparse else {})})
        self._wait(collection, list(samples.values()))
        collection.write(layout)
        return {"kind": "graph" if collection.graph else "flat", "vectors": len(vectors)}

    def open(self, layout: Layout) -> Searches:
        """Return the searches; an engine that is down now may be up when they are asked."""
        collection = Collection.read(layout)
        try:
            self.milvus.load(collection.name, seconds=OPEN_SECONDS)
            found = self.milvus.count(collection.name, seconds=OPEN_SECONDS)
        except SearchDownError as error:
            if isinstance(error, RefusedError) and error.code == COLLECTION_MISSING:
                raise GenerationError(
                    f"{layout.folder}: its collection {collection.name} is not at "
                    f"{self.milvus.address.root}: run `python -m index build`"
                ) from error
        else:
            if found != collection.chunks:
                raise GenerationError(
                    f"{layout.folder}: expected {collection.chunks} chunks in {collection.name}, "
                    f"found {found}: run `python -m index build`"
                )
        return Searches(CollectionDense(self.milvus, collection), self._lexical(layout, collection))

    def publish(self, layout: Layout) -> None:
        """Let the alias stand for the generation's collection.

        It tells people, and keeps the engine from dropping it. What is asked is the collection
        itself: offsets are true of one build only.
        """
        try:
            self.milvus.alias(Collection.read(layout).name, owner(layout.folder.parent))
        except RefusedError as error:
            if error.code:
                raise
            logger.warning("No alias: %s", error)  # Milvus Lite 2.5 has none.

    def discard(self, layout: Layout) -> None:
        """Drop the collection, if the engine can be reached; else the next build will."""
        with suppress(SearchDownError):
            self.milvus.drop(collection_name(layout))

    def prune(self, generations: Path) -> None:
        """Drop the collections of this data folder whose generations are gone."""
        kept = {collection_name(Layout(folder)) for folder in generations.glob("*/")}
        try:
            for name in self.milvus.names():
                if name.startswith(f"{owner(generations)}_") and name not in kept:
                    self.milvus.drop(name)
        except SearchDownError as error:
            logger.warning("Old collections stay until the next build: %s", error)

    def _lexical(self, layout: Layout, collection: Collection) -> LexicalSearch:
        if not collection.sparse:
            return LexicalIndex(layout.lexical, Slots.read(layout.slots))
        terms = Terms.read(layout.terms, count=collection.chunks)
        return CollectionLexical(self.milvus, collection, terms)

    def _wait(self, collection: Collection, samples: Sequence[Row]) -> None:
        """Return when the engine finds all chunks; raise if it does not in `READY_SECONDS`."""
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready(collection, samples):
            if time.monotonic() > deadline:
                raise GenerationError(
                    f"{collection.name}: its {collection.chunks} chunks are not all found at "
                    f"{self.milvus.address.root} after {READY_SECONDS:.0f} s"
                )
            time.sleep(0.2)

    def _is_ready(self, collection: Collection, samples: Sequence[Row]) -> bool:
        """Tell whether all chunks are counted, and samples found as they will be searched for.

        An engine may take its time for the first search: people need not wait for it.
        """
        count = self.milvus.count(collection.name, seconds=READY_SECONDS)
        if count != collection.chunks:
            return False
        return all(
            _finds(self.milvus, collection.name, vectors, sample[vectors])
            for sample in samples
            for vectors in sample.keys() - {"id"}
        )


def _finds(milvus: Milvus, name: str, field: str, vector: Vectors | SparseVector) -> bool:
    """Tell whether a chunk's own vector finds it, or one that is as near."""
    own = sum(x * x for x in (vector.values() if isinstance(vector, dict) else vector.tolist()))
    found = milvus.search(name, vector, field=field, limit=1, seconds=READY_SECONDS)
    return bool(found) and found[0][1] >= own * 0.999


def collection_name(layout: Layout) -> str:
    """Return the name of a generation's collection: letters, digits and underscores."""
    return re.sub(r"\W", "_", f"{owner(layout.folder.parent)}_{layout.folder.name}")


def owner(generations: Path) -> str:
    """Return what the names of a data folder's collections begin with; the same ever after."""
    path = generations / OWNER
    if not path.exists():
        path.write_text(f"{PREFIX}_{secrets.token_hex(4)}", "utf-8")
    return path.read_text("utf-8").strip()


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _weighted(layout: Layout, tokens: Iterable[Iterable[str]]) -> Iterator[SparseVector]:
    """Yield the tokens of each chunk as a vector, once all were counted and written down."""
    with closing(Postings(layout.folder)) as postings:
        for chunk in tokens:
            postings.add(chunk)
        terms = postings.terms()
        terms.write(layout.terms)
        yield from postings.vectors(terms)
