"""Question -> Reply, always wholly from one generation; and making another one live."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path

from .abstention import Abstainer, signs
from .documents import read_documents
from .encoder import CrossEncoderReranker, Encoder, load_encoder
from .errors import GenerationError, SearchDownError
from .fitted import fitted_files
from .generations import Layout, current
from .kinds import Kind, leans_on_context
from .live import Live
from .local import LOCAL
from .normalization import fold
from .querying import Query, make_query
from .quoting import make_quote, places, widened_to_paragraphs
from .ranking import Ranked, rank
from .recovery import live_faults, open_sound, require_built
from .reranking import Reading, Reranker, reread, unread
from .scoring import Ranker
from .searching import SearchEngine
from .timeline import Timelines
from .types import Abstention, Answer, Document, Quote, Reply, Span, Timeline

REMEMBERED_GENERATIONS = 2

logger = logging.getLogger(__name__)


class Engine:
    """Answers from the live generation. Threads may share it."""

    def __init__(
        self,
        data_dir: Path,
        encoder: Encoder,
        live: Live,
        *,
        ranker: Ranker | None = None,
        abstainer: Abstainer | None = None,
        reranker: Reranker | None = None,
        search_engine: SearchEngine = LOCAL,
        fault: str | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._encoder = encoder
        self._live = live
        self.fault = fault
        """Why another generation than the current one is live, as one line; None if it is not."""
        self.ranker = ranker or Ranker.load()
        """The fitted weights; read only."""
        self._abstainer = abstainer or Abstainer.load()
        self._reranker = reranker
        self._search_engine = search_engine
        self._timelines = Timelines()
        self._kept = lru_cache(REMEMBERED_GENERATIONS)(self._read_documents)

    @classmethod
    def open(
        cls,
        data_dir: Path,
        *,
        model: str | None = None,
        reranker: str | None = None,
        search_engine: SearchEngine = LOCAL,
    ) -> Engine:
        """Open the generation that ``CURRENT`` names; if it is damaged, the one before (`fault`).

        `model` embeds, and `reranker` reads the best sentences again; by default the built-in
        model, and nothing.

        Raises:
            NoGenerationError: Nothing has been built in `data_dir`.
            GenerationError: No generation is sound, or the current one is of another model.
            ModelError: A model can't be loaded.
        """
        require_built(data_dir)
        encoder = load_encoder(model)
        reader = CrossEncoderReranker(reranker) if reranker else None
        fitted = fitted_files(data_dir, encoder.id)
        opened = open_sound(data_dir, lambda layout: Live(layout, encoder, search_engine))
        engine = cls(
            data_dir,
            encoder,
            opened.live,
            ranker=Ranker.load(fitted.ranking),
            abstainer=Abstainer.load(fitted.abstention),
            reranker=reader,
            search_engine=search_engine,
            fault=opened.fault,
        )
        # The first answer loads what the others then find ready; no person should wait for it.
        try:
            engine.answer("?")
        except SearchDownError as error:
            logger.info("%s", error)  # Who asks now is told so; later it may be up.
        return engine

    @property
    def generation(self) -> str:
        """The name of the live generation."""
        return self._live.id

    def documents(self) -> tuple[Document, ...]:
        """Return the documents of the live generation, by file name."""
        return tuple(self._live.documents)

    def timeline(self, *, month: tuple[int, int] | None = None, name: str = "") -> Timeline:
        """Return the dated sentences, in the order of time; of one month, or that hold a name."""
        return self._timelines.of(self._live, month=month, name=name)

    def swap(self) -> str:
        """Make the generation that ``CURRENT`` names live; return its name.

        A question that is being answered goes on with the generation it began with. A damaged one
        never becomes live: then another one does, and `fault` says so.
        """
        opened = open_sound(
            self._data_dir, lambda layout: Live(layout, self._encoder, self._search_engine)
        )
        self._live, self.fault = opened.live, opened.fault
        with suppress(SearchDownError):
            self._search_engine.publish(self._live.layout)
        return self._live.id

    @property
    def search_address(self) -> str:
        """Where the search engine is, without credentials; empty for files of this machine."""
        return self._search_engine.address

    def reach_search(self) -> None:
        """Return once the search engine answers; raise `SearchDownError` where it doesn't."""
        self._search_engine.reach()

    def faults(self) -> list[str]:
        """Verify the live generation again; return a line for each fault, none if it is sound."""
        return live_faults(self._live)

    def answer(
        self,
        question: str,
        *,
        context: str | None = None,
        limit: int = 3,
        distinct: bool = False,
    ) -> Reply:
        """Answer `question` with up to `limit` quotes, or abstain.

        `context` is the asker's question before this one. `distinct` takes at most one quote
        from a document.

        Raises:
            SearchDownError: The search engine is on another machine, and doesn't answer.
        """
        live = self._live  # Read once: a swap must not split an answer.
        answered = partial(self._answered, question, context, limit, distinct=distinct)
        try:
            return answered(live)
        except SearchDownError:
            # What is kept elsewhere for a generation goes when others were built from outside.
            if current(self._data_dir) == live.layout:
                raise
        self.swap()
        return answered(self._live)

    def _answered(
        self, question: str, context: str | None, limit: int, live: Live, *, distinct: bool
    ) -> Reply:
        clock = Clock()
        with clock.stage("encode"):
            query = make_query(question, live.resources, context=context)
        reading = unread(rank(query, live, self.ranker, clock.stage))
        quotable = query.terms and Kind.TASK not in query.kinds
        if self._reranker is not None and quotable:
            with clock.stage("rerank"):
                reading = self._reread(question, query, reading, live, self._reranker)
        with clock.stage("quote"):
            quotes = _quotes(reading.ranked, live, limit=limit, distinct=distinct)
            found = signs(query, reading.ranked.features, reading.first)
            confidence = reading.confidence(self._abstainer.confidence(found))
        timing = clock.timing_ms()
        if quotes and quotable and confidence >= self._abstainer.threshold:
            return Answer(question, quotes, confidence, live.id, timing, query.context)
        # Of a greeting everything is as far away as everything else.
        nearest = quotes if query.terms else ()
        return Abstention(question, nearest, confidence, live.id, timing, query.context)

    def _reread(
        self, question: str, query: Query, reading: Reading, live: Live, reranker: Reranker
    ) -> Reading:
        if Kind.SOURCE in query.kinds:  # Answered by following marks, which no reading tells.
            return reading
        asked = f"{query.context} {question}" if query.context else question
        try:
            return reread(asked, reading.ranked, live, reranker)
        except Exception as error:  # Whatever a foreign model can raise: the question is not lost.
            line = "RERANKER_MODEL failed (%s): answered without it"
            logger.error(line, type(error).__name__)  # noqa: TRY400 - its text may hold the question.
            return reading

    def leans(self, question: str) -> bool:
        """Tell whether a question says itself that it goes on from the one before it."""
        return leans_on_context(fold(question))

    def quote(self, generation: str, document: str, span: Span, highlight: Span) -> Quote | None:
        """Make a remembered quote again; None if it is not there (any more)."""
        found = self._document(generation, document)
        if found is None or span.end > len(found.text) or highlight not in span:
            return None
        try:
            return make_quote(found, span, highlight, 0.0)
        except ValueError:
            return None

    def surroundings(self, quote: Quote, *, generation: str, limit: int = 1500) -> Quote | None:
        """Return the paragraphs around a quote, as one quote of up to `limit` characters."""
        document = self._document(generation, quote.document)
        if document is None:
            return None
        try:
            span = widened_to_paragraphs(document, quote.span, limit=limit)
            return make_quote(document, span, quote.highlight, quote.score)
        except ValueError:  # It stands in no paragraph of that generation.
            return None

    def verify(self, quote: Quote, *, generation: str) -> bool:
        """Tell whether the quote still is the document's own characters at its place."""
        document = self._document(generation, quote.document)
        return (
            document is not None
            and quote.span.of(document.text) == quote.text
            and quote.highlight in quote.span
        )

    def _document(self, generation: str, name: str) -> Document | None:
        live = self._live
        if generation == live.id:
            row = live.rows.get(name)
            return None if row is None else live.documents[row]
        return self._kept(generation).get(name)

    def _read_documents(self, generation: str) -> dict[str, Document]:
        # Listed, not looked up: a name from outside must not lead elsewhere.
        finished = (self._data_dir / "generations").glob("*/manifest.json")
        folder = next((m.parent for m in finished if m.parent.name == generation), None)
        if folder is None:
            return {}
        try:
            return {d.id: d for d in read_documents(Layout(folder).documents)}
        except (OSError, ValueError) as error:
            raise GenerationError(f"{folder}: its documents can't be read ({error})") from error


class Clock:
    """Adds up the time of the stages of one answer."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time of the block for the stage `name`."""
        began = time.perf_counter()
        yield
        self._stages[name] = self._stages.get(name, 0.0) + time.perf_counter() - began

    def timing_ms(self) -> dict[str, float]:
        """Return the milliseconds of each stage, and of all until now as ``total``."""
        stages = {**self._stages, "total": time.perf_counter() - self._began}
        return {name: round(seconds * 1000, 3) for name, seconds in stages.items()}


def _quotes(ranked: Ranked, live: Live, *, limit: int, distinct: bool) -> tuple[Quote, ...]:
    scores = dict(zip(ranked.sentences, ranked.scores.tolist(), strict=True))
    found = places(ranked.sentences, scores, live.sentences, limit=limit, distinct=distinct)
    return tuple(
        make_quote(
            live.documents[live.sentences.document(row)],
            span,
            live.sentences.span(row),
            round(scores[row], 4),
        )
        for row, span in found
    )
