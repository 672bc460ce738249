"""Write what was learned in the forms that `index` and sentence-transformers read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from torch.nn import Module

from ..lexicon import Lexicon
from ..types import Vectors
from .fitting import Floats

LEVELS = 127
"""Largest absolute value of a quantized weight."""


def save_model(tokenizer: Tokenizer, table: Floats, folder: Path) -> None:
    """Write a SentenceTransformer folder: the mean of the pieces' rows, made unit length."""
    # Only here and in `load_encode`: everything else trains and runs without the library.
    from sentence_transformers import SentenceTransformer  # noqa: TID251  # It writes its format.
    from sentence_transformers.sentence_transformer.modules import (  # noqa: TID251  # As above.
        Normalize,
        StaticEmbedding,
    )

    shutil.rmtree(folder, ignore_errors=True)
    modules: list[Module] = [StaticEmbedding(tokenizer, embedding_weights=table), Normalize()]
    model = SentenceTransformer(modules=modules, device="cpu")
    model.save(str(folder), create_model_card=False)
    _quantize(table, next(folder.rglob("model.safetensors")))
    (folder / "input.json").write_text(json.dumps({"folded": True}) + "\n", encoding="utf-8")


def load_encode(folder: Path) -> Callable[[Sequence[str]], Vectors]:
    """Return the encoding function of a saved model."""
    from sentence_transformers import SentenceTransformer  # noqa: TID251  # To measure what ships.

    model = SentenceTransformer(str(folder), device="cpu")

    def encode(texts: Sequence[str]) -> Vectors:
        rows = model.encode(list(texts), batch_size=512, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32)

    return encode


def save_lexicon(options: Sequence[Mapping[str, Mapping[str, float]]], path: Path) -> None:
    """Write ``key<TAB>word probability word probability ...``, sorted; keys are distinct.

    A name with a space in it would break its line in two; the table has it without, too.
    """
    lines = sorted(
        f"{key}\t" + " ".join(f"{word} {chance:.2f}" for word, chance in kept.items())
        for each in options
        for key, words in each.items()
        if (kept := {word: chance for word, chance in words.items() if " " not in word})
    )
    Lexicon.of(lines).save(path)


def _quantize(table: Floats, path: Path) -> None:
    """Replace the saved weights by whole numbers with one factor a row.

    sentence-transformers multiplies them out when it loads the names used here. A quarter of the
    bytes, at no measurable loss.
    """
    factors = np.maximum(np.abs(table).max(axis=1), 1e-8) / LEVELS
    levels = np.rint(table / factors[:, None]).astype(np.int8)
    save_file({"embeddings": levels, "weights": factors.astype(np.float32)}, path)
    path.chmod(0o644)  # It is written for its owner alone, and would be shipped so.
