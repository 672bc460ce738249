"""One list of names changes, and the rest of the file stays as people wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import (
    DocumentError,
    IndexingError,
    Reason,
    Refusal,
    add_names,
    read_aliases,
    remove_name,
)

SOURCE = """# A note for people.

people:
  - [特朗普, 川普, Trump]   # the same person
  - [普京, Putin]

places:
  - [美国, "Washington, D.C."]
"""


def lists(path):
    return tuple(tuple(names) for group in read_aliases(path).values() for names in group)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "aliases.yaml"
    file.write_text(SOURCE, "utf-8")
    return file


def test_a_name_joins_the_list_that_knows_one_of_them(path):
    """Nothing else of the file changes, its comments and other lists least of all."""
    together = add_names(path, ["川普", "Трамп", "Trump, Donald"])

    assert together == ("特朗普", "川普", "Trump", "Трамп", "Trump, Donald")
    assert path.read_text("utf-8") == SOURCE.replace(
        "[特朗普, 川普, Trump]", '[特朗普, 川普, Trump, Трамп, "Trump, Donald"]'
    )


def test_new_names_are_a_new_list(path):
    """Those added come last, under one heading."""
    add_names(path, ["鲁比奥", "Rubio"])
    add_names(path, ["威特科夫", "Witkoff"])

    assert path.read_text("utf-8") == (
        f"{SOURCE}\nadded:\n  - [鲁比奥, Rubio]\n  - [威特科夫, Witkoff]\n"
    )


def test_there_need_be_no_file_before(tmp_path):
    """The first list makes it."""
    path = tmp_path / "aliases.yaml"

    add_names(path, ["a1", "b2"])

    assert lists(path) == (("a1", "b2"),)


def test_a_name_is_taken_out_in_any_spelling(path):
    """Case doesn't matter; the others stay together."""
    left = remove_name(path, "TRUMP")

    assert left == ("特朗普", "川普")
    assert "[特朗普, 川普]   # the same person" in path.read_text("utf-8")


def test_a_list_of_one_is_none(path):
    """It goes, and its heading with it when nothing is left below."""
    assert remove_name(path, "putin") == ()
    assert remove_name(path, "美国") == ()

    assert lists(path) == (("特朗普", "川普", "Trump"),)
    assert "places" not in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("names", "problem", "reason"),
    [
        (
            ["川普", "Putin"],
            "expected names of one list, found those of two: 特朗普 / 普京",
            Reason.NAMES_APART,
        ),
        (["new"], "expected 2 to 200 names, found 1", Reason.NAMES_COUNT),
        (["a", "  "], "expected a name", Reason.NAME),
        (["a", "b" * 101], "expected a name", Reason.NAME),
        (["a", "👍"], "expected a name", Reason.NAME),
    ],
)
def test_what_can_not_be_a_list_is_refused(path, names, problem, reason):
    """The file is as it was."""
    with pytest.raises(IndexingError, match=problem) as caught:
        add_names(path, names)

    assert caught.value.refusal.reason is reason
    assert path.read_text("utf-8") == SOURCE


def test_an_unknown_name_is_not_removed(path):
    """The line tells which."""
    with pytest.raises(IndexingError, match="found 'x' in none") as caught:
        remove_name(path, "x")

    assert caught.value.refusal == Refusal(Reason.NAME_ABSENT, found="x")


def test_a_list_over_several_lines_is_named_by_its_line(path):
    """Such a list is people's to change."""
    path.write_text("people:\n  - - a\n    - b\n", "utf-8")

    with pytest.raises(DocumentError, match="line 2: expected the names in ") as caught:
        remove_name(path, "a")

    assert caught.value.refusal == Refusal(Reason.NAMES_LINE, found="2")


def test_a_broken_file_is_left_to_people(path):
    """Nothing is written over what can't be read."""
    path.write_text("people: [", "utf-8")

    with pytest.raises(DocumentError, match="not valid YAML"):
        add_names(path, ["a", "b"])

    assert path.read_text("utf-8") == "people: ["


TRICKY = st.text("aбВ中·-,:#'\"{}[]&*! yes0", min_size=1, max_size=9)


@given(st.lists(TRICKY, min_size=2, max_size=5))
def test_whatever_is_added_is_read_back(tmp_path_factory, names):
    """Marks that mean something in YAML are no way out of the list."""
    path = tmp_path_factory.mktemp("a") / "aliases.yaml"
    path.write_text(SOURCE, "utf-8")
    before = lists(path)

    try:
        together = add_names(path, names)
    except IndexingError:
        assert path.read_text("utf-8") == SOURCE
        return

    assert lists(path)[-1] == together
    assert lists(path)[:-1] == before
