"""A generation: one immutable build of the index on disk, sealed by its manifest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from .errors import GenerationError, MismatchError, NoGenerationError

FORMAT = 6
"""Raise it when a file's meaning changes: older generations are then refused, and rebuilt."""

BUFFER = 4 * 1024 * 1024
"""Bytes of a file that are hashed at once."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one generation."""

    folder: Path

    @property
    def manifest(self) -> Path:
        """Written last, so it marks the end of a build."""
        return self.folder / "manifest.json"

    @property
    def documents(self) -> Path:
        """One JSON object a line: metadata, text, blocks and references of a document."""
        return self.folder / "documents.jsonl"

    @property
    def aliases(self) -> Path:
        """The names of the entities that both sides of the index were made with."""
        return self.folder / "aliases.json"

    @property
    def sentences(self) -> Path:
        """int32, shape ``(sentences, 5)``: document, block, start, end, first of its run."""
        return self.folder / "sentences.npy"

    @property
    def chunks(self) -> Path:
        """int32, shape ``(chunks, 9)``.

        Document, start, end, first and last sentence row, row of its heading, the bytes of the
        line of `documents` that its text stands in, counted from the line's beginning, and how
        many tokens it has.
        """
        return self.folder / "chunks.npy"

    @property
    def lines(self) -> Path:
        """int64, shape ``(documents + 1, 2)``: where its line begins or all end, and its date."""
        return self.folder / "documents.npy"

    @property
    def headings(self) -> Path:
        """A folded title with publisher and headings a line; chunks share them."""
        return self.folder / "headings.txt"

    @property
    def heading_ends(self) -> Path:
        """int64, shape ``(headings,)``: where each of these lines ends."""
        return self.folder / "headings.npy"

    @property
    def parts(self) -> Path:
        """uint8, shape ``(sentences,)``: the `Part` that each is of."""
        return self.folder / "parts.bin"

    @property
    def word_pieces(self) -> Path:
        """uint16: the pieces of the built-in vocabulary that the folded sentences are made of."""
        return self.folder / "word-pieces.bin"

    @property
    def word_piece_ends(self) -> Path:
        """uint32, shape ``(sentences,)``: where each sentence's pieces end."""
        return self.folder / "word-piece-ends.bin"

    @property
    def sentence_sums(self) -> Path:
        """float16, shape ``(sentences, 2)``, by `word_pieces.measured`; of the built-in model."""
        return self.folder / "sentence-sums.bin"

    @property
    def sentence_vectors(self) -> Path:
        """float16, shape ``(sentences, dim)``; not of the built-in model."""
        return self.folder / "sentence-vectors.npy"

    @property
    def dense(self) -> Path:
        """The FAISS index of the chunks' vectors."""
        return self.folder / "chunks.faiss"

    @property
    def lexical(self) -> Path:
        """The folder of the tantivy index."""
        return self.folder / "lexical"

    @property
    def slots(self) -> Path:
        """Which slots of that index each document has, as `Slots` keeps it."""
        return self.folder / "slots.npy"

    @property
    def remote(self) -> Path:
        """Where the chunks are searched, if not in these files: one JSON object."""
        return self.folder / "remote.json"

    @property
    def terms(self) -> Path:
        """uint64, shape ``(2, terms)``: keys of the tokens, ascending, and chunks that hold each.

        Instead of `lexical` where another program searches.
        """
        return self.folder / "terms.npy"


