"""Whatever a disk, a person or another process does to a build, the live index answers on."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from index import DocumentError, Engine, IndexingError, build, facts, rollback
from index import corpus as corpus_module
from index.checking import check
from index.corpus import read_document
from index.documents import read_documents
from index.generations import Manifest, current
from index.lexical import LexicalIndex
from index.pieces import digest
from index.slots import Slots

ROOT = Path(__file__).parent.parent
QUESTION = "青石桥工程耗资多少？"
BUILD = "import sys; from pathlib import Path; from index import build, rollback, IndexingError\n"
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


@pytest.fixture
def model(tiny_model):
    return str(tiny_model)


@pytest.fixture
def engine(data_dir, model):
    """An engine that was open before the fault; it must answer during and after it."""
    opened = Engine.open(data_dir, model=model)
    yield opened
    (quote, *_) = opened.answer(QUESTION).quotes
    assert "3.2亿元" in quote.text
    assert opened.verify(quote, generation=opened.generation)
    assert opened.faults() == []


def without_privileges():
    """Let file permissions count for root, too, in the program that is about to start."""
    libc = ctypes.CDLL(None)
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def run(program, *arguments):
    """Run a program that prints the error it met, where permissions count."""
    caught = f"{BUILD}try:\n    {program}\nexcept IndexingError as error:\n    print(error)\n"
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", caught, *map(str, arguments)],
        cwd=ROOT,
        preexec_fn=without_privileges,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("closed", ["", "generations"])
def test_a_folder_that_may_not_be_written_changes_nothing(
    data_dir, corpus_dir, model, engine, closed
):
    """A build says so in one line; nothing is half done."""
    path = data_dir / closed
    before = facts(data_dir)
    if closed == "":
        (data_dir / "build.lock").unlink()
    path.chmod(0o555)
    (corpus_dir / "ferry.md").unlink()

    done = run(
        "build(Path(sys.argv[1]), Path(sys.argv[2]), model=sys.argv[3])",
        *(corpus_dir, data_dir, model),
    )
    path.chmod(0o755)

    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert "the index can't be built there" in done.stdout
    assert facts(data_dir) == before
    folders = [f for f in (data_dir / "generations").iterdir() if f.is_dir()]
    assert len(folders) == 1


@contextmanager
def full_disk(size):
    """Let no file grow beyond `size` bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 300, 2500, 20_000])
def test_answers_go_on_while_the_disk_is_full(data_dir, corpus_dir, model, engine, size):
    """A build and a rollback say so and change nothing; with room again the build works."""
    build(corpus_dir, data_dir, model=model)
    before = facts(data_dir)
    edited = (corpus_dir / "bridge.md").read_text("utf-8").replace("20吨", "25吨" * 3000)
    (corpus_dir / "bridge.md").write_text(edited, "utf-8")

    with full_disk(size):
        with pytest.raises(IndexingError, match=str(data_dir)):
            build(corpus_dir, data_dir, model=model)
        assert engine.answer(QUESTION).quotes
        if size == 0:
            with pytest.raises(IndexingError, match="it can't be rolled back there"):
                rollback(data_dir)

    assert facts(data_dir) == before
    assert build(corpus_dir, data_dir, model=model).changed == ("bridge",)
    engine.swap()


