"""Proof that a generation's files are what its manifest says, and its offsets where they should."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import GenerationError
from .generations import Layout, Manifest, read_array, read_table


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
    sentences, chunks = read_table(layout.sentences), read_table(layout.chunks)
    yield from _sentence_faults(layout, sentences)
    at = 0
    for row, (document, start, end, first, last) in enumerate(chunks.tolist()):
        ends = (sentences[first, 0], sentences[first, 2], sentences[last - 1, 3])
        if first != at or ends != (document, start, end):
            yield f"{layout.chunks}: chunk {row} is not made of whole sentences"
        at = last
    vectors = read_array(layout.sentence_vectors)
    if at != len(sentences) or len(vectors) != len(sentences):
        yield f"{layout.folder}: expected {len(sentences)} sentences in chunks and in vectors"


def _sentence_faults(layout: Layout, sentences: npt.NDArray[np.int32]) -> Iterator[str]:
    first = 0
    with layout.documents.open(encoding="utf-8", newline="\n") as lines:
        for row, line in enumerate(lines):
            last = first + int(np.searchsorted(sentences[first:, 0], row, side="right"))
            own = sentences[first:last]
            for at in np.flatnonzero(~_inside(json.loads(line), own, row)).tolist():
                yield f"{layout.sentences}: sentence {first + at} lies outside its block"
            first = last
    if first != len(sentences):
        yield f"{layout.sentences}: sentence {first} is of no document"


def _inside(
    document: dict[str, Any], own: npt.NDArray[np.int32], row: int
) -> npt.NDArray[np.bool_]:
    """Tell of each sentence of a document whether it lies in its block, and that in the text."""
    blocks = np.array([block[1:3] for block in document["blocks"]] or [[0, 0]], dtype=np.int32)
    documents, places, starts, ends = own[:, :4].T
    known = (documents == row) & (places >= 0) & (places < len(blocks))
    around = blocks[np.where(known, places, 0)]
    found: npt.NDArray[np.bool_] = (
        known
        & (around[:, 0] <= starts)
        & (starts < ends)
        & (ends <= around[:, 1])
        & (around[:, 1] <= len(document["text"]))
    )
    return found


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
