"""Proof that a generation's files are what its manifest says, and its offsets where they should."""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import WORD_PIECE_ENDS, WORD_PIECES, read_array, read_raw, read_table
from .errors import GenerationError
from .generations import Layout, Manifest, sha256
from .proofs import looks, read_proofs, write_proofs


def checked(layout: Layout, *, afresh: bool = False) -> Manifest:
    """Return the manifest of a generation whose files are as it says, else raise.

    A file that was found so before, and was not written to since, is not read again (`proofs`);
    `afresh` reads every file.
    """
    manifest = Manifest.read(layout.manifest)
    looked = looks(layout.folder, manifest.files)
    proofs = {name: (manifest.files[name][1], look) for name, look in looked.items()}
    known = {} if afresh else read_proofs(layout.folder)
    unread = {
        name: told
        for name, told in manifest.files.items()
        if name not in proofs or known.get(name) != proofs[name]
    }
    for fault in faults(layout, replace(manifest, files=unread)):
        raise GenerationError(f"{fault}; run `python -m index build`")
    if unread:
        write_proofs(layout.folder, proofs)
    return manifest


def is_sound(layout: Layout) -> bool:
    """Tell whether a generation's files are as its manifest says."""
    try:
        checked(layout)
    except GenerationError:
        return False
    return True


def faults(layout: Layout, manifest: Manifest) -> Iterator[str]:
    """Yield a line for each file that is missing, can't be read, or is not as the manifest says.

    The lines are in the order of the manifest. Every file is read, on all cores: a digest of
    hundreds of megabytes is what an opening waits for longest.
    """
    paths = {layout.folder / name: told for name, told in manifest.files.items()}
    # Largest first, so that no core is left with a large one at the end.
    order = sorted(paths, key=lambda path: -paths[path][0])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = {path: pool.submit(_file_fault, path, *paths[path]) for path in order}
        yield from filter(None, (found[path].result() for path in paths))


def _file_fault(path: Path, size: int, digest: str) -> str | None:
    """Return a line if a file is not of that size and SHA-256."""
    try:
        if not path.is_file():
            return f"{path}: missing"
        if path.stat().st_size != size:
            return f"{path}: expected {size} bytes, found {path.stat().st_size}"
        if sha256(path) != digest:
            return f"{path}: its SHA-256 is not the one of the manifest: the file was changed"
    except OSError as error:
        return f"{path}: can't be read: {error.strerror}"
    return None


def offsets(layout: Layout) -> Iterator[str]:
    """Yield a line for each span of a generation that does not lie where it should.

    Each sentence lies within its block, the chunks are made of whole sentences and leave none
    out, and there is a vector for each.
    """
    sentences, chunks = read_table(layout.sentences), read_table(layout.chunks)
    yield from _sentence_faults(layout, sentences)
    yield from _chunk_faults(layout, sentences, chunks)
    summed = layout.sentence_sums.exists()
    measured = (
        read_raw(layout.sentence_sums, np.float16, 2)
        if summed
        else read_array(layout.sentence_vectors)
    )
    ends = read_raw(layout.word_piece_ends, WORD_PIECE_ENDS)
    counts = [int(chunks[-1, 4]), len(measured), len(ends), len(read_raw(layout.parts, np.uint8))]
    if counts != [len(sentences)] * len(counts):
        yield (
            f"{layout.folder}: expected {len(sentences)} sentences in chunks, vectors, word pieces "
            f"and parts, found {counts}"
        )
    pieces = read_raw(layout.word_pieces, WORD_PIECES)
    if len(ends) and (int(ends[-1]) != len(pieces) or (ends[1:] < ends[:-1]).any()):
        yield f"{layout.word_piece_ends}: expected ends up to {len(pieces)}"


def _chunk_faults(
    layout: Layout, sentences: npt.NDArray[np.int32], chunks: npt.NDArray[np.int32]
) -> Iterator[str]:
    """Yield a line for each chunk that is not made of whole sentences, or has no such heading."""
    documents, starts, ends, firsts, lasts, headings = chunks[:, :6].T
    before = np.concatenate([[0], lasts[:-1]])
    inside = (firsts == before) & (firsts < lasts) & (lasts <= len(sentences))
    first, last = np.where(inside, firsts, 0), np.where(inside, lasts, 1) - 1
    same = (
        inside
        & (sentences[first, 0] == documents)
        & (sentences[first, 2] == starts)
        & (sentences[last, 3] == ends)
    )
    for row in np.flatnonzero(~same).tolist():
        yield f"{layout.chunks}: chunk {row} is not made of whole sentences"
    count = len(read_array(layout.heading_ends))
    for row in np.flatnonzero((headings < 0) | (headings >= count)).tolist():
        yield f"{layout.chunks}: chunk {row} has a heading beyond {count}"


def _sentence_faults(layout: Layout, sentences: npt.NDArray[np.int32]) -> Iterator[str]:
    told = read_array(layout.lines)[:, 0].tolist()
    blocks = _Blocks()
    at = 0
    with layout.documents.open("rb") as lines:
        for row, line in enumerate(lines):
            if told[row] != at:
                yield f"{layout.lines}: document {row} does not begin at {told[row]}"
            at += len(line)
            blocks.add(json.loads(line))
    for place in np.flatnonzero(~blocks.hold(sentences)).tolist():
        yield f"{layout.sentences}: sentence {place} lies outside its block"


class _Blocks:
    """Where the blocks of all documents lie, and how long their texts are.

    Behind a document without text, whose one block holds nothing, for what is of no document.
    """

    def __init__(self) -> None:
        self._edges, self._counts, self._lengths = (
            array("q", (0, 0)),
            array("q", (1,)),
            array("q", (0,)),
        )

    def add(self, document: dict[str, Any]) -> None:
        """Take the next document."""
        for _, start, end, _ in document["blocks"]:
            self._edges.extend((start, end))
        self._counts.append(len(document["blocks"]))
        self._lengths.append(len(document["text"]))

    def hold(self, sentences: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Tell of each sentence whether it lies in its block, and that in its document's text.

        The documents must be in order.
        """
        counts, lengths = np.array(self._counts), np.array(self._lengths)
        edges, firsts = np.array(self._edges).reshape(-1, 2), np.cumsum(counts) - counts
        rows, places, starts, ends = sentences[:, :4].astype(np.int64).T
        rows = np.where((rows >= 0) & (rows < len(counts) - 1), rows + 1, 0)
        known = (places >= 0) & (places < counts[rows]) & (np.diff(rows, prepend=0) >= 0)
        around = edges[np.where(known, firsts[rows] + places, 0)]
        found: npt.NDArray[np.bool_] = (
            known
            & (around[:, 0] <= starts)
            & (starts < ends)
            & (ends <= around[:, 1])
            & (around[:, 1] <= lengths[rows])
        )
        return found
