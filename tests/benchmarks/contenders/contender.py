"""What is compared: something that is given passages, and shows those that a question asks for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from index.chunking import sentences
from index.normalization import fold
from index.tokenization import tokens, units
from index.types import Span

LIMIT = 10
"""Passages that are asked for."""
QUOTE_CHARACTERS = 200
"""A quote grows by whole sentences up to this, as that of Yuanhua does."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a person is shown first; empty strings where it abstains."""

    quote: str
    sentence: str
    """The one that is marked as answering."""


class Contender(ABC):
    """Something that can be asked. `find` and `quote` are timed, `passages` is not."""

    @abstractmethod
    def build(self, folder: Path, documents: Sequence[Sequence[str]]) -> None:
        """Get ready to answer from the passages of documents; files go into `folder`."""

    @abstractmethod
    def find(self, question: str) -> Any:
        """Return what the search finds, with the texts."""

    @abstractmethod
    def quote(self, question: str, found: Any) -> Quoted:
        """Return what to show of it first."""

    @abstractmethod
    def passages(self, question: str, found: Any) -> list[int]:
        """Return the rows of the passages found, best first, counted over all documents."""


Passages = list[tuple[int, str]]
"""Row and text of each passage, best first."""


class Search(Contender):
    """A search for passages. It cuts no sentences, so it is lent the simplest cut that serves."""

    @abstractmethod
    def find(self, question: str) -> Passages: ...

    def quote(self, question: str, found: Passages) -> Quoted:
        return quoted(question, found[0][1]) if found else Quoted("", "")

    def passages(self, question: str, found: Passages) -> list[int]:
        return [row for row, _ in found]


def quoted(question: str, passage: str) -> Quoted:
    """Cut a passage around the sentence that shares most words with the question, the first wins.

    This serves better than the nearest vector of a sentence, and takes less time.
    """
    spans = list(sentences(passage))
    if not spans:
        return Quoted("", "")
    asked = set(words(question))
    shared = [len(asked.intersection(words(span.of(passage)))) for span in spans]
    best = shared.index(max(shared))
    return Quoted(_grown(spans, best).of(passage).strip(), spans[best].of(passage).strip())


def _grown(spans: Sequence[Span], best: int) -> Span:
    """Return the sentence with its neighbors, those that follow first, as far as the cap allows."""
    first = last = best
    while True:
        if last + 1 < len(spans) and spans[last + 1].end - spans[first].start <= QUOTE_CHARACTERS:
            last += 1
        elif first and spans[last].end - spans[first - 1].start <= QUOTE_CHARACTERS:
            first -= 1
        else:
            return Span(spans[first].start, spans[last].end)


def words(text: str) -> list[str]:
    """Return the tokens that our own search for words looks up: stems, and Han by one and two."""
    return tokens(units(fold(text)))


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a contender is written."""

    module: str
    name: str
    work: str
    """A key of `OURS`: what it searches by."""

    def load(self) -> Contender:
        """Return it; an `ImportError` names the library that is not installed."""
        module = import_module(f"benchmarks.contenders.{self.module}")
        found: Contender = getattr(module, self.name)()
        return found


OURS = {
    "answer": "Yuanhua",
    "both": "Yuanhua, both searches",
    "words": "Yuanhua, words alone",
    "vectors": "Yuanhua, vectors alone",
}
"""Which contender of ours does what kind of work."""
CONTENDERS = {
    OURS["answer"]: Entry("yuanhua", "Answers", "answer"),
    OURS["both"]: Entry("yuanhua", "Both", "both"),
    OURS["words"]: Entry("yuanhua", "Words", "words"),
    OURS["vectors"]: Entry("yuanhua", "Vectors", "vectors"),
    "txtai, hybrid": Entry("txtai_index", "Hybrid", "both"),
    "Haystack, BM25": Entry("haystack_store", "Words", "words"),
    "Haystack, embedding": Entry("haystack_store", "Vectors", "vectors"),
    "Haystack, both joined": Entry("haystack_store", "Both", "both"),
    "LangChain, FAISS": Entry("langchain_retrievers", "Vectors", "vectors"),
    "LangChain, FAISS and BM25": Entry("langchain_retrievers", "Both", "both"),
    "LlamaIndex, FAISS": Entry("llama_index_retriever", "Vectors", "vectors"),
    "SQLite FTS5": Entry("sqlite_index", "Words", "words"),
    "FAISS alone": Entry("plain", "Vectors", "vectors"),
    "tantivy alone": Entry("plain", "Words", "words"),
    "FAISS + tantivy by rank": Entry("plain", "Both", "both"),
}
