"""Nearest chunks by BM25, in tantivy (imported here alone)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import tantivy

from .bm25 import ideal
from .errors import GenerationError, IndexingError

_FIELD = "tokens"
_TOKENIZER = "spaces"
REMEMBERED = 65_536
"""Tokens whose frequencies are remembered."""
_HEAP_BYTES = 1024 * 1024 * 1024
"""What a writer may fill before it begins another segment: some 450,000 chunks.

Each segment is searched by itself, which takes longer than one search of all."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_FIELD, tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_unsigned_field("row", stored=False, fast=True)
    return builder.build()


def _registered(index: tantivy.Index) -> tantivy.Index:
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENIZER, analyzer)
    return index


def write_lexical(folder: Path, rows: Iterable[Iterable[str]]) -> None:
    """Index the tokens of each chunk, in row order, into the new folder `folder`."""
    folder.mkdir()
    try:
        index = _registered(tantivy.Index(_schema(), path=str(folder)))
        writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        try:
            for document in _documents(rows):
                writer.add_document(document)
            writer.commit()
        finally:
            # Its threads would go on writing into a folder that an error makes the caller remove.
            writer.wait_merging_threads()
    except ValueError as error:  # Whatever the disk refuses.
        raise IndexingError(f"{folder}: the lexical index can't be written: {error}") from error
    # An empty lock file of a writer that is gone: no part of what was built.
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()


def _documents(rows: Iterable[Iterable[str]]) -> Iterator[tantivy.Document]:
    for row, tokens in enumerate(rows):
        document = tantivy.Document()
        document.add_text(_FIELD, " ".join(tokens))
        document.add_unsigned("row", row)
        yield document


class LexicalIndex:
    """BM25 over the tokens of chunks; a row is a chunk's row."""

    def __init__(self, folder: Path) -> None:
        try:
            self._index = _registered(tantivy.Index.open(str(folder)))
            self._searcher = self._index.searcher()
            self._frequencies: dict[str, int] = {}
        except ValueError as error:
            raise GenerationError(f"{folder}: not a readable lexical index") from error

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def frequency(self, token: str) -> int:
        """Return the number of chunks that hold `token`."""
        found = self._frequencies.get(token)
        if found is None:
            if len(self._frequencies) > REMEMBERED:
                self._frequencies = {}
            # A question asks for most of its tokens several times, and questions share many.
            found = self._frequencies[token] = int(self._searcher.doc_freq(_FIELD, token))
        return found

    def search(self, weights: Mapping[str, float], limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` pairs ``(row, score)``, best first; the lower row wins a tie.

        The score is BM25 with each token's share multiplied by its weight (> 0).
        """
        schema = self._index.schema
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(schema, _FIELD, token, index_option="freq"), weight
                ),
            )
            for token, weight in weights.items()
            if self.frequency(token)
        ]
        if not clauses:
            return []
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in found])
        pairs = [
            (row, float(score))
            for (score, _), row in zip(found, rows, strict=True)
            if isinstance(row, int)
        ]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def ideal(self, weights: Mapping[str, float]) -> float:
        """Return the bound of the score of these tokens."""
        return ideal(weights, self)
