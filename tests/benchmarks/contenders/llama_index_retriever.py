"""LlamaIndex: its retriever over FAISS."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import faiss
from benchmarks.contenders.contender import LIMIT, Passages, Search
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import TextNode
from llama_index.vector_stores.faiss import FaissVectorStore
from pydantic import PrivateAttr

from index.encoder import load_encoder


class Encoding(BaseEmbedding):
    """Our encoder, as it wants one."""

    _encoder: Any = PrivateAttr(default_factory=load_encoder)

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._encoder.encode_question(query).tolist()

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._encoder.encode([text])[0].tolist()

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._encoder.encode(texts).tolist()


class Vectors(Search):
    """Every vector is compared, by FAISS."""

    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        encoding = Encoding(embed_batch_size=512)
        store = FaissVectorStore(faiss.IndexFlatIP(load_encoder().dim))
        texts = chain.from_iterable(documents)
        index = VectorStoreIndex(
            [TextNode(text=text, id_=str(row)) for row, text in enumerate(texts)],
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=encoding,
        )
        self._retriever = index.as_retriever(similarity_top_k=LIMIT)

    def find(self, question: str) -> Passages:
        return [
            (int(hit.node.node_id), hit.node.text) for hit in self._retriever.retrieve(question)
        ]
