"""The documents of a generation, each read when it is asked for."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from .errors import GenerationError
from .types import Block, Document, Part, Reference, Span

REMEMBERED = 256
LINE_FEED = 10
"""It ends each line and stands in none."""

Ends = npt.NDArray[np.int64]


class Lines:
    """A file of lines, mapped: of a large one little is in memory."""

    def __init__(self, path: Path, ends: Ends | None = None) -> None:
        """Map a file; `ends` is where each line ends, if that is known."""
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:  # An empty file can't be mapped.
            raise GenerationError(f"{path}: not readable ({error})") from error
        if ends is not None and (not len(ends) or int(ends[-1]) != len(self._bytes)):
            raise GenerationError(f"{path}: its lines do not end where they are told to")
        if ends is None:
            ends = np.flatnonzero(np.frombuffer(self._bytes, np.uint8) == LINE_FEED) + 1
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, row: int) -> str:
        start, end = self._span(row)
        return self._bytes[start : end - 1].decode("utf-8")

    def within(self, row: int, start: int, end: int) -> str:
        """Return the bytes ``[start, end)`` of a line, as text."""
        first, _ = self._span(row)
        # Of a damaged file whatever is there: the canaries tell, and no quote is taken from here.
        return self._bytes[first + start : first + end].decode("utf-8", "replace")

    def _span(self, row: int) -> tuple[int, int]:
        return int(self._ends[row - 1]) if row else 0, int(self._ends[row])


class Documents(Sequence[Document]):
    """A file of documents, one a line, as `document_line` writes them."""

    def __init__(self, path: Path, ends: Ends | None = None) -> None:
        """Map a file; `ends` is where each line ends, if that is known."""
        self._lines = Lines(path, ends)
        self._document = lru_cache(REMEMBERED)(self._read)

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, row: int) -> Document: ...

    @overload
    def __getitem__(self, row: slice) -> list[Document]: ...

    def __getitem__(self, row: int | slice) -> Document | list[Document]:
        if isinstance(row, slice):
            return [self._document(each) for each in range(*row.indices(len(self)))]
        return self._document(range(len(self))[row])

    def __iter__(self) -> Iterator[Document]:
        # Past the memory of single ones, which reading all of them would wash out.
        return (self._read(row) for row in range(len(self)))

    def text(self, row: int, start: int, end: int) -> str:
        """Return a part of a document's text, given by its bytes in the line.

        The document is not read for it, so that it costs the same in a long one.
        """
        raw = self._lines.within(row, start, end)
        return _unescaped(raw) if "\\" in raw else raw

    def _read(self, row: int) -> Document:
        return document_of(json.loads(self._lines[row]))


def _unescaped(raw: str) -> str:
    try:
        return str(json.loads(f'"{raw}"'))
    except ValueError:  # As above.
        return raw


def document_line(document: Document) -> str:
    """Return a document as one line of the file that `read_documents` reads."""
    raw = {
        "id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published.isoformat(),
        "language": document.language,
        "url": document.url,
        "text": document.text,
        "blocks": [
            (block.part.value, block.span.start, block.span.end, block.section)
            for block in document.blocks
        ],
        "references": {name: asdict(each) for name, each in document.references.items()},
    }
    return json.dumps(raw, ensure_ascii=False)


def read_documents(path: Path) -> list[Document]:
    """Read all documents of a file of lines."""
    with path.open(encoding="utf-8") as file:
        return [document_of(json.loads(line)) for line in file]


def document_of(raw: dict[str, Any]) -> Document:
    """Return the document of a line's object, which is used up."""
    blocks = tuple(
        Block(Part(part), Span(start, end), section)
        for part, start, end, section in raw.pop("blocks")
    )
    references = {
        number: Reference(**{**entry, "span": Span(**entry["span"])})
        for number, entry in raw.pop("references").items()
    }
    published = date.fromisoformat(raw.pop("published"))
    return Document(**raw, published=published, blocks=blocks, references=references)
