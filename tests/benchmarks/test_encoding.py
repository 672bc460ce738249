"""How many passages a second the built-in model encodes on one core."""

from __future__ import annotations

from statistics import median

import pytest
from benchmarks.measuring import cpu_seconds, one_core, table
from benchmarks.passages import varied_passages
from tokenizers import Tokenizer

from index.encoder import BUILT_IN, SentenceTransformerEncoder
from index.normalization import fold

PASSAGES = 4000
ROUNDS = 5
TARGET = 2000

pytestmark = pytest.mark.benchmark


def test_the_built_in_model_encodes_two_thousand_passages_a_second():
    """Folding and cutting into pieces are measured beside it: the rest is the table of vectors."""
    texts = varied_passages(PASSAGES)
    encoder = SentenceTransformerEncoder()
    tokenizer = Tokenizer.from_file(str(BUILT_IN / "tokenizer.json"))
    folded = [fold(text) for text in texts]
    parts = {
        "fold": lambda: [fold(text) for text in texts],
        "cut into pieces": lambda: tokenizer.encode_batch(folded, add_special_tokens=False),
        "the whole encode": lambda: encoder.encode(texts),
    }

    with one_core():
        rounds = [{name: cpu_seconds(part) for name, part in parts.items()} for _ in range(ROUNDS)]

    seconds = {name: median(each[name] for each in rounds) for name in parts}
    whole = seconds["the whole encode"]
    rows = [
        [name, f"{PASSAGES / taken:,.0f}", f"{taken / whole:.2f}"]
        for name, taken in seconds.items()
    ]
    characters = sum(map(len, texts)) / PASSAGES
    print(f"\n{PASSAGES} passages of {characters:.0f} characters on average\n")
    print(table(["part", "passages a CPU second", "share of the whole"], rows))
    assert PASSAGES / whole >= TARGET
