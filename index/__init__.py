"""Verbatim quotes from a corpus. This is the door: other packages import from here only."""

from .building import build
from .engine import Engine
from .errors import (
    BuildCancelledError,
    BuildRunningError,
    GenerationError,
    IndexingError,
    NoGenerationError,
)
from .types import (
    Abstention,
    Answer,
    BuildReport,
    Citation,
    Document,
    Moment,
    OnProgress,
    Part,
    Progress,
    Quote,
    Reference,
    Reply,
    Span,
    Timeline,
)

__all__ = [
    "Abstention",
    "Answer",
    "BuildCancelledError",
    "BuildReport",
    "BuildRunningError",
    "Citation",
    "Document",
    "Engine",
    "GenerationError",
    "IndexingError",
    "Moment",
    "NoGenerationError",
    "OnProgress",
    "Part",
    "Progress",
    "Quote",
    "Reference",
    "Reply",
    "Span",
    "Timeline",
    "build",
]
