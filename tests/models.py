"""Small models that the tests make, since none can be fetched."""

from __future__ import annotations

import json
import string
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

from index.normalization import fold

CORPUS = Path(__file__).parent / "corpus"
DIM = 32


def make_tiny_model(folder: Path, *, seed: int = 0, prompts: dict[str, str] | None = None) -> Path:
    """Save a static embedding of single characters with random rows; return its folder."""
    texts = "".join(path.read_text("utf-8") for path in sorted(CORPUS.glob("*.md")))
    characters = sorted(set(fold(texts)) | set(string.printable))
    vocabulary = {character: row for row, character in enumerate(["[UNK]", *characters])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    rows = np.random.default_rng(seed).normal(size=(len(vocabulary), DIM)).astype(np.float32)
    embedding = StaticEmbedding(tokenizer, embedding_weights=rows)
    model = SentenceTransformer(modules=[embedding, Normalize()], prompts=prompts)
    model.save(str(folder))
    (folder / "input.json").write_text(json.dumps({"folded": True}), "utf-8")
    return folder
