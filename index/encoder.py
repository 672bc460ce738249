"""Texts -> unit vectors, through sentence-transformers (imported here alone)."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from .errors import ModelError
from .normalization import fold
from .types import Vectors

BUILT_IN = Path(__file__).parent / "builtin" / "model"
BATCH = 64
PASSAGE_PROMPTS = ("document", "passage", "corpus")
"""Names under which models declare what goes before a passage."""


class Encoder(Protocol):
    """Maps texts to unit vectors, so that an inner product is a cosine."""

    @property
    def id(self) -> str:
        """Name and digest of the model: vectors of different ids must not be compared."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per passage, in order; shape ``(len(texts), dim)``."""
        ...

    def encode_question(self, text: str) -> Vectors:
        """Return the question's vector, shape ``(dim,)``."""
        ...


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by name or path; the built-in one by default.

    The prompts that a model declares for queries and for passages are used. A model folder may
    hold an ``input.json`` with ``{"folded": true}``: it was trained on folded text and gets it.
    """

    def __init__(self, model: str | None = None) -> None:
        # Importing it takes seconds, which the door of the package must not cost.
        from sentence_transformers import SentenceTransformer

        # Its warnings of each retry would stand before the one line that tells what is wrong.
        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
        name = model or str(BUILT_IN)
        try:
            self._model = SentenceTransformer(name, device="cpu")
        except Exception as error:  # Whatever a hub, a disk or a foreign format can raise.
            raise ModelError(
                f"EMBEDDING_MODEL: can't load {name!r}: {_first_line(error)}"
            ) from error
        self._folds = _wants_folded(Path(name))
        # Chosen here: the library would take the empty "document" that it adds to every model.
        prompts = self._model.prompts
        self._prompt = next((prompts[n] for n in PASSAGE_PROMPTS if prompts.get(n)), "")
        self.id = _identity(name, model is None)
        dim = self._model.get_embedding_dimension()
        if dim is None:
            raise ModelError(f"EMBEDDING_MODEL: {name!r} does not tell its dimension")
        self.dim = dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per passage, in order; shape ``(len(texts), dim)``."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        vectors = self._model.encode_document(
            self._inputs(texts),
            prompt=self._prompt,
            batch_size=BATCH,
            show_progress_bar=False,
            normalize_embeddings=True,
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def encode_question(self, text: str) -> Vectors:
        """Return the question's vector, shape ``(dim,)``."""
        vectors = self._model.encode_query(
            self._inputs([text]), show_progress_bar=False, normalize_embeddings=True
        )
        return np.asarray(vectors[0], dtype=np.float32)

    def _inputs(self, texts: Sequence[str]) -> list[str]:
        # Half a character, which a broken client can send, is nothing that a tokenizer reads.
        whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [fold(text) for text in whole] if self._folds else whole


def _wants_folded(folder: Path) -> bool:
    settings = folder / "input.json"
    return settings.is_file() and bool(json.loads(settings.read_text("utf-8")).get("folded"))


def _identity(name: str, built_in: bool) -> str:
    """Name a model so that other weights under the same path get another name."""
    folder = Path(name)
    label = "built-in" if built_in else name
    if not folder.is_dir():
        return label
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".safetensors", ".json", ".bin", ".txt", ".model"}:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return f"{label}@{digest.hexdigest()}"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
