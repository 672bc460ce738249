"""The chunks' vectors as they were made, kept beside a generation whose index keeps less of them.

They are no part of it: no question needs them, but the next build does, which would else look up
each document for them. The file is named after the generation and its own SHA-256.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .dense import DenseIndex, Kind
from .errors import GenerationError
from .generations import Layout, Manifest, sha256

WHOLE = (Kind.EXACT.value, Kind.HALVED.value)
"""Ways of keeping vectors from which those of the built-in model can be had again."""
SUFFIX = ".vectors"

Halves = npt.NDArray[np.float16]


def are_whole(search: Mapping[str, object]) -> bool:
    """Tell whether an index has its vectors as they were, by what its manifest tells of it."""
    return search.get("kind") in WHOLE


def keep(made: Path, layout: Layout) -> None:
    """Move the file of a generation's vectors to where the next build finds it."""
    made.replace(_place(layout, sha256(made)))


def kept(layout: Layout, manifest: Manifest) -> tuple[Halves, object]:
    """Return the vectors of a generation, shape ``(chunks, dim)``, and what they are a view of.

    Raises:
        GenerationError: They are not there as they were made.
    """
    if are_whole(manifest.search):
        index = DenseIndex.read(layout.dense)
        return index.halves(), index
    for path in _files(layout):
        if path.stat().st_size and path == _place(layout, sha256(path)):
            mapped = np.memmap(path, np.float16, "r").view(np.ndarray)
            return mapped.reshape(-1, manifest.dim), mapped
    raise GenerationError(f"{layout.folder}: its vectors are not kept as they were made")


def forget_others(data_dir: Path, layout: Layout | None) -> None:
    """Remove the vectors of all generations but this one, of builds that failed, too."""
    own = set(_files(layout)) if layout else set()
    for path in data_dir.glob(f"*{SUFFIX}"):
        if path not in own:
            path.unlink(missing_ok=True)


def _place(layout: Layout, digest: str) -> Path:
    return layout.folder.parent.parent / f"{layout.folder.name}-{digest}{SUFFIX}"


def _files(layout: Layout) -> list[Path]:
    return list(layout.folder.parent.parent.glob(f"{layout.folder.name}-*{SUFFIX}"))