def test_asking_by_the_command_line_tells_of_the_damage_and_answers(
    data_dir, corpus_dir, model, engine
):
    """The answer stands alone on stdout, the damage in one line beside it."""
    build(corpus_dir, data_dir, model=model)
    (current(data_dir).folder / "aliases.json").write_bytes(b"{}")
    environment = {"DATA_DIR": str(data_dir), "EMBEDDING_MODEL": model, "PATH": os.environ["PATH"]}

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "index", "ask", "--json", QUESTION],
        env=environment | {"CORPUS_DIR": str(corpus_dir)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0
    assert json.loads(done.stdout)["quotes"]
    assert done.stderr.count("\n") == 1
    assert "aliases.json: expected" in done.stderr


def test_a_document_that_may_not_be_read_is_named(data_dir, corpus_dir, model, engine):
    """And the live index is as it was."""
    (corpus_dir / "ferry.md").chmod(0)

    done = run(
        "build(Path(sys.argv[1]), Path(sys.argv[2]), model=sys.argv[3])",
        *(corpus_dir, data_dir, model),
    )

    assert done.stdout == f"{corpus_dir / 'ferry.md'}: can't be read: Permission denied\n"
    assert done.stderr == ""


def test_a_generation_that_may_not_be_read_is_not_served(data_dir, corpus_dir, model):
    """The one before is."""
    first = facts(data_dir).generation
    build(corpus_dir, data_dir, model=model)
    current(data_dir).documents.chmod(0)

    done = run(
        "from index import Engine; engine = Engine.open(Path(sys.argv[1]), model=sys.argv[2]); "
        "print(engine.generation, engine.fault)",
        *(data_dir, model),
    )

    assert done.stdout.startswith(f"{first} ")
    assert "documents.jsonl: can't be read: Permission denied" in done.stdout


def test_what_is_changed_while_it_is_read_is_indexed_as_it_was_read(
    data_dir, corpus_dir, model, engine
):
    """Each document is one whole version of its file, and check tells which changed since."""
    old = (corpus_dir / "bridge.md").read_text("utf-8")
    later = (corpus_dir / "museum.md").read_text("utf-8")

    def change(progress):
        if progress.stage == "read" and progress.done == 1:
            # The first is read already, the last not yet.
            (corpus_dir / "bridge.md").write_text(old.replace("20吨", "25吨"), "utf-8")
            (corpus_dir / "museum.md").write_text(later + "\nНовая строка.\n", "utf-8")

    build(corpus_dir, data_dir, model=model, on_progress=change)

    layout = current(data_dir)
    documents = {document.id: document for document in read_documents(layout.documents)}
    told = Manifest.read(layout.manifest).documents
    assert "20吨" in documents["bridge"].text
    assert "Новая строка." in documents["museum"].text
    assert told == {name: digest(document) for name, document in documents.items()}
    assert [line.split(":")[0] for line in check(corpus_dir, data_dir)] == ["bridge"]


def test_a_file_that_is_being_written_is_read_again(corpus_dir, monkeypatch):
    """No half of one version with half of another becomes a document."""
    path = corpus_dir / "bridge.md"
    text = path.read_text("utf-8")
    versions = {text.replace("20吨", f"{n}吨" * n) for n in range(21, 60)}
    stop = threading.Event()

    def write():
        while not stop.is_set():
            for version in versions:
                path.write_text(version, "utf-8")

    writer = threading.Thread(target=write)
    writer.start()
    bodies = {version.split("---\n", 2)[2] for version in versions} | {text.split("---\n", 2)[2]}
    torn = 0
    try:
        for _ in range(200):
            try:
                torn += read_document(path).text not in bodies
            except DocumentError:
                continue  # It says that it is being written to, or found it cut short.
    finally:
        stop.set()
        writer.join()

    assert corpus_module.READ_TRIES > 1
    assert torn == 0


def test_a_second_program_can_not_build_or_roll_back_meanwhile(data_dir, corpus_dir, model, engine):
    """Another process is told so at once, and the first build goes on."""
    build(corpus_dir, data_dir, model=model)
    refused = []

    def try_both(progress):
        if progress.stage == "index" and not refused:
            program = "build(Path(sys.argv[1]), Path(sys.argv[2]), model=sys.argv[3])"
            refused.append(run(program, corpus_dir, data_dir, model).stdout)
            refused.append(run("rollback(Path(sys.argv[1]))", data_dir).stdout)

    report = build(corpus_dir, data_dir, model=model, on_progress=try_both)

    assert refused == [f"{data_dir}: another build is running\n"] * 2
    assert facts(data_dir).generation == report.generation
    engine.swap()
    rollback(data_dir)


def test_a_name_of_a_generation_leads_nowhere_else(data_dir, engine):
    """What a button remembers is looked up among the names that there are."""
    outside = data_dir.parent / "outside"
    outside.symlink_to(current(data_dir).folder)

    for name in ("../../outside", str(outside), "..", ".", "", "x\0y"):
        reply = engine.answer(QUESTION)
        quote = reply.quotes[0]
        found = engine.quote(name, quote.document, quote.span, quote.highlight)
        assert found is None
        assert not engine.verify(quote, generation=name)


def one_bit(raw, at):
    changed = bytearray(raw)
    changed[at] ^= 1
    return bytes(changed)


def other_words(raw):
    changed = raw.replace("桥".encode(), "橋".encode())
    return changed.replace(b"a", b"b").replace(b"0", b"1")


DAMAGE = {
    "first bit": lambda raw: one_bit(raw, 0),
    "a number": lambda raw: one_bit(raw, len(raw) // 4),
    "middle": lambda raw: one_bit(raw, len(raw) // 2),
    "last bit": lambda raw: one_bit(raw, -1),
    "other words": other_words,
    "cut short": lambda raw: raw[: len(raw) // 2],
    "another type": lambda raw: other_words(raw).decode("latin-1"),
    "nothing": lambda _: None,
}


@pytest.mark.parametrize("source", ["cache", "generation and cache"])
@pytest.mark.parametrize("table", ["piece", "words"])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_cache_that_went_bad_alters_no_text(
    data_dir, corpus_dir, model, engine, table, damage, source
):
    """What is kept of an unchanged document is proven before it is taken, else made again."""
    build(corpus_dir, data_dir, model=model)
    expected = read_documents(current(data_dir).documents)
    found = words_of(data_dir)
    column = {"piece": "content", "words": "tokens"}[table]
    with closing(sqlite3.connect(data_dir / "pieces.sqlite3")) as cache, cache:
        rows = cache.execute(f"SELECT key, {column} FROM {table}").fetchall()  # noqa: S608 - ours
        for key, raw in rows:
            cache.execute(
                f"UPDATE {table} SET {column} = ? WHERE key = ?",  # noqa: S608 - ours
                (damage(raw), key),
            )
    if source == "cache":
        shutil.rmtree(data_dir / "generations")

    build(corpus_dir, data_dir, model=model)

    assert rows
    assert read_documents(current(data_dir).documents) == expected
    assert words_of(data_dir) == found
    assert list(check(corpus_dir, data_dir)) == []
    engine.swap()


def words_of(data_dir):
    """Return the chunks that some words find."""
    layout = current(data_dir)
    lexical = LexicalIndex(layout.lexical, Slots.read(layout.slots))
    return [lexical.search({token: 1.0}, 20) for token in ("桥", "bridg", "2024", "石桥")]


@pytest.mark.fault
def test_ten_kills_tear_nothing():
    """The script that takes any number of them tells the same."""
    script = ROOT / "tests" / "faults" / "kill_builds.py"

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, script, "10"], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 torn generations, 0 wrong quotes, 0 builds refused" in done.stdout
