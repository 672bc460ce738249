"""Haystack: the retrievers of its store in memory, and their rankings joined."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from benchmarks.contenders.contender import LIMIT, Passages, Search
from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore

from index.encoder import load_encoder


class _Stored(Search):
    embeds = True

    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        texts = list(chain.from_iterable(documents))
        self._encoder = load_encoder()
        vectors = self._encoder.encode(texts).tolist() if self.embeds else [None] * len(texts)
        store = InMemoryDocumentStore(return_embedding=False)
        store.write_documents(
            [
                Document(id=str(row), content=text, embedding=vector)
                for row, (text, vector) in enumerate(zip(texts, vectors, strict=True))
            ]
        )
        self._words = InMemoryBM25Retriever(store, top_k=LIMIT)
        self._vectors = InMemoryEmbeddingRetriever(store, top_k=LIMIT)
        self._joiner = DocumentJoiner("reciprocal_rank_fusion", top_k=LIMIT)

    def by_words(self, question: str) -> list[Document]:
        return self._words.run(query=question)["documents"]

    def by_vectors(self, question: str) -> list[Document]:
        vector = self._encoder.encode_question(question).tolist()
        return self._vectors.run(query_embedding=vector)["documents"]

    def joined(self, question: str) -> list[Document]:
        found = [self.by_words(question), self.by_vectors(question)]
        return self._joiner.run(documents=found)["documents"]


def _shown(found: Sequence[Document]) -> Passages:
    return [(int(document.id), document.content) for document in found]


class Words(_Stored):
    """Its BM25, by its own tokens."""

    embeds = False

    def find(self, question: str) -> Passages:
        return _shown(self.by_words(question))


class Vectors(_Stored):
    """Our vectors, its search."""

    def find(self, question: str) -> Passages:
        return _shown(self.by_vectors(question))


class Both(_Stored):
    """Its hybrid: both, joined by rank."""

    def find(self, question: str) -> Passages:
        return _shown(self.joined(question))
