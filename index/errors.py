"""What can go wrong in `index`, each with what was expected, what was found and where."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from .refusals import Reason, Refusal


class IndexingError(Exception):
    """Base of all errors of this package; its text is one line that a person can act on.

    `refusal` says the same to a program, which tells people in their own language.
    """

    reason: ClassVar[Reason] = Reason.UNKNOWN
    """Of an error that was raised without a refusal."""

    def __init__(self, line: str, refusal: Refusal | None = None) -> None:
        super().__init__(line)
        self.refusal = refusal or Refusal(self.reason)


class DocumentError(IndexingError):
    """A file of the corpus can't be read as a document."""

    def __init__(self, path: Path, problem: str, refusal: Refusal | None = None) -> None:
        super().__init__(f"{path}: {problem}", refusal)
        self.path, self.problem = path, problem


class MetadataError(DocumentError):
    """A document's front matter is missing or malformed."""

    def __init__(
        self, path: Path, field: str, problem: str, refusal: Refusal | None = None
    ) -> None:
        super().__init__(path, f"{field}: {problem}", refusal or Refusal(Reason.FIELD, found=field))
        self.field = field


class RefusedError(DocumentError):
    """A file can't become a document of the corpus."""


class FieldError(ValueError):
    """What a person tells can't be a field of a document; its text is one line."""

    def __init__(self, line: str, refusal: Refusal) -> None:
        super().__init__(line)
        self.refusal = refusal


class NamesError(IndexingError):
    """What a person tells can't be names that mean the same."""


class ModelError(IndexingError):
    """A model can't be loaded or doesn't do what is asked of it."""

    reason = Reason.MODEL


class GenerationError(IndexingError):
    """A generation is missing, damaged, or made by another model or format."""

    reason = Reason.INDEX_DAMAGED


class MismatchError(GenerationError):
    """A generation was made by another model or in another format: whole, but not for us."""

    reason = Reason.MISMATCH


class NoGenerationError(GenerationError):
    """Nothing has been built yet."""

    reason = Reason.NOT_BUILT


class BuildCancelledError(IndexingError):
    """The caller stopped a build; the live generation is as it was."""


class BuildRunningError(IndexingError):
    """Another build holds the lock of the data folder."""

    reason = Reason.BUILDING


class SearchDownError(IndexingError):
    """The search engine of ``SEARCH_ENGINE_URI`` doesn't answer; it may the next time."""

    reason = Reason.SEARCH_DOWN
