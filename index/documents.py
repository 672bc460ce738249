"""The documents of a generation, each read when it is asked for."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import overload

import numpy as np

from .errors import GenerationError
from .generations import document_of
from .types import Document

REMEMBERED = 1024
LINE_FEED = 10
"""It ends each line and stands in none."""


class Documents(Sequence[Document]):
    """A file of `generations.write_documents`, mapped: of a large one little is in memory."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._lines = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:  # An empty file can't be mapped.
            raise GenerationError(f"{path}: not readable ({error})") from error
        ends = np.flatnonzero(np.frombuffer(self._lines, np.uint8) == LINE_FEED) + 1
        self._spans = list(pairwise([0, *ends.tolist()]))
        self._document = lru_cache(REMEMBERED)(self._read)

    def __len__(self) -> int:
        return len(self._spans)

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

    def _read(self, row: int) -> Document:
        start, end = self._spans[row]
        return document_of(json.loads(self._lines[start:end]))
