"""An open generation: everything that a question is answered from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .affinity import Affinity
from .aliases import Aliases
from .arrays import WORD_PIECE_ENDS, WORD_PIECES, read_array, read_raw, read_table
from .background import Background
from .dates import PartialDate
from .documents import Documents, Lines
from .encoder import Encoder
from .errors import MismatchError
from .fusion import Hit
from .generations import Layout, Manifest, read_names
from .lexicon import Lexicon
from .local import LOCAL
from .normalization import fold, fold_all, scripts
from .querying import Query
from .quoting import Sentences, marked
from .reader_network import Ints
from .reading import Passage, Reader, passage
from .rescoring import MANY, RescoredSearch
from .resources import Resources
from .scoring import Candidates
from .searching import LexicalSearch, SearchEngine
from .stretches import Near, Stretches, sentence_vectors
from .synonyms import Synonyms
from .types import Part, Vectors
from .verification import checked
from .views import Together, View
from .word_pieces import Compared, WordPieces

Rows = npt.NDArray[np.int64]

SAMPLED = 400
"""Sentences that the shares of the scripts are counted in."""
VIEWS = 16_384
"""Sentences whose reading is remembered."""
HEADINGS = 4096
"""Headings, passages and dates of documents that are remembered."""
_PARTS = tuple(Part)


class Live:
    """A generation opened for answering. Immutable, so threads may share it."""

    def __init__(
        self,
        layout: Layout,
        encoder: Encoder,
        search_engine: SearchEngine = LOCAL,
        *,
        proven: Manifest | None = None,
    ) -> None:
        """Open a generation; `proven` is its manifest, where `checked` just returned it."""
        self.layout = layout
        self.manifest = proven or checked(layout)
        if (self.manifest.encoder, self.manifest.dim) != (encoder.id, encoder.dim):
            raise MismatchError(
                f"{layout.manifest}: built with the model {self.manifest.encoder} "
                f"({self.manifest.dim} dimensions), asked with {encoder.id} ({encoder.dim}): "
                "run `python -m index build`"
            )
        told = read_array(layout.lines)
        self.documents = Documents(layout.documents, told[1:, 0])
        self._published = told[:-1, 1]
        self._headings = Lines(layout.headings, read_array(layout.heading_ends))
        self.rows = {name: row for row, name in enumerate(self.manifest.documents)}
        self.sentences = Sentences(read_table(layout.sentences))
        self._chunks = read_table(layout.chunks)
        self._firsts = np.ascontiguousarray(self._chunks[:, 3])
        self._parts = read_raw(layout.parts, np.uint8)
        self.words = WordPieces(
            read_raw(layout.word_pieces, WORD_PIECES),
            read_raw(layout.word_piece_ends, WORD_PIECE_ENDS),
        )
        self._affinity = Affinity.load()
        self._vectors = sentence_vectors(layout)
        searches = search_engine.open(layout)
        self.dense, self.lexical = searches.dense, self._by_words(searches.lexical)
        self.at_once = searches.at_once
        self._aliases = Aliases(read_names(layout.aliases))
        self.resources = Resources(
            encoder,
            self._aliases,
            Lexicon.load(),
            Synonyms.load(),
            Background.load(),
            searches.lexical,
            self._scripts(),
        )
        self._known: dict[int, View] = {}
        self._base = lru_cache(HEADINGS)(self._read_base)
        self._heading = lru_cache(HEADINGS)(self._read_heading)
        self._passage = lru_cache(HEADINGS)(self._read_passage)
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
        documents = self._chunks[:, 0]
        return range(bisect_left(documents, document), bisect_left(documents, document + 1))

    def document_of(self, chunk: int) -> int:
        """Return the row of a chunk's document."""
        return int(self._chunks[chunk, 0])

    def sentences_of(self, chunk: int) -> range:
        """Return the rows of a chunk's sentences."""
        first, last = self._chunks[chunk, 3:5].tolist()
        return range(first, last)

    def candidates(self, query: Query, hits: Sequence[Hit]) -> Candidates:
        """Return the sentences of the hits, in the order of the hits."""
        found = np.array([hit.chunk for hit in hits], dtype=np.int64)
        chunks = self._chunks[found]
        rows = Stretches.of(chunks[:, 3:5], len(self.sentences.table))
        views = self.views(rows.around)
        affinities, near = self._compared(query, rows, views)
        led, followed = (self.sentences.beside(rows.own, step) for step in (-1, 1))
        headings = {told: at for at, told in enumerate(dict.fromkeys(_pairs(chunks)))}
        above = np.array([headings[told] for told in _pairs(chunks)], dtype=np.int64)
        measured = np.array([(hit.lexical, hit.cosine) for hit in hits], dtype=np.float32)
        lexical, chunk = measured.reshape(-1, 2)[rows.hits].T
        return Candidates(
            sentences=rows.own,
            passages=found[rows.hits],
            views=views,
            own=rows.places,
            before=np.where(led, rows.places - 1, -1),
            after=np.where(followed, rows.places + 1, -1),
            headings=[self._heading(*told) for told in headings],
            above=above[rows.hits],
            lexical=lexical,
            cosine=near.cosines[rows.places],
            window=near.windows(rows.places, led, followed),
            chunk=chunk,
            affinities=affinities,
        )

    def view(self, row: int) -> View:
        """Return a sentence as scoring reads it."""
        return self.views(np.array([row]))[0]

    def views(self, rows: Rows) -> list[View]:
        """Return sentences as scoring reads them."""
        if len(self._known) > VIEWS:
            self._known = {}  # Not one by one: what is asked often comes back soon.
        known = self._known
        new = [row for row in dict.fromkeys(rows.tolist()) if row not in known]
        if new:
            known |= zip(new, self._looked_at(np.array(new)), strict=True)
        return [known[row] for row in rows.tolist()]

    def _looked_at(self, rows: Rows) -> Iterator[View]:
        parts = [_PARTS[part] for part in self._parts[rows].tolist()]
        bases = map(self._base, self.sentences.table[rows, 0].tolist())
        for folded, part, base in zip(fold_all(self._texts(rows)), parts, bases, strict=True):
            yield View(folded, part, self._aliases, base)

    def _texts(self, rows: Rows) -> list[str]:
        """Return the characters of sentences, chunk by chunk."""
        chunks = np.searchsorted(self._firsts, rows, side="right") - 1
        met = np.unique(chunks)
        told = zip(met.tolist(), self._chunks[met][:, [0, 6, 7]].tolist(), strict=True)
        texts = {chunk: self.documents.text(*place) for chunk, place in told}
        places = self.sentences.table[rows, 2:4] - self._chunks[chunks, 1, None]
        parts = zip(chunks.tolist(), places.tolist(), strict=True)
        return [texts[chunk][start:end] for chunk, (start, end) in parts]

    def _compared(
        self, query: Query, rows: Stretches, views: Sequence[View]
    ) -> tuple[Vectors, Near]:
        """Return the affinity of each term for each sentence, and how near the question is."""
        words = self._affinity.words([term.source for term in query.terms])
        directions = np.vstack([words, query.vector]) if self._vectors.summed else words
        compared = Compared(self.words.taken(rows.around), directions, self._affinity)
        nearest = compared.nearest(slice(0, len(words)))[rows.places]
        akin = [(column, term.akin) for column, term in enumerate(query.terms) if term.akin]
        if akin:
            together = Together([views[at].folded for at in rows.places.tolist()])
            for column, options in akin:
                np.maximum(nearest[:, column], together.likeness(options), out=nearest[:, column])
        return nearest, self._vectors.near(query.vector, rows.around, compared)

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
        rows = self.sentences_of(chunk)
        views = self.views(np.arange(rows.start, rows.stop))
        return passage(
            [self._reader_pieces(row, view.folded) for row, view in zip(rows, views, strict=True)]
        )

    def _reader_pieces(self, row: int, folded: str) -> Ints:
        """Return the pieces of a sentence with each entity under its first name."""
        if not self._aliases.may_be_in(folded):
            return self.words.of_row(row).astype(np.int32)
        return self._reader.alphabet.pieces(self._aliases.canonical(folded))

    def _by_words(self, whole: LexicalSearch) -> LexicalSearch:
        """Return the search by words as it is quickest, with the scores of `whole`."""
        if len(whole) < MANY:
            return whole
        pieces = WordPieces(self.words.ids, self.words.ends[self._chunks[:, 4] - 1])
        lengths = np.ascontiguousarray(self._chunks[:, 8])
        return RescoredSearch(whole, pieces, lengths, self._affinity.vocabulary)

    def _scripts(self) -> dict[str, float]:
        """Return the shares of the scripts in an even sample of the sentences."""
        count = len(self.sentences.table)
        rows = np.arange(0, count, -(-count // SAMPLED) or 1)
        # References are in their publications' languages, not in the corpus's.
        own = rows[self._parts[rows] != Part.REFERENCE]
        return scripts(fold(" ".join(self._texts(own))))

    def _read_base(self, document: int) -> PartialDate:
        published = date.fromordinal(int(self._published[document]))
        return PartialDate(published.year, published.month, published.day)

    def _read_heading(self, document: int, row: int) -> View:
        return View(self._headings[row], Part.HEADING, self._aliases, self._base(document))


def _pairs(chunks: npt.NDArray[np.int32]) -> list[tuple[int, int]]:
    """Return document and heading of each chunk."""
    return [(document, heading) for document, heading in chunks[:, [0, 5]].tolist()]
