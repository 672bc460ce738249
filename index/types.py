"""The vocabulary: every word of the domain, defined once, as a frozen value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""One row per text, every row of length 1, so that an inner product is a cosine."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range ``[start, end)`` of a document's text, in Unicode code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span must satisfy 0 <= start < end, got [{self.start}, {self.end})")

    def of(self, text: str) -> str:
        """Return the characters of `text` that the span covers."""
        return text[self.start : self.end]

    def __contains__(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def __len__(self) -> int:
        return self.end - self.start


class Part(IntEnum):
    """What a block of a document is; a citation names it where it is not plain text."""

    TEXT = 0
    HEADING = 1
    CAPTION = 2
    TABLE = 3
    POST = 4
    """A post of a social network that the document embeds (a Markdown block quotation)."""
    REFERENCE = 5
    """One entry of the document's list of references."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text without markup: a paragraph, a heading, a table row, a reference."""

    part: Part
    span: Span
    section: str
    """The headings above it, outermost first, joined by `` › ``; empty above the first one."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a document's list of references: the source behind a footnote mark."""

    number: str
    title: str
    publisher: str
    published: str
    """The date as the entry prints it; empty if it prints none."""
    url: str | None
    span: Span
    """Where the entry stands in the document, without its number and back links."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text of the corpus with its metadata. `id` is the file stem."""

    id: str
    title: str
    publisher: str
    published: date
    language: str
    url: str | None
    text: str
    """The file after its front matter, NFC; every offset counts in it."""
    blocks: tuple[Block, ...] = ()
    references: Mapping[str, Reference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit of retrieval: whole sentences of one block, ``sentences[first:last]``."""

    document: int
    """Row of the document in its generation."""
    span: Span
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Citation:
    """What lets a reader find a quote in its source."""

    title: str
    publisher: str
    published: date
    section: str
    url: str | None
    part: Part = Part.TEXT
    references: tuple[Reference, ...] = ()
    """The sources of the footnote marks inside the quote, in the order of the marks."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim characters of a document, with their place.

    Made by `index.quoting` alone: ``text == span.of(document.text)``, and `highlight` lies
    within `span`.
    """

    document: str
    """Id of the document: the file stem in the corpus."""
    text: str
    span: Span
    highlight: Span
    """The answering sentence, in the document's offsets."""
    score: float
    """Comparable within one reply only."""
    citation: Citation

    @property
    def highlighted(self) -> str:
        """The characters of the answering sentence."""
        return self.text[self.highlight.start - self.span.start :][: len(self.highlight)]


@dataclass(frozen=True, slots=True)
class Answer:
    """One or more quotes, best first."""

    question: str
    quotes: tuple[Quote, ...]
    confidence: float
    """Fitted probability, in [0, 1], that the first quote answers."""
    generation: str
    timing_ms: Mapping[str, float]
    understood_with: str | None = None
    """The question before, where this one leans on it."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """The sources don't answer; `nearest` holds what came closest, best first."""

    question: str
    nearest: tuple[Quote, ...]
    confidence: float
    generation: str
    timing_ms: Mapping[str, float]
    understood_with: str | None = None
    """As that of an `Answer`."""


Reply = Answer | Abstention


@dataclass(frozen=True, slots=True)
class Moment:
    """A sentence, by the day or the month that it names first."""

    year: int
    month: int
    day: int | None
    document: str
    """Id of the document."""
    span: Span


@dataclass(frozen=True, slots=True)
class Timeline:
    """The dated sentences of one generation, in the order of time."""

    generation: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build has come: `done` of `total` units of the stage named `stage`."""

    stage: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made and what it changed against the generation before; ids are file stems."""

    generation: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    chunks: int
    sentences: int
    encoded: int
    """Texts that were encoded now; the others came from the vector cache."""
    seconds: float
