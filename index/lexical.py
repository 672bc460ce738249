"""Nearest chunks by BM25, in tantivy (imported here alone)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import tantivy

from .bm25 import ideal, idf
from .errors import GenerationError, IndexingError
from .slots import Slots

_FIELD, _SLOT = "tokens", "slot"
_TOKENIZER = "spaces"
REMEMBERED = 65_536
"""Tokens whose frequencies are remembered."""
COUNTED = 50_000
"""Chunks that are counted one by one where some are dead: that takes half a millisecond."""
TIED = 50
"""So many more chunks are asked for where several segments may tie for the last place."""
_HEAP_BYTES = 1024 * 1024 * 1024
"""What a writer may fill before it begins another segment: some 450,000 chunks.

Each segment is searched by itself, which takes longer than one search of all."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_FIELD, tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_unsigned_field(_SLOT, stored=False, fast=True)
    return builder.build()


def _registered(index: tantivy.Index) -> tantivy.Index:
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENIZER, analyzer)
    return index


@dataclass(frozen=True, slots=True)
class Extent:
    """What a search has to go through."""

    segments: int
    chunks: int
    """Dead ones included: those that were deleted, and are in a segment as long as it is."""
    dead: int

    @classmethod
    def of(cls, folder: Path) -> Extent:
        """Read it from the file that tantivy keeps of its segments."""
        try:
            told = json.loads((folder / "meta.json").read_text("utf-8"))["segments"]
            dead = sum((each["deletes"] or {}).get("num_deleted_docs", 0) for each in told)
            return cls(len(told), sum(each["max_doc"] for each in told), dead)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise GenerationError(f"{folder}: not a readable lexical index") from error


def write_lexical(folder: Path, rows: Iterable[Iterable[str]]) -> None:
    """Index the tokens of each chunk into the new folder `folder`; its slot is its row."""
    folder.mkdir()
    with _writing(folder, lambda: tantivy.Index(_schema(), path=str(folder))) as writer:
        _add(writer, rows, 0)


def amend_lexical(
    folder: Path,
    gone: Iterable[tuple[int, int]],
    rows: Iterable[Iterable[str]],
    first: int,
) -> None:
    """Delete the chunks of some ranges of slots, and index others, from the slot `first` on.

    Raises:
        GenerationError: The folder holds no index that this program can read.
    """
    index = _opened(folder)
    with _writing(folder, lambda: index) as writer:
        for start, end in gone:
            # By the column of slots, which takes no bytes of an index of them.
            slots = tantivy.Query.range_query(
                index.schema, _SLOT, tantivy.FieldType.Unsigned, start, end, include_upper=False
            )
            writer.delete_documents_by_query(slots)
        _add(writer, rows, first)


def _opened(folder: Path) -> tantivy.Index:
    try:
        return _registered(tantivy.Index.open(str(folder)))
    except ValueError as error:
        raise GenerationError(f"{folder}: not a readable lexical index") from error


@contextmanager
def _writing(folder: Path, opened: Callable[[], tantivy.Index]) -> Iterator[tantivy.IndexWriter]:
    """Give the writer of an index, and commit what was written."""
    try:
        writer = _registered(opened()).writer(heap_size=_HEAP_BYTES, num_threads=1)
        try:
            yield writer
            writer.commit()
        finally:
            # Its threads would go on writing into a folder that an error makes the caller remove.
            writer.wait_merging_threads()
    except ValueError as error:  # Whatever the disk refuses.
        raise IndexingError(f"{folder}: the lexical index can't be written: {error}") from error
    # An empty lock file of a writer that is gone: no part of what was built.
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()


def _add(writer: tantivy.IndexWriter, rows: Iterable[Iterable[str]], first: int) -> None:
    for slot, tokens in zip(count(first), rows, strict=False):
        document = tantivy.Document()
        document.add_text(_FIELD, " ".join(tokens))
        document.add_unsigned(_SLOT, slot)
        writer.add_document(document)


class LexicalIndex:
    """BM25 over the tokens of chunks; a row is a chunk's row.

    An index that was amended has dead chunks, which are never found. Its scores are those of an
    index made anew, but for the average length of a chunk, in which tantivy counts the dead.
    """

    def __init__(self, folder: Path, slots: Slots | None = None) -> None:
        """Open a folder; without `slots` that of each chunk is its row."""
        self._index = _opened(folder)
        self._searcher = self._index.searcher()
        self._extent = Extent.of(folder)
        if slots is not None and len(slots) != len(self):
            raise GenerationError(f"{folder}: expected {len(slots)} chunks, found {len(self)}")
        self._slots = slots
        self._frequencies: dict[str, int] = {}

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def frequency(self, token: str) -> int:
        """Return the number of chunks that hold `token`.

        Where some are dead and more than `COUNTED` hold it, the dead's share is taken as that of
        all.
        """
        found = self._frequencies.get(token)
        if found is None:
            if len(self._frequencies) > REMEMBERED:
                self._frequencies = {}
            # A question asks for most of its tokens several times, and questions share many.
            found = self._frequencies[token] = self._living(token)
        return found

    def search(self, weights: Mapping[str, float], limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` pairs ``(row, score)``, best first; the lower row wins a tie.

        The score is BM25 with each token's share multiplied by its weight (> 0).
        """
        clauses = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(self._term(token), weight * self._correction(token)),
            )
            for token, weight in weights.items()
            if self.frequency(token)
        ]
        if not clauses:
            return []
        query = tantivy.Query.boolean_query(clauses)
        # Among equal chunks tantivy takes those of whichever segment comes first.
        asked = limit + (TIED if self._extent.segments > 1 else 0)
        found = self._searcher.search(query, asked, count=False).hits
        rows = self._rows([address for _, address in found])
        pairs = [(row, float(score)) for (score, _), row in zip(found, rows, strict=True)]
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def ideal(self, weights: Mapping[str, float]) -> float:
        """Return the bound of the score of these tokens."""
        return ideal(weights, self)

    def _rows(self, addresses: list[tantivy.DocAddress]) -> list[int]:
        values = self._searcher.fast_field_values(_SLOT, addresses)
        slots = [slot for slot in values if isinstance(slot, int)]
        return slots if self._slots is None else self._slots.rows(slots).tolist()

    def _term(self, token: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._index.schema, _FIELD, token, index_option="freq")

    def _living(self, token: str) -> int:
        met = int(self._searcher.doc_freq(_FIELD, token))
        if not met or not self._extent.dead:
            return met
        if met > COUNTED:
            return round(met * len(self) / self._extent.chunks)
        found = self._searcher.search(self._term(token), 1, count=True)
        return int(found.count or 0)  # type: ignore[attr-defined]  # Its stub forgets it.

    def _correction(self, token: str) -> float:
        """Return the rarity of a token by that which tantivy takes for it."""
        if not self._extent.dead:
            return 1.0
        met = int(self._searcher.doc_freq(_FIELD, token))
        return idf(self.frequency(token), len(self)) / idf(met, self._extent.chunks)
