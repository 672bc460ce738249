"""What the contenders are asked: public questions, each with the one passage that answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from benchmarks.archives import PASSAGES, generated, read_material

from index.public_tasks import Question, read_question_set, write_corpus

CHINESE = "xquad.zh.json"


@dataclass(frozen=True, slots=True)
class Trial:
    """Passages by document, and questions on them."""

    name: str
    documents: tuple[tuple[str, ...], ...]
    questions: tuple[Question, ...]
    made: bool = False
    """Whether passages were made to stand around those that are asked for."""

    @property
    def passages(self) -> list[str]:
        """All passages in the order of their rows."""
        return list(chain.from_iterable(self.documents))

    def write(self, folder: Path) -> Path:
        """Write what ours reads into `folder`/corpus, and return the file that the others read."""
        write_corpus(folder / "corpus", [("x", "\n\n".join(texts)) for texts in self.documents])
        path = folder / "documents.json"
        path.write_text(json.dumps(self.documents), "utf-8")
        return path


def tasks(folder: Path, most: int) -> Iterator[Trial]:
    """Yield questions of one language each, one across languages, and one not of XQuAD."""
    english = "xquad.en.json"
    yield _task("XQuAD zh", folder, CHINESE, CHINESE, most)
    yield _task("XQuAD en", folder, english, english, most)
    yield _task("XQuAD en > zh", folder, english, CHINESE, most)
    yield _task("CMRC dev", folder, "cmrc2018_dev.json", "cmrc2018_dev.json", most)


def archive(folder: Path, count: int, most: int) -> Trial:
    """Return the Chinese questions, their paragraphs among `count` made ones of other sets."""
    alone = _task("", folder, CHINESE, CHINESE, most)
    made = generated(read_material(folder), count)
    crowd = tuple(tuple(made[row : row + PASSAGES]) for row in range(0, count, PASSAGES))
    return Trial(f"XQuAD zh among {count:,}", alone.documents + crowd, alone.questions, made=True)


def _task(name: str, folder: Path, asked: str, read: str, most: int) -> Trial:
    own = read_question_set(folder / read)
    # Asked in another language, answered by the same place of the passages' own set.
    pairs = zip(read_question_set(folder / asked).questions, own.questions, strict=True)
    questions = [Question(one.text, there.paragraph, there.answer) for one, there in pairs]
    texts = [(" ".join(text.split()),) for text in own.paragraphs]
    return Trial(name, tuple(texts), tuple(evenly(questions, most)))


def evenly(questions: Sequence[Question], most: int) -> list[Question]:
    """Return up to `most` questions, from the whole length of the list."""
    step = max(1.0, len(questions) / most)
    return [questions[int(at * step)] for at in range(min(most, len(questions)))]
