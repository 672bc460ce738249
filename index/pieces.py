"""What a document brings to a generation: its sentences, its chunks and their tokens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .aliases import Aliases, entity_token
from .chunking import chunks, document_sentences, runs
from .generations import document_line
from .normalization import fold
from .tokenization import tokens, units
from .types import Document

Table = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A document, cut; the rows are counted from its own first ones."""

    name: str
    """Id of the document."""
    digest: str
    line: str
    """The document as a line of `Layout.documents`."""
    sentences: Table
    """Shape ``(sentences, 4)``: block, start, end, first of its run."""
    chunks: Table
    """Shape ``(chunks, 4)``: start, end, first and last sentence."""
    tokens: tuple[str, ...]
    """Of each chunk, joined by spaces."""


def make_piece(document: Document, aliases: Aliases) -> Piece:
    """Cut a document, and name the entities of its chunks."""
    found = document_sentences(document.text, document.blocks)
    groups = chunks(found, document.blocks)
    spans = [(found[first].span.start, found[last - 1].span.end) for first, last in groups]
    firsts = runs(found, document.blocks)
    return Piece(
        name=document.id,
        digest=digest(document),
        line=document_line(document),
        sentences=_table(
            [(s.block, s.span.start, s.span.end, f) for s, f in zip(found, firsts, strict=True)]
        ),
        chunks=_table([(*span, *group) for span, group in zip(spans, groups, strict=True)]),
        tokens=tuple(_tokens(document.text[start:end], aliases) for start, end in spans),
    )


def digest(document: Document) -> str:
    """Return what tells a document with its metadata from any other."""
    metadata = (document.title, document.publisher, document.published, document.language)
    content = f"{metadata!r}{document.url}\0{document.text}"
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def texts_of(line: str, sentences: Table, chunks: Table) -> list[str]:
    """Return the characters of each sentence, then of each chunk, of a document's line."""
    text = json.loads(line)["text"]
    spans = [*sentences[:, 1:3].tolist(), *chunks[:, :2].tolist()]
    return [text[start:end] for start, end in spans]


def _tokens(text: str, aliases: Aliases) -> str:
    """Return the tokens of a chunk: its own, and one for each entity it names."""
    folded = fold(text)
    sequence = units(folded)
    entities = (entity_token(mention.entity) for mention in aliases.find(folded, sequence))
    return " ".join([*tokens(sequence), *entities])


def _table(rows: Sequence[Sequence[int]]) -> Table:
    return np.array(rows, dtype=np.int32).reshape(-1, 4)