@dataclass(frozen=True, slots=True)
class Canary:
    """A sentence of a document as a question that must find it again."""

    question: str
    document: str
    """Id of the document."""
    start: int
    end: int
    cosine: float = 0.0
    """Of the question and the sentence, by the model that built the generation."""
    chunk: float = 0.0
    """Of the question and the sentence's chunk; 0 where the dense search missed it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is: enough to refuse it where it doesn't fit."""

    format: int
    generation: str
    encoder: str
    dim: int
    created: str
    """ISO 8601, UTC."""
    documents: Mapping[str, str]
    """Digest of each document by id."""
    chunks: int
    sentences: int
    files: Mapping[str, tuple[int, str]]
    """Size in bytes and SHA-256 of each file, by its path below the generation's folder."""
    canaries: tuple[Canary, ...] = ()
    """Empty where no sentence was fit to be one, and in generations of earlier versions."""
    search: Mapping[str, object] = field(default_factory=dict)
    """How the vectors of the chunks are searched, as the search engine told at the build."""

    def write(self, path: Path) -> None:
        """Write the manifest durably, whole or not at all."""
        pending = path.with_suffix(".tmp")
        # Field by field: `asdict` would copy what is told of each document.
        raw = {each.name: getattr(self, each.name) for each in fields(self)}
        raw["canaries"] = [asdict(canary) for canary in self.canaries]
        sealed = json.dumps({**raw, "seal": _seal(raw)}, ensure_ascii=False, indent=1)
        pending.write_text(sealed, "utf-8")
        sync(pending)
        pending.replace(path)
        sync(path.parent)

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest; one that is damaged, or of another format, is a `GenerationError`."""
        try:
            raw = json.loads(path.read_text("utf-8"))
            if raw["format"] != FORMAT:
                raise MismatchError(
                    f"{path}: format {raw['format']}, this program reads {FORMAT}: build again"
                )
            if raw.pop("seal", None) != _seal(raw):
                raise GenerationError(f"{path}: its seal is broken: the file was changed")
            files = {
                name: (int(size), str(digest)) for name, (size, digest) in raw["files"].items()
            }
            canaries = tuple(Canary(**canary) for canary in raw.get("canaries", ()))
            return cls(**{**raw, "files": files, "canaries": canaries})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise GenerationError(f"{path}: not a readable manifest ({error})") from error


def current(data_dir: Path) -> Layout:
    """Return the layout of the live generation, by the pointer file ``CURRENT``."""
    pointer = data_dir / "generations" / "CURRENT"
    try:
        name = pointer.read_text("utf-8").strip()
    except FileNotFoundError:
        raise NoGenerationError(
            f"{data_dir}: no index has been built here yet: run `python -m index build`"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise GenerationError(f"{pointer}: not readable ({error})") from error
    if not name or "/" in name or name.startswith("."):
        raise GenerationError(f"{pointer}: expected the name of a generation, found {name!r}")
    return Layout(data_dir / "generations" / name)


def make_current(layout: Layout) -> None:
    """Point ``CURRENT`` at a finished generation, atomically."""
    layout.manifest.stat()
    pending = layout.folder.parent / "CURRENT.tmp"
    pending.write_text(layout.folder.name, "utf-8")
    sync(pending)
    pending.replace(layout.folder.parent / "CURRENT")
    sync(layout.folder.parent)


def digests(folder: Path) -> dict[str, tuple[int, str]]:
    """Return size and SHA-256 of every file below `folder` but the manifest, and sync each."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    paths = [path for path in paths if path.name != "manifest.json"]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        sealed = pool.map(_sealed, paths)
        names = (path.relative_to(folder).as_posix() for path in paths)
        return dict(zip(names, sealed, strict=True))


def _sealed(path: Path) -> tuple[int, str]:
    sync(path)
    return path.stat().st_size, sha256(path)


def write_names(path: Path, names: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Save the names of the entities, one list each, under the kind of thing they name."""
    path.write_text(json.dumps(names, ensure_ascii=False), "utf-8")


def read_names(path: Path) -> dict[str, list[list[str]]]:
    """Read what `write_names` saved."""
    names: dict[str, list[list[str]]] = json.loads(path.read_text("utf-8"))
    return names


def _seal(raw: dict[str, Any]) -> str:
    """Return the digest of a manifest's content, so that its own bytes are proven too."""
    return hashlib.sha256(json.dumps(raw, ensure_ascii=False).encode()).hexdigest()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    found, buffer = hashlib.sha256(), memoryview(bytearray(BUFFER))
    # Neither reading nor hashing keeps other threads from running, but coming back from each does.
    with path.open("rb", buffering=0) as file:
        while read := file.readinto(buffer):
            found.update(buffer[:read])
    return found.hexdigest()


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
