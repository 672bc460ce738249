"""Archives of any size, made of public paragraphs: the same kinds of words, other stories."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from index.chunking import sentences
from index.public_tasks import read_question_set

PASSAGES = 20
"""Passages of a document: one paragraph each."""
LENGTHS = range(120, 300)
"""Characters of a passage."""
NAME = re.compile(r"[\u4e00-\u9fff]{2,4}(?=(?:市|省|县|大学|公司|车站|山|河))")
SEED = 1


@dataclass(frozen=True, slots=True)
class Material:
    """Sentences of public paragraphs, and the questions that were asked about them."""

    sentences: tuple[str, ...]
    names: tuple[str, ...]
    questions: tuple[str, ...]


def read_material(folder: Path) -> Material:
    """Read every question set in SQuAD's format of a folder."""
    found: list[str] = []
    questions: list[str] = []
    for path in sorted(folder.glob("cmrc*.json")):
        sets = read_question_set(path)
        questions += [question.text for question in sets.questions]
        for paragraph in sets.paragraphs:
            found += [part for span in sentences(paragraph) if (part := span.of(paragraph).strip())]
    if not found:
        raise SystemExit(f"{folder}: expected cmrc*.json with public paragraphs, found none")
    names = {match[0] for sentence in found for match in NAME.finditer(sentence)}
    return Material(tuple(found), tuple(sorted(names)), tuple(questions))


def write_archive(folder: Path, material: Material, count: int) -> None:
    """Write documents of `count` passages in all; equal arguments give equal files."""
    rng = random.Random(SEED)  # noqa: S311 - It has to repeat, not to be secret.
    folder.mkdir(parents=True)
    made = _passages(material, rng)
    for row in range(0, count, PASSAGES):
        day = f"20{rng.randrange(10, 26)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
        title = json.dumps(f"{rng.choice(material.names)}纪事{row}", ensure_ascii=False)
        head = f"---\ntitle: {title}\npublisher: 档案\npublished: {day}\nlanguage: zh-Hans\n---\n\n"
        body = "\n\n".join(next(made) for _ in range(min(PASSAGES, count - row)))
        (folder / f"{row // PASSAGES:06}.md").write_text(f"{head}{body}\n", "utf-8")


def generated(material: Material, count: int) -> list[str]:
    """Return `count` passages; equal arguments give equal ones."""
    return list(islice(_passages(material, random.Random(SEED)), count))  # noqa: S311 - As above.


def _passages(material: Material, rng: random.Random) -> Iterator[str]:
    while True:
        length, passage = rng.choice(LENGTHS), ""
        while len(passage) < length:
            passage += _varied(rng.choice(material.sentences), material.names, rng)
        # A block of its own each: nothing in it may begin a list, a quotation or a heading.
        yield "　" + re.sub(r"[\s#>*_`|\[\]<&!\\~-]+", " ", passage).strip()


def _varied(sentence: str, names: Sequence[str], rng: random.Random) -> str:
    text = re.sub(r"\d", lambda _: str(rng.randrange(10)), sentence)
    return NAME.sub(lambda _: rng.choice(names), text, count=1)
