"""Corpus -> a new generation on disk -> made current."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from . import generations
from .alias_file import read_aliases
from .assembling import (
    Assembled,
    Scratch,
    assemble,
    read_vectors,
    scratch_of,
    write_vectors,
)
from .canaries import choose
from .corpus import corpus_paths
from .encoder import Encoder, is_built_in, load_encoder
from .errors import BuildCancelledError, GenerationError, IndexingError
from .former import Former, batches
from .generations import FORMAT, Layout, Manifest
from .kept_vectors import are_whole, forget_others, keep
from .live import Live
from .local import LOCAL
from .locking import locked
from .piece_cache import PieceCache, open_pieces
from .refusals import Reason, Refusal, disk_refusal
from .retention import live_before, new_generation, prune
from .searching import SearchEngine, Words
from .types import BuildReport, OnProgress, Progress
from .vector_cache import open_cache
from .verification import checked, offsets

Item = TypeVar("Item")

STEPS = 500
"""Reports of a stage, at most."""
ALIASES = "aliases.yaml"
"""The file of the corpus folder with the names that mean the same."""


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

    def over(self, items: Iterable[Item], stage: str, total: int) -> Iterator[Item]:
        """Pass on `total` items, and report each, or some hundred where there are many."""
        step = max(1, total // STEPS)
        for done, item in enumerate(items, start=1):
            yield item
            if done % step == 0 or done == total:
                self(stage, done, total)


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

    `full` reads and encodes everything again instead of taking what is known from the caches.

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
            # Those of a build that was killed may be what fills the disk.
            forget_others(data_dir, replaced)
            before = _documents_of(replaced)
            paths = corpus_paths(corpus_dir)
            names = read_aliases(corpus_dir / ALIASES)
            encoder = load_encoder(model)
            with _new_layout(data_dir, search_engine) as layout:
                made, encoded, search = _write(
                    layout, paths, names, encoder, search_engine, full=full, watch=watch
                )
                watch("verify", 0, 1)
                manifest = _proven(layout, made, encoder, search)
                live = _opened(layout, manifest, encoder, search_engine)
                replace(manifest, canaries=choose(live)).write(layout.manifest)
                watch("verify", 1, 1)
                search_engine.publish(layout)
            generations.make_current(layout)
            prune(data_dir, before=replaced)
            forget_others(data_dir, layout)
            search_engine.prune(layout.folder.parent)
    except (OSError, sqlite3.Error) as error:
        problem = getattr(error, "strerror", None) or error
        line = f"{data_dir}: the index can't be built there: {problem}"
        raise IndexingError(line, disk_refusal(error)) from error
    return _report(before, manifest, encoded, time.monotonic() - began)


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
    paths: Sequence[Path],
    names: Mapping[str, Sequence[Sequence[str]]],
    encoder: Encoder,
    search_engine: SearchEngine,
    *,
    full: bool,
    watch: Watch,
) -> tuple[Assembled, int, Mapping[str, object]]:
    """Write all files but the manifest.

    Return what they hold, how many texts were encoded, and how their vectors are searched.
    """
    data_dir, built_in = layout.folder.parent.parent, is_built_in(encoder)
    cache, before = data_dir / "pieces.sqlite3", None if full else live_before(data_dir)
    former = Former.open(before)
    with (
        scratch_of(layout) as scratch,
        open_pieces(cache, names, encoder=encoder if built_in else None, former=former) as known,
    ):
        pieces = watch.over(known.pieces(paths, fresh=full), "read", len(paths))
        made = assemble(layout, scratch, batches(pieces, former))
        if not len(made.sentences):
            line = f"{paths[0].parent}: the documents hold no text"
            raise IndexingError(line, Refusal(Reason.NO_TEXT))
        known.prune()
        if built_in:
            encoded = known.embedded
        else:
            encoded = _encode(layout, scratch, made, encoder, full=full, watch=watch)
        search = search_engine.write(
            layout,
            read_vectors(scratch, encoder.dim),
            _words(known, made, before, watch),
            on_done=lambda done: watch("send", done, len(made.chunks)),
        )
        if built_in and layout.slots.exists() and not are_whole(search):
            keep(scratch.halved, layout)
    generations.write_names(layout.aliases, names)
    return made, encoded, search


def _words(known: PieceCache, made: Assembled, before: Layout | None, watch: Watch) -> Words:
    """Return what the chunks are found by, for a search engine to take what it needs of it."""
    counts = [chunks for _, chunks in made.lengths]

    def read(rows: Iterable[int]) -> Iterator[list[str]]:
        documents = list(rows)
        total = sum(counts[row] for row in documents)
        return watch.over(known.tokens(documents), "index", total)

    return Words(known.keys, counts, read, before)


def _encode(
    layout: Layout, scratch: Scratch, made: Assembled, encoder: Encoder, *, full: bool, watch: Watch
) -> int:
    """Write the vectors of a model that is not built in; return how many texts were encoded."""
    texts = len(made.sentences) + len(made.chunks)
    with open_cache(layout.folder.parent.parent / "vectors.sqlite3", encoder.id) as cache:
        return write_vectors(
            layout,
            scratch,
            made,
            cache,
            encoder,
            fresh=full,
            on_done=lambda done: watch("encode", done, texts),
        )


def _seal(layout: Layout, made: Assembled, encoder: Encoder, search: Mapping[str, object]) -> None:
    manifest = Manifest(
        format=FORMAT,
        generation=layout.folder.name,
        encoder=encoder.id,
        dim=encoder.dim,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        documents=made.documents,
        chunks=len(made.chunks),
        sentences=len(made.sentences),
        files=generations.digests(layout.folder),
        search=search,
    )
    manifest.write(layout.manifest)


def _proven(
    layout: Layout, made: Assembled, encoder: Encoder, search: Mapping[str, object]
) -> Manifest:
    """Seal a generation, and raise unless its files and offsets are as they should be."""
    with ThreadPoolExecutor(1) as beside:
        # The digests of files let other threads run.
        misplaced = beside.submit(next, offsets(layout), None)
        _seal(layout, made, encoder, search)
        manifest = checked(layout, afresh=True)
        if fault := misplaced.result():
            raise GenerationError(fault)
    return manifest


def _opened(
    layout: Layout, manifest: Manifest, encoder: Encoder, search_engine: SearchEngine
) -> Live:
    """Open a proven generation; raise if the searches have not all of its chunks."""
    live = Live(layout, encoder, search_engine, proven=manifest)
    # A full disk can cut a file short without an error, before it is sealed.
    counts = len(live.dense), len(live.lexical)
    if counts != (manifest.chunks, manifest.chunks):
        raise GenerationError(f"{layout.folder}: expected {manifest.chunks} chunks, found {counts}")
    return live


def _documents_of(layout: Layout | None) -> dict[str, str]:
    """Return the documents of a generation, by id; none if there is no usable one."""
    try:
        return dict(Manifest.read(layout.manifest).documents) if layout else {}
    except GenerationError:
        return {}


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
