"""Text -> sentences -> chunks: where a quote may begin and end, and what is retrieved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .types import Block, Part, Span

CHUNK_CHARACTERS = 320
"""A chunk is closed before the sentence that would make it longer; one sentence may be longer."""

# Possessive: giving a closing mark back would hide the comma behind it.
_CLOSERS = r"[”’」』）)》〉】〕\]\"'»]*+"
_MARKS = r"(?:[ \t]*\[\d{1,4}\])*+"
_ABBREVIATION = (
    r"(?<!\b[A-ZА-ЯЁ])(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bSt)(?<!\bvs)(?<!\bNo)(?<!\bJr)"
    r"(?<!\bSen)(?<!\bRep)(?<!\bGen)(?<!\bGov)(?<!\bг)(?<!\bим)(?<!\bт)(?<!\bстр)"
)
_END = re.compile(
    # A Chinese stop ends a sentence wherever it stands, unless a comma shows that it goes on.
    rf"[。！？｡]++[。！？｡!?]*+{_CLOSERS}{_MARKS}(?![，、；：,;])\s*"
    # The ASCII ones do before a space, a closing mark, Han text or the end: not within an address.
    rf"|[!?]++(?=[\s”’」』）)》】\]\"'»]|$|[⺀-鿿]){_CLOSERS}{_MARKS}(?![，、；：,;])\s*"
    # A full stop only where the next word looks like a beginning.
    rf"|{_ABBREVIATION}\.{_CLOSERS}{_MARKS}\s+(?=[\"“«‘(]?[A-ZА-ЯЁ0-9—–])"
)


_STOP = re.compile("[。！？｡!?.]")
"""What every match of `_END` begins with."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest quotable span, without the white space around it."""

    block: int
    """Row of its block in the document."""
    span: Span


def sentences(text: str) -> Iterator[Span]:
    """Cut `text` into sentences that tile it: joined, they are the text, character for character.

    Closing quotation marks, footnote marks and white space belong to the sentence before them.

    >>> [span.of("好。[1] 不好！") for span in sentences("好。[1] 不好！")]
    ['好。[1] ', '不好！']
    """
    start = searched = 0
    # First the marks alone, which is far quicker than to try the whole pattern everywhere.
    for mark in _STOP.finditer(text):
        match = _END.match(text, mark.start()) if mark.start() >= searched else None
        if match is None:
            continue
        searched = match.end()
        if text[start : match.end()].strip():
            yield Span(start, match.end())
            start = match.end()
    if start < len(text):
        yield Span(start, len(text))


def document_sentences(text: str, blocks: Sequence[Block]) -> list[Sentence]:
    """Return the quotable sentences of a document in order.

    A reference, a table row and a heading are one sentence each, whatever they hold.
    """
    found: list[Sentence] = []
    for row, block in enumerate(blocks):
        content = block.span.of(text)
        divisible = block.part in (Part.TEXT, Part.CAPTION, Part.POST)
        spans = sentences(content) if divisible else iter([Span(0, len(content))])
        for span in spans:
            trimmed = _trimmed(content, span)
            if trimmed is not None:
                found.append(Sentence(row, _shifted(trimmed, block.span.start)))
    return found


def chunks(
    document_sentences: Sequence[Sentence], blocks: Sequence[Block]
) -> list[tuple[int, int]]:
    """Group neighbouring sentences of one section; return ``(first, last)`` rows, half open.

    A group never crosses a heading, and a reference stands alone.
    """
    groups: list[tuple[int, int]] = []
    first = 0
    for row in range(1, len(document_sentences) + 1):
        if row == len(document_sentences) or _parts(document_sentences, blocks, first, row):
            groups.append((first, row))
            first = row
    return groups


def runs(document_sentences: Sequence[Sentence], blocks: Sequence[Block]) -> list[int]:
    """Return for each sentence the row of the first one of its run.

    A run is what a reader reads on: the sentences of one section; a reference stands alone.
    """
    firsts: list[int] = []
    for row, sentence in enumerate(document_sentences):
        block = blocks[sentence.block]
        before = blocks[document_sentences[row - 1].block] if row else None
        goes_on = (
            before is not None
            and before.section == block.section
            and Part.REFERENCE not in (before.part, block.part)
        )
        firsts.append(firsts[-1] if goes_on else row)
    return firsts


def _parts(found: Sequence[Sentence], blocks: Sequence[Block], first: int, row: int) -> bool:
    """Tell whether a chunk that began at `first` has to end before `row`."""
    before, after = blocks[found[row - 1].block], blocks[found[row].block]
    alone = {Part.REFERENCE, Part.HEADING}
    return (
        before.section != after.section
        or before.part in alone
        or after.part in alone
        or found[row].span.end - found[first].span.start > CHUNK_CHARACTERS
    )


def _trimmed(text: str, span: Span) -> Span | None:
    content = span.of(text)
    start = span.start + len(content) - len(content.lstrip())
    end = span.end - (len(content) - len(content.rstrip()))
    return Span(start, end) if start < end else None


def _shifted(span: Span, offset: int) -> Span:
    return Span(span.start + offset, span.end + offset)
