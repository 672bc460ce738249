from dataclasses import replace
from pathlib import Path

import pytest

from index import Engine, GenerationError
from index.checking import check
from index.generations import Manifest, current, digests

SEALED = [
    "documents.jsonl",
    "aliases.json",
    "sentences.npy",
    "chunks.npy",
    "sentence-vectors.npy",
    "slots.npy",
    "chunks.faiss",
    "documents.npy",
    "headings.txt",
    "headings.npy",
    "parts.bin",
    "word-pieces.bin",
    "word-piece-ends.bin",
    "lexical/meta.json",
    "manifest.json",
]


def faults(corpus_dir, data_dir):
    return list(check(corpus_dir, data_dir))


def all_files(data_dir):
    folder = current(data_dir).folder
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".lock"]


def test_the_test_corpus_is_sound(corpus_dir, data_dir):
    """A corpus and the generation built from it have no fault."""
    assert faults(corpus_dir, data_dir) == []


def test_a_corpus_that_was_never_built_is_sound(corpus_dir, tmp_path):
    """No generation is no fault."""
    assert faults(corpus_dir, tmp_path / "data") == []


def test_every_sealed_file_is_tried_here(data_dir):
    """The list of names in this module misses no kind of file."""
    folder = current(data_dir).folder
    names = {path.relative_to(folder).as_posix() for path in all_files(data_dir)}

    assert set(SEALED) <= names
    assert all(name.startswith("lexical/") for name in names - set(SEALED))


def test_a_turned_bit_in_any_file_is_named(corpus_dir, data_dir, tiny_model):
    """Each file of a generation, damaged in its middle, is named by check and refused by open."""
    for path in all_files(data_dir):
        content = path.read_bytes()
        at = len(content) // 2
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])

        lines = faults(corpus_dir, data_dir)
        with pytest.raises(GenerationError, match=path.name):
            Engine.open(data_dir, model=str(tiny_model))
        path.write_bytes(content)

        assert any(str(path) in line for line in lines), path
    assert faults(corpus_dir, data_dir) == []


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_named(corpus_dir, data_dir, tiny_model, share):
    """Each file, cut anywhere, is named by check and refused by open."""
    for path in all_files(data_dir):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

        lines = faults(corpus_dir, data_dir)
        with pytest.raises(GenerationError, match=path.name):
            Engine.open(data_dir, model=str(tiny_model))
        path.write_bytes(content)

        assert any(str(path) in line for line in lines), path


def test_a_text_that_was_altered_and_sealed_again_is_named(corpus_dir, data_dir):
    """Its digest is that of the document which the build read."""
    layout = current(data_dir)
    text = layout.documents.read_text("utf-8")
    layout.documents.write_text(text.replace("20吨", "90吨"), "utf-8")
    manifest = Manifest.read(layout.manifest)
    replace(manifest, files=digests(layout.folder)).write(layout.manifest)

    assert faults(corpus_dir, data_dir) == [
        f"{layout.documents}: bridge is not as the build read it"
    ]


def test_a_missing_file_is_named(corpus_dir, data_dir, tiny_model):
    """So is one that is gone."""
    path = current(data_dir).dense
    path.unlink()

    assert faults(corpus_dir, data_dir) == [f"{path}: missing"]
    with pytest.raises(GenerationError, match=r"chunks\.faiss: missing; run `python -m index"):
        Engine.open(data_dir, model=str(tiny_model))


@pytest.mark.parametrize("content", ["", "nowhere", "../.."])
def test_a_damaged_pointer_is_named(corpus_dir, data_dir, tiny_model, content):
    """A pointer to nothing is a fault; the sound generation beside it is served all the same."""
    built = current(data_dir).folder.name
    (data_dir / "generations" / "CURRENT").write_text(content, "utf-8")

    engine = Engine.open(data_dir, model=str(tiny_model))

    assert len(faults(corpus_dir, data_dir)) == 1
    assert engine.generation == built
    assert engine.fault.endswith(f"(until then {built} is served)")


@pytest.mark.parametrize("name", ["bridge", "eclipse", "ferry", "museum"])
def test_a_changed_byte_of_the_corpus_is_named(corpus_dir, data_dir, name):
    """The document whose last character is another one is named, and no other."""
    path = corpus_dir / f"{name}.md"
    content = path.read_bytes().rstrip()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]) + b"\n")

    (line,) = faults(corpus_dir, data_dir)

    assert name in line


@pytest.mark.parametrize("field", ["title: 青石", "publisher: 河州", "published: 2024", "url: ht"])
def test_changed_metadata_is_named(corpus_dir, data_dir, field):
    """A citation is part of the promise, so its fields count too."""
    path = corpus_dir / "bridge.md"
    text = path.read_text("utf-8")
    value = {"published: 2024": "published: 2023", "url: ht": "# url: ht"}.get(field, field + "x")
    path.write_text(text.replace(field, value), "utf-8")

    (line,) = faults(corpus_dir, data_dir)

    assert line.startswith("bridge: changed since it was indexed")


def test_changed_aliases_are_named(corpus_dir, data_dir):
    """The names are part of what was indexed."""
    path = corpus_dir / "aliases.yaml"
    path.write_text(path.read_text("utf-8") + "  - [公交, автобус]\n", "utf-8")

    (line,) = faults(corpus_dir, data_dir)

    assert line.startswith(f"{path}: changed since it was indexed")


def test_documents_that_came_and_went_are_named(corpus_dir, data_dir):
    """Both are differences between corpus and index."""
    (corpus_dir / "ferry.md").rename(corpus_dir / "boat.md")

    assert [line.split(":")[0] for line in faults(corpus_dir, data_dir)] == ["boat", "ferry"]


def test_every_unreadable_file_is_named(corpus_dir, data_dir):
    """Check goes on after the first fault."""
    (corpus_dir / "one.md").write_text("no front matter", "utf-8")
    (corpus_dir / "two.md").write_bytes(b"\xff\xfe")
    (corpus_dir / "aliases.yaml").write_text("[", "utf-8")

    lines = faults(corpus_dir, data_dir)

    assert len(lines) == 3
    for name in ("one.md", "two.md", "aliases.yaml"):
        assert any(name in line for line in lines)


def test_a_missing_corpus_is_named(tmp_path):
    """One line tells which folder was expected."""
    (line,) = faults(tmp_path / "nowhere", tmp_path)

    assert "nowhere" in line


def test_a_mark_without_reference_is_named(corpus_dir, tmp_path):
    """A footnote that leads nowhere can't be cited."""
    path = corpus_dir / "eclipse.md"
    path.write_text(path.read_text("utf-8").replace("開始。[1]", "開始。[7]"), "utf-8")

    (line,) = faults(corpus_dir, tmp_path)

    assert "[7]" in line
    assert str(path) in line


def test_a_document_without_sentence_is_named(corpus_dir, tmp_path):
    """It could never be quoted."""
    path = corpus_dir / "empty.md"
    head = (corpus_dir / "ferry.md").read_text("utf-8").split("# Ferry")[0]
    path.write_text(head + "\n***\n", "utf-8")

    assert faults(corpus_dir, tmp_path) == [f"{path}: it holds no sentence that could be quoted"]


def test_the_shipped_corpus_is_sound(tmp_path):
    """Every block, sentence and reference of the real documents is their own characters."""
    assert faults(Path(__file__).parent.parent / "corpus", tmp_path) == []
