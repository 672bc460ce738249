"""The floor: the two libraries that ours stands on, as a script of one page uses them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import faiss
import tantivy
from benchmarks.contenders.contender import LIMIT, Passages, Search, words

from index.encoder import load_encoder

DEEPER = 5
"""Of so many times as many passages the ranks are added up."""
RANK = 60
"""Added to each rank (Cormack et al. 2009)."""


class _Plain(Search):
    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        self.texts = list(chain.from_iterable(documents))

    def _shown(self, rows: Sequence[int]) -> Passages:
        return [(row, self.texts[row]) for row in rows]


class Vectors(_Plain):
    """Every vector is compared."""

    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        super().build(folder, documents)
        self._encoder = load_encoder()
        faiss.omp_set_num_threads(1)
        self._index = faiss.IndexFlatIP(self._encoder.dim)
        self._index.add(self._encoder.encode(self.texts))

    def find(self, question: str) -> Passages:
        return self._shown(self.nearest(question, LIMIT))

    def nearest(self, question: str, limit: int) -> list[int]:
        vector = self._encoder.encode_question(question)
        rows = self._index.search(vector[None, :], min(limit, len(self.texts)))[1]
        return [int(row) for row in rows[0]]


class Words(_Plain):
    """BM25 over our tokens, all alike."""

    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        super().build(folder, documents)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", tokenizer_name="spaces", index_option="freq")
        builder.add_unsigned_field("row", stored=False, fast=True)
        self._schema = builder.build()
        folder = folder / "tantivy"
        folder.mkdir(parents=True)
        index = tantivy.Index(self._schema, path=str(folder))
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("spaces", analyzer)
        writer = index.writer(heap_size=64 * 1024 * 1024, num_threads=1)
        for row, text in enumerate(self.texts):
            document = tantivy.Document()
            document.add_text("words", " ".join(words(text)))
            document.add_unsigned("row", row)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def find(self, question: str) -> Passages:
        return self._shown(self.nearest(question, LIMIT))

    def nearest(self, question: str, limit: int) -> list[int]:
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.term_query(self._schema, "words", word, index_option="freq"),
            )
            for word in set(words(question))
        ]
        if not clauses:
            return []
        query = tantivy.Query.boolean_query(clauses)
        hits = self._searcher.search(query, limit, count=False).hits
        return self._searcher.fast_field_values("row", [address for _, address in hits])


class Both(_Plain):
    """Both, their ranks added up."""

    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        super().build(folder, documents)
        self._searches = Vectors(), Words()
        for search in self._searches:
            search.build(folder / "both", documents)

    def find(self, question: str) -> Passages:
        scores: defaultdict[int, float] = defaultdict(float)
        for search in self._searches:
            for rank, row in enumerate(search.nearest(question, DEEPER * LIMIT), start=1):
                scores[row] += 1 / (RANK + rank)
        return self._shown(sorted(scores, key=lambda row: -scores[row])[:LIMIT])
