"""The generation before can be made current again, if it is there and sound."""

from __future__ import annotations

import pytest

from index import Engine, GenerationError, build, facts, rollback


@pytest.fixture
def rebuilt(data_dir, corpus_dir, tiny_model):
    """A data folder with two generations; the second lacks a document."""
    (corpus_dir / "ferry.md").unlink()
    first = facts(data_dir)
    build(corpus_dir, data_dir, model=str(tiny_model))
    return first


def test_a_rollback_returns_to_the_generation_before(rebuilt, data_dir, tiny_model):
    """An open engine follows with its next swap, and finds what it found before."""
    engine = Engine.open(data_dir, model=str(tiny_model))
    without = {document.id for document in engine.documents()}

    name = rollback(data_dir)
    engine.swap()

    assert name == engine.generation == rebuilt.generation
    assert {document.id for document in engine.documents()} - without == {"ferry"}
    assert facts(data_dir) == rebuilt


def test_there_is_nothing_before_the_first_generation(rebuilt, data_dir):
    """A second rollback says so; it does not go forward again."""
    rollback(data_dir)

    with pytest.raises(GenerationError, match="there is no generation before"):
        rollback(data_dir)

    assert facts(data_dir) == rebuilt


def test_a_damaged_generation_is_not_gone_back_to(rebuilt, data_dir):
    """The current one stays current."""
    live = facts(data_dir)
    old = data_dir / "generations" / rebuilt.generation / "documents.jsonl"
    old.write_bytes(old.read_bytes().replace(b"0", b"1", 1))

    with pytest.raises(GenerationError, match=r"documents\.jsonl"):
        rollback(data_dir)

    assert facts(data_dir) == live


def test_facts_are_those_of_the_manifest(data_dir, built_data_dir):
    """Counts and sizes, as an operator asks for them."""
    found = facts(data_dir)

    assert found.documents == 4
    assert found.sentences >= found.chunks > 0
    folder = built_data_dir / "generations" / found.generation
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert found.bytes == sum(p.stat().st_size for p in files if p.name != "manifest.json")
