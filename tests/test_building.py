import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import (
    BuildCancelledError,
    BuildRunningError,
    Engine,
    GenerationError,
    IndexingError,
    NoGenerationError,
    build,
    carrying,
)
from index.documents import read_documents
from index.generations import Layout, Manifest, current
from index.lexical import Extent
from index.pieces import make_piece
from index.types import Abstention

ROOT = Path(__file__).parent.parent
NEW = (
    "---\ntitle: 新塔\npublisher: 河州日报\npublished: 2024-06-01\nlanguage: zh-Hans\n---\n"
    "新塔落成。塔高九十米。\n"
)
BLOCKING_BUILD = """
import sys, time
from pathlib import Path
from index import build
def stop(progress):
    if progress.stage == sys.argv[4]:
        print("there", flush=True)
        time.sleep(60)
build(Path(sys.argv[1]), Path(sys.argv[2]), model=sys.argv[3], on_progress=stop)
"""


@pytest.fixture
def model(tiny_model):
    return str(tiny_model)


def generations(data_dir):
    return sorted(f.name for f in (data_dir / "generations").iterdir() if f.is_dir())


def pointer(data_dir):
    return (data_dir / "generations" / "CURRENT").read_bytes()


@contextmanager
def nothing_changes(data_dir):
    """Prove that the block leaves the live generation and the folders beside it as they are."""
    before = pointer(data_dir), generations(data_dir)
    yield
    assert (pointer(data_dir), generations(data_dir)) == before


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_first_build_adds_everything(corpus_dir, tmp_path, model):
    """All documents are added, all texts encoded once, and the generation becomes current."""
    report = build(corpus_dir, tmp_path / "data", model=model)

    assert report.added == ("bridge", "eclipse", "ferry", "museum")
    assert report.changed == report.removed == report.unchanged == ()
    assert 0 < report.encoded <= report.chunks + report.sentences
    assert current(tmp_path / "data").folder.name == report.generation
    assert report.seconds > 0


def test_a_build_reports_what_changed(corpus_dir, data_dir, model):
    """Documents are told apart by their text and metadata; the new index holds the new ones."""
    (corpus_dir / "tower.md").write_text(NEW, "utf-8")
    (corpus_dir / "ferry.md").unlink()
    edit(corpus_dir / "bridge.md", "20吨", "25吨")
    edit(corpus_dir / "museum.md", "Городская газета", "Вечерняя газета")

    report = build(corpus_dir, data_dir, model=model)

    assert report.added == ("tower",)
    assert report.removed == ("ferry",)
    assert report.changed == ("bridge", "museum")
    assert report.unchanged == ("eclipse",)
    documents = {d.id: d for d in read_documents(current(data_dir).documents)}
    assert sorted(documents) == ["bridge", "eclipse", "museum", "tower"]
    assert "25吨" in documents["bridge"].text
    assert documents["museum"].publisher == "Вечерняя газета"


def test_only_changed_texts_are_encoded_again(corpus_dir, data_dir, model):
    """One edited sentence costs itself and its chunk; an unchanged corpus costs nothing."""
    assert build(corpus_dir, data_dir, model=model).encoded == 0
    edit(corpus_dir / "bridge.md", "20吨", "25吨")

    assert build(corpus_dir, data_dir, model=model).encoded == 2


def test_a_full_build_encodes_everything(corpus_dir, data_dir, model):
    """The cache is not asked."""
    first = build(corpus_dir, data_dir, model=model, full=True)

    assert first.encoded > 30
    assert first.unchanged == ("bridge", "eclipse", "ferry", "museum")


def test_progress_is_told_stage_by_stage(corpus_dir, tmp_path, model):
    """Each stage runs up to its total, one after the other."""
    told = []

    build(corpus_dir, tmp_path / "data", model=model, on_progress=told.append)

    stages = list(dict.fromkeys(progress.stage for progress in told))
    assert stages == ["read", "encode", "index", "verify"]
    for stage in stages:
        of_stage = [progress for progress in told if progress.stage == stage]
        counts = [progress.done for progress in of_stage]
        assert counts == sorted(counts)
        assert of_stage[-1].done == of_stage[-1].total


def test_the_manifest_is_written_last_and_then_the_pointer(corpus_dir, data_dir, model):
    """While files are written no manifest seals them; while they are verified nothing is live."""
    before = pointer(data_dir)
    seen = {}

    def look(progress):
        newest = data_dir / "generations" / generations(data_dir)[-1]
        seen[progress.stage] = (Layout(newest).manifest.exists(), pointer(data_dir) == before)

    report = build(corpus_dir, data_dir, model=model, on_progress=look)

    assert seen["encode"] == (False, True)
    assert seen["index"] == (False, True)
    assert seen["verify"] == (True, True)
    assert pointer(data_dir).decode() == report.generation


