"""What is taken over from the generation before is what would have been made anew."""

import shutil
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import build, dense, kept_vectors
from index.aliases import Aliases
from index.corpus import corpus_paths, read_document
from index.dense import DenseIndex
from index.errors import GenerationError
from index.former import TOGETHER, Former, Kept, batches
from index.generations import Layout, current
from index.lexical import LexicalIndex
from index.pieces import make_piece
from index.slots import Slots

HEAD = "---\ntitle: {}\npublisher: 河州日报\npublished: 2024-06-01\nlanguage: zh-Hans\n---\n"
TEXTS = (
    "新塔落成。塔高九十米。\n",
    "# 一\n\n青石桥限重20吨。\n\n## 二\n\n渡轮停航。票价三元。\n",
    '他说"好"。\t🙂 C:\\temp 完。\n\n\n第二段。\n',
    "# 只有标题\n",
    "The bridge reopened.\n\n> 谁也没有想到。\n",
)
NAMES = "abcdef"
CORPUS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(TEXTS), min_size=1)


def write(folder, texts):
    """Make the corpus of these texts, by their names."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(HEAD.format(name) + text, "utf-8")


def files(data_dir):
    """Return what each file of the live generation holds, but for the words and the seal."""
    layout = current(data_dir)
    apart = {layout.manifest.name, layout.slots.name}
    return {p.name: p.read_bytes() for p in layout.folder.glob("*.*") if p.name not in apart}


def words(data_dir):
    layout = current(data_dir)
    lexical = LexicalIndex(layout.lexical, Slots.read(layout.slots))
    return [lexical.search({token: 1.0}, 50) for token in ("桥", "塔", "bridg", "二", "停航")]


@pytest.fixture(params=["exact", "halved", "apart"])
def precision(request, monkeypatch):
    """Keep the vectors of few chunks in each way."""
    monkeypatch.setattr(dense, "EXACT_FLOATS", 0 if request.param == "halved" else 1_000_000)
    if request.param == "apart":
        monkeypatch.setattr(kept_vectors, "WHOLE", ())


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(corpora=st.lists(CORPUS, min_size=2, max_size=3))
@pytest.mark.usefixtures("precision")
def test_files_are_those_of_a_build_from_nothing(tmp_path_factory, corpora):
    """To the byte, after any edits: changed, added anywhere, removed, put back."""
    folder = tmp_path_factory.mktemp("former")
    for row, (before, texts) in enumerate(pairwise([{}, *corpora])):
        write(folder / "corpus", texts)
        if all(text == TEXTS[3] for text in texts.values()):
            continue  # Nothing but headings is no corpus.
        report = build(folder / "corpus", folder / "data")
        build(folder / "corpus", folder / f"new{row}")

        assert files(folder / "data") == files(folder / f"new{row}")
        assert words(folder / "data") == words(folder / f"new{row}")
        if row and set(before.items()) >= set(texts.items()):
            assert report.encoded == 0


@pytest.fixture
def built(corpus_dir, tmp_path):
    """A data folder with a generation of tests/corpus, by the built-in model."""
    build(corpus_dir, tmp_path / "data")
    return tmp_path / "data"


def test_only_what_changed_is_cut(corpus_dir, built, monkeypatch):
    """The rest is not even looked up among the pieces."""
    cut, taken = [], []
    monkeypatch.setattr(
        "index.making.make_piece",
        lambda document, aliases: cut.append(document.id) or make_piece(document, aliases),
    )
    take = Former.batch
    monkeypatch.setattr(Former, "batch", lambda self, rows: taken.append(rows) or take(self, rows))
    path = corpus_dir / "ferry.md"
    path.write_text(path.read_text("utf-8") + "\n又是一句。\n", "utf-8")

    build(corpus_dir, built)

    assert cut == ["ferry"]
    assert taken == [range(2), range(3, 4)]


def test_a_full_build_takes_nothing_over(corpus_dir, built, monkeypatch):
    """It reads and makes everything again."""
    monkeypatch.setattr(Former, "batch", None)

    build(corpus_dir, built, full=True)


@pytest.mark.parametrize(
    "name", ["documents.jsonl", "word-pieces.bin", "chunks.faiss", "slots.npy"]
)
def test_nothing_is_taken_over_from_a_damaged_generation(corpus_dir, built, tmp_path, name):
    """What has gone bad would else be sealed as what it should be."""
    path = current(built).folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    assert Former.open(current(built)) is None
    build(corpus_dir, built)

    build(corpus_dir, tmp_path / "new")
    assert files(built) == files(tmp_path / "new")


def test_what_is_lost_among_the_pieces_is_cut_again_from_the_line(corpus_dir, built, tmp_path):
    """Their file only saves time."""
    expected = words(built)
    (built / "pieces.sqlite3").unlink()

    build(corpus_dir, built)

    assert words(built) == expected


@pytest.fixture
def apart(corpus_dir, built, monkeypatch):
    """The file of the vectors of a generation that keeps less of them, as large archives do."""
    monkeypatch.setattr(kept_vectors, "WHOLE", ())
    build(corpus_dir, built)
    (path,) = built.glob("*.vectors")
    return path


def test_vectors_that_an_index_lacks_are_kept_beside_it(corpus_dir, built, apart, monkeypatch):
    """Those of the live generation alone, and not in its folder."""
    assert apart.name.startswith(current(built).folder.name)
    monkeypatch.setattr("index.making.make_piece", None)

    build(corpus_dir, built)

    (path,) = built.glob("*.vectors")
    assert path.name.startswith(current(built).folder.name)
    assert path.read_bytes() == DenseIndex.read(current(built).dense).halves().tobytes()


@pytest.mark.parametrize("live", [True, False])
def test_vectors_of_a_failed_build_go_with_the_next_one(
    corpus_dir, built, apart, monkeypatch, live
):
    """Though that fails, too: they do not pile up on a full disk."""

    def refuse(*_, **__):
        raise GenerationError("no")

    monkeypatch.setattr("index.building.checked", refuse)
    if not live:
        (built / "generations" / "CURRENT").unlink()
    for _ in range(3):
        with pytest.raises(GenerationError, match="no"):
            build(corpus_dir, built)

    found = list(built.glob("*.vectors"))
    assert len(found) == 1 + live
    assert (apart in found) is live


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-2]),
        lambda path: path.write_bytes(b"\x01" + path.read_bytes()[1:]),
    ],
)
def test_without_them_nothing_is_taken_over(corpus_dir, built, apart, tmp_path, damage):
    """They are looked up among the pieces then."""
    damage(apart)

    with pytest.raises(GenerationError, match="vectors"):
        Former(current(built))
    build(corpus_dir, built)

    build(corpus_dir, tmp_path / "new")
    assert files(built) == files(tmp_path / "new")


def test_there_may_be_nothing_before(tmp_path):
    """Or a generation whose words another program keeps."""
    assert Former.open(None) is None
    assert Former.open(Layout(tmp_path)) is None


def test_documents_that_stood_together_are_taken_over_together(corpus_dir, built):
    """Each a batch of its own else; at most so many."""
    former = Former.open(current(built))
    piece = make_piece(read_document(corpus_paths(corpus_dir)[0]), Aliases({}))
    rows = [0, 1, piece, 3, 2, 3, piece]

    found = [
        list(batch.digests)
        for batch in batches([r if r is piece else Kept(r) for r in rows], former)
    ]

    assert found == [
        ["bridge", "eclipse"],
        ["bridge"],
        ["museum"],
        ["ferry", "museum"],
        ["bridge"],
    ]
    assert list(batches([], former)) == []


def test_a_long_run_is_taken_over_in_parts():
    """So that few documents are held at once."""

    class Rows:
        def batch(self, rows):
            return rows

    runs = list(batches(map(Kept, range(2 * TOGETHER + 1)), Rows()))

    assert runs == [
        range(TOGETHER),
        range(TOGETHER, 2 * TOGETHER),
        range(2 * TOGETHER, 2 * TOGETHER + 1),
    ]
