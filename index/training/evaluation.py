"""Measure a model: does the question's own paragraph come first?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..normalization import fold
from ..public_tasks import QuestionSet, read_question_set
from ..types import Vectors
from .readers import read_ntrex

Encode = Callable[[Sequence[str]], Vectors]
"""Folded texts -> unit vectors."""

LANGUAGES = ("zh", "en", "ru")


@dataclass(frozen=True, slots=True)
class Score:
    """How well one retrieval task goes; each figure a mean over its questions."""

    task: str
    ndcg_10: float
    recall_1: float
    recall_5: float

    def __str__(self) -> str:
        return f"{self.task:<28} {self.ndcg_10:.4f}  {self.recall_1:.4f}  {self.recall_5:.4f}"


def score(task: str, questions: Vectors, texts: Vectors, gold: Sequence[int]) -> Score:
    """Rank all texts for each question; `gold` names the one right text of each."""
    cosines = questions @ texts.T
    own = cosines[np.arange(len(gold)), gold]
    # A tie counts against us, so that a model of equal vectors scores nothing.
    rank = (cosines >= own[:, None]).sum(axis=1)
    gain = np.where(rank <= 10, 1 / np.log2(rank + 1), 0.0)
    return Score(task, float(gain.mean()), float((rank <= 1).mean()), float((rank <= 5).mean()))


def tuning_scores(folder: Path, encode: Encode) -> Iterator[Score]:
    """Yield the scores that variants are chosen by."""
    yield _own_paragraph("CMRC dev", read_question_set(folder / "cmrc2018_dev.json"), encode)
    rows = read_ntrex(folder / "ntrex_en_ru_zh.jsonl", held_out=True)
    for one, other in (("en", "zh_cn"), ("ru", "zh_cn"), ("ru", "en")):
        left, right = (encode([fold(row[side]) for row in rows]) for side in (one, other))
        yield score(f"held-out news {one} > {other}", left, right, range(len(rows)))


def final_scores(folder: Path, encode: Encode) -> Iterator[Score]:
    """Yield the scores on XQuAD, which nothing is trained on or chosen by."""
    sets = {lang: read_question_set(folder / f"xquad.{lang}.json") for lang in LANGUAGES}
    gold = [question.paragraph for question in sets["zh"].questions]
    asked = {lang: encode([fold(q.text) for q in sets[lang].questions]) for lang in LANGUAGES}
    read = {lang: encode([fold(p) for p in sets[lang].paragraphs]) for lang in LANGUAGES}
    for one in LANGUAGES:
        for other in LANGUAGES:
            yield score(f"XQuAD {one} > {other}", asked[one], read[other], gold)
    files = ("cmrc2018_dev.json", "drcd_dev.json", "drcd_test.json")
    distractors = [p for file in files for p in read_question_set(folder / file).paragraphs]
    crowd = np.concatenate([read["zh"], encode([fold(p) for p in distractors])])
    yield score("XQuAD zh, distractors", asked["zh"], crowd, gold)


def _own_paragraph(task: str, questions: QuestionSet, encode: Encode) -> Score:
    gold = [question.paragraph for question in questions.questions]
    asked = encode([fold(question.text) for question in questions.questions])
    return score(task, asked, encode([fold(p) for p in questions.paragraphs]), gold)