def test_two_generations_are_kept(corpus_dir, data_dir, model):
    """The live one and the one before it, after any number of builds."""
    made = [build(corpus_dir, data_dir, model=model).generation for _ in range(3)]

    assert generations(data_dir) == made[-2:]


def test_a_second_build_at_the_same_time_is_refused(corpus_dir, data_dir, model):
    """The one that runs goes on, and afterwards the folder is free again."""
    refused = []

    def build_again(progress):
        if progress.stage == "index" and not refused:
            with pytest.raises(BuildRunningError, match="another build is running"):
                build(corpus_dir, data_dir, model=model)
            refused.append(progress)

    report = build(corpus_dir, data_dir, model=model, on_progress=build_again)

    assert refused
    assert current(data_dir).folder.name == report.generation
    build(corpus_dir, data_dir, model=model)


@pytest.mark.parametrize("stage", ["read", "encode", "index", "verify"])
def test_a_cancelled_build_changes_nothing(corpus_dir, data_dir, model, stage):
    """Whenever the caller stops it, the live index is as it was, and nothing is left behind."""
    edit(corpus_dir / "bridge.md", "20吨", "25吨")
    reached = []

    with nothing_changes(data_dir), pytest.raises(BuildCancelledError, match="as it was"):
        build(
            corpus_dir,
            data_dir,
            model=model,
            on_progress=lambda progress: reached.append(progress.stage),
            cancelled=lambda: stage in reached,
        )

    assert reached[-1] == stage
    assert build(corpus_dir, data_dir, model=model).changed == ("bridge",)


def test_a_cancelled_build_keeps_what_it_encoded(corpus_dir, tmp_path, model):
    """The next one takes it from the cache."""
    reached = []

    with pytest.raises(BuildCancelledError):
        build(
            corpus_dir,
            tmp_path / "data",
            model=model,
            on_progress=lambda progress: reached.append(progress.stage),
            cancelled=lambda: "encode" in reached,
        )

    assert build(corpus_dir, tmp_path / "data", model=model).encoded == 0


def spoil_encoding(corpus_dir, data_dir):
    (corpus_dir / "tower.md").write_bytes(NEW.encode("gbk"))


def spoil_metadata(corpus_dir, data_dir):
    (corpus_dir / "tower.md").write_text("没有元数据。", "utf-8")


def spoil_aliases(corpus_dir, data_dir):
    (corpus_dir / "aliases.yaml").write_text("people: [", "utf-8")


def empty_corpus(corpus_dir, data_dir):
    for path in corpus_dir.glob("*.md"):
        path.unlink()


def leave_no_text(corpus_dir, data_dir):
    empty_corpus(corpus_dir, data_dir)
    (corpus_dir / "tower.md").write_text(NEW.split("新塔落成")[0] + "***\n", "utf-8")


def block_cache(corpus_dir, data_dir):
    (data_dir / "vectors.sqlite3").unlink()
    (data_dir / "vectors.sqlite3").mkdir()


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (spoil_encoding, r"tower\.md: expected UTF-8"),
        (spoil_metadata, r"tower\.md: front matter"),
        (spoil_aliases, r"aliases\.yaml"),
        (empty_corpus, r"corpus: expected documents in files named \*\.md, found none"),
        (leave_no_text, r"corpus: the documents hold no text"),
        (block_cache, "data"),
    ],
)
def test_a_failed_build_changes_nothing(corpus_dir, data_dir, model, spoil, named):
    """The error is one line that names what to mend; the live index answers on."""
    spoil(corpus_dir, data_dir)

    with nothing_changes(data_dir), pytest.raises(IndexingError, match=named) as caught:
        build(corpus_dir, data_dir, model=model)

    assert "\n" not in str(caught.value)
    Engine.open(data_dir, model=model)


def test_a_model_that_can_not_be_loaded_changes_nothing(corpus_dir, data_dir, tmp_path):
    """The folder is named."""
    with nothing_changes(data_dir), pytest.raises(IndexingError, match="EMBEDDING_MODEL"):
        build(corpus_dir, data_dir, model=str(tmp_path))


