"""Small real implementations of what the bot leans on: an engine and a build, in memory."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from index import (
    Abstention,
    Answer,
    BuildCancelledError,
    BuildReport,
    Citation,
    Document,
    OnProgress,
    Part,
    Progress,
    Quote,
    Reference,
    Reply,
    Span,
)

SUMMIT = Document(
    id="summit",
    title="2025年俄美峰會",
    publisher="維基百科",
    published=date(2025, 8, 15),
    language="zh",
    url="https://example.org/summit",
    text=(
        "會議\n會談於阿拉斯加州安克拉治舉行。雙方進行了約三小時的閉門會議。[16][37]\n"
        "會談後雙方舉行了聯合記者會。記者會只持續了十二分鐘。\n"
        '<b>&" 這一段含有標記 👩‍👩‍👧 的字元。'
    ),
    references={
        "16": Reference("16", "Talks end", "Reuters", "2025-08-16", None, Span(0, 1)),
        "37": Reference(
            "37", "Three hours", "Reuters", "2025-08-15", "https://example.org/37", Span(0, 1)
        ),
    },
)
CALL = Document(
    id="call",
    title="通话",
    publisher="新华社",
    published=date(2025, 3, 19),
    language="zh",
    url=None,
    text="普京与特朗普通电话，会谈持续两个多小时。双方同意停止打击能源设施。\n会谈结果公布。",
)
THRESHOLD = 0.4
LEANING = 4
"""A question of so few characters is read together with the one before it."""
SENTENCE = re.compile(r"[^。\n]+。?(?:\[\d+\])*")


@dataclass
class FakeEngine:
    """Finds sentences by the pairs of characters that they share with the question."""

    kept: dict[str, tuple[Document, ...]] = field(default_factory=lambda: {"g1": (SUMMIT, CALL)})
    generation: str = "g1"
    next_generation: str = "g1"
    broken: bool = False
    """Every quote fails its check, as one does whose document was changed."""
    fault: str | None = None
    """Why another generation than the current one is live."""
    next_fault: str | None = None
    damage: list[str] = field(default_factory=list)
    """What verifying the live generation finds; a swap heals it."""
    delay: threading.Event | None = None
    """Where it is given, a question with 慢 waits for it."""

    def answer(
        self, question: str, *, context: str | None = None, limit: int = 3, distinct: bool = False
    ) -> Reply:
        if "crash" in question:
            raise RuntimeError("the engine fell over")
        if self.delay is not None and "慢" in question:
            self.delay.wait(10)
        generation = self.generation
        borrowed = context if context is not None and len(question) <= LEANING else None
        searched = question if borrowed is None else f"{borrowed} {question}"
        quotes = sorted(self._scored(searched), key=lambda quote: -quote.score)[:limit]
        timing = {"total": 1.0}
        if not quotes or quotes[0].score < THRESHOLD:
            return Abstention(question, tuple(quotes), 0.1, generation, timing, borrowed)
        return Answer(question, tuple(quotes), 0.9, generation, timing, borrowed)

    search_address = ""

    def reach_search(self) -> None:
        """Search nowhere else."""

    def leans(self, question: str) -> bool:
        return question.startswith("那")

    def documents(self) -> tuple[Document, ...]:
        return self.kept[self.generation]

    def quote(self, generation: str, document: str, span: Span, highlight: Span) -> Quote | None:
        for candidate in self.kept.get(generation, ()):
            if candidate.id == document and span.end <= len(candidate.text):
                return _quote(candidate, span, highlight, 1.0)
        return None

    def surroundings(self, quote: Quote, *, generation: str, limit: int = 1500) -> Quote | None:
        document = next(d for d in self.kept[generation] if d.id == quote.document)
        start = document.text.rfind("\n", 0, quote.span.start) + 1
        end = document.text.find("\n", quote.span.end)
        around = Span(start, end if end != -1 else len(document.text))
        return _quote(document, around, quote.highlight, quote.score)

    def verify(self, quote: Quote, *, generation: str) -> bool:
        texts = {document.id: document.text for document in self.kept.get(generation, ())}
        return not self.broken and quote.span.of(texts.get(quote.document, "")) == quote.text

    def swap(self) -> str:
        self.generation, self.fault = self.next_generation, self.next_fault
        self.damage = []
        return self.generation

    def faults(self) -> list[str]:
        return self.damage

    def _scored(self, question: str) -> list[Quote]:
        pairs = {question[i : i + 2] for i in range(len(question) - 1)}
        found = []
        for document in self.kept[self.generation]:
            for match in SENTENCE.finditer(document.text):
                shared = sum(pair in match[0] for pair in pairs) / max(len(pairs), 1)
                span = Span(match.start(), match.end())
                if shared:
                    found.append(_quote(document, span, span, shared))
        return found


@dataclass
class FakeBuild:
    """A build that goes on until it is let finish, told to fail, or cancelled."""

    finish: threading.Event = field(default_factory=threading.Event)
    started: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None
    stubborn: bool = False
    """It doesn't look whether it is cancelled."""
    done: int = 0

    def __call__(self, *, on_progress: OnProgress, cancelled: Callable[[], bool]) -> BuildReport:
        self.started.set()
        while not self.finish.wait(0.01):
            self.done = min(self.done + 1, 1000)
            on_progress(Progress("encode", self.done, 1000))
            if cancelled() and not self.stubborn:
                raise BuildCancelledError("cancelled")
        if self.error is not None:
            raise self.error
        return BuildReport("g2", ("new",), (), (), ("summit", "call"), 12, 34, 5, 0.5)


def make_quote(text: str, **changes: object) -> Quote:
    """Return a quote of a document that consists of it, highlighted whole."""
    whole = Span(0, max(len(text), 1))
    citation = Citation("Title", "Publisher", date(2025, 8, 15), "", None)
    return replace(Quote("one", text, whole, whole, 1.0, citation), **changes)


def _quote(document: Document, span: Span, highlight: Span, score: float) -> Quote:
    text = span.of(document.text)
    marks = re.findall(r"\[(\d+)\]", text)
    references = tuple(document.references[mark] for mark in marks if mark in document.references)
    citation = Citation(
        document.title,
        document.publisher,
        document.published,
        "",
        document.url,
        Part.TEXT,
        references,
    )
    return Quote(document.id, text, span, highlight, score, citation)
