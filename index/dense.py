"""Nearest chunks by cosine, in FAISS (imported here alone)."""

from __future__ import annotations

import math
from enum import Enum
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from .errors import GenerationError, IndexingError
from .types import Vectors

EXACT_FLOATS = 1_000_000
"""Numbers up to which float32 is read as quickly as anything else: they fit near the processor."""
HALVED_FLOATS = 80_000_000
"""Numbers up to which all of them, in float16, are read in the time that a question is encoded."""
BATCH = 65_536
MAPPED_BYTES = 32 * 1024 * 1024
"""Smaller files are read whole, which finds those that are cut short."""

TRIALS = 200
"""Vectors of the index, disturbed, that take the part of questions when it is calibrated."""
NEAREST = 50
RECALL = 0.98
TRAINING = 64
"""Vectors a list that the lists' centers are found from."""
AGAIN = (4, 8, 16, 32)
"""How many times as many as are asked for are compared again, the fewest first."""
SAMPLE = 40_000
"""Vectors that tell how all of them lie."""
SEED = 1234

Ids = npt.NDArray[np.int64]


class Kind(Enum):
    """How the vectors are kept."""

    EXACT = "exact"
    HALVED = "halved"
    """All are compared, in float16."""
    LISTS = "lists"
    """Only those in the lists nearest to the question are, in float16."""
    SCREENED = "screened"
    """All are compared by 64 bytes each, and the best of them by a byte a number."""


