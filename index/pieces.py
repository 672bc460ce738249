"""What a document brings to a generation: its sentences, its chunks and their tokens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .affinity import Affinity
from .aliases import Aliases, entity_token
from .chunking import chunks, document_sentences, runs
from .documents import document_line
from .normalization import fold, fold_all
from .tokenization import text_tokens, units
from .types import Document, Span, Vectors
from .word_pieces import WordPieces, joined, measured, sums

Table = npt.NDArray[np.int32]
TEXT = '"text": "'
"""What stands before the text in a document's line; quotation marks within are escaped."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A document, cut; the rows are counted from its own first ones."""

    name: str
    """Id of the document."""
    digest: str
    published: int
    """Ordinal of the document's date."""
    line: bytes
    """The document as a line of `Layout.documents`, without its end."""
    sentences: Table
    """Shape ``(sentences, 4)``: block, start, end, first of its run."""
    chunks: Table
    """Shape ``(chunks, 8)``.

    Start, end, first and last sentence, heading, bytes of the line, tokens.
    """
    tokens: tuple[str, ...] | None
    """Of each chunk, joined by spaces; None where they were not asked for."""
    headings: tuple[str, ...]
    """Folded, each once."""
    parts: npt.NDArray[np.uint8]
    """Of each sentence."""
    words: WordPieces
    """Of each sentence."""
    sums: Vectors | None = None
    """As `Layout.sentence_sums`; None where another model than the built-in one embeds."""
    vectors: npt.NDArray[np.float16] | None = None
    """Of the chunks; None as above."""


def make_piece(document: Document, aliases: Aliases) -> Piece:
    """Cut a document, and name the entities of its chunks."""
    found = document_sentences(document.text, document.blocks)
    groups = chunks(found, document.blocks)
    spans = [Span(found[first].span.start, found[last - 1].span.end) for first, last in groups]
    firsts = runs(found, document.blocks)
    line = document_line(document)
    headings = [
        _heading(document, document.blocks[found[first].block].section) for first, _ in groups
    ]
    rows = {heading: row for row, heading in enumerate(dict.fromkeys(headings))}
    tokens = tuple(
        _tokens(folded, aliases) for folded in fold_all([s.of(document.text) for s in spans])
    )
    lengths = [len(line.split()) for line in tokens]
    told = zip(groups, spans, headings, _bytes(line, document.text, spans), lengths, strict=True)
    folded = _folded(document, [sentence.span for sentence in found])
    return Piece(
        name=document.id,
        digest=digest(document),
        published=document.published.toordinal(),
        line=line.encode(),
        sentences=_table(
            [(s.block, s.span.start, s.span.end, f) for s, f in zip(found, firsts, strict=True)], 4
        ),
        chunks=_table([(s.start, s.end, *g, rows[h], *b, n) for g, s, h, b, n in told], 8),
        tokens=tokens,
        headings=tuple(rows),
        parts=np.array([document.blocks[s.block].part for s in found], dtype=np.uint8),
        words=WordPieces.of(folded, Affinity.load()),
    )


def embedded(piece: Piece) -> Piece:
    """Add what the built-in model makes of a document, from the pieces that its vectors sum up."""
    own = sums(piece.words, Affinity.load())
    vectors = joined(own, piece.chunks[:, 2:4]).astype(np.float16)
    return replace(piece, sums=measured(own), vectors=vectors)


def digest(document: Document) -> str:
    """Return what tells a document with its metadata from any other."""
    metadata = (document.title, document.publisher, document.published, document.language)
    content = f"{metadata!r}{document.url}\0{document.text}"
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def texts_of(line: str | bytes, sentences: Table, chunks: Table) -> list[str]:
    """Return the characters of each sentence, then of each chunk, of a document's line."""
    text = json.loads(line)["text"]
    spans = [*sentences[:, 1:3].tolist(), *chunks[:, :2].tolist()]
    return [text[start:end] for start, end in spans]


def _folded(document: Document, spans: Sequence[Span]) -> list[str]:
    return fold_all([span.of(document.text) for span in spans])


def _heading(document: Document, section: str) -> str:
    """Return what stands above a chunk, folded, in one line."""
    return " ".join(fold(f"{document.title} {document.publisher} {section}").split("\n"))


def _bytes(line: str, text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return which bytes of a document's line hold each span, escaped as JSON is."""
    start = line.index(TEXT) + len(TEXT)
    at = len(line[:start].encode())
    edges = [0, *(edge for span in spans for edge in (span.start, span.end))]
    places = []
    for before, after in pairwise(edges):
        at += len(json.dumps(text[before:after], ensure_ascii=False).encode()) - 2
        places.append(at)
    return list(zip(places[::2], places[1::2], strict=True))


def _tokens(folded: str, aliases: Aliases) -> str:
    """Return the tokens of a folded chunk: its own, and one for each entity it names."""
    found = text_tokens(folded)
    if aliases.may_be_in(folded):
        mentions = aliases.find(folded, units(folded))
        found += [entity_token(mention.entity) for mention in mentions]
    return " ".join(found)


def _table(rows: Sequence[Sequence[int]], columns: int) -> Table:
    return np.array(rows, dtype=np.int32).reshape(-1, columns)
