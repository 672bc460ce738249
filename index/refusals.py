"""Why something can't be done, as a program tells it apart; people are told in their language."""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """A kind of refusal. The converting process names those of a file, by their values."""

    EMPTY = "empty"
    FORMAT = "format"
    MISNAMED = "misnamed"
    MISNAMED_UNKNOWN = "misnamed-unknown"
    NO_TEXT = "no-text"
    TOO_LONG = "too-long"
    ENCODING = "encoding"
    FRONT_MATTER = "front-matter"
    ENCRYPTED = "encrypted"
    PAGES = "pages"
    BOMB = "bomb"
    DAMAGED = "damaged"
    OVERRUN = "overrun"
    TOO_LARGE = "too-large"
    LANGUAGE = "language"
    ADDRESS = "address"
    DATE = "date"
    FIELD = "field"
    STRUCTURE = "structure"
    NAMES = "names"
    # Of the corpus
    NO_FOLDER = "no-folder"
    NO_DOCUMENTS = "no-documents"
    RESTLESS = "restless"
    # Of names that mean the same
    NAME = "name"
    NAMES_APART = "names-apart"
    NAMES_COUNT = "names-count"
    NAME_ABSENT = "name-absent"
    NAMES_LINE = "names-line"
    YAML = "yaml"
    LISTS = "lists"
    # Of the disk
    FULL = "full"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    DISK = "disk"
    # Of the index
    NOT_BUILT = "not-built"
    BUILDING = "building"
    NO_EARLIER = "no-earlier"
    INDEX_DAMAGED = "index-damaged"
    MISMATCH = "mismatch"
    MODEL = "model"
    SEARCH_DOWN = "search-down"
    UNKNOWN = "unknown"
    """Whatever has no kind of its own."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was refused, with what was expected and found where the reason has them."""

    reason: Reason
    expected: str = ""
    found: str = ""


_OF_DISK = {
    errno.ENOSPC: Reason.FULL,
    errno.EDQUOT: Reason.FULL,
    errno.EACCES: Reason.FORBIDDEN,
    errno.EPERM: Reason.FORBIDDEN,
    errno.EROFS: Reason.FORBIDDEN,
    errno.ENOENT: Reason.GONE,
}
_OF_SQLITE = {
    sqlite3.SQLITE_FULL: Reason.FULL,
    sqlite3.SQLITE_READONLY: Reason.FORBIDDEN,
    sqlite3.SQLITE_PERM: Reason.FORBIDDEN,
}


def disk_refusal(error: OSError | sqlite3.Error) -> Refusal:
    """Return why the disk, or a database on it, refuses; what is found is the fault's own name."""
    if isinstance(error, OSError):
        number = error.errno or 0
        return Refusal(_OF_DISK.get(number, Reason.DISK), found=errno.errorcode.get(number, "?"))
    # An extended code has the primary one in its lowest byte.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return Refusal(_OF_SQLITE.get(code, Reason.DISK), found=name)


def reason_named(name: object) -> Reason:
    """Return the reason of this name; `UNKNOWN` for any other."""
    known = {str(reason): reason for reason in Reason}
    return known.get(str(name), Reason.UNKNOWN)
