"""Read the public data as it was published, one function a format."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CEDICT_LINE = re.compile(r"(?P<traditional>\S+) (?P<simplified>\S+) \[[^\]]*\] /(?P<glosses>.*)/")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of a dictionary with its English glosses, as printed."""

    word: str
    glosses: tuple[str, ...]
    forms: tuple[str, ...] = ()
    """Its inflected forms, for a language that has them."""
    rank: int = 0
    """How many words of its kind are more frequent, where that is known."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name in three languages, with how often its spellings were seen together."""

    english: str
    russian: tuple[str, int]
    chinese: tuple[str, int]


def read_evidence(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each question with the sentences that are held to answer it."""
    for row in _json_lines(path):
        if row["evidences"]:
            yield row["question"], "".join(row["evidences"])


def read_cedict(path: Path) -> list[Entry]:
    """Read CC-CEDICT; the word is in Simplified characters."""
    matches = map(CEDICT_LINE.match, _lines(path))
    return [Entry(m["simplified"], tuple(m["glosses"].split("/"))) for m in matches if m]


def read_openrussian(path: Path) -> list[Entry]:
    """Read the Russian lemmas that have English glosses, each kind by frequency."""
    entries = []
    ranks: Counter[str] = Counter()
    for line in _lines(path)[1:]:
        kind, word, _, english, _, forms = line.split("\t")
        if english:
            spellings = (form.strip(" ()") for form in re.split(r"[|,]", forms))
            entries.append(Entry(word, (english,), tuple(filter(None, spellings)), ranks[kind]))
        ranks[kind] += 1
    return entries


def read_names(path: Path) -> list[Name]:
    """Read the table of single names in English, Russian and Chinese."""
    rows = (line.split("\t") for line in _lines(path)[1:])
    return [
        Name(english, _counted(russian), _counted(chinese)) for english, russian, chinese in rows
    ]


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a table with a heading line, its columns separated by tabs."""
    head, *lines = _lines(path)
    columns = head.split("\t")
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines]


def read_tatoeba(path: Path) -> list[tuple[str, str]]:
    """Read English sentences with their Chinese translations."""
    return [
        (english, chinese) for english, chinese, *_ in (row.split("\t") for row in _lines(path))
    ]


def read_united_nations(english: Path, chinese: Path) -> list[tuple[str, str]]:
    """Read two parallel files; the Chinese loses the spaces put between its words."""
    pairs = zip(_lines(english), _lines(chinese), strict=True)
    return [(left, right.replace(" ", "")) for left, right in pairs]


def read_ntrex(path: Path, *, held_out: bool) -> list[dict[str, str]]:
    """Read the sentences of every fifth news article, or of all the others."""
    return [row for row in _json_lines(path) if _is_held_out(row["doc"]) == held_out]


def read_rubq(path: Path) -> Iterator[tuple[str, str]]:
    """Yield Russian questions with their English versions, where they have one."""
    for row in _json_lines(path):
        if row.get("question_eng"):
            yield row["question_text"], row["question_eng"]


def _lines(path: Path) -> list[str]:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    # Only a line feed ends a line here: some sentences hold other separators.
    return content.decode("utf-8").rstrip("\n").split("\n")


def _json_lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in _lines(path)]


def _is_held_out(article: str) -> bool:
    return hashlib.sha256(article.encode()).digest()[0] % 5 == 0


def _counted(field: str) -> tuple[str, int]:
    spelling, _, count = field.rpartition(":")
    return spelling, int(count)
