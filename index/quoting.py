"""Scored sentences -> quotes: verbatim characters and where they stand."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .types import Block, Citation, Document, Part, Quote, Reference, Span

QUOTE_CHARACTERS = 200
"""A quote grows by neighboring sentences up to this; one sentence may be longer."""

_MARK = re.compile(r"\[(\d{1,4})\]")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of a generation, by row."""

    table: npt.NDArray[np.int32]
    """Shape ``(sentences, 5)``: document, block, start, end, first of its run."""

    def document(self, row: int) -> int:
        """Return the row of the sentence's document."""
        return int(self.table[row, 0])

    def span(self, row: int) -> Span:
        """Return where the sentence stands in its document."""
        return Span(int(self.table[row, 2]), int(self.table[row, 3]))

    def at(self, document: int, offset: int) -> int:
        """Return the row of the last sentence of a document that begins by `offset`."""
        first, last = self.of(document)
        return first + bisect_right(self.table[first:last, 2], offset) - 1

    def of(self, document: int) -> tuple[int, int]:
        """Return the first sentence of a document, and the first after it."""
        # By single look-ups: numpy would copy the column, which of a large corpus takes long.
        documents = self.table[:, 0]
        return bisect_left(documents, document), bisect_left(documents, document + 1)

    def beside(self, rows: npt.NDArray[np.int64], step: int) -> npt.NDArray[np.bool_]:
        """Tell for each row whether the sentence `step` rows on is of the same run."""
        others = rows + step
        inside = (others >= 0) & (others < len(self.table))
        firsts, last = self.table[:, 4], len(self.table) - 1
        same: npt.NDArray[np.bool_] = firsts[np.clip(others, 0, last)] == firsts[rows]
        return inside & same

    def siblings(self, row: int, step: int) -> bool:
        """Tell whether the sentence `step` rows on is in the same block."""
        other = row + step
        if not 0 <= other < len(self.table):
            return False
        same: bool = self.table[other, :2].tolist() == self.table[row, :2].tolist()
        return same


def make_quote(document: Document, span: Span, highlight: Span, score: float) -> Quote:
    """Take the characters of `span` from the document, and cite them.

    This is the only place where a quote's characters come from.
    """
    block = block_at(document, highlight)
    return Quote(
        document=document.id,
        text=span.of(document.text),
        span=span,
        highlight=highlight,
        score=score,
        citation=_citation(document, block, span),
    )


def block_at(document: Document, span: Span) -> Block:
    """Return the block that holds the start of `span`."""
    for block in document.blocks:
        if block.span.start <= span.start < block.span.end:
            return block
    raise ValueError(f"{document.id}: no block holds [{span.start}, {span.end})")


def widened(row: int, sentences: Sentences, scores: dict[int, float]) -> Span:
    """Return the sentence with as many neighbors of its block as the cap allows.

    The neighbor with the better score is taken first; of unscored ones, the one that follows.
    """
    first = last = row
    while True:
        span = Span(sentences.span(first).start, sentences.span(last).end)
        grown = [
            (scores.get(other, -np.inf), step, other)
            for edge, step in ((first, -1), (last, 1))
            if sentences.siblings(edge, step)
            for other in (edge + step,)
            if _length(span, sentences.span(other)) <= QUOTE_CHARACTERS
        ]
        if not grown:
            return span
        _, step, other = max(grown)
        first, last = (other, last) if step < 0 else (first, other)


def widened_to_paragraphs(document: Document, span: Span, *, limit: int) -> Span:
    """Return the block around `span` with its neighbors of the same section, up to `limit`.

    A block that is longer than `limit` alone is cut around `span`, at characters.
    """
    blocks = document.blocks
    first = last = blocks.index(block_at(document, span))
    if len(blocks[first].span) > limit:
        start = max(blocks[first].span.start, span.start - max(0, limit - len(span)) // 2)
        return Span(start, min(blocks[first].span.end, max(start + limit, span.end)))
    while True:
        around = Span(blocks[first].span.start, blocks[last].span.end)
        for edge in (first - 1, last + 1):
            if _joins(blocks, edge, first) and _length(around, blocks[edge].span) <= limit:
                first, last = min(first, edge), max(last, edge)
                break
        else:
            return around


def _joins(blocks: Sequence[Block], edge: int, inside: int) -> bool:
    """Tell whether a block is plain text of the same section, so that a quote may go on in it."""
    return (
        0 <= edge < len(blocks)
        and blocks[edge].section == blocks[inside].section
        and blocks[edge].part is Part.TEXT is blocks[inside].part
    )


def marked(document: Document, span: Span) -> list[Reference]:
    """Return the references whose marks stand inside `span`, in order, each once."""
    numbers = dict.fromkeys(_MARK.findall(span.of(document.text)))
    return [document.references[n] for n in numbers if n in document.references]


def places(
    ranked: Sequence[int],
    scores: dict[int, float],
    sentences: Sentences,
    *,
    limit: int,
    distinct: bool,
) -> Iterator[tuple[int, Span]]:
    """Yield up to `limit` pairs of a sentence row and its quote's span, best first.

    No two overlap; with `distinct`, no two are of one document.
    """
    taken: list[tuple[int, Span]] = []
    for row in ranked:
        document, own = sentences.document(row), sentences.span(row)
        if any(d == document and (distinct or _overlap(own, s)) for d, s in taken):
            continue
        span = _without(widened(row, sentences, scores), own, document, taken)
        taken.append((document, span))
        yield row, span
        if len(taken) == limit:
            return


def _without(span: Span, own: Span, document: int, taken: Sequence[tuple[int, Span]]) -> Span:
    """Return the quote alone where its neighbors are quoted already."""
    clash = any(d == document and _overlap(span, s) for d, s in taken)
    return own if clash else span


def _citation(document: Document, block: Block, span: Span) -> Citation:
    references = marked(document, span)
    if block.part is Part.REFERENCE:
        references = [r for r in document.references.values() if _overlap(r.span, span)]
    return Citation(
        title=document.title,
        publisher=document.publisher,
        published=document.published,
        section=block.section,
        url=document.url,
        part=block.part,
        references=tuple(references),
    )


def _length(one: Span, other: Span) -> int:
    return max(one.end, other.end) - min(one.start, other.start)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
