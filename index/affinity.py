"""How near the words of a question come to those of a sentence, by the built-in vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from .types import Vectors
from .vocabulary import load_vocabulary

FILE = Path(__file__).parent / "builtin" / "model" / "model.safetensors"

Pieces = npt.NDArray[np.int32]
"""Rows of word pieces in the built-in table, each once; never empty."""


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
        table = load_file(path)
        rows = table["embeddings"]
        squares = np.einsum("ij,ij->i", rows, rows, dtype=np.float32)
        return cls(load_vocabulary(), rows, table["weights"], np.sqrt(np.maximum(squares, 1.0)))

    def pieces(self, folded: str) -> Pieces:
        """Return the pieces of a folded text."""
        ids = self.vocabulary.encode(folded, add_special_tokens=False).ids
        return np.unique(np.array(ids or [0], dtype=np.int32))

    def words(self, folded: Sequence[str]) -> Vectors:
        """Return the unit vector of each word, zeros for an empty one; shape ``(words, dim)``."""
        return np.stack([self._word(word) for word in folded])

    def nearest(self, words: Vectors, sentences: Sequence[Pieces]) -> Vectors:
        """Return the cosine of each word's nearest piece; shape ``(sentences, words)``."""
        starts = np.cumsum([0, *(len(pieces) for pieces in sentences[:-1])])
        # Sentences on one subject share most of their pieces.
        ids, places = np.unique(np.concatenate(sentences), return_inverse=True)
        cosines = (self.rows[ids].astype(np.float32) @ words.T) / self.norms[ids, None]
        best: Vectors = np.maximum.reduceat(cosines[places], starts, axis=0)
        return best

    def _word(self, folded: str) -> Vectors:
        ids = self.vocabulary.encode(folded, add_special_tokens=False).ids
        total: Vectors = self.weights[ids] @ self.rows[ids].astype(np.float32)
        return total / max(1e-6, float(np.linalg.norm(total)))
