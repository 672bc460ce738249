"""Public question sets -> scores: is the right paragraph found, the right sentence marked?"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .building import build
from .encoder import Encoder, load_encoder
from .errors import IndexingError
from .evaluation import Score
from .generations import current
from .live import Live
from .querying import Query, make_query
from .ranking import rank, rank_document
from .scoring import Ranker

DEPTH = 10
DISTRACTORS = ("cmrc2018_dev.json", "drcd_dev.json", "drcd_test.json")
PUBLISHED = "2020-01-01"


@dataclass(frozen=True, slots=True)
class Question:
    """A question on one paragraph of its set."""

    text: str
    paragraph: int
    answer: str
    """Its first answer as given; some sets keep theirs back and give a placeholder."""
    start: int = -1
    """Where the answer stands in the paragraph; -1 where that is kept back."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The paragraphs and questions of a file in SQuAD's format."""

    paragraphs: tuple[str, ...]
    titles: tuple[str, ...]
    """One a paragraph; empty where the file has none."""
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """Questions of one file, asked of the same paragraphs in another language or in a crowd."""

    name: str
    questions: str
    paragraphs: str
    distractors: tuple[str, ...] = ()


TASKS = (
    Task("XQuAD zh", "xquad.zh.json", "xquad.zh.json"),
    Task("XQuAD zh, distractors", "xquad.zh.json", "xquad.zh.json", DISTRACTORS),
    Task("XQuAD en", "xquad.en.json", "xquad.en.json"),
    Task("XQuAD ru", "xquad.ru.json", "xquad.ru.json"),
    Task("XQuAD en > zh", "xquad.en.json", "xquad.zh.json"),
    Task("XQuAD zh > en", "xquad.zh.json", "xquad.en.json"),
    Task("XQuAD ru > zh", "xquad.ru.json", "xquad.zh.json"),
    Task("CMRC dev", "cmrc2018_dev.json", "cmrc2018_dev.json"),
)


def read_question_set(path: Path) -> QuestionSet:
    """Read a file in SQuAD's format."""
    paragraphs: list[str] = []
    titles: list[str] = []
    questions: list[Question] = []
    try:
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                for qa in paragraph["qas"]:
                    answer = qa["answers"][0]
                    start = int(answer.get("answer_start", -1))
                    asked = Question(qa["question"], len(paragraphs), answer["text"], start)
                    questions.append(asked)
                paragraphs.append(paragraph["context"])
                titles.append(article.get("title", ""))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise IndexingError(f"{path}: not a question set in SQuAD's format ({error!r})") from error
    return QuestionSet(tuple(paragraphs), tuple(titles), tuple(questions))


def write_corpus(folder: Path, paragraphs: Sequence[tuple[str, str]]) -> None:
    """Write each ``(title, text)`` as a document of one paragraph.

    That of paragraph 7 is ``00007.md``, so that documents come in the order of paragraphs.
    """
    folder.mkdir()
    for row, (title, text) in enumerate(paragraphs):
        front = f"---\ntitle: {title!r}\npublisher: x\npublished: {PUBLISHED}\nlanguage: zh\n"
        (folder / f"{row:05d}.md").write_text(f"{front}---\n\n{text}\n", "utf-8")


def public_scores(folder: Path, *, model: str | None, ranker: Ranker) -> Iterator[Score]:
    """Yield three scores of each task: nDCG@10, recall@1, and the answer in the marked sentence.

    The last one is given the paragraph. Intervals are over paragraphs, resampled.
    """
    encoder = load_encoder(model)
    for task in TASKS:
        with tempfile.TemporaryDirectory() as scratch:
            yield from _scores(task, folder, Path(scratch), encoder, model, ranker)


def _scores(
    task: Task, folder: Path, scratch: Path, encoder: Encoder, model: str | None, ranker: Ranker
) -> Iterator[Score]:
    asked = read_question_set(folder / task.questions).questions
    own = read_question_set(folder / task.paragraphs)
    crowd = (p for file in task.distractors for p in read_question_set(folder / file).paragraphs)
    texts = [" ".join(paragraph.split()) for paragraph in (*own.paragraphs, *crowd)]
    write_corpus(scratch / "corpus", [("x", text) for text in texts])
    build(scratch / "corpus", scratch / "data", model=model)
    live = Live(current(scratch / "data"), encoder)
    gains, firsts, marked = [], [], []
    for question, there in zip(
        tqdm(asked, desc=task.name, unit=" questions", disable=None), own.questions, strict=True
    ):
        query = make_query(question.text, live.resources)
        place = _place(query, live, ranker, question.paragraph)
        gains.append(1 / np.log2(place + 2) if place < DEPTH else 0.0)
        firsts.append(float(place == 0))
        answer = " ".join(there.answer.split())
        marked.append(float(answer in _marked(query, live, ranker, question.paragraph)))
    groups = [question.paragraph for question in asked]
    yield Score.of(f"{task.name}: nDCG@10", gains, groups)
    yield Score.of(f"{task.name}: recall@1", firsts, groups)
    yield Score.of(f"{task.name}: highlight", marked, groups)


def _place(query: Query, live: Live, ranker: Ranker, paragraph: int) -> int:
    """Return how many paragraphs come before the right one; `DEPTH` if it is not found."""
    ranked = rank(query, live, ranker, lambda _: nullcontext())
    found = dict.fromkeys(live.sentences.document(row) for row in ranked.sentences)
    first = list(islice(found, DEPTH))
    return first.index(paragraph) if paragraph in first else DEPTH


def _marked(query: Query, live: Live, ranker: Ranker, paragraph: int) -> str:
    """Return the sentence of the paragraph that would be marked."""
    ranked = rank_document(query, live, ranker, paragraph)
    if not ranked.sentences:
        return ""
    return live.sentences.span(ranked.sentences[0]).of(live.documents[paragraph].text)
