"""A file of a cache is looked through for lost pages, but not twice without need."""

import os
import sqlite3

import pytest

from index import cache_file
from index.cache_file import open_cache_file

CREATE = ("CREATE TABLE IF NOT EXISTS word (key BLOB PRIMARY KEY, text)",)
PROBE = "SELECT text FROM word"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache.sqlite3"


@pytest.fixture
def checks(monkeypatch):
    """The number of times that a file was looked through, as a list as long."""
    found, check = [], cache_file._check
    monkeypatch.setattr(
        cache_file, "_check", lambda connection: found.append(1) or check(connection)
    )
    return found


def add(path, text, *, error=None):
    """Open the file, keep a text, and return all that it holds."""
    with open_cache_file(path, CREATE, PROBE) as connection:
        with connection:
            connection.execute("INSERT INTO word VALUES (?, ?)", (text.encode(), text))
        if error:
            raise error
        return [text for (text,) in connection.execute("SELECT text FROM word ORDER BY text")]


def test_what_is_as_it_was_closed_is_not_looked_through_again(path, checks):
    """However often it is opened, and written to meanwhile."""
    assert add(path, "a") == ["a"]
    assert add(path, "b") == ["a", "b"]
    assert add(path, "c") == ["a", "b", "c"]
    assert len(checks) == 1


@pytest.mark.parametrize(
    "disturb",
    [
        lambda path: path.write_bytes(path.read_bytes()),
        lambda path: os.utime(path),
        lambda path: path.with_name("cache.sqlite3.closed").unlink(),
        lambda path: path.with_name("cache.sqlite3.closed").write_text("{"),
        lambda path: path.with_name("cache.sqlite3.closed").write_text("[]"),
    ],
)
def test_what_was_touched_is_looked_through(path, checks, disturb):
    """Or what is not known to be as it was."""
    add(path, "a")
    disturb(path)

    assert add(path, "b") == ["a", "b"]
    assert len(checks) == 2


def test_after_a_start_of_the_machine_it_is_looked_through(path, checks, monkeypatch, tmp_path):
    """What was written may not have reached the disk."""
    add(path, "a")
    (tmp_path / "boot").write_text("another start")
    monkeypatch.setattr(cache_file, "BOOT", tmp_path / "boot")

    assert add(path, "b") == ["a", "b"]
    assert len(checks) == 2


def test_after_an_error_it_is_looked_through(path, checks):
    """It may be the file's."""
    add(path, "a")
    with pytest.raises(sqlite3.DatabaseError):
        add(path, "b", error=sqlite3.DatabaseError("malformed"))

    assert add(path, "c") == ["a", "b", "c"]
    assert len(checks) == 2


def test_a_file_whose_table_is_lost_is_begun_anew(path):
    """Also where it was thought to be as it was closed."""
    add(path, "a")
    with open_cache_file(path, CREATE, PROBE) as connection:
        connection.execute("DROP TABLE word")
        connection.execute("CREATE TABLE word (other)")
        connection.commit()

    assert add(path, "b") == ["b"]


def test_a_machine_that_does_not_tell_its_start_is_never_known(path, checks, monkeypatch, tmp_path):
    """Then nothing is remembered."""
    monkeypatch.setattr(cache_file, "BOOT", tmp_path / "nowhere")
    add(path, "a")
    add(path, "b")

    assert len(checks) == 2
