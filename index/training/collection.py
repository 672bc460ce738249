"""Everything the public files hold, read and folded once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..normalization import fold
from ..public_tasks import Question, QuestionSet, read_question_set
from .readers import (
    Entry,
    Name,
    read_cedict,
    read_evidence,
    read_names,
    read_ntrex,
    read_openrussian,
    read_rubq,
    read_table,
    read_tatoeba,
    read_united_nations,
)

QUESTION_SETS = (
    "cmrc2018_train.json",
    "cmrc2018_test.json",
    "cmrc2018_trial.json",
    "drcd_dev.json",
    "drcd_test.json",
)
RUBQ = ("RuBQ_1.0_dev.jsonl", "RuBQ_1.0_test.jsonl", "RuBQ_2.0_dev.jsonl")

Couples = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """The training data, every text folded."""

    questions: QuestionSet
    """All question sets in one, their paragraphs numbered on."""
    evidence: Couples
    """Chinese question, answering sentences."""
    english_chinese: Couples
    news: tuple[dict[str, str], ...]
    """Parallel sentences in the order of their articles: ``doc``, ``en``, ``ru``, ``zh``."""
    russian_english_questions: Couples
    cedict: tuple[Entry, ...]
    openrussian: tuple[Entry, ...]
    names: tuple[Name, ...]
    territories: tuple[dict[str, str], ...]
    variants: tuple[dict[str, str], ...]

    def texts(self) -> dict[str, list[str]]:
        """Return all running text by language: ``zh``, ``en``, ``ru``."""
        return {
            "zh": [
                *self.questions.paragraphs,
                *(question.text for question in self.questions.questions),
                *(chinese for _, chinese in self.english_chinese),
                *(row["zh"] for row in self.news),
            ],
            "en": [
                *(english for english, _ in self.english_chinese),
                *(row["en"] for row in self.news),
                *(english for _, english in self.russian_english_questions),
            ],
            "ru": [
                *(row["ru"] for row in self.news),
                *(russian for russian, _ in self.russian_english_questions),
            ],
        }


def read_collection(folder: Path) -> Collection:
    """Read and fold the training data in `folder`; nothing that is measured on is among it."""
    parallel = [
        *read_tatoeba(folder / "tatoeba_cmn-eng.txt"),
        *read_united_nations(folder / "un_dev.en", folder / "un_dev.zh"),
        *read_united_nations(folder / "un_test.en", folder / "un_test.zh"),
    ]
    news = read_ntrex(folder / "ntrex_en_ru_zh.jsonl", held_out=False)
    return Collection(
        questions=_joined([read_question_set(folder / file) for file in QUESTION_SETS]),
        evidence=_folded(read_evidence(folder / "expmrc_cmrc_train_evidence.jsonl.gz")),
        english_chinese=_folded(parallel),
        news=tuple(_folded_news(row) for row in news),
        russian_english_questions=_folded(
            sorted({pair for file in RUBQ for pair in read_rubq(folder / file)})
        ),
        cedict=tuple(read_cedict(folder / "cc-cedict-2025-02-19.txt.gz")),
        openrussian=tuple(read_openrussian(folder / "openrussian_ru_en.tsv.gz")),
        names=tuple(read_names(folder / "names_en_ru_zh.tsv")),
        territories=tuple(read_table(folder / "cldr_names_en_ru_zh.tsv")),
        variants=tuple(read_table(folder / "zhwiki_name_variants.tsv")),
    )


def _joined(sets: Sequence[QuestionSet]) -> QuestionSet:
    paragraphs: list[str] = []
    titles: list[str] = []
    questions: list[Question] = []
    for each in sets:
        before = len(paragraphs)
        paragraphs += [fold(paragraph) for paragraph in each.paragraphs]
        titles += [fold(title) for title in each.titles]
        questions += [
            Question(fold(q.text), before + q.paragraph, fold(q.answer)) for q in each.questions
        ]
    return QuestionSet(tuple(paragraphs), tuple(titles), tuple(questions))


def _folded(pairs: Iterable[tuple[str, str]]) -> Couples:
    return tuple((fold(left), fold(right)) for left, right in pairs)


def _folded_news(row: dict[str, str]) -> dict[str, str]:
    texts = {language: fold(row[language]) for language in ("en", "ru")}
    return {"doc": row["doc"], **texts, "zh": fold(row["zh_cn"])}