@contextmanager
def full_disk(size):
    """Let no file grow beyond `size` bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 200, 1000, 2200, 2400, 2800])
@pytest.mark.parametrize("changed", ["20吨", "25吨"], ids=["same corpus", "changed corpus"])
def test_a_full_disk_changes_nothing(corpus_dir, data_dir, model, size, changed):
    """Whichever file can't be written, the error says so, and the live index answers on."""
    edit(corpus_dir / "bridge.md", "20吨", changed)

    with nothing_changes(data_dir), pytest.raises(IndexingError, match="data"), full_disk(size):
        build(corpus_dir, data_dir, model=model)

    Engine.open(data_dir, model=model)


@pytest.mark.parametrize("name", ["chunks.faiss", "sentence-vectors.npy"])
@pytest.mark.parametrize("kept", [0, 50, -1])
def test_a_file_that_was_cut_short_is_found(corpus_dir, data_dir, model, name, kept):
    """A disk may lose the end of a file without a word; the build looks before it goes live."""

    def cut(progress):
        path = data_dir / "generations" / generations(data_dir)[-1] / name
        if progress.stage == "index":
            path.write_bytes(path.read_bytes()[:kept])

    with nothing_changes(data_dir), pytest.raises(GenerationError, match=name):
        build(corpus_dir, data_dir, model=model, on_progress=cut)


def test_a_place_that_is_a_file_is_refused(corpus_dir, tmp_path, model):
    """A data folder that can't be made is an error that names it."""
    (tmp_path / "data").write_text("", "utf-8")

    with pytest.raises(IndexingError, match=r"data: the index can't be built there"):
        build(corpus_dir, tmp_path / "data", model=model)


def test_a_build_replaces_a_damaged_generation(corpus_dir, data_dir, model):
    """What can't be opened is no obstacle; everything counts as added."""
    (data_dir / "generations" / "CURRENT").write_text("gone", "utf-8")

    report = build(corpus_dir, data_dir, model=model)

    assert report.added == ("bridge", "eclipse", "ferry", "museum")
    assert Engine.open(data_dir, model=model).generation == report.generation


