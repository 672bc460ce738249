"""Files of other kinds into the corpus: converted, dated and named, never over another one."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from .converting import converted
from .corpus import read_document
from .errors import DocumentError, FieldError, RefusedError
from .languages import language_of
from .refusals import Reason, Refusal

STRAY_SECONDS = 3600.0
NAME_CHARACTERS = 60
FIELDS = ("title", "publisher", "published", "language", "url")
UNTOLD = {"zh": "未注明", "ru": "не указано"}
"""What stands for a publisher that the file doesn't tell; in other languages ``not told``."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A converted text with what its file tells; None where it doesn't."""

    text: str
    title: str
    publisher: str | None
    published: date | None
    language: str
    url: str | None
    made: date | None = None
    """When the file was made, which need not be when its text was published."""

    def with_fields(self, fields: Mapping[str, str]) -> Imported:
        """Return it with fields that a person tells, each of `FIELDS`.

        Raises:
            FieldError: A field is unknown, or its value can't be one.
        """
        if unknown := set(fields) - set(FIELDS):
            line = f"expected one of {', '.join(FIELDS)}, found {min(unknown)!r}"
            raise FieldError(line, Refusal(Reason.FIELD, found=min(unknown)))
        told: dict[str, Any] = {name: " ".join(value.split()) for name, value in fields.items()}
        if "published" in told:
            told["published"] = _told_date(told["published"])
        return replace(self, **told)


def _told_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        expected = "published: expected a date such as 2025-08-15"
        refusal = Refusal(Reason.DATE, "2025-08-15", text)
        raise FieldError(f"{expected}, found {text!r}", refusal) from None


def read_foreign(path: Path) -> Imported:
    """Convert a file, in a process with bounds on its time, memory and output.

    Raises:
        RefusedError: It is no document, or one that can't be read; the line says why.
    """
    told = converted(path)
    stem = unicodedata.normalize("NFC", path.stem)
    text = unicodedata.normalize("NFC", told["text"]).strip() + "\n"
    heading = re.search(r"^#+\s+(.+)$", text, re.MULTILINE)
    return Imported(
        text=text,
        title=_line(told.get("title")) or (heading[1].strip() if heading else stem),
        publisher=_line(told.get("publisher")),
        published=_date(told.get("published")) or _date_in(stem),
        language=told.get("language") or language_of(text),
        url=told.get("url") if re.fullmatch(r"https?://\S+", told.get("url") or "") else None,
        made=_date(told.get("made")) or datetime.fromtimestamp(path.stat().st_mtime, UTC).date(),
    )


def import_file(path: Path, corpus_dir: Path, told: Mapping[str, str]) -> str:
    """Import one file with the fields that a person tells; return a line that says what was done.

    Raises:
        IndexingError: The file, or a field, can't be taken.
    """
    document = read_foreign(path)
    try:
        document = document.with_fields(told)
    except FieldError as error:
        raise RefusedError(path, str(error), error.refusal) from error
    added = add_document(document, corpus_dir)
    return "; ".join([f"{path} -> {added}", *untold(document)])


def add_document(document: Imported, corpus_dir: Path) -> Path:
    """Write a document into the corpus under a new name, whole or not at all; return its path.

    What its file doesn't tell is marked so, for a person to mend: the publisher is named as not
    told, and the day on which the file was made stands for the date.

    Raises:
        RefusedError: The text, or a field, can't be one of a document of the corpus.
    """
    corpus_dir.mkdir(parents=True, exist_ok=True)
    _sweep(corpus_dir)
    pending = corpus_dir / f".import-{secrets.token_hex(8)}.tmp"
    try:
        with pending.open("x", encoding="utf-8") as file:
            file.write(_front_matter(document) + _titled(document))
            file.flush()
            os.fsync(file.fileno())
        _check(pending)
        return _linked(pending, corpus_dir, file_name(document))
    finally:
        pending.unlink(missing_ok=True)


def _sweep(corpus_dir: Path) -> None:
    """Remove what imports left that were killed; none takes as long as this."""
    for pending in corpus_dir.glob(".import-*.tmp"):
        with contextlib.suppress(FileNotFoundError):
            if abs(time.time() - pending.stat().st_mtime) > STRAY_SECONDS:
                pending.unlink()


def untold(document: Imported) -> list[str]:
    """Return a clause for each field that the file doesn't tell and a person should mend."""
    notes = []
    if document.publisher is None:
        notes.append("its publisher is not told")
    if document.published is None:
        notes.append("its date is not told: the day on which the file was made stands for it")
    return notes


def file_name(document: Imported) -> str:
    """Return the stem of a document's file: its date, if told, and the words of its title."""
    words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", document.title).lower())
    day = f"{document.published.isoformat()}-" if document.published else ""
    stem = f"{day}{words.strip('-')}"
    # Bytes are what a file system counts, and a Han character has three.
    while len(stem) > NAME_CHARACTERS or len(stem.encode()) > 200:
        stem = stem[:-1]
    stem = stem.strip("-")
    return stem if stem and stem != "readme" else f"document-{stem}".strip("-")


def _front_matter(document: Imported) -> str:
    unnamed = UNTOLD.get(document.language.split("-")[0], "not told")
    published = document.published or document.made or datetime.now(UTC).date()
    fields: dict[str, Any] = {
        "title": document.title,
        "publisher": document.publisher or unnamed,
        "published": published,
        "language": document.language,
    }
    if document.url:
        fields["url"] = document.url
    notes = "".join(f"# {note.capitalize()}.\n" for note in untold(document))
    dumped = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{notes}{dumped}---\n\n"


def _titled(document: Imported) -> str:
    """Return the text below its title as the heading of level 1, unless it has one."""
    if re.search(r"^# ", document.text, re.MULTILINE):
        return document.text
    first, _, rest = document.text.partition("\n")
    # A title that is the first line already must not come twice.
    twice = first.strip("# ") == document.title and rest.strip()
    body = rest.lstrip("\n") if twice else document.text
    return f"# {document.title}\n\n{body}"


def _check(pending: Path) -> None:
    try:
        read_document(pending)
    except DocumentError as error:
        raise RefusedError(pending, error.problem, error.refusal) from error


def _linked(pending: Path, folder: Path, stem: str) -> Path:
    for number in range(1, 1000):
        path = folder / (f"{stem}.md" if number == 1 else f"{stem}-{number}.md")
        try:
            # Unlike renaming, this refuses a name that is taken.
            path.hardlink_to(pending)
        except FileExistsError:
            continue
        return path
    problem = f"expected a free name like {stem}.md, found none"
    raise RefusedError(folder, problem, Refusal(Reason.NAMES, f"{stem}.md"))


def _line(value: object) -> str | None:
    line = " ".join(str(value or "").split())
    return line or None


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _date_in(stem: str) -> date | None:
    match = re.search(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)", stem)
    return _date(match[0]) if match else None
