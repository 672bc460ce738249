"""Which files were found to have their SHA-256, so that they needn't be read again to be opened.

Whatever writes to a file moves the time of its last change, which no program can set. What a disk
loses by itself moves nothing: so a proof is good until the machine is started again, and who wants
to know for certain reads every file (`verification.faults`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FILE = "proofs.json"
BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Another text each time the machine is started; without it nothing is remembered."""
SETTLED_NS = 10**9
"""A file that changed less before it was looked at may change again within one tick of time."""


@dataclass(frozen=True, slots=True)
class Look:
    """What tells that a file is the one that was read, and was not written to since."""

    inode: int
    size: int
    modified: int
    """In nanoseconds, as what follows."""
    changed: int

    @classmethod
    def at(cls, path: Path) -> Look:
        """Look at a file without reading it."""
        told = path.stat()
        return cls(told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns)

    def is_settled(self, now: int) -> bool:
        """Tell whether a change after `now`, when it was looked at, shows in its times."""
        return self.changed + SETTLED_NS < now


Proofs = Mapping[str, tuple[str, Look]]
"""SHA-256 of each file, by its path below its generation, and how it looked before it was read."""


def looks(folder: Path, names: Iterable[str]) -> dict[str, Look]:
    """Look at those of the files that are there and would show a change from now on."""
    now, found = time.time_ns(), {}
    for name in names:
        with suppress(OSError):
            found[name] = Look.at(folder / name)
    return {name: look for name, look in found.items() if look.is_settled(now)}


def read_proofs(folder: Path) -> Proofs:
    """Return what was remembered of a generation since the machine was started; else nothing."""
    return _read(_file(folder)).get(folder.name, {})


def write_proofs(folder: Path, proofs: Proofs) -> None:
    """Remember proofs for later openings; where that fails, those read the files again."""
    path = _file(folder)
    others = {name: it for name, it in _read(path).items() if (folder.parent / name).is_dir()}
    generations = {
        generation: {
            name: (digest, look.inode, look.size, look.modified, look.changed)
            for name, (digest, look) in told.items()
        }
        for generation, told in {**others, folder.name: proofs}.items()
    }
    pending = path.with_suffix(".tmp")
    with suppress(OSError):
        raw = {"boot": BOOT.read_text("utf-8"), "generations": generations}
        pending.write_text(json.dumps(raw), "utf-8")
        pending.replace(path)


def _file(folder: Path) -> Path:
    # Not in the generation's own folder, where every file is sealed.
    return folder.parent.parent / FILE


def _read(path: Path) -> dict[str, Proofs]:
    try:
        raw = json.loads(path.read_text("utf-8"))
        if raw["boot"] != BOOT.read_text("utf-8"):
            return {}
        return {
            generation: {name: (digest, Look(*look)) for name, (digest, *look) in told.items()}
            for generation, told in raw["generations"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # It only saves time.