def test_a_killed_build_leaves_the_old_index_answering(corpus_dir, data_dir, model):
    """After ``kill -9`` the old generation opens, and the next build works and tidies up."""
    before = generations(data_dir)
    edit(corpus_dir / "bridge.md", "20吨", "25吨")
    command = [sys.executable, "-c", BLOCKING_BUILD, corpus_dir, data_dir, model, "index"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:  # noqa: S603 - ours
        assert process.stdout.readline() == b"there\n"
        with pytest.raises(BuildRunningError):
            build(corpus_dir, data_dir, model=model)
        process.send_signal(signal.SIGKILL)

    assert Engine.open(data_dir, model=model).generation == before[0]
    report = build(corpus_dir, data_dir, model=model)

    assert report.changed == ("bridge",)
    assert report.encoded == 0
    assert generations(data_dir) == [*before, report.generation]


QUESTIONS = (
    "青石桥限重多少吨？",
    "新塔有多高？",
    "When does the ferry strike end?",
    "谁发明了电话?",
)


@pytest.fixture
def amending(monkeypatch):
    """Let builds amend the index of words, as they do in a large corpus."""
    monkeypatch.setattr(carrying, "SMALL", 0)
    monkeypatch.setattr(carrying, "DEAD_SHARE", 0)


def asked(data_dir, model):
    """Return what a few questions find."""
    engine = Engine.open(data_dir, model=model)
    assert engine.faults() == []
    found = []
    for question in (
        "青石桥限重多少吨？",
        "新塔有多高？",
        "When does the ferry strike end?",
        "谁发明了电话?",
    ):
        reply = engine.answer(question)
        quotes = reply.nearest if isinstance(reply, Abstention) else reply.quotes
        found.append([(quote.document, quote.span, quote.text) for quote in quotes])
    return found


@pytest.mark.usefixtures("amending")
def test_an_amended_index_answers_as_one_made_anew(corpus_dir, data_dir, tmp_path, model):
    """After each of many edits: changed, added before the others, removed, put back."""
    ferry = (corpus_dir / "ferry.md").read_bytes()
    edits = [
        lambda: edit(corpus_dir / "bridge.md", "20吨", "25吨"),
        lambda: (corpus_dir / "a-tower.md").write_text(NEW, "utf-8"),
        lambda: (corpus_dir / "ferry.md").unlink(),
        lambda: edit(corpus_dir / "bridge.md", "25吨", "30吨"),
        lambda: (corpus_dir / "ferry.md").write_bytes(ferry),
        lambda: (corpus_dir / "a-tower.md").rename(corpus_dir / "z-tower.md"),
    ]
    for change in edits:
        change()
        build(corpus_dir, data_dir, model=model)
        build(corpus_dir, tmp_path / "new", model=model, full=True)

        assert asked(data_dir, model) == asked(tmp_path / "new", model)
        assert Extent.of(current(data_dir).lexical).segments > 1
        assert Extent.of(current(tmp_path / "new").lexical).segments == 1


@pytest.mark.usefixtures("amending")
def test_a_full_build_amends_nothing(corpus_dir, data_dir, model):
    """Nor does one with other names."""
    edit(corpus_dir / "bridge.md", "20吨", "25吨")
    build(corpus_dir, data_dir, model=model)
    assert Extent.of(current(data_dir).lexical).dead
    aliases = corpus_dir / "aliases.yaml"

    build(corpus_dir, data_dir, model=model, full=True)
    assert not Extent.of(current(data_dir).lexical).dead
    aliases.write_text("places:\n  - [青石桥, Bluestone Bridge]\n", "utf-8")
    build(corpus_dir, data_dir, model=model)
    assert not Extent.of(current(data_dir).lexical).dead


@pytest.mark.usefixtures("amending")
def test_only_changed_documents_are_cut_and_indexed(corpus_dir, data_dir, model, monkeypatch):
    """And told as progress; a corpus that is as it was costs nothing there."""
    cut, told = [], []
    monkeypatch.setattr(
        "index.making.make_piece",
        lambda document, aliases: cut.append(document.id) or make_piece(document, aliases),
    )
    build(corpus_dir, data_dir, model=model)
    edit(corpus_dir / "bridge.md", "20吨", "25吨")

    build(corpus_dir, data_dir, model=model, on_progress=told.append)

    indexed = [progress for progress in told if progress.stage == "index"]
    manifest = Manifest.read(current(data_dir).manifest)
    assert cut == ["bridge"]
    assert 0 < indexed[-1].done == indexed[-1].total < manifest.chunks


@pytest.mark.usefixtures("amending")
@pytest.mark.parametrize("size", [0, 300, 1000, 2500, 20_000])
def test_a_full_disk_while_words_are_carried_over_changes_nothing(
    corpus_dir, data_dir, model, size
):
    """Neither a copy that was cut short nor an amendment becomes current."""
    edited = (corpus_dir / "bridge.md").read_text("utf-8").replace("20吨", "25吨" * 3000)
    (corpus_dir / "bridge.md").write_text(edited, "utf-8")

    with nothing_changes(data_dir), pytest.raises(IndexingError, match="data"), full_disk(size):
        build(corpus_dir, data_dir, model=model)

    Engine.open(data_dir, model=model)
    assert build(corpus_dir, data_dir, model=model).changed == ("bridge",)


@pytest.mark.usefixtures("amending")
def test_a_build_after_a_damaged_one_makes_the_words_anew(corpus_dir, data_dir, model):
    """Nothing of the damage is in the new generation."""
    (index,) = current(data_dir).lexical.glob("*.idx")
    content = index.read_bytes()
    index.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    edit(corpus_dir / "bridge.md", "20吨", "25吨")

    build(corpus_dir, data_dir, model=model)

    assert Extent.of(current(data_dir).lexical) == Extent(1, len_of(data_dir), 0)
    assert Engine.open(data_dir, model=model).faults() == []


def len_of(data_dir):
    return Manifest.read(current(data_dir).manifest).chunks


def test_the_manifest_counts_what_the_generation_holds(built_data_dir):
    """Documents, sentences, chunks and every file are named."""
    layout = current(built_data_dir)

    manifest = Manifest.read(layout.manifest)

    assert sorted(manifest.documents) == ["bridge", "eclipse", "ferry", "museum"]
    files = {p.relative_to(layout.folder).as_posix() for p in layout.folder.rglob("*")}
    sealed = {name for name in files if (layout.folder / name).is_file()} - {"manifest.json"}
    assert {name for name in sealed if ".lock" not in name} == set(manifest.files)
    kept = {"kind": "exact", "vectors": manifest.chunks, "probed": 0, "recall": None}
    assert manifest.search == kept


def test_nothing_built_is_an_error_of_its_own(tmp_path, model):
    """Opening before building tells what to do."""
    with pytest.raises(NoGenerationError, match="python -m index build"):
        Engine.open(tmp_path, model=model)


def test_a_generation_of_another_model_is_refused(data_dir, tmp_path):
    """The error names both models, and what to do."""
    from models import make_tiny_model

    other = make_tiny_model(tmp_path / "other", seed=1)

    with pytest.raises(GenerationError, match=r"built with the model .*tiny@.*asked with .*other@"):
        Engine.open(data_dir, model=str(other))
