"""What the files of an embedding model tell: who it is, and how it wants to be asked."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from .normalization import fold

BUILT_IN = Path(__file__).parent / "builtin" / "model"
PASSAGE_PROMPTS = ("document", "passage", "corpus")
"""Names under which models declare what goes before a passage."""
E5 = re.compile(r"(?:^|[/_-])e5-(?:small|base|large)(?!.*instruct)", re.IGNORECASE)
E5_PROMPTS = ("query: ", "passage: ")
"""What the models of this family were trained with; their own files don't declare it."""


def prompts_of(name: str, declared: Mapping[str, str | None]) -> tuple[str | None, str]:
    """Return what goes before a question and before a passage; None: what the library takes."""
    if not any(declared.values()) and E5.search(name):
        return E5_PROMPTS
    # Chosen here: the library would take the empty "document" that it adds to every model.
    found = (declared.get(name) for name in PASSAGE_PROMPTS)
    return None, next((prompt for prompt in found if prompt), "")


def whole(text: str) -> str:
    """Replace half a character, which a broken client can send: no tokenizer reads it."""
    return text.encode("utf-8", "replace").decode("utf-8")


def inputs(texts: Sequence[str], *, folded: bool) -> list[str]:
    """Return the texts as a tokenizer can read them."""
    mended = [whole(text) for text in texts]
    return [fold(text) for text in mended] if folded else mended


def wants_folded(folder: Path) -> bool:
    """Tell whether a model's folder says that it was trained on folded text."""
    settings = folder / "input.json"
    return settings.is_file() and bool(json.loads(settings.read_text("utf-8")).get("folded"))


def identity(name: str, *, built_in: bool, prompts: Sequence[str]) -> str:
    """Name a model so that other weights under the same path get another name.

    So do `prompts` of ours: with others its vectors are others.
    """
    folder = Path(name)
    label = " ".join(["built-in" if built_in else name, *map(str.strip, prompts)])
    if not folder.is_dir():
        return label
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".safetensors", ".json", ".bin", ".txt", ".model"}:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return f"{label}@{digest.hexdigest()}"
