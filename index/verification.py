"""Proof that a generation's files are what its manifest says, and its offsets where they should."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from .errors import GenerationError
from .generations import Layout, Manifest, read_array, read_documents, read_table


def checked(layout: Layout) -> Manifest:
    """Return the manifest of a generation whose files are as it says, else raise."""
    manifest = Manifest.read(layout.manifest)
    for fault in faults(layout, manifest):
        raise GenerationError(f"{fault}; run `python -m index build`")
    return manifest


def is_sound(layout: Layout) -> bool:
    """Tell whether a generation's files are as its manifest says."""
    try:
        checked(layout)
    except GenerationError:
        return False
    return True


def faults(layout: Layout, manifest: Manifest) -> Iterator[str]:
    """Yield a line for each file that is missing, can't be read, or is not as the manifest says."""
    for name, (size, digest) in manifest.files.items():
        path = layout.folder / name
        try:
            if not path.is_file():
                yield f"{path}: missing"
            elif path.stat().st_size != size:
                yield f"{path}: expected {size} bytes, found {path.stat().st_size}"
            elif sha256(path) != digest:
                yield f"{path}: its SHA-256 is not the one of the manifest: the file was changed"
        except OSError as error:
            yield f"{path}: can't be read: {error.strerror}"


def offsets(layout: Layout) -> Iterator[str]:
    """Yield a line for each span of a generation that does not lie where it should.

    Each sentence lies within its block, the chunks are made of whole sentences and leave none
    out, and there is a vector for each.
    """
    documents = read_documents(layout.documents)
    sentences, chunks = read_table(layout.sentences), read_table(layout.chunks)
    for row, (document, block, start, end, _) in enumerate(sentences.tolist()):
        span = documents[document].blocks[block].span
        if not span.start <= start < end <= span.end <= len(documents[document].text):
            yield f"{layout.sentences}: sentence {row} lies outside its block"
    at = 0
    for row, (document, start, end, first, last) in enumerate(chunks.tolist()):
        ends = (sentences[first, 0], sentences[first, 2], sentences[last - 1, 3])
        if first != at or ends != (document, start, end):
            yield f"{layout.chunks}: chunk {row} is not made of whole sentences"
        at = last
    vectors = read_array(layout.sentence_vectors)
    if at != len(sentences) or len(vectors) != len(sentences):
        yield f"{layout.folder}: expected {len(sentences)} sentences in chunks and in vectors"


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
