"""Read the corpus folder: Markdown files with their metadata."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from .errors import DocumentError, IndexingError, MetadataError
from .markdown import read_structure
from .references import read_reference
from .refusals import Reason, Refusal, disk_refusal
from .types import Document

MAX_BYTES = 64 * 1024 * 1024
"""Far above any text a person wrote; a larger file is there by mistake."""
READ_TRIES = 5
FRONT_MATTER = "front matter"
"""Where a fault of the fields as a whole stands."""

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_URL = re.compile(r"https?://[^\s/]+\S*")


@dataclass(frozen=True, slots=True)
class _Metadata:
    title: str
    publisher: str
    published: date
    language: str
    url: str | None


def read_corpus(folder: Path) -> Iterator[Document]:
    """Yield the documents of `folder`, in the order of their file names.

    A document is a file ``*.md`` directly in it; a README.md and hidden files are none.

    Raises:
        IndexingError: If the folder is missing or holds no document; before the first one.
        DocumentError: If a document can't be read; when its turn comes.
    """
    return map(read_document, corpus_paths(folder))


def corpus_paths(folder: Path) -> tuple[Path, ...]:
    """Return the files that `read_corpus` reads, in its order."""
    if not folder.is_dir():
        refusal = Refusal(Reason.NO_FOLDER, found=folder.name)
        raise IndexingError(
            f"{folder}: expected the corpus folder, found no folder of this name", refusal
        )
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if _is_document(entry))
    except OSError as error:
        line = f"{folder}: the corpus folder can't be read: {error.strerror}"
        raise IndexingError(line, disk_refusal(error)) from error
    if not names:
        refusal = Refusal(Reason.NO_DOCUMENTS)
        raise IndexingError(
            f"{folder}: expected documents in files named *.md, found none", refusal
        )
    return tuple(folder / name for name in names)


def _is_document(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    return (
        name.endswith(".md")
        and not name.startswith(".")
        and name.lower() != "readme.md"
        and entry.is_file()
    )


def read_document(path: Path) -> Document:
    r"""Read one document: front matter, then its text.

    A byte order mark goes, line ends become ``\n``, the text is brought to NFC; nothing else
    changes, and every offset counts in the result.
    """
    return parse_document(path, read_content(path))


def parse_document(path: Path, content: bytes) -> Document:
    """Read a document whose file has this content; `path` names it, also in errors."""
    source = decoded(path, content)
    front_matter = _FRONT_MATTER.match(source)
    if front_matter is None:
        problem = "expected it between two lines '---' at the top"
        raise MetadataError(path, FRONT_MATTER, problem, Refusal(Reason.FRONT_MATTER))
    metadata = _read_metadata(path, front_matter["yaml"])
    text = source[front_matter.end() :]
    if not text.strip():
        problem = "expected a text after the front matter, found none"
        raise DocumentError(path, problem, Refusal(Reason.NO_TEXT))
    try:
        structure = read_structure(text)
    except ValueError as error:
        raise DocumentError(path, str(error), Refusal(Reason.STRUCTURE)) from error
    references = {
        number: read_reference(text, span, number=number)
        for number, span in structure.references.items()
    }
    return Document(
        id=unicodedata.normalize("NFC", path.stem),
        title=metadata.title,
        publisher=metadata.publisher,
        published=metadata.published,
        language=metadata.language,
        url=metadata.url,
        text=text,
        blocks=structure.blocks,
        references=references,
    )


def _read_at_rest(path: Path) -> bytes:
    """Return the bytes of a file, read once; again if it was written to meanwhile."""
    for _ in range(READ_TRIES):
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            # One byte more than there should be, so that what grew meanwhile is seen.
            content = file.read(min(before.st_size, MAX_BYTES) + 1)
            after = os.fstat(file.fileno())
        if len(content) > MAX_BYTES:
            size = max(before.st_size, len(content))
            refusal = Refusal(Reason.TOO_LARGE, _megabytes(MAX_BYTES), _megabytes(size))
            raise DocumentError(path, f"expected at most {MAX_BYTES} bytes, found {size}", refusal)
        if (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, len(content)):
            return content
    problem = "expected a file at rest, it is being written to: try again"
    raise DocumentError(path, problem, Refusal(Reason.RESTLESS))


def read_content(path: Path) -> bytes:
    """Return the bytes of a file of the corpus, or raise `DocumentError`."""
    try:
        return _read_at_rest(path)
    except OSError as error:
        problem = f"can't be read: {error.strerror}"
        raise DocumentError(path, problem, disk_refusal(error)) from error


def decoded(path: Path, content: bytes) -> str:
    """Return the text of a file in UTF-8 and NFC, or raise `DocumentError`; `path` names it."""
    refusal = Refusal(Reason.ENCODING)
    try:
        source = content.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x} at offset {error.start}"
        raise DocumentError(path, f"expected UTF-8, found {found}", refusal) from error
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    control = _CONTROL.search(source)
    if control:
        line = source.count("\n", 0, control.start()) + 1
        found = f"control character U+{ord(control[0]):04X} in line {line}"
        problem = f"expected text, found {found}"
        raise DocumentError(path, problem, Refusal(Reason.STRUCTURE))
    return unicodedata.normalize("NFC", source)


def parse_yaml(path: Path, source: str, field: str) -> Any:  # noqa: ANN401 - YAML holds anything.
    """Return what YAML says, or raise `MetadataError` that names the field."""
    try:
        # The library's quick loader ends the program where lists are nested by the thousand.
        return yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: 2025-02-30.
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1} of it" if mark else ""
        problem = getattr(error, "problem", None) or " ".join(str(error).split())
        reason = Reason.FRONT_MATTER if field == FRONT_MATTER else Reason.YAML
        refusal = Refusal(reason, found=str(mark.line + 1) if mark else "?")
        raise MetadataError(path, field, f"not valid YAML{where}: {problem}", refusal) from error


def _read_metadata(path: Path, source: str) -> _Metadata:
    fields = parse_yaml(path, source, FRONT_MATTER)
    if not isinstance(fields, dict):
        problem = f"expected fields, found {kind_of(fields)}"
        raise MetadataError(path, FRONT_MATTER, problem, Refusal(Reason.FRONT_MATTER))
    language = _text(path, fields, "language")
    if not _LANGUAGE.fullmatch(language):
        problem = f"expected a tag such as zh-Hant, found {language!r}"
        raise MetadataError(path, "language", problem, Refusal(Reason.LANGUAGE))
    return _Metadata(
        title=_text(path, fields, "title"),
        publisher=_text(path, fields, "publisher"),
        published=_date(path, fields, "published"),
        language=language,
        url=_url(path, fields, "url"),
    )


def _text(path: Path, fields: Mapping[str, object], field: str) -> str:
    value = fields.get(field)
    if not isinstance(value, str) or not value.strip():
        hint = "" if value is None else "; put it in quotes"
        raise MetadataError(path, field, f"expected a text, found {kind_of(value)}{hint}")
    return " ".join(value.split())


def _date(path: Path, fields: Mapping[str, object], field: str) -> date:
    value = fields.get(field)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        problem = f"expected a date such as 2025-08-15, found {kind_of(value)}"
        refusal = Refusal(Reason.DATE, "2025-08-15", "-" if value is None else str(value))
        raise MetadataError(path, field, problem, refusal) from error


def _url(path: Path, fields: Mapping[str, object], field: str) -> str | None:
    value = fields.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _URL.fullmatch(value):
        problem = f"expected an http address, found {kind_of(value)}"
        raise MetadataError(path, field, problem, Refusal(Reason.ADDRESS))
    return value


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:.1f}"


def kind_of(value: object) -> str:
    """Return how a person would call what a YAML file holds in the wrong place."""
    return "nothing" if value is None else f"{str(value)[:60]!r}"
