"""What the reader learns from: questions with passages, and where in them the answer stands."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..building import build
from ..encoder import load_encoder
from ..generations import current
from ..live import Live
from ..normalization import fold
from ..public_tasks import read_question_set, write_corpus
from ..querying import make_query
from ..ranking import retrieve
from ..reader_network import Ints
from ..reading import Alphabet, Passage
from .readers import read_ntrex, read_united_nations

QUESTION_SETS = (
    "cmrc2018_train.json",
    "cmrc2018_trial.json",
    "drcd_dev.json",
    "drcd_test.json",
)
HARD = 10
"""Passages that retrieval gives and that don't answer, kept a question."""
SEED = 5
WINDOW = 5
"""Sentences of a parallel text that make a passage."""
STRETCH = 40
"""Lines of the parallel texts without articles that are taken for one."""
NEWS_PAIRS = (("en", "zh"), ("ru", "zh"), ("zh", "en"), ("zh", "ru"), ("ru", "en"), ("en", "ru"))
UN_PAIRS = (("en", "zh"), ("zh", "en"))

Texts = Mapping[str, str]
"""One sentence by language."""


@dataclass(frozen=True, slots=True)
class Place:
    """Pieces ``[start, end)`` of a passage, in one of its sentences."""

    passage: int
    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A question, the places that answer it, and passages that don't."""

    question: Ints
    right: tuple[Place, ...]
    wrong: tuple[int, ...]


@dataclass(slots=True)
class Course:
    """All lessons, with the passages that they name by row."""

    passages: list[Passage]
    lessons: list[Lesson]

    def add(self, other: Course) -> None:
        """Append the other's lessons, its passages behind these."""
        before = len(self.passages)
        self.passages += other.passages
        for lesson in other.lessons:
            right = (Place(p.passage + before, p.start, p.end, p.sentence) for p in lesson.right)
            wrong = tuple(row + before for row in lesson.wrong)
            self.lessons.append(Lesson(lesson.question, tuple(right), wrong))


def question_course(folder: Path, alphabet: Alphabet) -> Course:
    """Put the questions of the public sets to one corpus of all their paragraphs."""
    sets = [read_question_set(folder / file) for file in QUESTION_SETS]
    paragraphs = [" ".join(text.split()) for each in sets for text in each.paragraphs]
    with tempfile.TemporaryDirectory() as scratch:
        write_corpus(Path(scratch) / "corpus", [("x", text) for text in paragraphs])
        build(Path(scratch) / "corpus", Path(scratch) / "data")
        live = Live(current(Path(scratch) / "data"), load_encoder())
        course = Course([_passage(live, row, alphabet) for row in range(len(live.lexical))], [])
        before = 0
        for each in sets:
            for q in tqdm(each.questions, desc="retrieving", unit=" questions", disable=None):
                answer = " ".join(q.answer.split())
                raw = each.paragraphs[q.paragraph]
                at = len(" ".join(f"{raw[: q.start]}|".split())) - 1
                right = _answering(live, before + q.paragraph, answer, at, alphabet)
                if right:
                    course.lessons.append(_lesson(q.text, right, live, alphabet))
            before += len(each.paragraphs)
    return course


def parallel_course(folder: Path, alphabet: Alphabet) -> Course:
    """Look for pieces of sentences among their translations."""
    rng = random.Random(SEED)  # noqa: S311 - it has to repeat, not to be secret.
    course = Course([], [])
    articles: dict[str, list[Texts]] = {}
    for row in read_ntrex(folder / "ntrex_en_ru_zh.jsonl", held_out=False):
        texts = {"en": row["en"], "ru": row["ru"], "zh": row["zh_cn"]}
        articles.setdefault(row["doc"], []).append(texts)
    for article in articles.values():
        _add_translations(course, article, NEWS_PAIRS, alphabet, rng)
    for part in ("dev", "test"):
        pairs = read_united_nations(folder / f"un_{part}.en", folder / f"un_{part}.zh")
        for start in range(0, len(pairs) - STRETCH, STRETCH):
            stretch = pairs[start : start + STRETCH]
            rows = [{"en": en, "zh": zh} for en, zh in stretch if len(en.split()) > 4]
            _add_translations(course, rows, UN_PAIRS, alphabet, rng)
    return course


def _passage(live: Live, chunk: int, alphabet: Alphabet) -> Passage:
    return alphabet.passage([live.view(row).folded for row in live.sentences_of(chunk)])


def _lesson(text: str, right: Sequence[Place], live: Live, alphabet: Alphabet) -> Lesson:
    query = make_query(text, live.resources)
    answering = {place.passage for place in right}
    document = live.document_of(right[0].passage)
    near = [hit.chunk for hit in retrieve(query, live, lambda _: nullcontext())][:HARD]
    wrong = [c for c in dict.fromkeys([*near, *live.chunks(document)]) if c not in answering]
    return Lesson(alphabet.pieces(query.folded), tuple(right), tuple(wrong[:HARD]))


def _answering(live: Live, document: int, answer: str, at: int, alphabet: Alphabet) -> list[Place]:
    """Return where the answer stands: the occurrence nearest to the offset that the set gives."""
    found: list[tuple[int, Place]] = []
    folded = fold(answer)
    for chunk in live.chunks(document):
        before = 0
        for sentence, row in enumerate(live.sentences_of(chunk)):
            text = live.view(row).folded
            offsets = alphabet.offsets(text)
            place = text.find(folded) if folded else -1
            while place >= 0:
                inside = [
                    i for i, (a, b) in enumerate(offsets) if a < place + len(folded) and b > place
                ]
                if inside:
                    span = Place(chunk, before + inside[0], before + inside[-1] + 1, sentence)
                    found.append((abs(live.sentences.span(row).start + place - at), span))
                place = text.find(folded, place + 1)
            before += len(offsets)
    nearest = min((distance for distance, _ in found), default=0)
    return [place for distance, place in found if distance == nearest]


def _add_translations(
    course: Course,
    rows: Sequence[Texts],
    pairs: Sequence[tuple[str, str]],
    alphabet: Alphabet,
    rng: random.Random,
) -> None:
    languages = dict.fromkeys(language for pair in pairs for language in pair)
    windows = {lang: _add_windows(course, rows, lang, alphabet) for lang in languages}
    for asked, read in pairs:
        for row, place in zip(rows, windows[read], strict=True):
            question = alphabet.pieces(fold(_stretch(row[asked], asked, rng)))
            if len(question) > 1 and place.end > place.start:
                others = {p.passage for p in windows[read]} - {place.passage}
                wrong = rng.sample(sorted(others), min(len(others), HARD))
                course.lessons.append(Lesson(question, (place,), tuple(wrong)))


def _add_windows(
    course: Course, rows: Sequence[Texts], language: str, alphabet: Alphabet
) -> list[Place]:
    """Append the sentences as passages of a few, and return the place of each."""
    places = []
    for first in range(0, len(rows), WINDOW):
        sentences = [fold(row[language]) for row in rows[first : first + WINDOW]]
        passage = alphabet.passage(sentences)
        for number in range(len(sentences)):
            inside = np.flatnonzero(passage.sentences == number)
            start, end = (int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, 0)
            places.append(Place(len(course.passages), start, end, number))
        course.passages.append(passage)
    return places


def _stretch(text: str, language: str, rng: random.Random) -> str:
    if language == "zh":
        size = rng.randint(8, 18)
        start = rng.randint(0, max(0, len(text) - size))
        return text[start : start + size]
    words = text.split()
    size = min(len(words), rng.randint(5, 12))
    start = rng.randint(0, len(words) - size)
    return " ".join(words[start : start + size])
