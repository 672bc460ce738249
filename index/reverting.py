"""Back to the generation before; and what a generation is, for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .errors import GenerationError, IndexingError
from .generations import Manifest, current, make_current
from .locking import locked
from .refusals import Reason, Refusal, disk_refusal
from .retention import finished
from .verification import checked


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
        BuildRunningError: A build is at work, and would take what it found current for the last.
        IndexingError: The disk refuses.
    """
    try:
        with locked(data_dir):
            live = current(data_dir).folder
            earlier = [layout for layout in finished(data_dir) if layout.folder.name < live.name]
            if not earlier:
                line = f"{live.parent}: there is no generation before {live.name}"
                raise GenerationError(line, Refusal(Reason.NO_EARLIER))
            checked(earlier[-1], afresh=True)
            make_current(earlier[-1])
            return earlier[-1].folder.name
    except OSError as error:
        line = f"{data_dir}: it can't be rolled back there: {error.strerror}"
        raise IndexingError(line, disk_refusal(error)) from error


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
