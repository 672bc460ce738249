"""Corpus -> a new generation on disk -> made current."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np

from . import generations
from .aliases import Aliases, entity_token
from .canaries import choose
from .chunking import Sentence, chunks, document_sentences, runs
from .corpus import read_aliases, read_corpus
from .encoder import Encoder, load_encoder
from .errors import BuildCancelledError, GenerationError, IndexingError
from .generations import FORMAT, Layout, Manifest
from .live import Live
from .local import LOCAL
from .locking import locked
from .normalization import fold
from .retention import live_before, new_generation, prune
from .searching import SearchEngine
from .tokenization import tokens, units
from .types import BuildReport, Chunk, Document, OnProgress, Progress, Span
from .vector_cache import open_cache
from .verification import faults, offsets

ALIASES = "aliases.yaml"
"""The file of the corpus folder with the names that mean the same."""


@dataclass(frozen=True, slots=True)
class Split:
    """The documents of a corpus cut into sentences and chunks, in row order."""

    documents: list[Document]
    sentences: list[tuple[int, Sentence, int]]
    """Row of the document, the sentence, and the row that its run begins at."""
    chunks: list[Chunk]

    def sentence_texts(self) -> list[str]:
        """Return the characters of each sentence."""
        return [s.span.of(self.documents[d].text) for d, s, _ in self.sentences]

    def chunk_texts(self) -> list[str]:
        """Return the characters of each chunk."""
        return [c.span.of(self.documents[c.document].text) for c in self.chunks]


@dataclass(frozen=True, slots=True)
class Watch:
    """Tells the caller how far a build is, and hears whether to stop."""

    on_progress: OnProgress
    cancelled: Callable[[], bool]

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report `done` of `total`; raise `BuildCancelledError` if the caller wants no more."""
        if self.cancelled():
            raise BuildCancelledError("the build was cancelled; the live index is as it was")
        self.on_progress(Progress(stage, done, total))


