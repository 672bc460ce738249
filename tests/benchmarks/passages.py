"""Passages for measuring: the corpus's sentences, recombined, with other numbers and names."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from index.chunking import chunks, document_sentences
from index.corpus import read_corpus

CORPUS = Path(__file__).parent.parent.parent / "corpus"
SEED = 3


def varied_passages(count: int, *, corpus: Path = CORPUS) -> list[str]:
    """Return `count` passages, no two alike, as long as the chunks of the corpus are."""
    rng = random.Random(SEED)  # noqa: S311 - it has to repeat, not to be secret.
    sentences, lengths = _material(corpus)
    aliases = yaml.safe_load((corpus / "aliases.yaml").read_text("utf-8"))
    names = [name for kind in aliases.values() for group in kind for name in group]
    made = _passages(sentences, lengths, names, rng)
    found: dict[str, None] = {}
    while len(found) < count:
        found[next(made)] = None
    return list(found)


def _material(corpus: Path) -> tuple[list[str], list[int]]:
    """Return the sentences of the corpus, and the number of characters of each chunk."""
    sentences, lengths = [], []
    for document in read_corpus(corpus):
        found = document_sentences(document.text, document.blocks)
        sentences += [sentence.span.of(document.text) for sentence in found]
        lengths += [
            found[last - 1].span.end - found[first].span.start
            for first, last in chunks(found, document.blocks)
        ]
    return sentences, lengths


def _passages(
    sentences: Sequence[str], lengths: Sequence[int], names: Sequence[str], rng: random.Random
) -> Iterator[str]:
    while True:
        length, passage = rng.choice(lengths), ""
        while len(passage) < length:
            passage += _varied(rng.choice(sentences), names, rng)
        yield passage[:length]


def _varied(sentence: str, names: Sequence[str], rng: random.Random) -> str:
    text = re.sub(r"\d", lambda _: str(rng.randrange(10)), sentence)
    for name in names:
        if name in text:
            return text.replace(name, rng.choice(names))
    return text
