"""Back to the generation before; and what a generation is, for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .errors import GenerationError
from .generations import Layout, Manifest, current, make_current
from .live import checked


@dataclass(frozen=True, slots=True)
class Facts:
    """What a person wants to know of the current generation."""

    generation: str
    created: str
    """ISO 8601, UTC."""
    model: str
    documents: int
    chunks: int
    sentences: int
    bytes: int
    """Of its files, without the manifest."""


def rollback(data_dir: Path) -> str:
    """Make the newest generation before the current one current; return its name.

    It is verified first. What was current stays on the disk until the next build.

    Raises:
        GenerationError: There is none before, or it is damaged; nothing has changed then.
    """
    live = current(data_dir).folder
    earlier = [
        folder
        for folder in sorted(live.parent.iterdir())
        if folder.name < live.name and Layout(folder).manifest.is_file()
    ]
    if not earlier:
        raise GenerationError(f"{live.parent}: there is no generation before {live.name}")
    layout = Layout(earlier[-1])
    checked(layout)
    make_current(layout)
    return layout.folder.name


def facts(data_dir: Path) -> Facts:
    """Return what the manifest of the current generation says.

    Raises:
        GenerationError: There is no generation, or its manifest can't be read.
    """
    manifest = Manifest.read(current(data_dir).manifest)
    return Facts(
        generation=manifest.generation,
        created=manifest.created,
        model=manifest.encoder,
        documents=len(manifest.documents),
        chunks=manifest.chunks,
        sentences=manifest.sentences,
        bytes=sum(size for size, _ in manifest.files.values()),
    )
