"""The word pieces of the built-in model."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tokenizers import Tokenizer

FILE = Path(__file__).parent / "builtin" / "model" / "tokenizer.json"


@cache
def load_vocabulary() -> Tokenizer:
    """Read them once for all who cut text by them."""
    return Tokenizer.from_file(str(FILE))
