"""Small models that the tests make, since none can be fetched."""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.sentence_transformer.modules import (
    Normalize,
    Pooling,
    StaticEmbedding,
    Transformer,
)
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
)

from index.normalization import fold

CORPUS = Path(__file__).parent / "corpus"
DIM = 32
LENGTH = 256
"""Tokens that a model reads at most."""
SPECIAL = ("[UNK]", "[PAD]", "[CLS]", "[SEP]")


def make_tiny_model(folder: Path, *, seed: int = 0, prompts: dict[str, str] | None = None) -> Path:
    """Save a static embedding of single characters with random rows; return its folder."""
    tokenizer = _tokenizer(["[UNK]"])
    rows = np.random.default_rng(seed).normal(size=(tokenizer.get_vocab_size(), DIM))
    embedding = StaticEmbedding(tokenizer, embedding_weights=rows.astype(np.float32))
    model = SentenceTransformer(modules=[embedding, Normalize()], prompts=prompts)
    model.save(str(folder))
    (folder / "input.json").write_text(json.dumps({"folded": True}), "utf-8")
    return folder


def make_tiny_transformer(
    folder: Path, *, pooling: Literal["mean", "cls"], prompts: dict[str, str] | None = None
) -> Path:
    """Save a random transformer of one layer over single characters; return its folder.

    Its vectors are not of length 1: it has no layer that makes them so.
    """
    torch.manual_seed(0)
    base = folder.parent / f"{folder.name}-base"
    BertModel(_config()).save_pretrained(base)
    _fast_tokenizer().save_pretrained(base)
    modules = [Transformer(str(base)), Pooling(DIM, pooling_mode=pooling)]
    SentenceTransformer(modules=modules, prompts=prompts).save(str(folder))
    return folder


def make_tiny_cross_encoder(folder: Path, *, labels: int = 1) -> Path:
    """Save a random cross-encoder of one layer over single characters; return its folder."""
    return make_cross_encoder(folder, layers=1, width=DIM, labels=labels)


def make_cross_encoder(folder: Path, *, layers: int, width: int, labels: int = 1) -> Path:
    """Save a random cross-encoder of a given size; `width` is a multiple of 32."""
    torch.manual_seed(0)
    base = folder.parent / f"{folder.name}-base"
    config = _config(num_labels=labels, num_hidden_layers=layers, hidden_size=width)
    BertForSequenceClassification(config).save_pretrained(base)
    _fast_tokenizer().save_pretrained(base)
    CrossEncoder(str(base)).save(str(folder))
    return folder


def _tokenizer(special: Sequence[str]) -> Tokenizer:
    texts = "".join(path.read_text("utf-8") for path in sorted(CORPUS.glob("*.md")))
    characters = sorted(set(fold(texts)) | set(string.printable))
    vocabulary = {character: row for row, character in enumerate([*special, *characters])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    return tokenizer


def _fast_tokenizer() -> PreTrainedTokenizerFast:
    tokenizer = _tokenizer(SPECIAL)
    marks = [(mark, SPECIAL.index(mark)) for mark in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=marks
    )
    names = dict(zip(("unk_token", "pad_token", "cls_token", "sep_token"), SPECIAL, strict=True))
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=LENGTH, **names)


def _config(*, hidden_size: int = DIM, num_hidden_layers: int = 1, **changes: int) -> BertConfig:
    return BertConfig(
        vocab_size=_tokenizer(SPECIAL).get_vocab_size(),
        hidden_size=hidden_size,
        num_hidden_layers=num_hidden_layers,
        num_attention_heads=max(2, hidden_size // 32),
        intermediate_size=4 * hidden_size,
        max_position_embeddings=LENGTH,
        initializer_range=0.5,
        pad_token_id=SPECIAL.index("[PAD]"),
        **changes,
    )
