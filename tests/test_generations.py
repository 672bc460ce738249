import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest

from index.arrays import read_table, write_table
from index.corpus import read_corpus
from index.documents import document_line, read_documents
from index.errors import GenerationError, NoGenerationError
from index.generations import (
    FORMAT,
    Layout,
    Manifest,
    current,
    digests,
    make_current,
    read_names,
    write_names,
)
from index.retention import prune
from index.types import Document, Reference, Span
from index.verification import faults, offsets

CORPUS = Path(__file__).parent / "corpus"
MANIFEST = Manifest(
    format=FORMAT,
    generation="20240101T000000.000000Z",
    encoder="model",
    dim=4,
    created="2024-01-01T00:00:00+00:00",
    documents={"a": "0"},
    chunks=1,
    sentences=1,
    files={},
)


def finished(data_dir, name):
    """Make the folder of a generation that its manifest seals."""
    layout = Layout(data_dir / "generations" / name)
    layout.folder.mkdir(parents=True)
    replace(MANIFEST, generation=name).write(layout.manifest)
    return layout


def names(data_dir):
    return sorted(f.name for f in (data_dir / "generations").iterdir() if f.is_dir())


def test_nothing_is_current_before_the_first_build(tmp_path):
    """The error is one of its own, since it is cured by building."""
    with pytest.raises(NoGenerationError, match="python -m index build"):
        current(tmp_path)


def test_a_generation_becomes_current_by_a_rename(tmp_path):
    """The pointer names it, and no half-written pointer is left."""
    layout = finished(tmp_path, "one")

    make_current(layout)

    assert current(tmp_path) == layout
    assert sorted(p.name for p in (tmp_path / "generations").iterdir()) == ["CURRENT", "one"]


def test_a_generation_without_its_manifest_never_becomes_current(tmp_path):
    """The manifest is written last, so a folder without one is unfinished."""
    make_current(finished(tmp_path, "one"))
    unfinished = Layout(tmp_path / "generations" / "two")
    unfinished.folder.mkdir()

    with pytest.raises(FileNotFoundError):
        make_current(unfinished)

    assert current(tmp_path).folder.name == "one"


@pytest.mark.parametrize("content", [b"", b" \n", b"../one", b"..", b"/etc", b".hidden", b"\xff"])
def test_a_damaged_pointer_is_refused(tmp_path, content):
    """What names no folder beside it is an error that names the pointer."""
    make_current(finished(tmp_path, "one"))
    (tmp_path / "generations" / "CURRENT").write_bytes(content)

    with pytest.raises(GenerationError, match="CURRENT"):
        current(tmp_path)


def test_pruning_keeps_the_live_generation_and_the_one_before(tmp_path):
    """Older ones go, and unfinished ones whatever their age."""
    for name in ("1", "2", "3"):
        finished(tmp_path, name)
    (tmp_path / "generations" / "4-unfinished").mkdir()
    make_current(finished(tmp_path, "5"))

    prune(tmp_path)

    assert names(tmp_path) == ["3", "5"]


def test_pruning_keeps_the_live_generation_though_others_are_newer(tmp_path):
    """After a rollback the live one is the older."""
    make_current(finished(tmp_path, "1"))
    for name in ("2", "3"):
        finished(tmp_path, name)

    prune(tmp_path)

    assert names(tmp_path) == ["1", "3"]


def test_pruning_a_single_generation_removes_nothing(tmp_path):
    """The first build has nothing before it."""
    make_current(finished(tmp_path, "1"))

    prune(tmp_path)

    assert names(tmp_path) == ["1"]


def test_a_manifest_is_read_back(tmp_path):
    """Everything that was written is there again."""
    manifest = replace(MANIFEST, files={"a/b": (3, "digest")}, documents={"桥": "0"})
    manifest.write(tmp_path / "manifest.json")

    assert Manifest.read(tmp_path / "manifest.json") == manifest
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_another_format_is_refused(tmp_path):
    """The error says which format was found and which is read."""
    replace(MANIFEST, format=FORMAT + 7).write(tmp_path / "manifest.json")

    with pytest.raises(GenerationError, match=rf"format {FORMAT + 7}, this program reads {FORMAT}"):
        Manifest.read(tmp_path / "manifest.json")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "null",
        "{",
        "\0",
        json.dumps({"format": FORMAT}),
        json.dumps(asdict(MANIFEST)),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path, content):
    """The error names the file."""
    path = tmp_path / "manifest.json"
    path.write_text(content, "utf-8")

    with pytest.raises(GenerationError, match=r"manifest\.json"):
        Manifest.read(path)


@pytest.mark.parametrize("files", [[], {"a": [1]}, {"a": ["x", "y"]}])
def test_a_manifest_with_other_fields_is_refused(tmp_path, files):
    """Even one that was sealed so is no manifest."""
    replace(MANIFEST, files=files).write(tmp_path / "manifest.json")

    with pytest.raises(GenerationError, match=r"manifest\.json"):
        Manifest.read(tmp_path / "manifest.json")


def test_a_missing_manifest_is_refused(tmp_path):
    """A generation that was never sealed can't be opened."""
    with pytest.raises(GenerationError, match=r"manifest\.json"):
        Manifest.read(tmp_path / "manifest.json")


def test_any_byte_of_a_manifest_counts(tmp_path):
    """A manifest in which one bit is turned is refused, wherever it stands."""
    path = tmp_path / "manifest.json"
    MANIFEST.write(path)
    content = path.read_bytes()

    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(GenerationError, match=r"manifest\.json"):
            Manifest.read(path)


