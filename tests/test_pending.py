"""Documents that wait for a button are kept as they are, for a day, and not too many."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date

import pytest

from bot.pending import KEPT, KEPT_SECONDS, Pending
from index import Imported

NOTES = Imported("桥 👍\n", "Bridge", None, date(2024, 5, 3), "en", None, date(2024, 5, 4))


@pytest.fixture
def pending(tmp_path):
    return Pending(tmp_path / "previews")


@pytest.mark.parametrize("document", [NOTES, replace(NOTES, published=None, made=None)])
def test_a_document_comes_back_as_it_was(pending, document):
    """Every field, those that are not told among them."""
    token = pending.keep(document)

    assert pending.find(token) == document
    assert Pending(pending.folder).find(token) == document


def test_a_changed_document_keeps_its_token(pending):
    """The change is what is found then."""
    token = pending.keep(NOTES)

    pending.change(token, replace(NOTES, publisher="Sky"))

    assert pending.find(token) == replace(NOTES, publisher="Sky")


def test_a_dropped_document_is_gone(pending):
    """Dropping it again does no harm."""
    token = pending.keep(NOTES)

    pending.drop(token)
    pending.drop(token)

    assert pending.find(token) is None
    assert list(pending.folder.iterdir()) == []


def test_a_document_waits_for_a_day(pending):
    """Then nothing is left of it."""
    token = pending.keep(NOTES)
    written = (pending.folder / f"{token}.json").stat().st_mtime

    late = Pending(pending.folder, clock=lambda: written + KEPT_SECONDS + 1)

    assert pending.find(token) == NOTES
    assert late.find(token) is None
    assert list(pending.folder.iterdir()) == []


def test_the_oldest_makes_room(pending):
    """However many are sent, the last ones wait."""
    tokens = []
    for number in range(KEPT + 2):
        tokens.append(pending.keep(NOTES))
        os.utime(pending.folder / f"{tokens[-1]}.json", (1e9 + number, 1e9 + number))
        pending = replace(pending, clock=lambda number=number: 1e9 + number)

    assert len(list(pending.folder.iterdir())) == KEPT
    assert [pending.find(token) is None for token in tokens[:3]] == [True, True, False]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"made": 3, "published": null}', "\0"])
def test_a_file_of_another_kind_is_no_document(pending, content):
    """A later version, or a full disk, may have written it."""
    token = pending.keep(NOTES)
    (pending.folder / f"{token}.json").write_text(content, "utf-8")

    assert pending.find(token) is None
