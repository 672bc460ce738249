"""txtai: its hybrid of FAISS and its own BM25, texts in its database."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from benchmarks.contenders.contender import LIMIT, Passages, Search
from txtai import Embeddings

from index.encoder import load_encoder


class Hybrid(Search):
    """As its documentation sets it up; only the vectors are ours."""

    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        encoder = load_encoder()

        def transform(texts):
            return encoder.encode(list(texts))

        self._index = Embeddings(method="external", transform=transform, hybrid=True, content=True)
        self._index.index(enumerate(chain.from_iterable(documents)))

    def find(self, question: str) -> Passages:
        return [(int(hit["id"]), hit["text"]) for hit in self._index.search(question, LIMIT)]