def sealed(folder):
    (folder / "lexical").mkdir()
    (folder / "one").write_bytes(b"123")
    (folder / "lexical" / "two").write_bytes(b"4567")
    return replace(MANIFEST, files=digests(folder))


def test_every_file_but_the_manifest_is_sealed(tmp_path):
    """Files in folders below count too."""
    MANIFEST.write(tmp_path / "manifest.json")

    manifest = sealed(tmp_path)

    assert {name: size for name, (size, _) in manifest.files.items()} == {
        "one": 3,
        "lexical/two": 4,
    }
    assert list(faults(Layout(tmp_path), manifest)) == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [(None, "missing"), (b"456", "expected 4 bytes, found 3"), (b"4560", "SHA-256")],
)
def test_a_changed_file_is_named(tmp_path, content, fault):
    """Missing, shorter or other bytes: one line, with the file and what is wrong."""
    manifest = sealed(tmp_path)
    path = tmp_path / "lexical" / "two"
    path.unlink() if content is None else path.write_bytes(content)

    (line,) = faults(Layout(tmp_path), manifest)

    assert line.startswith(str(path))
    assert fault in line


def test_every_changed_file_is_named_in_the_manifest_s_order(tmp_path):
    """However large they are, and whichever was read first."""
    (tmp_path / "large").write_bytes(b"0" * 3_000_000)
    manifest = sealed(tmp_path)
    for name in manifest.files:
        path = tmp_path / name
        path.write_bytes(b"1" + path.read_bytes()[1:-1] + b"?")

    lines = list(faults(Layout(tmp_path), manifest))

    assert [line.split(":")[0] for line in lines] == [str(tmp_path / it) for it in manifest.files]


def test_documents_are_read_back(tmp_path):
    """Text, blocks and references survive, rare characters included."""
    bare = Document(
        id="bare",
        title="题\u2028目",
        publisher='<b>&"',
        published=date(2024, 2, 29),
        language="zh",
        url=None,
        text="甲\u2028乙\u0085丙👩‍👩‍👧\n",
        references={"1": Reference("1", "t", "p", "", "https://example.org", Span(0, 1))},
    )
    from_corpus = list(read_corpus(CORPUS))

    lines = "".join(f"{document_line(document)}\n" for document in [bare, *from_corpus])
    (tmp_path / "documents.jsonl").write_text(lines, "utf-8")

    assert read_documents(tmp_path / "documents.jsonl") == [bare, *from_corpus]


def test_names_and_tables_are_read_back(tmp_path):
    """Also where there are none."""
    write_names(tmp_path / "names.json", {"a": [("桥", "bridge")], "b": [("塔",)]})
    write_table(tmp_path / "some.npy", [(1, 2), (3, 4), (5, 6)], 2)
    write_table(tmp_path / "none.npy", [], 4)

    assert read_names(tmp_path / "names.json") == {"a": [["桥", "bridge"]], "b": [["塔"]]}
    assert read_table(tmp_path / "some.npy").tolist() == [[1, 2], [3, 4], [5, 6]]
    assert read_table(tmp_path / "none.npy").shape == (0, 4)


def test_the_offsets_of_a_built_generation_lie_where_they_should(built_data_dir):
    """A generation as it is built has no fault."""
    assert list(offsets(current(built_data_dir))) == []


@pytest.mark.parametrize(
    ("table", "cell", "fault"),
    [
        ("sentences", (1, 2), "sentence 1 lies outside its block"),
        ("sentences", (2, 3), "sentence 2 lies outside its block"),
        ("sentences", (1, 0), "sentence 1 lies outside its block"),
        ("sentences", (1, 1), "sentence 1 lies outside its block"),
        ("chunks", (1, 1), "chunk 1 is not made of whole sentences"),
        ("chunks", (1, 4), "is not made of whole sentences"),
    ],
)
def test_an_offset_out_of_place_is_named(data_dir, table, cell, fault):
    """A sentence outside its block and a chunk of half sentences are found by row."""
    path = getattr(current(data_dir), table)
    rows = read_table(path).copy()
    rows[cell] += 1 if table == "chunks" else (-100 if cell[1] == 2 else 100)
    write_table(path, rows.tolist(), rows.shape[1])

    lines = list(offsets(current(data_dir)))

    assert any(fault in line for line in lines)


def test_a_sentence_without_chunk_is_missed(data_dir):
    """Chunks leave no sentence out, at the end neither."""
    layout = current(data_dir)
    rows = read_table(layout.chunks).tolist()
    write_table(layout.chunks, rows[:-1], 9)

    assert any("sentences in chunks" in line for line in offsets(layout))


def test_a_sentence_of_the_document_before_is_out_of_place(data_dir):
    """The order of the documents is that of their sentences."""
    layout = current(data_dir)
    rows = read_table(layout.sentences).copy()
    first = int((rows[:, 0] == 1).argmax())
    rows[first + 1, 0] = 0
    write_table(layout.sentences, rows, 5)

    assert any(f"sentence {first + 1} lies outside" in line for line in offsets(layout))


def test_no_sentence_is_of_no_document(data_dir):
    """Where all documents are gone, every sentence lies outside."""
    layout = current(data_dir)
    layout.documents.write_bytes(b"")

    lines = [line for line in offsets(layout) if "lies outside its block" in line]

    assert len(lines) == len(read_table(layout.sentences))
