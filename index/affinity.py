"""How near the words of a question come to those of a sentence, by the built-in vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer

from .types import Vectors
from .vocabulary import load_vocabulary

WORDS = 4096
"""Words of questions whose directions are remembered."""
FILE = Path(__file__).parent / "builtin" / "model" / "model.safetensors"


@dataclass(frozen=True, slots=True, eq=False)
class Affinity:
    """Late interaction over word pieces: each word of a question takes its nearest piece.

    The built-in table is used whatever the embedding model is: others have no vectors of words.
    """

    vocabulary: Tokenizer
    rows: npt.NDArray[np.int8]
    """Shape ``(pieces, dim)``; of any length, quantized."""
    weights: npt.NDArray[np.float32]
    """What a row is multiplied by; shape ``(pieces,)``."""
    norms: npt.NDArray[np.float32]
    """Length of each row; shape ``(pieces,)``."""

    @classmethod
    @cache
    def load(cls, path: Path = FILE) -> Affinity:
        """Read the built-in table."""
        # Matrices so small are slower on several threads than on one, and what there is much of,
        # questions and documents, is worked on in parallel.
        threadpool_limits(limits=1, user_api="blas")
        table = load_file(path)
        rows = table["embeddings"]
        squares = np.einsum("ij,ij->i", rows, rows, dtype=np.float32)
        return cls(load_vocabulary(), rows, table["weights"], np.sqrt(np.maximum(squares, 1.0)))

    def words(self, folded: Sequence[str]) -> Vectors:
        """Return the unit vector of each word, zeros for an empty one; shape ``(words, dim)``."""
        if not folded:
            return np.empty((0, self.rows.shape[1]), dtype=np.float32)
        # One by one: for so few and short ones, threads cost more than they save.
        return np.stack([_direction(self, word) for word in folded])


@lru_cache(WORDS)
def _direction(affinity: Affinity, folded: str) -> Vectors:
    ids = affinity.vocabulary.encode(folded, add_special_tokens=False).ids if folded else ()
    if not ids:
        return np.zeros(affinity.rows.shape[1], dtype=np.float32)
    total: Vectors = affinity.weights[ids] @ affinity.rows[ids].astype(np.float32)
    return total / max(1e-6, float(np.linalg.norm(total)))
