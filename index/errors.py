"""What can go wrong in `index`, each with what was expected, what was found and where."""

from __future__ import annotations

from pathlib import Path


class IndexingError(Exception):
    """Base of all errors of this package; its text is one line that a person can act on."""


class DocumentError(IndexingError):
    """A file of the corpus can't be read as a document."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path, self.problem = path, problem


class MetadataError(DocumentError):
    """A document's front matter is missing or malformed."""

    def __init__(self, path: Path, field: str, problem: str) -> None:
        super().__init__(path, f"{field}: {problem}")
        self.field = field


class ModelError(IndexingError):
    """A model can't be loaded or doesn't do what is asked of it."""


class GenerationError(IndexingError):
    """A generation is missing, damaged, or made by another model or format."""


class MismatchError(GenerationError):
    """A generation was made by another model or in another format: whole, but not for us."""


class NoGenerationError(GenerationError):
    """Nothing has been built yet."""


class BuildCancelledError(IndexingError):
    """The caller stopped a build; the live generation is as it was."""


class BuildRunningError(IndexingError):
    """Another build holds the lock of the data folder."""


class SearchDownError(IndexingError):
    """The search engine of ``SEARCH_ENGINE_URI`` doesn't answer; it may the next time."""
