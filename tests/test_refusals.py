"""Every reason for which something can't be done is told in each language."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from bot.refusals import clauses, reason_line, refusal_line
from bot.texts import CATALOGUE
from index import (
    BuildRunningError,
    DocumentError,
    GenerationError,
    NoGenerationError,
    Reason,
    Refusal,
    RefusedError,
    SearchDownError,
    disk_refusal,
)

ENGLISH = CATALOGUE["en"].management


@pytest.mark.parametrize("texts", CATALOGUE.values(), ids=CATALOGUE)
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_line_in_every_language(reason, texts):
    """It fits one line, has its details, and is no other reason's."""
    said = texts.management

    line = refusal_line(Refusal(reason, "exp" * 90, "fou\nnd" * 90), said)

    assert line
    assert "\n" not in line
    assert "{" not in line
    assert len(line) <= 200
    assert [*clauses(said).values()].count(clauses(said)[reason]) == 1
    assert ("exp" in line) >= ("{expected}" in clauses(said)[reason])
    assert ("fou nd" in line) >= ("{found}" in clauses(said)[reason])


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (GenerationError("x"), "the index is damaged; the log names the file"),
        (NoGenerationError("x"), "no index has been built yet"),
        (BuildRunningError("x"), "another build is running"),
        (SearchDownError("x"), "the search engine doesn't answer"),
        (
            DocumentError(Path("c/a.md"), "x", Refusal(Reason.ADDRESS)),
            "a.md: url: expected an http address",
        ),
        (
            RefusedError(Path("u/0.md"), "x", Refusal(Reason.ADDRESS)),
            "url: expected an http address",
        ),
        (OSError(errno.EROFS, "x"), "the permission to read or write is lacking"),
    ],
)
def test_an_error_is_told_as_a_clause_of_ours(error, line):
    """A file of the corpus is named, a file that was sent is not, and nothing of the log's."""
    assert reason_line(error, ENGLISH) == line


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, Reason.FULL),
        (errno.EACCES, Reason.FORBIDDEN),
        (errno.ENOENT, Reason.GONE),
        (errno.EIO, Reason.DISK),
    ],
)
def test_a_disk_tells_why_it_refuses(number, reason):
    """The name of the fault is kept for those who know it."""
    assert disk_refusal(OSError(number, "x")) == Refusal(reason, found=errno.errorcode[number])


def test_a_database_tells_why_it_refuses(tmp_path):
    """A real fault of SQLite: it may have no more pages."""
    with sqlite3.connect(tmp_path / "a.sqlite3") as connection:
        connection.execute("PRAGMA max_page_count = 2")
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute("CREATE TABLE a AS SELECT zeroblob(100000)")
    connection.close()

    assert disk_refusal(caught.value) == Refusal(Reason.FULL, found="SQLITE_FULL")
    assert disk_refusal(sqlite3.OperationalError("x")).reason is Reason.DISK
