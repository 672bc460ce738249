"""Why a file of another kind becomes no document: for a program, and as one English clause."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .errors import DocumentError


class Reason(StrEnum):
    """A kind of refusal. The converting process names most of them, by their values."""

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
    UNKNOWN = "unknown"
    """Whatever has no kind of its own."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was refused, with what was expected and found where the reason has them."""

    reason: Reason
    expected: str = ""
    found: str = ""


class RefusedError(DocumentError):
    """A file can't become a document of the corpus."""

    def __init__(self, path: Path, problem: str, refusal: Refusal) -> None:
        super().__init__(path, problem)
        self.refusal = refusal


class FieldError(ValueError):
    """What a person tells can't be a field of a document; its text is one line."""

    def __init__(self, line: str, refusal: Refusal) -> None:
        super().__init__(line)
        self.refusal = refusal


def reason_named(name: object) -> Reason:
    """Return the reason of this name; `UNKNOWN` for any other."""
    known = {str(reason): reason for reason in Reason}
    return known.get(str(name), Reason.UNKNOWN)
