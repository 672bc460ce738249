"""An open generation: everything that a question is answered from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .affinity import Affinity, Pieces
from .aliases import Aliases, entity_token
from .background import Background
from .dates import PartialDate, dates
from .documents import Documents
from .encoder import Encoder
from .errors import MismatchError
from .fusion import Hit
from .generations import Layout, read_array, read_names, read_table
from .lexicon import Lexicon
from .local import LOCAL
from .normalization import fold, scripts
from .querying import Query
from .quoting import Sentences, marked
from .reading import Passage, Reader
from .resources import Resources
from .scoring import Candidate
from .searching import SearchEngine
from .synonyms import Synonyms
from .tokenization import units
from .types import Block, Part, Vectors
from .verification import checked
from .views import View

Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SAMPLED = 400
"""Sentences that the shares of the scripts are counted in."""
VIEWS = 65_536
"""Sentences whose reading is remembered."""


class Live:
    """A generation opened for answering. Immutable, so threads may share it."""

    def __init__(
        self, layout: Layout, encoder: Encoder, search_engine: SearchEngine = LOCAL
    ) -> None:
        self.layout = layout
        self.manifest = checked(layout)
        if (self.manifest.encoder, self.manifest.dim) != (encoder.id, encoder.dim):
            raise MismatchError(
                f"{layout.manifest}: built with the model {self.manifest.encoder} "
                f"({self.manifest.dim} dimensions), asked with {encoder.id} ({encoder.dim}): "
                "run `python -m index build`"
            )
        self.documents = Documents(layout.documents)
        self.rows = {name: row for row, name in enumerate(self.manifest.documents)}
        self.sentences = Sentences(read_table(layout.sentences))
        self._chunks = read_table(layout.chunks)
        self._vectors: npt.NDArray[np.float16] = read_array(layout.sentence_vectors)
        searches = search_engine.open(layout)
        self.dense, self.lexical = searches.dense, searches.lexical
        self._aliases = Aliases(read_names(layout.aliases))
        self.resources = Resources(
            encoder,
            self._aliases,
            Lexicon.load(),
            Synonyms.load(),
            Background.load(),
            self.lexical,
            self._scripts(),
        )
        self._affinity = Affinity.load()
        self.view = lru_cache(VIEWS)(self._view)
        self._pieces = lru_cache(VIEWS)(self._read_pieces)
        self._heading = lru_cache(VIEWS)(self._read_heading)
        self._passage = lru_cache(VIEWS)(self._read_passage)
        self._reader = Reader.load()

    @property
    def id(self) -> str:
        """The generation's name."""
        return self.manifest.generation

    def marked(self, row: int) -> list[int]:
        """Return the sentence rows of the references that a sentence is marked with."""
        document = self.documents[self.sentences.document(row)]
        return [
            self.sentences.at(self.rows[document.id], reference.span.start)
            for reference in marked(document, self.sentences.span(row))
        ]

    def chunks(self, document: int) -> range:
        """Return the rows of a document's chunks."""
        first, last = np.searchsorted(self._chunks[:, 0], [document, document + 1])
        return range(int(first), int(last))

    def document_of(self, chunk: int) -> int:
        """Return the row of a chunk's document."""
        return int(self._chunks[chunk, 0])

    def sentences_of(self, chunk: int) -> range:
        """Return the rows of a chunk's sentences."""
        first, last = self._chunks[chunk, 3:5].tolist()
        return range(first, last)

    def candidates(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """Return the sentences of the hits, in the order of the hits."""
        found = [(row, hit) for hit in hits for row in self.sentences_of(hit.chunk)]
        if not found:
            return []
        rows = np.array([row for row, _ in found], dtype=np.int64)
        before, after = self.sentences.beside(rows, -1), self.sentences.beside(rows, 1)
        cosines, windows = self._cosines(query.vector, rows, before, after)
        columns = (before, after, cosines, windows, self.sentences.table[rows, :2])
        listed = (column.tolist() for column in columns)
        told = zip(found, self._affinities(query, rows), *listed, strict=True)
        return [
            Candidate(
                sentence=row,
                view=self.view(row),
                before=self.view(row - 1) if led else None,
                after=self.view(row + 1) if followed else None,
                heading=self._heading(document, self.documents[document].blocks[block].section),
                lexical=hit.lexical,
                cosine=cosine,
                window=window,
                chunk=hit.cosine,
                affinities=affinities,
                passage=hit.chunk,
            )
            for (row, hit), affinities, led, followed, cosine, window, (document, block) in told
        ]

    def read(self, question: str, chunks: Sequence[int]) -> dict[int, float]:
        """Return for each sentence of the chunks the log-odds that it answers, by its row."""
        if not chunks:
            return {}
        odds = self._reader.read(question, [self._passage(chunk) for chunk in chunks])
        return {
            row: float(value)
            for chunk, values in zip(chunks, odds, strict=True)
            for row, value in zip(self.sentences_of(chunk), values, strict=True)
        }

    def _read_passage(self, chunk: int) -> Passage:
        return self._reader.alphabet.passage(
            [self._aliases.canonical(self.view(row).folded) for row in self.sentences_of(chunk)]
        )

    def _affinities(self, query: Query, rows: Rows) -> list[list[float]]:
        """Return for each sentence the affinity of each term."""
        if not query.terms:
            return [[]] * len(rows)
        words = self._affinity.words([term.source for term in query.terms])
        sentences = [self._pieces(row) for row in rows.tolist()]
        nearest: list[list[float]] = self._affinity.nearest(words, sentences).tolist()
        for column, term in enumerate(query.terms):
            if term.akin:
                for values, row in zip(nearest, rows.tolist(), strict=True):
                    values[column] = max(values[column], self.view(row).likeness(term.akin))
        return nearest

    def _cosines(
        self, vector: Vectors, rows: Rows, before: Flags, after: Flags
    ) -> tuple[Vectors, Vectors]:
        """Return the cosine of each sentence, and of it joined with its better neighbor."""
        last = len(self._vectors) - 1
        own = self._vectors[rows].astype(np.float32)
        cosines: Vectors = own @ vector
        windows = cosines
        for step, beside in ((-1, before), (1, after)):
            joined = own + self._vectors[np.clip(rows + step, 0, last)]
            norms = np.maximum(np.sqrt(np.einsum("ij,ij->i", joined, joined)), 1e-6)
            windows = np.maximum(windows, np.where(beside, joined @ vector / norms, -1.0))
        return cosines, windows.astype(np.float32)

    def _scripts(self) -> dict[str, float]:
        """Return the shares of the scripts in an even sample of the sentences."""
        step = -(-len(self.sentences.table) // SAMPLED) or 1
        rows = range(0, len(self.sentences.table), step)
        # References are in their publications' languages, not in the corpus's.
        own = (row for row in rows if self._block(row).part is not Part.REFERENCE)
        return scripts(fold(" ".join(map(self._text, own))))

    def _base(self, document: int) -> PartialDate:
        published = self.documents[document].published
        return PartialDate(published.year, published.month, published.day)

    def _text(self, row: int) -> str:
        return self.sentences.span(row).of(self.documents[self.sentences.document(row)].text)

    def _block(self, row: int) -> Block:
        document, block = map(int, self.sentences.table[row, :2])
        return self.documents[document].blocks[block]

    def _view(self, row: int) -> View:
        document = self.sentences.document(row)
        return self._read(self._text(row), self._block(row).part, self._base(document))

    def _read_pieces(self, row: int) -> Pieces:
        return self._affinity.pieces(self.view(row).folded)

    def _read_heading(self, document: int, section: str) -> View:
        title = self.documents[document].title
        publisher = self.documents[document].publisher
        text = f"{title} {publisher} {section}"
        return self._read(text, Part.HEADING, self._base(document))

    def _read(self, text: str, part: Part, base: PartialDate) -> View:
        folded = fold(text)
        sequence = units(folded)
        mentions = self._aliases.find(folded, sequence)
        held = {unit.text for unit in sequence if not unit.han}
        held.update(entity_token(mention.entity) for mention in mentions)
        named = {at for mention in mentions for at in range(mention.first, mention.last)}
        rest = frozenset(unit.text for at, unit in enumerate(sequence) if at not in named)
        found = tuple(date.resolved(base) for date in dates(folded))
        held.update(token for date in found for token in date.tokens())
        return View(folded, frozenset(held), part, found, rest)
