"""Small corpora made of public data, with questions whose answering sentences are known."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..normalization import HAN
from ..public_tasks import read_question_set, write_corpus
from .readers import read_ntrex, read_rubq, read_tatoeba

PARAGRAPHS = 40
"""Paragraphs a world: about the size of the first corpus."""
ARTICLES = 6
SLICE = (5, 10)
"""Words that a question made of a translated sentence has."""
UNRELATED = 200
NEWS_LANGUAGES = ("zh_cn", "en", "ru")
WRITTEN = (("zh_cn",), ("en",), ("zh_cn", "zh_cn", "en"))
"""What the articles of worlds are written in, one of these each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, with where its answer stands."""

    question: str
    paragraph: int
    answer: str
    """A sentence of the paragraph answers if it holds this."""


@dataclass(frozen=True, slots=True)
class World:
    """Paragraphs, each to be a document, and questions about them."""

    paragraphs: tuple[tuple[str, str], ...]
    """Title and text."""
    asked: tuple[Asked, ...]

    def write(self, folder: Path) -> None:
        """Write the paragraphs as a corpus."""
        write_corpus(folder, self.paragraphs)


def question_worlds(path: Path, rng: random.Random) -> Iterator[World]:
    """Cut a question set into worlds, articles kept together as they come."""
    found = read_question_set(path)
    for start in range(0, len(found.paragraphs) - PARAGRAPHS + 1, PARAGRAPHS):
        rows = range(start, start + PARAGRAPHS)
        asked = [
            Asked(q.text, q.paragraph - start, q.answer)
            for q in found.questions
            if q.paragraph in rows and q.answer in found.paragraphs[q.paragraph]
        ]
        rng.shuffle(asked)
        paragraphs = [(found.titles[r] or "x", " ".join(found.paragraphs[r].split())) for r in rows]
        yield World(tuple(paragraphs), tuple(asked))


def translated_worlds(path: Path, rng: random.Random, *, written: Sequence[str]) -> Iterator[World]:
    """Make worlds of news, asked with pieces of their sentences in other languages.

    Of the articles that the embedding model has not seen. Each is in one of `written`, by lot;
    where there are several, it is asked in its own language too: only so it is learned what a
    sentence in the question's language is worth beside a foreign one.
    """
    asking = [language for language in NEWS_LANGUAGES if {language} != set(written)]
    articles: dict[str, list[dict[str, str]]] = {}
    for row in read_ntrex(path, held_out=True):
        articles.setdefault(row["doc"], []).append(row)
    found = list(articles.values())
    for start in range(0, len(found) - ARTICLES + 1, ARTICLES):
        chosen = [(rows, rng.choice(written)) for rows in found[start : start + ARTICLES]]
        asked = [
            Asked(_slice(row[language], rng), number, " ".join(row[own].split()))
            for number, (rows, own) in enumerate(chosen)
            for row in rows
            for language in asking
        ]
        rng.shuffle(asked)
        yield World(tuple(("x", _joined(*each)) for each in chosen), tuple(asked))


def unrelated(folder: Path, rng: random.Random) -> Iterator[str]:
    """Yield questions and chat on other subjects, in the languages that users write."""
    sets = ("cmrc2018_dev.json", "drcd_test.json")
    chinese = [q.text for name in sets for q in read_question_set(folder / name).questions]
    pairs = list(read_rubq(folder / "RuBQ_2.0_dev.jsonl"))
    chat = read_tatoeba(folder / "tatoeba_cmn-eng.txt")
    yield from rng.sample(chinese, UNRELATED)
    for both in (*rng.sample(pairs, UNRELATED // 2), *rng.sample(chat, UNRELATED // 2)):
        yield from both


def _joined(rows: Sequence[dict[str, str]], written: str) -> str:
    """Give each sentence a paragraph, so that it is cut where the translator cut it."""
    return "\n\n".join(" ".join(row[written].split()) for row in rows)


def _slice(text: str, rng: random.Random) -> str:
    chinese = HAN.search(text) is not None
    parts = text if chinese else text.split()
    # A Chinese word has about two characters.
    size = min(len(parts), rng.randint(*SLICE) * (2 if chinese else 1))
    start = rng.randint(0, len(parts) - size)
    return ("" if chinese else " ").join(parts[start : start + size])