def build(
    corpus_dir: Path,
    data_dir: Path,
    *,
    model: str | None = None,
    search_engine: SearchEngine = LOCAL,
    full: bool = False,
    on_progress: OnProgress = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> BuildReport:
    """Build a generation from the corpus and make it current; on any error nothing changes.

    `full` encodes every text again instead of taking known vectors from the cache.

    Raises:
        IndexingError: The corpus, the model or the disk does not allow it; the text says why.
        BuildRunningError: Another build is at work in `data_dir`.
        BuildCancelledError: `cancelled` returned true.
    """
    began = time.monotonic()
    watch = Watch(on_progress, cancelled)
    try:
        with locked(data_dir):
            replaced = live_before(data_dir)
            before = _documents_of(replaced)
            split = _split(corpus_dir, watch)
            aliases = read_aliases(corpus_dir / ALIASES)
            encoder = load_encoder(model)
            with _new_layout(data_dir, search_engine) as layout:
                encoded = _write(
                    layout, split, aliases, encoder, search_engine, full=full, watch=watch
                )
                manifest = _seal(layout, split, encoder)
                _verify(layout, manifest, search_engine, watch)
                live = Live(layout, encoder, search_engine)
                replace(manifest, canaries=choose(live)).write(layout.manifest)
                watch("verify", 1, 1)
                search_engine.publish(layout)
            generations.make_current(layout)
            prune(data_dir, before=replaced)
            search_engine.prune(layout.folder.parent)
    except (OSError, sqlite3.Error) as error:
        problem = getattr(error, "strerror", None) or error
        raise IndexingError(f"{data_dir}: the index can't be built there: {problem}") from error
    return _report(before, manifest, encoded, time.monotonic() - began)


def _split(corpus_dir: Path, watch: Watch) -> Split:
    split = Split([], [], [])
    for row, document in enumerate(read_corpus(corpus_dir)):
        found = document_sentences(document.text, document.blocks)
        base = len(split.sentences)
        for first, last in chunks(found, document.blocks):
            span = Span(found[first].span.start, found[last - 1].span.end)
            split.chunks.append(Chunk(row, span, base + first, base + last))
        split.documents.append(document)
        firsts = (base + first for first in runs(found, document.blocks))
        split.sentences.extend((row, s, first) for s, first in zip(found, firsts, strict=True))
        watch("read", row + 1, row + 1)
    if not split.sentences:
        raise IndexingError(f"{corpus_dir}: the documents hold no text")
    return split


@contextmanager
def _new_layout(data_dir: Path, search_engine: SearchEngine) -> Iterator[Layout]:
    """Make the folder of a generation, and remove it with what is kept elsewhere on failure."""
    with new_generation(data_dir, now=datetime.now(UTC)) as layout:
        try:
            yield layout
        except BaseException:
            search_engine.discard(layout)
            raise


def _write(
    layout: Layout,
    split: Split,
    aliases: Mapping[str, Sequence[Sequence[str]]],
    encoder: Encoder,
    search_engine: SearchEngine,
    *,
    full: bool,
    watch: Watch,
) -> int:
    """Write all files but the manifest; return how many texts were encoded."""
    texts = [*split.sentence_texts(), *split.chunk_texts()]
    with open_cache(layout.folder.parent.parent / "vectors.sqlite3", encoder.id) as cache:
        vectors, encoded = cache.vectors(
            texts,
            encoder.encode,
            fresh=full,
            on_done=lambda done: watch("encode", done, len(texts)),
        )
    count = len(split.sentences)
    np.save(layout.sentence_vectors, vectors[:count].astype(np.float16))
    search_engine.write(
        layout,
        vectors[count:],
        _tokens(split, Aliases(aliases), watch),
        on_done=lambda done: watch("send", done, len(split.chunks)),
    )
    generations.write_documents(layout.documents, split.documents)
    generations.write_names(layout.aliases, aliases)
    rows = [generations.sentence_row(*sentence) for sentence in split.sentences]
    generations.write_table(layout.sentences, rows, 5)
    generations.write_table(layout.chunks, [generations.chunk_row(c) for c in split.chunks], 5)
    return encoded


def _tokens(split: Split, aliases: Aliases, watch: Watch) -> Iterator[list[str]]:
    """Yield the tokens of each chunk: its own, and one for each entity it names."""
    for row, text in enumerate(split.chunk_texts()):
        folded = fold(text)
        sequence = units(folded)
        entities = (entity_token(mention.entity) for mention in aliases.find(folded, sequence))
        yield [*tokens(sequence), *entities]
        if row % 500 == 0 or row + 1 == len(split.chunks):
            watch("index", row + 1, len(split.chunks))


def _seal(layout: Layout, split: Split, encoder: Encoder) -> Manifest:
    manifest = Manifest(
        format=FORMAT,
        generation=layout.folder.name,
        encoder=encoder.id,
        dim=encoder.dim,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        documents={document.id: digest(document) for document in split.documents},
        chunks=len(split.chunks),
        sentences=len(split.sentences),
        files=generations.digests(layout.folder),
    )
    manifest.write(layout.manifest)
    return manifest


def _verify(layout: Layout, manifest: Manifest, search_engine: SearchEngine, watch: Watch) -> None:
    """Raise unless the finished generation is what it says it is."""
    watch("verify", 0, 1)
    for fault in chain(faults(layout, manifest), offsets(layout)):
        raise GenerationError(fault)
    # A full disk can cut a file short without an error, before it is sealed.
    searches = search_engine.open(layout)
    counts = len(searches.dense), len(searches.lexical)
    if counts != (manifest.chunks, manifest.chunks):
        raise GenerationError(f"{layout.folder}: expected {manifest.chunks} chunks, found {counts}")


def _documents_of(layout: Layout | None) -> dict[str, str]:
    """Return the documents of a generation, by id; none if there is no usable one."""
    try:
        return dict(Manifest.read(layout.manifest).documents) if layout else {}
    except GenerationError:
        return {}


def digest(document: Document) -> str:
    """Return what tells a document with its metadata from any other."""
    metadata = (document.title, document.publisher, document.published, document.language)
    content = f"{metadata!r}{document.url}\0{document.text}"
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def _report(
    before: dict[str, str], manifest: Manifest, encoded: int, seconds: float
) -> BuildReport:
    now = manifest.documents
    return BuildReport(
        generation=manifest.generation,
        added=tuple(name for name in now if name not in before),
        changed=tuple(n for n in now if n in before and now[n] != before[n]),
        removed=tuple(name for name in before if name not in now),
        unchanged=tuple(n for n in now if before.get(n) == now[n]),
        chunks=manifest.chunks,
        sentences=manifest.sentences,
        encoded=encoded,
        seconds=seconds,
    )