class DenseIndex:
    """Inner-product search over unit vectors; a row is a chunk's row.

    It is exact until reading all vectors takes longer than a person would notice; from then on it
    finds at least the share `RECALL` of the nearest, as measured when it is built.
    """

    def __init__(self, index: faiss.Index, recall: float | None = None) -> None:
        """Take an index; `recall` is what it was measured to find, where it was calibrated."""
        self._index = index
        self._recall = recall

    @classmethod
    def of(cls, vectors: Vectors) -> DenseIndex:
        """Index `vectors`, shape ``(chunks, dim)``, in the cheapest way for so many."""
        _in_one_thread()
        if vectors.size > HALVED_FLOATS:
            quick = (_calibrated(vectors) if _has_clusters(vectors) else None) or _screened(vectors)
            if quick is not None:
                return cls(*quick)
        kind = Kind.EXACT if vectors.size <= EXACT_FLOATS else Kind.HALVED
        index = _scanned(vectors.shape[1], kind)
        _fill(index, vectors)
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> DenseIndex:
        """Open a file that `write` made; a damaged one is a `GenerationError`.

        A large one is mapped, and must not be cut short while it is open.
        """
        try:
            if path.stat().st_size < MAPPED_BYTES:
                return cls(faiss.read_index(str(path)))
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except (OSError, RuntimeError) as error:
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

    @property
    def kind(self) -> Kind:
        """How the vectors are kept."""
        if isinstance(self._index, faiss.IndexIVF):
            return Kind.LISTS
        if isinstance(self._index, faiss.IndexRefine):
            return Kind.SCREENED
        return Kind.EXACT if isinstance(self._index, faiss.IndexFlat) else Kind.HALVED

    @property
    def probed(self) -> int:
        """Lists that a search looks into, or how many times what is asked for is compared again.

        0 where all are compared in one way.
        """
        if isinstance(self._index, faiss.IndexRefine):
            return int(self._index.k_factor)
        return int(self._index.nprobe) if isinstance(self._index, faiss.IndexIVF) else 0

    def facts(self) -> dict[str, object]:
        """Return what a person may want to know of it, if it was made and not read.

        ``recall`` is the share of the `NEAREST` that was found at the build; None where all are
        compared.
        """
        recall = None if self._recall is None else round(self._recall, 4)
        return {
            "kind": self.kind.value,
            "vectors": len(self),
            "probed": self.probed,
            "recall": recall,
        }

    def halves(self) -> npt.NDArray[np.float16]:
        """Return all vectors in float16, shape ``(chunks, dim)``, of an index that compares all.

        They may be a view of the index, which must then be kept as long as they are.
        """
        found: npt.NDArray[np.float16]
        if isinstance(self._index, faiss.IndexScalarQuantizer):
            codes = self._index.codes
            found = faiss.rev_swig_ptr(codes.data(), codes.size()).view(np.float16)
        else:
            found = self._index.reconstruct_n(0, len(self)).astype(np.float16)
        return found.reshape(len(self), self.dim)

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` pairs ``(row, cosine)``, best first; the lower row wins a tie."""
        _in_one_thread()
        cosines, rows = self._index.search(np.atleast_2d(vector), limit)
        # FAISS pads short results with row -1, which would index the last chunk.
        found = [(int(r), float(c)) for r, c in zip(rows[0], cosines[0], strict=True) if r >= 0]
        # FAISS leaves ties in any order; the row decides, so that results repeat.
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _in_one_thread() -> None:
    """Keep FAISS to the thread that calls it, each of which has a setting of its own.

    One query in several threads takes longer than in one; the queries themselves run in parallel.
    """
    faiss.omp_set_num_threads(1)


def _scanned(dim: int, kind: Kind) -> faiss.Index:
    if kind is Kind.EXACT:
        return faiss.IndexFlatIP(dim)
    half = faiss.ScalarQuantizer.QT_fp16
    return faiss.IndexScalarQuantizer(dim, half, faiss.METRIC_INNER_PRODUCT)


def _fill(index: faiss.Index, vectors: Vectors) -> None:
    # What comes in float16 and is kept so needn't become float32 in between.
    kept = isinstance(index, faiss.IndexScalarQuantizer) and vectors.dtype == np.float16
    for start in range(0, len(vectors), BATCH):
        batch = np.ascontiguousarray(vectors[start : start + BATCH])
        if kept:
            index.add_sa_codes(batch.view(np.uint8))
        else:
            index.add(batch.astype(np.float32, copy=False))


def _has_clusters(vectors: Vectors) -> bool:
    """Tell by a sample, if that is worth it, whether lists will do: to make them all takes long."""
    if len(vectors) <= 2 * SAMPLE:
        return True
    rows = np.random.default_rng(SEED).choice(len(vectors), size=SAMPLE, replace=False)
    return _calibrated(np.asarray(vectors[np.sort(rows)], dtype=np.float32)) is not None


def _screened(vectors: Vectors) -> tuple[faiss.IndexRefine, float] | None:
    """Return an index that compares all vectors roughly, and as many again as `RECALL` needs.

    And the share of the nearest that it finds. None where that would be too many, or where their
    length can't be cut in halves of bytes.
    """
    dim = vectors.shape[1]
    if dim % 2:
        return None
    rough = faiss.IndexPQFastScan(dim, dim // 2, 4, faiss.METRIC_INNER_PRODUCT)
    rough.pq.cp.seed = SEED
    fine = faiss.IndexScalarQuantizer(
        dim, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index = faiss.IndexRefine(rough, fine)
    rng = np.random.default_rng(SEED)
    rows = rng.choice(len(vectors), size=min(len(vectors), SAMPLE), replace=False)
    index.train(np.ascontiguousarray(vectors[np.sort(rows)], dtype=np.float32))
    _fill(index, vectors)
    asked = _disturbed(vectors, rng)
    nearest = _exact(vectors, asked)
    for again in AGAIN:
        index.k_factor = again
        recall = _recall(index.search(asked, nearest.shape[1])[1], nearest)
        if recall >= RECALL:
            return index, recall
    return None


def _recall(found: Ids, nearest: Ids) -> float:
    """Return the share of the nearest rows that were found."""
    pairs = zip(found, nearest, strict=True)
    return sum(len(np.intersect1d(f, n)) for f, n in pairs) / nearest.size


def _calibrated(vectors: Vectors) -> tuple[faiss.IndexIVF, float] | None:
    """Return an index of lists that looks into as few as `RECALL` needs.

    And the share of the nearest that it finds. None where an eighth of the lists is not enough:
    such vectors have no clusters, and reading all of them is the better bargain.
    """
    rng = np.random.default_rng(SEED)
    index = _trained(vectors, rng)
    _fill(index, vectors)
    asked = _disturbed(vectors, rng)
    nearest = _exact(vectors, asked)
    probes = 1
    while probes <= index.nlist // 8:
        index.nprobe = probes
        recall = _recall(index.search(asked, nearest.shape[1])[1], nearest)
        if recall >= RECALL:
            return index, recall
        probes *= 2
    return None


def _trained(vectors: Vectors, rng: np.random.Generator) -> faiss.IndexIVF:
    lists = max(1, round(4 * math.sqrt(len(vectors))))
    dim = vectors.shape[1]
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim),
        dim,
        lists,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
        False,  # Not the differences from the centers: their sums are no cosines of float16.
    )
    rows = rng.choice(len(vectors), size=min(len(vectors), TRAINING * lists), replace=False)
    index.cp.seed, index.cp.min_points_per_centroid = SEED, 1
    index.train(np.ascontiguousarray(vectors[np.sort(rows)], dtype=np.float32))
    return index


def _disturbed(vectors: Vectors, rng: np.random.Generator) -> Vectors:
    """Return some of the vectors, as far away from themselves as good questions: 45 degrees."""
    rows = rng.choice(len(vectors), size=min(len(vectors), TRIALS), replace=False)
    noise = rng.normal(size=(len(rows), vectors.shape[1])) / math.sqrt(vectors.shape[1])
    asked = vectors[rows] + noise
    found: Vectors = (asked / np.linalg.norm(asked, axis=1, keepdims=True)).astype(np.float32)
    return found


def _exact(vectors: Vectors, asked: Vectors) -> Ids:
    """Return the rows of the nearest, in no order; shape ``(asked, NEAREST)``."""
    best = np.empty((len(asked), 0), np.float32)
    rows = np.empty((len(asked), 0), np.int64)
    for start in range(0, len(vectors), BATCH):
        part = np.asarray(vectors[start : start + BATCH], dtype=np.float32)
        best = np.hstack([best, asked @ part.T])
        own = np.broadcast_to(np.arange(start, start + len(part)), (len(asked), len(part)))
        rows = np.hstack([rows, own])
        kept = np.argpartition(-best, min(NEAREST, best.shape[1]) - 1, axis=1)[:, :NEAREST]
        best = np.take_along_axis(best, kept, axis=1)
        rows = np.take_along_axis(rows, kept, axis=1)
    return rows
