"""Pairs of texts that belong together, per source, with how often each source is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from ..normalization import fold
from .collection import Collection
from .fitting import EncodedPairs, Translator
from .glosses import phrases
from .ragged import Ragged

SENTENCE = re.compile(r"[^。!?;]+[。!?;]*")
CLOZES = 6
"""Sentences taken out of one paragraph, at most."""
NEIGHBORS = 2
"""Sentences of a news article this near each other are about the same thing."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Folded texts, left and right in step."""

    name: str
    weight: float
    left: Sequence[str]
    right: Sequence[str]
    groups: Sequence[int] | None = None
    """As in `EncodedPairs`; by default no two pairs with the same left text share a batch."""
    spoken: tuple[str, str] = ("", "")
    """The language into which each side is put word by word; empty: left as it is."""


def make_pairs(collection: Collection) -> list[Pairs]:
    """Return every source of pairs, the reading questions first."""
    return [
        *_reading(collection),
        *_parallel(collection),
        *_dictionary(collection),
        *_names(collection),
    ]


def encode_pairs(
    pairs: Pairs, tokenizer: Tokenizer, translators: Mapping[str, Translator]
) -> EncodedPairs:
    """Cut both sides into pieces."""
    groups = pairs.groups
    if groups is None:
        first = {text: row for row, text in enumerate(dict.fromkeys(pairs.left))}
        groups = [first[text] for text in pairs.left]
    return EncodedPairs(
        pairs.name,
        pairs.weight,
        encode_texts(tokenizer, pairs.left),
        encode_texts(tokenizer, pairs.right),
        np.asarray(groups, dtype=np.int64),
        *(translators.get(language) for language in pairs.spoken),
    )


def encode_texts(tokenizer: Tokenizer, texts: Sequence[str]) -> Ragged:
    """Return the pieces of each text."""
    # A paragraph comes with many questions: it is cut once.
    rows = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    encodings = tokenizer.encode_batch_fast(list(rows), add_special_tokens=False)
    once = Ragged.of([encoding.ids for encoding in encodings])
    return once.take(np.array([rows[text] for text in texts], dtype=np.int64))


def _reading(collection: Collection) -> Iterator[Pairs]:
    read = collection.questions
    asked = [question.text for question in read.questions]
    answering = [read.paragraphs[question.paragraph] for question in read.questions]
    groups = [question.paragraph for question in read.questions]
    yield Pairs("question-paragraph", 4.0, asked, answering, groups)
    for spoken, weight in {
        ("en", ""): 2.5,
        ("ru", ""): 2.5,
        ("en", "en"): 2.0,
        ("ru", "ru"): 2.0,
        ("", "en"): 1.0,
    }.items():
        yield Pairs("question-paragraph", weight, asked, answering, groups, spoken)
    yield from _sentences(collection)
    yield _cloze(read.paragraphs)
    titled = [(t, p) for t, p in zip(read.titles, read.paragraphs, strict=True) if t]
    yield _pairs("title-paragraph", 0.7, titled)


def _sentences(collection: Collection) -> Iterator[Pairs]:
    read = collection.questions
    asked, answering, groups = [], [], []
    for question in read.questions:
        sentence = _around(read.paragraphs[question.paragraph], question.answer)
        if sentence:
            asked.append(question.text)
            answering.append(sentence)
            groups.append(question.paragraph)
    yield Pairs("question-sentence", 2.5, asked, answering, groups)
    for language in ("en", "ru"):
        yield Pairs("question-sentence", 1.5, asked, answering, groups, (language, ""))
    yield _pairs("question-evidence", 1.0, collection.evidence)


def _around(paragraph: str, answer: str) -> str:
    """Return the sentence that holds the answer first; empty if the paragraph lacks it."""
    at = paragraph.find(answer)
    sentences = (m for m in SENTENCE.finditer(paragraph) if m.start() <= at < m.end())
    return next((m[0] for m in sentences), "")


def _cloze(paragraphs: Iterable[str]) -> Pairs:
    left, right, groups = [], [], []
    for group, paragraph in enumerate(paragraphs):
        sentences = SENTENCE.findall(paragraph)
        for place, sentence in enumerate(sentences[:CLOZES]):
            rest = sentences[:place] + sentences[place + 1 :]
            if len(sentence) >= 10 and rest:
                left.append(sentence)
                right.append("".join(rest))
                groups.append(group)
    return Pairs("sentence-rest", 1.0, left, right, groups)


def _parallel(collection: Collection) -> Iterator[Pairs]:
    yield _pairs("english-chinese", 4.0, collection.english_chinese)
    news = collection.news
    for weight, one, other in ((1.0, "en", "zh"), (2.0, "ru", "zh"), (2.0, "ru", "en")):
        yield _pairs(f"news-{one}-{other}", weight, [(row[one], row[other]) for row in news])
    for language in ("en", "ru", "zh"):
        near = [
            (row[language], later[language])
            for i, row in enumerate(news)
            for later in news[i + 1 : i + 1 + NEIGHBORS]
            if later["doc"] == row["doc"]
        ]
        yield _pairs(f"news-context-{language}", 0.3, near)
    yield _pairs("questions-ru-en", 1.5, collection.russian_english_questions)


def _dictionary(collection: Collection) -> Iterator[Pairs]:
    yield _pairs(
        "cedict",
        4.0,
        [
            (fold(entry.word), fold("; ".join(senses)))
            for entry in collection.cedict
            if (senses := [phrase for gloss in entry.glosses for phrase in phrases(gloss)])
        ],
    )
    yield _pairs(
        "openrussian",
        4.0,
        [
            (fold(form), fold("; ".join(phrases(entry.glosses[0]))))
            for entry in collection.openrussian
            for form in dict.fromkeys((entry.word, *entry.forms[1::4]))
        ],
    )


def _names(collection: Collection) -> Iterator[Pairs]:
    rows = [
        (fold(name.english), fold(name.russian[0]), fold(name.chinese[0]))
        for name in collection.names
        if min(name.russian[1], name.chinese[1]) > 1
    ]
    yield _pairs("names-en-zh", 0.8, [(row[0], row[2]) for row in rows])
    yield _pairs("names-ru-zh", 0.8, [(row[1], row[2]) for row in rows])
    yield _pairs("names-ru-en", 0.8, [(row[1], row[0]) for row in rows])
    places = collection.territories
    yield _pairs("places-en-zh", 0.3, [(fold(p["en"]), fold(p["zh_hans"])) for p in places])
    yield _pairs("places-ru-zh", 0.3, [(fold(p["ru"]), fold(p["zh_hans"])) for p in places])
    variants = collection.variants
    yield _pairs("variants", 0.3, [(fold(v["zh_tw"]), fold(v["zh_cn"])) for v in variants])
    originals = [(fold(v["original"]), fold(v["zh_cn"])) for v in variants]
    yield _pairs("variants-original", 0.5, originals)


def _pairs(name: str, weight: float, couples: Sequence[tuple[str, str]]) -> Pairs:
    whole = [(left, right) for left, right in couples if left and right]
    return Pairs(name, weight, [left for left, _ in whole], [right for _, right in whole])
