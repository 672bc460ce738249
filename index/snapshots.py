"""What a backup must hold of the index, and bringing it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import GenerationError
from .generations import Layout, current, make_current, sync
from .locking import locked
from .retention import finished
from .verification import checked

FITTED = "fitted"
"""The folder of the weights that were fitted for another model, as `fitted` names it."""


@contextmanager
def snapshot(data_dir: Path) -> Iterator[list[Path]]:
    """Give the files of the current generation and the fitted weights, relative to `data_dir`.

    The generation is verified first. Until the block ends nothing is built, so that none is pruned.

    Raises:
        GenerationError: There is no generation, or the current one is damaged.
        BuildRunningError: A build is at work.
    """
    with locked(data_dir):
        layout = current(data_dir)
        manifest = checked(layout, afresh=True)
        files = [layout.manifest, *(layout.folder / name for name in manifest.files)]
        files += [path for path in sorted((data_dir / FITTED).rglob("*")) if path.is_file()]
        yield [path.relative_to(data_dir) for path in files]


def snapshot_in(folder: Path) -> Path:
    """Return the one generation below a folder that holds the files of a snapshot, verified.

    Raises:
        GenerationError: There is none or more than one, or it is damaged or of another format.
    """
    layouts = finished(folder)
    if len(layouts) != 1:
        raise GenerationError(f"{folder}: expected one generation, found {len(layouts)}")
    manifest = checked(layouts[0], afresh=True)
    if manifest.generation != layouts[0].folder.name:
        raise GenerationError(f"{layouts[0].manifest}: it is of {manifest.generation}")
    return layouts[0].folder


def adopt(root: Path, data_dir: Path, *, aside: Path) -> None:
    """Take the index of a data folder from the verified one below `root`, on the same disk.

    What was there is moved into the folder `aside`.

    Raises:
        BuildRunningError: A build is at work.
    """
    generation = snapshot_in(root)
    with locked(data_dir):
        for path in generation.rglob("*"):
            sync(path)
        for name in ("generations", FITTED):
            if (data_dir / name).exists():
                aside.mkdir(parents=True, exist_ok=True)
                (data_dir / name).rename(aside / name)
            if (root / name).exists():
                (root / name).rename(data_dir / name)
        make_current(Layout(data_dir / "generations" / generation.name))
