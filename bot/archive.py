"""The form of a backup: a tar file whose first member lists the others with their digests."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

FORMAT = 1
INVENTORY = "inventory.json"
INVENTORY_BYTES = 64 * 1024 * 1024
DATABASE = "bot.sqlite3"
BLOCK = 1024 * 1024

_NAME = re.compile(r"(?:bot\.sqlite3|(?:generations|fitted|corpus)(?:/[^/\0]+)+)")


class ArchiveError(Exception):
    """A backup can't be made or restored; the text is one line that says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup."""

    size: int
    digest: str
    """SHA-256, in hexadecimal digits."""

    @classmethod
    def of(cls, path: Path) -> Member:
        """Measure a file."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(path.stat().st_size, digest)


def is_safe(name: str) -> bool:
    """Tell whether a member of this name belongs into a backup, and can't lead out of a folder.

    >>> is_safe("corpus/a.md"), is_safe("corpus/../a.md"), is_safe("/corpus/a.md")
    (True, False, False)
    """
    return bool(_NAME.fullmatch(name)) and not {".", ".."} & set(name.split("/"))


def write_archive(path: Path, files: Mapping[str, Path]) -> None:
    """Write files under their names in the backup, durably and for their owner alone.

    Raises:
        ArchiveError: A file changed while it was written.
        OSError: The disk refuses.
    """
    members = {name: Member.of(file) for name, file in files.items()}
    told = {name: (member.size, member.digest) for name, member in members.items()}
    inventory = json.dumps({"format": FORMAT, "files": told}, ensure_ascii=False).encode()
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(_entry(INVENTORY, len(inventory)), BytesIO(inventory))
        for name, file in files.items():
            with file.open("rb") as content:
                archive.addfile(_entry(name, members[name].size), content)
    for name, file in files.items():
        if Member.of(file) != members[name]:
            raise ArchiveError(f"{file}: it changed while it was copied: try again")


def unpack_archive(path: Path, folder: Path) -> None:
    """Write the files of a backup below a folder, each proven by size and digest.

    Raises:
        ArchiveError: It is no backup, or is not whole.
    """
    with _opened(path) as archive:
        inventory = _read_inventory(path, archive)
        while (entry := archive.next()) is not None:
            member = inventory.pop(entry.name, None)
            content = archive.extractfile(entry) if entry.isreg() else None
            if member is None or content is None or entry.size != member.size:
                raise ArchiveError(f"{path}: {entry.name!r} is not what the inventory says")
            target = folder / entry.name
            target.parent.mkdir(parents=True, exist_ok=True)
            if _copied(content, target) != member.digest:
                raise ArchiveError(f"{path}: {entry.name!r} is damaged: its SHA-256 is another")
    if inventory:
        raise ArchiveError(f"{path}: it is cut short: {min(inventory)!r} is missing")


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        # Plain tar only: a packed one could unpack to any size.
        with tarfile.open(path, "r:") as archive:
            yield archive
    except tarfile.TarError as error:
        raise ArchiveError(f"{path}: it is no backup, or cut short ({error})") from error


def _read_inventory(path: Path, archive: tarfile.TarFile) -> dict[str, Member]:
    first = archive.next()
    content = archive.extractfile(first) if first is not None and first.isreg() else None
    if first is None or content is None or first.name != INVENTORY or first.size > INVENTORY_BYTES:
        raise ArchiveError(f"{path}: it is no backup: it doesn't begin with {INVENTORY}")
    try:
        told = json.loads(content.read())
        if told["format"] != FORMAT:
            raise ArchiveError(f"{path}: its format is {told['format']}, expected {FORMAT}")
        members = {str(n): Member(int(size), str(d)) for n, (size, d) in told["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArchiveError(f"{path}: its inventory can't be read ({error!r})") from error
    if unsafe := [name for name in members if not is_safe(name)]:
        raise ArchiveError(f"{path}: {min(unsafe)!r} doesn't belong into a backup")
    return members


def _copied(content: IO[bytes], target: Path) -> str:
    """Write a stream to a new file and return its digest."""
    digest = hashlib.sha256()
    with target.open("xb") as file:
        while block := content.read(BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry
