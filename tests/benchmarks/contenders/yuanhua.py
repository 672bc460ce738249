"""Ours: the whole answer, and its searches alone."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from itertools import chain, islice
from pathlib import Path

import numpy as np
from benchmarks.contenders.contender import LIMIT, Contender, Passages, Quoted, Search, words

from index import Answer, Engine, Reply, build
from index.encoder import load_encoder
from index.generations import current
from index.live import Live
from index.querying import make_query
from index.ranking import rank, retrieve


class Opened:
    """A generation, and the passage of each of its sentences. The first to need it builds it."""

    def __init__(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        data = folder / "data"
        if not data.exists():
            build(folder / "corpus", data)
        encoder = load_encoder()
        self.live = Live(current(data), encoder)
        self.engine = Engine(data, encoder, self.live)
        self.engine.answer("?")
        self.texts = list(chain.from_iterable(documents))
        self._rows = self._passages()

    def _passages(self) -> list[int]:
        """Return the row of the passage of each sentence: every passage is a block."""
        blocks = self.live.sentences.table[:, :2]
        rows = np.cumsum(np.any(np.diff(blocks, axis=0, prepend=blocks[:1]), axis=1))
        if rows[-1] + 1 != len(self.texts):
            raise ValueError(f"expected {len(self.texts)} blocks of text, found {rows[-1] + 1}")
        found: list[int] = rows.tolist()
        return found

    def first(self, sentences: Iterable[int]) -> Passages:
        """Return the first passages of sentences, each once."""
        rows = dict.fromkeys(map(self._rows.__getitem__, sentences))
        return [(row, self.texts[row]) for row in islice(rows, LIMIT)]


class Answers(Contender):
    """The question goes in, verbatim quotes come out, or an abstention."""

    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        self._opened = Opened(folder, documents)

    def find(self, question: str) -> Reply:
        return self._opened.engine.answer(question)

    def quote(self, question: str, found: Reply) -> Quoted:
        if not isinstance(found, Answer):
            return Quoted("", "")
        return Quoted(found.quotes[0].text, found.quotes[0].highlighted)

    def passages(self, question: str, found: Reply) -> list[int]:
        """Rank once more: a reply holds three quotes, not ten passages."""
        live = self._opened.live
        query = make_query(question, live.resources)
        ranked = rank(query, live, self._opened.engine.ranker, lambda _: nullcontext())
        return [row for row, _ in self._opened.first(ranked.sentences)]


class _Alone(Search):
    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        self._opened = Opened(folder, documents)
        self.live = self._opened.live

    def find(self, question: str) -> Passages:
        chunks = self.chunks(question)
        return self._opened.first(row for chunk in chunks for row in self.live.sentences_of(chunk))

    @abstractmethod
    def chunks(self, question: str) -> Iterable[int]: ...


class Both(_Alone):
    """Reading the question (names, terms, translations), both searches, and their fusion."""

    def chunks(self, question: str) -> Iterable[int]:
        query = make_query(question, self.live.resources)
        hits = retrieve(query, self.live, lambda _: nullcontext())
        return (hit.chunk for hit in hits)


class Words(_Alone):
    """The question's tokens as they are, and the lexical search."""

    def chunks(self, question: str) -> Iterable[int]:
        tokens = dict.fromkeys(words(question), 1.0)
        return (chunk for chunk, _ in self.live.lexical.search(tokens, LIMIT))


class Vectors(_Alone):
    """The question's vector, and the dense search."""

    def chunks(self, question: str) -> Iterable[int]:
        vector = self.live.resources.encoder.encode_question(question)
        return (chunk for chunk, _ in self.live.dense.search(vector, LIMIT))
