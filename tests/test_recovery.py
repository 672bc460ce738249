"""A damaged generation is never served: the one before is, and the engine says so."""

from __future__ import annotations

import logging

import pytest

from index import Engine, GenerationError, build, rollback
from index.errors import MismatchError
from index.generations import Layout, current
from index.retention import finished


@pytest.fixture
def model(tiny_model):
    return str(tiny_model)


@pytest.fixture
def rebuilt(data_dir, corpus_dir, model):
    """A data folder with two generations, of which the second lacks a document; both names."""
    before = current(data_dir).folder.name
    (corpus_dir / "ferry.md").unlink()
    return before, build(corpus_dir, data_dir, model=model).generation


def damage(layout, name="documents.jsonl"):
    path = layout.folder / name
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + b"?" + content[len(content) // 2 + 1 :])
    return path


@pytest.mark.parametrize("name", ["documents.jsonl", "chunks.faiss", "manifest.json"])
def test_the_generation_before_is_served_instead(data_dir, rebuilt, model, caplog, name):
    """One line in the log names the file and what is served; the pointer stays as it was."""
    path = damage(current(data_dir), name)

    with caplog.at_level(logging.ERROR, "index"):
        engine = Engine.open(data_dir, model=model)

    assert engine.generation == rebuilt[0]
    assert [record.getMessage() for record in caplog.records] == [engine.fault]
    assert engine.fault.startswith(str(path))
    assert engine.fault.endswith(f"(until then {rebuilt[0]} is served)")
    assert current(data_dir).folder.name == rebuilt[1]
    assert "ferry" in {document.id for document in engine.documents()}


def test_a_sound_generation_has_no_fault(data_dir, rebuilt, model):
    """The engine serves what is current, and finds it sound when it looks again."""
    engine = Engine.open(data_dir, model=model)

    assert engine.fault is None
    assert engine.faults() == []
    assert engine.generation == rebuilt[1]


def test_a_swap_to_a_damaged_generation_serves_the_one_before(data_dir, corpus_dir, model):
    """So does a reload, while an answer goes on; a later sound build heals it."""
    engine = Engine.open(data_dir, model=model)
    before = engine.generation
    build(corpus_dir, data_dir, model=model)
    damage(current(data_dir))

    assert engine.swap() == before
    assert engine.fault is not None
    report = build(corpus_dir, data_dir, model=model)

    assert engine.swap() == report.generation
    assert engine.fault is None
    assert [layout.folder.name for layout in finished(data_dir)] == [before, report.generation]


def test_damage_while_it_serves_is_found_when_one_looks(data_dir, rebuilt, model):
    """The files are verified again on demand; then the one before takes over."""
    engine = Engine.open(data_dir, model=model)
    path = damage(current(data_dir), "sentences.npy")

    (line,) = engine.faults()
    generation = engine.swap()

    assert line.startswith(str(path))
    assert generation == rebuilt[0]


def test_where_nothing_is_sound_the_current_fault_is_told(data_dir, rebuilt, model):
    """It is the current generation's file that one has to know."""
    damage(finished(data_dir)[0])
    path = damage(finished(data_dir)[1], "chunks.npy")

    with pytest.raises(GenerationError, match=path.name):
        Engine.open(data_dir, model=model)


def test_another_model_is_no_damage(data_dir, rebuilt, tmp_path):
    """A generation that is whole but another model's is refused: one must build."""
    from models import make_tiny_model

    other = make_tiny_model(tmp_path / "other", seed=1)

    with pytest.raises(MismatchError, match="built with the model"):
        Engine.open(data_dir, model=str(other))


def test_a_rollback_leaves_a_damaged_generation(data_dir, rebuilt, model):
    """What is served already becomes current, and the fault is gone."""
    damage(current(data_dir))
    engine = Engine.open(data_dir, model=model)

    rollback(data_dir)
    engine.swap()

    assert engine.fault is None
    assert engine.generation == rebuilt[0]


def test_a_file_that_may_not_be_read_is_a_fault(data_dir, rebuilt, model):
    """Where it should be stands a folder, which nobody can read as a file."""
    layout = Layout(current(data_dir).folder)
    layout.chunks.unlink()
    layout.chunks.mkdir()

    engine = Engine.open(data_dir, model=model)

    assert engine.fault.startswith(f"{layout.chunks}: missing")
