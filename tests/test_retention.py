"""Generations keep the order they were built in, whatever the clock says, and the old ones go."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import BuildRunningError, build, rollback
from index.generations import current, make_current
from index.locking import locked
from index.retention import finished, new_generation, next_name, prune

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def names(data_dir):
    return [layout.folder.name for layout in finished(data_dir)]


@given(st.lists(st.integers(0, 4_000_000_000), max_size=20))
def test_names_rise_though_the_clock_jumps(times):
    """Each is after all that are taken, forwards or backwards in time."""
    taken = []

    for now in times:
        taken.append(next_name(taken, datetime.fromtimestamp(now, UTC)))

    assert all(first < second for first, second in pairwise(taken))


def test_a_name_is_the_time_where_that_is_later():
    """And what is no generation's name doesn't count."""
    assert next_name(["CURRENT", "zzz"], NOW) == "20260501T120000.000000Z"
    assert next_name(["20260501T120000.999999Z"], NOW) == "20260501T120001.000000Z"


def test_a_build_after_the_clock_was_set_back_is_the_newest(data_dir, corpus_dir, tiny_model):
    """It is rolled back to the one before it, and pruning keeps those two."""
    layout = current(data_dir)
    future = layout.folder.with_name("20991231T235959.999999Z")
    layout.folder.rename(future)
    (data_dir / "generations" / "CURRENT").write_text(future.name, "utf-8")

    report = build(corpus_dir, data_dir, model=str(tiny_model))

    assert names(data_dir) == [future.name, report.generation]
    assert rollback(data_dir) == future.name


def test_the_one_that_was_live_is_kept_not_the_newest(data_dir, corpus_dir, tiny_model):
    """After a rollback and a build one can go back to what had been served in between."""
    first = current(data_dir).folder.name
    second = build(corpus_dir, data_dir, model=str(tiny_model)).generation
    rollback(data_dir)

    third = build(corpus_dir, data_dir, model=str(tiny_model)).generation

    assert second not in names(data_dir)
    assert names(data_dir) == [first, third]


def test_a_damaged_one_is_not_what_is_kept(data_dir, corpus_dir, tiny_model):
    """An older sound one is worth more than a newer that can't be opened."""
    first = current(data_dir)
    second = build(corpus_dir, data_dir, model=str(tiny_model)).generation
    current(data_dir).chunks.write_bytes(b"")

    third = build(corpus_dir, data_dir, model=str(tiny_model)).generation

    assert second not in names(data_dir)
    assert names(data_dir) == [first.folder.name, third]


def test_what_killed_builds_left_goes_before_the_next_one_begins(data_dir):
    """Half-built folders and pending files; what is sealed stays."""
    generations = data_dir / "generations"
    (generations / "20200101T000000.000000Z").mkdir()
    (generations / "CURRENT.tmp").write_text("x")
    (current(data_dir).folder / "manifest.tmp").write_text("x")

    with new_generation(data_dir, now=NOW) as layout:
        left = sorted(path.name for path in generations.iterdir())

    assert left == sorted([current(data_dir).folder.name, "CURRENT", layout.folder.name])
    assert not (current(data_dir).folder / "manifest.tmp").exists()


def test_a_rollback_waits_for_no_build(data_dir, corpus_dir, tiny_model):
    """While another holds the lock it is refused, and nothing changes."""
    build(corpus_dir, data_dir, model=str(tiny_model))
    before = current(data_dir)

    with locked(data_dir), pytest.raises(BuildRunningError):
        rollback(data_dir)

    assert current(data_dir) == before
    rollback(data_dir)
    assert current(data_dir) != before


def test_pruning_without_a_generation_before_keeps_the_newest_sound_one(data_dir, corpus_dir):
    """As after the pointer was lost."""
    layout = current(data_dir)
    make_current(layout)

    prune(data_dir)

    assert names(data_dir) == [layout.folder.name]
