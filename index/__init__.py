"""Verbatim quotes from a corpus. This is the door: other packages import from here only."""

from .alias_file import add_names, read_aliases, remove_name
from .building import ALIASES, build
from .choosing import search_engine
from .engine import Engine
from .errors import (
    BuildCancelledError,
    BuildRunningError,
    DocumentError,
    FieldError,
    GenerationError,
    IndexingError,
    NoGenerationError,
    RefusedError,
    SearchDownError,
)
from .importing import FIELDS, Imported, add_document, file_name, read_foreign, untold
from .refusals import Reason, Refusal, disk_refusal
from .reverting import Facts, facts, rollback
from .searching import SearchEngine
from .snapshots import adopt, snapshot, snapshot_in
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
    "ALIASES",
    "FIELDS",
    "Abstention",
    "Answer",
    "BuildCancelledError",
    "BuildReport",
    "BuildRunningError",
    "Citation",
    "Document",
    "DocumentError",
    "Engine",
    "Facts",
    "FieldError",
    "GenerationError",
    "Imported",
    "IndexingError",
    "Moment",
    "NoGenerationError",
    "OnProgress",
    "Part",
    "Progress",
    "Quote",
    "Reason",
    "Reference",
    "Refusal",
    "RefusedError",
    "Reply",
    "SearchDownError",
    "SearchEngine",
    "Span",
    "Timeline",
    "add_document",
    "add_names",
    "adopt",
    "build",
    "disk_refusal",
    "facts",
    "file_name",
    "read_aliases",
    "read_foreign",
    "remove_name",
    "rollback",
    "search_engine",
    "snapshot",
    "snapshot_in",
    "untold",
]
