"""Questions put through the real retrieval, with the sentences that answer them marked."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ..building import build
from ..encoder import Encoder, load_encoder
from ..evaluation import Gold, answers
from ..generations import current
from ..kinds import Kind
from ..live import Live
from ..querying import Query, following, make_query
from ..quoting import marked, places
from ..ranking import SCORED, Ranked, rank
from ..scoring import FEATURES, Matrix, Ranker
from ..types import Document, Span, Vectors
from .worlds import WRITTEN, Asked, World, question_worlds, translated_worlds, unrelated

SEED = 7
QUESTIONS = 120
"""Questions taken of a world."""
STRANGERS = 8
"""Texts on other subjects put to a world."""
HIDDEN = 0.3
"""Chance that a term of a question is hidden, in every other question: people who chat use other
words than the text, people who write test sets don't."""

FOLLOWING = 5
"""One question in so many is made to follow another, beside being asked alone."""
ASTRAY = 0.3
"""Chance that it follows one about something else."""

FLAT = Ranker(
    np.zeros(len(FEATURES), dtype=np.float32),
    np.array([name in ("coverage", "affinity") for name in FEATURES], dtype=np.float32),
    reads=SCORED,
)
"""Reads everything."""


@dataclass(frozen=True, slots=True)
class Example:
    """The ranked sentences of one question."""

    query: Query
    features: Matrix
    labels: Vectors
    """1 for a sentence that answers, else 0; shape ``(sentences,)``."""
    outside: Vectors
    """1 for a sentence of another paragraph than the question's, else 0."""


def collect(folder: Path, *, model: str | None = None) -> list[Example]:
    """Return examples of Chinese questions and of pieces of translations, world by world."""
    rng = random.Random(SEED)  # noqa: S311 - it has to repeat, not to be secret.
    encoder = load_encoder(model)
    worlds = [
        *question_worlds(folder / "cmrc2018_dev.json", rng),
        *(
            world
            for written in WRITTEN
            for world in translated_worlds(folder / "ntrex_en_ru_zh.jsonl", rng, written=written)
        ),
    ]
    strangers = list(unrelated(folder, rng))
    examples: list[Example] = []
    for world in tqdm(worlds, unit=" worlds", disable=None):
        with tempfile.TemporaryDirectory() as scratch:
            live = _live(world, Path(scratch), encoder, model)
            examples += _examples(world, live, rng)
            chosen = rng.sample(strangers, STRANGERS)
            examples += filter(None, (stranger_example(text, live) for text in chosen))
    return examples


def _live(world: World, scratch: Path, encoder: Encoder, model: str | None) -> Live:
    world.write(scratch / "corpus")
    build(scratch / "corpus", scratch / "data", model=model)
    return Live(current(scratch / "data"), encoder)


def _examples(world: World, live: Live, rng: random.Random) -> Iterator[Example]:
    for number, asked in enumerate(world.asked[:QUESTIONS]):
        query = make_query(asked.question, live.resources)
        asking = [_hidden(query, rng) if number % 2 else query]
        if number % FOLLOWING == 0:
            asking.append(_followed(query, asked, world, live, rng))
        for each in asking:
            yield _example(rank(each, live, FLAT, lambda _: nullcontext()), each, asked, live)


def _followed(query: Query, asked: Asked, world: World, live: Live, rng: random.Random) -> Query:
    """Let a question follow another, mostly on the same paragraph, and leave out what both say."""
    others = [o for o in world.asked if o is not asked and o.question != asked.question]
    same = [o for o in others if o.paragraph == asked.paragraph]
    chosen = same if same and rng.random() >= ASTRAY else others
    before = make_query(rng.choice(chosen).question, live.resources)
    said = {form for term in before.terms for form in term.forms}
    terms, folded = [], query.folded
    for term in query.terms:
        if said.isdisjoint(term.forms):
            terms.append(term)
        elif term.source:
            folded = folded.replace(term.source, "")
    return following(replace(query, terms=tuple(terms), folded=folded), before, live.resources)


def _hidden(query: Query, rng: random.Random) -> Query:
    """Make some terms unfindable, as if the question had said them in other words."""
    terms, readable = [], query.readable
    for term in query.terms:
        if rng.random() < HIDDEN:
            terms.append(replace(term, forms=("\0",)))
            readable = readable.replace(term.source, "") if term.source else readable
        else:
            terms.append(term)
    return replace(query, terms=tuple(terms), readable=readable)


def _example(ranked: Ranked, query: Query, asked: Asked, live: Live) -> Example:
    inside = [live.sentences.document(row) == asked.paragraph for row in ranked.sentences]
    labels = [
        own and (asked.answer in text or text in asked.answer)
        for own, text in zip(inside, _texts(ranked, live), strict=True)
    ]
    outside = 1 - np.array(inside, dtype=np.float32)
    return Example(query, ranked.features, np.array(labels, dtype=np.float32), outside)


def gold_example(gold: Gold, live: Live) -> Example:
    """Take a question after a source as one after the statement that the source stands behind."""
    query = make_query(gold.question, live.resources, context=gold.context)
    query = replace(query, kinds=query.kinds - {Kind.SOURCE})
    ranked = rank(query, live, FLAT, lambda _: nullcontext())
    numbers = {number for number, _ in gold.references}
    if numbers:
        labels = [
            any(reference.number in numbers for reference in marked(*_place(row, live)))
            for row in ranked.sentences
        ]
    else:
        labels = [answers(gold, text) for text in _texts(ranked, live)]
    outside = np.zeros(len(labels), dtype=np.float32)
    return Example(query, ranked.features, np.array(labels, dtype=np.float32), outside)


def stranger_example(text: str, live: Live) -> Example | None:
    """Take a text that nothing answers; None if it is declined without a look."""
    query = make_query(text, live.resources)
    if not query.terms or Kind.TASK in query.kinds:
        return None
    ranked = rank(query, live, FLAT, lambda _: nullcontext())
    nothing = np.zeros(len(ranked.sentences), dtype=np.float32)
    return Example(query, ranked.features, nothing, 1 - nothing)


def _place(row: int, live: Live) -> tuple[Document, Span]:
    return live.documents[live.sentences.document(row)], live.sentences.span(row)


def _texts(ranked: Ranked, live: Live) -> list[str]:
    found = (_place(row, live) for row in ranked.sentences)
    return [span.of(document.text) for document, span in found]


def answered(gold: Gold, ranked: Ranked, live: Live) -> bool:
    """Tell whether the first quote that would be shown answers."""
    found = dict(zip(ranked.sentences, ranked.scores.tolist(), strict=True))
    first = places(ranked.sentences, found, live.sentences, limit=1, distinct=False)
    return any(
        answers(gold, span.of(live.documents[live.sentences.document(row)].text))
        for row, span in first
    )
