"""A table of vectors as an encoder: sentence-transformers' StaticEmbedding, without the library.

Loading that library takes seconds, more than a thousand answers do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from .affinity import Affinity
from .model_files import E5_PROMPTS, identity, inputs, prompts_of, wants_folded
from .types import Vectors

Parts = tuple[npt.NDArray[np.generic], Vectors | None, Tokenizer]
"""The rows of the table, what each is multiplied by, and what cuts text into pieces."""

TABLE = "model.safetensors"

BATCH = 64
LEAST = 1e-12
"""Vectors shorter than this are left as they are."""


class StaticEncoder:
    """Gives a text the direction of the sum of its pieces' vectors; one without a piece zeros.

    The vectors, prompts and the id are those that `SentenceTransformerEncoder` has for the folder.
    """

    def __init__(self, folder: Path, *, name: str | None = None) -> None:
        self._rows, self._weights, self._tokenizer = _built_in() if name is None else _read(folder)
        self.built_in = name is None
        self._folded = wants_folded(folder)
        declared = _settings(folder).get("prompts", {})
        asked, self._prompt = prompts_of(name or str(folder), declared)
        self._question_prompt = asked or declared.get("query") or ""
        prompts = E5_PROMPTS if asked else ()
        self.id = identity(str(folder), built_in=name is None, prompts=prompts)
        self.dim = int(self._rows.shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row per passage, in order; shape ``(len(texts), dim)``."""
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            for row, vector in enumerate(self._encoded(batch, self._prompt), start):
                vectors[row] = vector
        return vectors

    def encode_question(self, text: str) -> Vectors:
        """Return the question's vector, shape ``(dim,)``."""
        (read,) = inputs([text], folded=self._folded)
        read = self._question_prompt + read
        total = self._sum(self._tokenizer.encode(read, add_special_tokens=False).ids)
        found: Vectors = total / max(LEAST, float(np.linalg.norm(total)))
        return found

    def _encoded(self, texts: Sequence[str], prompt: str) -> Iterable[Vectors]:
        read = [prompt + text for text in inputs(texts, folded=self._folded)]
        for encoding in self._tokenizer.encode_batch_fast(read, add_special_tokens=False):
            total = self._sum(encoding.ids)
            yield total / max(LEAST, float(np.linalg.norm(total)))

    def _sum(self, ids: Sequence[int]) -> Vectors:
        rows = self._rows[ids].astype(np.float32, copy=False)
        total: Vectors = rows.sum(axis=0) if self._weights is None else self._weights[ids] @ rows
        return total


def _built_in() -> Parts:
    """Share what the rest of the program has read already."""
    affinity = Affinity.load()
    return affinity.rows, affinity.weights, affinity.vocabulary


def _read(folder: Path) -> Parts:
    table = load_file(folder / TABLE)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    name = "embeddings" if "embeddings" in table else "embedding.weight"
    return table[name], table.get("weights"), tokenizer


def is_static(folder: Path) -> bool:
    """Tell whether a folder holds just a table of vectors, of the kinds that are read here."""
    try:
        kinds = [module["type"].rpartition(".")[2] for module in _json(folder / "modules.json")]
        settings = _settings(folder)
        with safe_open(folder / TABLE, "numpy") as file:
            table = {name: file.get_slice(name).get_dtype() for name in file.keys()}  # noqa: SIM118 - It is no mapping.
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError):
        return False
    plain = kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])
    asked_for_more = settings.get("default_prompt_name") or settings.get("truncate_dim")
    whole = table == {"embedding.weight": "F32"}
    weighted = table in ({"embeddings": kind, "weights": "F32"} for kind in ("I8", "F32"))
    tokenizer = folder / "tokenizer.json"
    return plain and not asked_for_more and (whole or weighted) and tokenizer.is_file()


def _settings(folder: Path) -> dict[str, Any]:
    settings: dict[str, Any] = _json(folder / "config_sentence_transformers.json")
    return settings


def _json(path: Path) -> Any:  # noqa: ANN401 - JSON holds anything.
    return json.loads(path.read_text("utf-8"))
