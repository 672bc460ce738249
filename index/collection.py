"""The collection of one generation at a search engine, and the two searches over it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np

from .bm25 import SparseVector, Terms, ideal
from .errors import GenerationError, MismatchError
from .generations import Layout
from .milvus import OPEN_SECONDS, SEARCH_SECONDS, Milvus, RefusedError
from .types import Vectors

GRAPH_SEARCH = {"ef": 256}
"""Chunks that a search over a graph keeps in view: more find more, and take longer."""
TIED = 50
"""So many more chunks are asked for: of those that tie for the last place an engine takes any."""
DIGITS = 5
"""Scores that agree in so many digits after the point tie."""


@dataclass(frozen=True, slots=True)
class Collection:
    """What the file ``remote.json`` of a generation says."""

    name: str
    chunks: int
    graph: bool
    """The dense search follows a graph; else it is exact."""
    sparse: bool
    """It holds the tokens, too; if not, they are in the folder, as they are without an engine."""

    @classmethod
    def read(cls, layout: Layout) -> Collection:
        """Read the file; where there is none, the generation was made for local files."""
        try:
            return cls(**json.loads(layout.remote.read_text("utf-8")))
        except FileNotFoundError:
            raise MismatchError(
                f"{layout.folder}: built without the search engine of SEARCH_ENGINE_URI: "
                "run `python -m index build`"
            ) from None
        except (OSError, ValueError, TypeError) as error:
            raise GenerationError(f"{layout.remote}: can't be read ({error})") from error

    def write(self, layout: Layout) -> None:
        """Save the file."""
        layout.remote.write_text(json.dumps(asdict(self)), "utf-8")


@dataclass(frozen=True, slots=True)
class CollectionDense:
    """Nearest chunks by cosine."""

    milvus: Milvus
    collection: Collection

    def __len__(self) -> int:
        """Ask how many chunks the engine has."""
        return self.milvus.count(self.collection.name, seconds=OPEN_SECONDS)

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` pairs ``(row, cosine)``, best first; the lower row wins a tie."""
        return _searched(
            self.milvus,
            self.collection,
            np.asarray(vector, dtype=np.float32),
            field="dense",
            limit=limit,
            params=GRAPH_SEARCH if self.collection.graph else {},
        )


@dataclass(frozen=True, slots=True)
class CollectionLexical:
    """Nearest chunks by BM25."""

    milvus: Milvus
    collection: Collection
    terms: Terms

    def __len__(self) -> int:
        """Return the number of chunks, by what the folder says."""
        return self.collection.chunks

    def frequency(self, token: str) -> int:
        """Return the number of chunks that hold `token`, by what the folder says."""
        return self.terms.frequency(token)

    def ideal(self, weights: Mapping[str, float]) -> float:
        """Return the bound of the score of these tokens."""
        return ideal(weights, self.terms)

    def search(self, weights: Mapping[str, float], limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` pairs ``(row, score)``, best first; the lower row wins a tie."""
        query = self.terms.query(weights)
        if not query:
            return []
        return _searched(
            self.milvus, self.collection, query, field="sparse", limit=limit, params={}
        )


def _searched(
    milvus: Milvus,
    collection: Collection,
    vector: Vectors | SparseVector,
    *,
    field: str,
    limit: int,
    params: Mapping[str, Any],
) -> list[tuple[int, float]]:
    """Search a collection; one that is there but not loaded is loaded first."""
    search = partial(
        milvus.search, collection.name, vector, field=field, limit=limit + TIED, params=params
    )
    try:
        found = search()
    except RefusedError:
        milvus.load(collection.name, seconds=SEARCH_SECONDS)
        found = search()
    # An engine adds up in an order of its own, so that ties differ in their last digits.
    return sorted(found, key=lambda pair: (-round(pair[1], DIGITS), pair[0]))[:limit]
