"""Proof that corpus and generation are sound: every fault is one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import generations
from .alias_file import read_aliases
from .building import ALIASES
from .canaries import canary_faults
from .chunking import document_sentences, sentences
from .corpus import corpus_paths, read_document
from .documents import read_documents
from .errors import GenerationError, IndexingError, NoGenerationError, SearchDownError
from .generations import Layout, Manifest
from .pieces import digest
from .recovery import OpenLive
from .types import Document, Part
from .verification import faults, offsets

_MARK = re.compile(r"\[(\d{1,4})\]")


def check(corpus_dir: Path, data_dir: Path, *, open_live: OpenLive | None = None) -> Iterator[str]:
    """Yield a line for each fault of the corpus and of the current generation; none if all is well.

    A generation that was never built is no fault. Its canaries are asked if `open_live` is given,
    which needs the model.
    """
    documents: dict[str, Document] = {}
    paths: Sequence[Path] = ()
    try:
        paths = corpus_paths(corpus_dir)
        read_aliases(corpus_dir / ALIASES)
    except IndexingError as error:
        yield str(error)
    for path in paths:
        try:
            document = read_document(path)
        except IndexingError as error:
            yield str(error)
            continue
        documents[document.id] = document
        yield from (f"{path}: {fault}" for fault in _document_faults(document))
    yield from _generation_faults(corpus_dir, data_dir, documents, open_live)


def _document_faults(document: Document) -> Iterator[str]:
    """Yield what is wrong with the spans of a document."""
    at = 0
    for block in document.blocks:
        content = block.span.of(document.text)
        if block.span.start < at or block.span.end > len(document.text):
            yield f"the block at {block.span.start} overlaps the one before or ends after the text"
        if "".join(span.of(content) for span in sentences(content)) != content:
            yield f"the sentences of the block at {block.span.start} don't make up its text"
        at = block.span.end
    quotable = document_sentences(document.text, document.blocks)
    if not quotable:
        yield "it holds no sentence that could be quoted"
    yield from _reference_faults(document)


def _reference_faults(document: Document) -> Iterator[str]:
    for reference in document.references.values():
        entry = reference.span.of(document.text)
        if reference.title not in entry:
            yield f"reference {reference.number}: its title is not part of its entry"
    if not document.references:
        return
    for block in document.blocks:
        if block.part is not Part.REFERENCE:
            for number in _MARK.findall(block.span.of(document.text)):
                if number not in document.references:
                    yield f"the mark [{number}] at {block.span.start} has no reference"


def _generation_faults(
    corpus_dir: Path,
    data_dir: Path,
    documents: dict[str, Document],
    open_live: OpenLive | None,
) -> Iterator[str]:
    try:
        layout = generations.current(data_dir)
        manifest = Manifest.read(layout.manifest)
    except NoGenerationError:
        return
    except GenerationError as error:
        yield str(error)
        return
    damaged = list(faults(layout, manifest))
    yield from damaged or offsets(layout)
    yield from _staleness(layout, manifest, documents)
    if damaged:
        return
    yield from _altered(layout, manifest)
    yield from _stale_aliases(layout, corpus_dir / ALIASES)
    if open_live is not None:
        try:
            yield from canary_faults(open_live(layout))
        except (GenerationError, SearchDownError) as error:
            yield str(error)


def _altered(layout: Layout, manifest: Manifest) -> Iterator[str]:
    """Yield a line for each text of a generation that is not the one its build read."""
    for document in read_documents(layout.documents):
        if digest(document) != manifest.documents.get(document.id):
            yield f"{layout.documents}: {document.id} is not as the build read it"


def _staleness(layout: Layout, manifest: Manifest, documents: dict[str, Document]) -> Iterator[str]:
    """Yield a line for each document that is not the one the generation was built from."""
    for name in sorted(documents.keys() | manifest.documents.keys()):
        if name not in documents:
            yield f"{name}: in the index {layout.folder.name}, not (readable) in the corpus"
        elif name not in manifest.documents:
            yield f"{name}: in the corpus, not yet in the index: run `python -m index build`"
        elif digest(documents[name]) != manifest.documents[name]:
            yield f"{name}: changed since it was indexed: run `python -m index build`"


def _stale_aliases(layout: Layout, path: Path) -> Iterator[str]:
    try:
        names = read_aliases(path)
    except IndexingError:
        return  # Named as a fault of the corpus.
    if names != generations.read_names(layout.aliases):
        yield f"{path}: changed since it was indexed: run `python -m index build`"
