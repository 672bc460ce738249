"""LangChain: its retriever over FAISS, and that joined with its BM25."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from benchmarks.contenders.contender import LIMIT, Passages, Search, words
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_community.vectorstores.utils import DistanceStrategy
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from index.encoder import load_encoder


class Encoding(Embeddings):
    """Our encoder, as it wants one."""

    def __init__(self) -> None:
        self._encoder = load_encoder()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._encoder.encode(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self._encoder.encode_question(text).tolist()


def _nearest(texts: Sequence[Document]) -> BaseRetriever:
    store = FAISS.from_documents(
        texts, Encoding(), distance_strategy=DistanceStrategy.MAX_INNER_PRODUCT
    )
    return store.as_retriever(search_kwargs={"k": LIMIT})


class _Retrieved(Search):
    _retriever: BaseRetriever

    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        texts = [
            Document(text, metadata={"row": row})
            for row, text in enumerate(chain.from_iterable(documents))
        ]
        self._retriever = self.retriever(texts)

    def find(self, question: str) -> Passages:
        found = self._retriever.invoke(question)[:LIMIT]
        return [(document.metadata["row"], document.page_content) for document in found]


class Vectors(_Retrieved):
    """Every vector is compared, by FAISS."""

    def retriever(self, texts: Sequence[Document]) -> BaseRetriever:
        return _nearest(texts)


class Both(_Retrieved):
    """Its ensemble, by rank; its BM25 gets our tokens, since by itself it cuts at spaces."""

    def retriever(self, texts: Sequence[Document]) -> BaseRetriever:
        lexical = BM25Retriever.from_documents(texts, preprocess_func=words, k=LIMIT)
        return EnsembleRetriever(retrievers=[lexical, _nearest(texts)], weights=[0.5, 0.5])
