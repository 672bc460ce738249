"""Texts -> unit vectors, pairs of texts -> scores: sentence-transformers, imported here alone."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np

from .errors import ModelError
from .model_files import BUILT_IN, E5_PROMPTS, identity, inputs, prompts_of, wants_folded, whole
from .static_encoder import StaticEncoder, is_static
from .types import Vectors

BATCH = 64


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


def load_encoder(model: str | None = None) -> Encoder:
    """Load a model by name or path, the built-in one by default, in the quickest way there is.

    Raises:
        ModelError: It can't be loaded, or isn't one.
    """
    folder = Path(model) if model else BUILT_IN
    if not is_static(folder):
        return SentenceTransformerEncoder(model)
    try:
        return StaticEncoder(folder, name=model)
    except Exception as error:  # Whatever a damaged file can raise.
        raise ModelError(
            f"EMBEDDING_MODEL: can't load {str(folder)!r}: {_first_line(error)}"
        ) from error


def is_built_in(encoder: Encoder) -> bool:
    """Tell whether vectors are sums of the pieces of `affinity`, which are kept in any case."""
    return isinstance(encoder, StaticEncoder) and encoder.built_in


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by name or path; the built-in one by default.

    The prompts that a model declares for queries and for passages are used, and where one of the
    E5 family declares none, that family's. A model folder may hold an ``input.json`` with
    ``{"folded": true}``: it was trained on folded text and gets it.
    """

    def __init__(self, model: str | None = None) -> None:
        # Importing it takes seconds, which the door of the package must not cost.
        import torch
        from sentence_transformers import SentenceTransformer

        _quiet()
        # Questions are answered in parallel; a batch takes all cores for itself.
        torch.set_num_threads(1)
        name = model or str(BUILT_IN)
        # A table of vectors gains nothing from a GPU; of other models the library knows best.
        device = "cpu" if model is None else None
        try:
            self._model = SentenceTransformer(name, device=device)
        except Exception as error:  # Whatever a hub, a disk or a foreign format can raise.
            raise ModelError(
                f"EMBEDDING_MODEL: can't load {name!r}: {_first_line(error)}"
            ) from error
        self._folds = wants_folded(Path(name))
        self._query_prompt, self._prompt = prompts_of(name, self._model.prompts)
        self.id = identity(
            name, built_in=model is None, prompts=E5_PROMPTS if self._query_prompt else ()
        )
        dim = self._model.get_embedding_dimension()
        if dim is None:
            raise ModelError(f"EMBEDDING_MODEL: {name!r} does not tell its dimension")
        self.dim = dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per passage, in order; shape ``(len(texts), dim)``."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        with _all_cores():
            vectors = self._model.encode_document(
                inputs(texts, folded=self._folds),
                prompt=self._prompt,
                batch_size=BATCH,
                show_progress_bar=False,
                normalize_embeddings=True,
            )
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def encode_question(self, text: str) -> Vectors:
        """Return the question's vector, shape ``(dim,)``."""
        vectors = self._model.encode_query(
            inputs([text], folded=self._folds),
            prompt=self._query_prompt,
            show_progress_bar=False,
            normalize_embeddings=True,
        )
        return np.asarray(vectors[0], dtype=np.float32)


class CrossEncoderReranker:
    """Any cross-encoder of sentence-transformers that gives one score, by name or path."""

    def __init__(self, model: str) -> None:
        from sentence_transformers import CrossEncoder
        from torch.nn import Sigmoid

        _quiet()
        try:
            self._model = CrossEncoder(model)
        except Exception as error:  # As above.
            raise ModelError(
                f"RERANKER_MODEL: can't load {model!r}: {_first_line(error)}"
            ) from error
        labels, alone = self._model.num_labels, len(self._model) == 1
        if labels != 1:
            raise ModelError(f"RERANKER_MODEL: {model!r} must give one score, it gives {labels}")
        built = getattr(self._model.config, "architectures", None) or [""]
        if alone and built[0].endswith("Model"):
            # The library would add a head of random numbers, and say so in a warning only.
            raise ModelError(f"RERANKER_MODEL: {model!r} is no cross-encoder ({built[0]})")
        # Some models leave their scores unbounded; as probabilities they are all alike.
        self._bounded = Sigmoid()
        # Side by side, passes share the same cores and take the memory of all of them.
        self._turn = threading.Lock()

    def score(self, question: str, passages: Sequence[str]) -> Vectors:
        """Return how likely each passage answers, in [0, 1]; shape ``(len(passages),)``."""
        if not passages:
            return np.empty(0, dtype=np.float32)
        pairs = [(whole(question), passage) for passage in passages]
        with self._turn, _all_cores():
            scores = self._model.predict(
                pairs, activation_fn=self._bounded, show_progress_bar=False
            )
        return np.asarray(scores, dtype=np.float32)


@contextmanager
def _all_cores() -> Iterator[None]:
    """Use every core for the block: a question alone has one."""
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    try:
        yield
    finally:
        torch.set_num_threads(1)


def _quiet() -> None:
    """Keep what the libraries below have to say from standing around the one line that tells."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped.
    for name in ("huggingface_hub", "sentence_transformers", "transformers"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
