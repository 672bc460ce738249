"""The word pieces of the built-in model."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from tokenizers import Tokenizer

FILE = Path(__file__).parent / "builtin" / "model" / "tokenizer.json"


@cache
def load_vocabulary() -> Tokenizer:
    """Read them once for all who cut text by them.

    From then on each text is cut in one thread: for sentences, others cost more than they save.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    return Tokenizer.from_file(str(FILE))
