"""Nearest chunks by cosine, in FAISS (imported here alone)."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np

from .errors import GenerationError, IndexingError
from .types import Vectors

# One query on several threads is slower than on one; the queries themselves run in parallel.
faiss.omp_set_num_threads(1)


class DenseIndex:
    """Exact inner-product search over unit vectors; a row is a chunk's row."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: Vectors) -> DenseIndex:
        """Index `vectors`, shape ``(chunks, dim)``."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> DenseIndex:
        """Open a file that `write` made; a damaged one is a `GenerationError`."""
        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise GenerationError(f"{path}: not a readable FAISS index") from error

    def write(self, path: Path) -> None:
        """Save the index; a disk that refuses is an `IndexingError`."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise IndexingError(f"{path}: the dense index can't be written") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` pairs ``(row, cosine)``, best first; the lower row wins a tie."""
        cosines, rows = self._index.search(np.atleast_2d(vector), limit)
        # FAISS pads short results with row -1, which would index the last chunk.
        found = [(int(r), float(c)) for r, c in zip(rows[0], cosines[0], strict=True) if r >= 0]
        # FAISS leaves ties in any order; the row decides, so that results repeat.
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))
