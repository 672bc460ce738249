"""An index of words that was carried over and amended finds what one made anew does."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import carrying
from index.carrying import write_words
from index.errors import GenerationError, IndexingError
from index.generations import FORMAT, Layout, Manifest, digests
from index.lexical import Extent, LexicalIndex, write_lexical
from index.searching import Words
from index.slots import Slots

TOKENS = ["普", "京", "普京", "talk", "@3", "ё"]
CHUNK = st.lists(st.sampled_from(TOKENS), min_size=4, max_size=4).map(tuple)
"""Of one length, so that the dead do not change the average."""
CORPUS = st.lists(st.lists(CHUNK, max_size=3).map(tuple), max_size=6, unique=True)
WEIGHTS = {"普": 1.0, "京": 0.5, "talk": 2.0, "@3": 0.7}


@pytest.fixture(autouse=True)
def carried(monkeypatch):
    """Carry over in a small corpus, however much of it is dead."""
    monkeypatch.setattr(carrying, "SMALL", 0)
    monkeypatch.setattr(carrying, "DEAD_SHARE", 0)


def words_of(corpus, before=None, asked=None):
    """Return the words of documents, each of some chunks; `asked` hears which are read."""

    def read(rows):
        for row in rows:
            if asked is not None:
                asked.append(row)
            yield from map(list, corpus[row])

    keys = [hashlib.md5(repr(document).encode()).digest() for document in corpus]  # noqa: S324 - No secret.
    return Words(keys, [len(document) for document in corpus], read, before)


def sealed(folder, words):
    """Write the words of a generation of nothing else, and seal it."""
    layout = Layout(folder)
    folder.mkdir(parents=True)
    write_words(layout, words)
    files = digests(folder)
    Manifest(FORMAT, folder.name, "model", 4, "2024", {}, len(words.keys), 0, files).write(
        layout.manifest
    )
    return layout


def opened(layout):
    return LexicalIndex(layout.lexical, Slots.read(layout.slots))


def anew(folder, corpus):
    write_lexical(folder, [chunk for document in corpus for chunk in document])
    return LexicalIndex(folder)


def rounded(found):
    """Order by scores that agree in five digits, since sums differ in their last ones."""
    return sorted((-round(score, 5), row) for row, score in found)


def assert_alike(found, expected, corpus):
    """Prove that two indexes say the same of these documents."""
    assert len(found) == len(expected)
    for token in [*TOKENS, "nowhere"]:
        assert found.frequency(token) == expected.frequency(token)
    assert found.ideal(WEIGHTS) == expected.ideal(WEIGHTS)
    everything = max(1, len(expected))
    for weights in (WEIGHTS, {"普京": 1.0}, {"nowhere": 1.0}):
        pairs, wanted = (rounded(it.search(weights, everything)) for it in (found, expected))
        assert [row for _, row in pairs] == [row for _, row in wanted]
        assert [score for score, _ in pairs] == pytest.approx([s for s, _ in wanted], rel=1e-4)
        best = [score for _, score in expected.search(weights, 3)]
        assert [score for _, score in found.search(weights, 3)] == pytest.approx(best, rel=1e-4)


@settings(max_examples=30)
@given(corpora=st.lists(CORPUS, min_size=2, max_size=12))
def test_an_amended_index_finds_what_a_new_one_does(tmp_path_factory, corpora):
    """However documents were added, removed, changed and reordered, many times over."""
    folder = tmp_path_factory.mktemp("generations")
    layout = None
    for number, corpus in enumerate(corpora):
        asked = []
        before, layout = layout, sealed(folder / str(number), words_of(corpus, layout, asked))
        if before is not None and corpus and sum(map(len, corpus)):
            old = corpora[number - 1]
            assert [corpus[row] for row in asked] == [d for d in corpus if d not in old]
        assert_alike(opened(layout), anew(folder / f"new{number}", corpus), corpus)


def test_what_is_dead_is_never_found(tmp_path):
    """Nor counted, though it holds a token that no other chunk has, or all the best places."""
    base = [(("a", "filler"),) * 30, (("a", "only"),), (("b",),)]
    first = sealed(tmp_path / "1", words_of(base))
    index = opened(sealed(tmp_path / "2", words_of(base[2:], first)))

    assert Extent.of(tmp_path / "2" / "lexical").dead == 31
    assert index.search({"a": 1.0, "only": 1.0, "b": 1.0}, 10) == [(0, pytest.approx(0.1, abs=1))]
    assert index.frequency("a") == index.frequency("only") == 0
    assert len(index) == index.frequency("b") == 1


def test_the_lower_row_wins_a_tie_though_its_segment_is_the_later(tmp_path):
    """A new document before the others, with the same words, comes first, also at the limit."""
    old, new = [(("a", "x"),) * 5], [(("x", "a"),)]
    first = sealed(tmp_path / "1", words_of(old))
    index = opened(sealed(tmp_path / "2", words_of(new + old, first)))

    assert [row for row, _ in index.search({"a": 1.0}, 10)] == [0, 1, 2, 3, 4, 5]
    assert [row for row, _ in index.search({"a": 1.0}, 1)] == [0]


def test_chunks_without_tokens_and_documents_without_chunks_are_carried(tmp_path):
    """They hold their rows."""
    corpora = [
        [((),), (), (("a",), ())],
        [(), (("b",),), ((),), (("a",), ())],
        [((), ("b",), ()), (), (("a",), ())],
    ]
    layout = None
    for number, corpus in enumerate(corpora):
        layout = sealed(tmp_path / str(number), words_of(corpus, layout))
        chunks = [chunk for document in corpus for chunk in document]
        for token in "ab":
            found = [row for row, _ in opened(layout).search({token: 1.0}, 9)]
            assert found == [row for row, chunk in enumerate(chunks) if token in chunk]
    assert Extent.of(layout.lexical).segments > 1


def test_many_amendments_leave_few_segments(tmp_path):
    """tantivy joins small ones, and what is dead in them goes."""
    corpus = [(("a", f"document{number}"),) * 3 for number in range(40)]
    layout, segments = sealed(tmp_path / "0", words_of(corpus)), []
    for number in range(1, 30):
        corpus = [(("a", f"edit{number}"),) * 3, *corpus[1:]]
        layout = sealed(tmp_path / str(number), words_of(corpus, layout))
        segments.append(Extent.of(layout.lexical).segments)
        index = opened(layout)
        assert [row for row, _ in index.search({f"edit{number}": 1.0}, 9)] == [0, 1, 2]
        assert not index.frequency(f"edit{number - 1}")
        assert index.frequency("a") == len(index) == 120

    assert 1 < max(segments) <= carrying.SEGMENTS + 1
    assert Extent.of(layout.lexical).dead < 3 * 29


@pytest.mark.parametrize(
    ("name", "enough", "too_little"), [("SMALL", 9, 10), ("DEAD_SHARE", 10, 11), ("SEGMENTS", 1, 0)]
)
def test_an_index_is_made_anew_beyond_each_bound(tmp_path, monkeypatch, name, enough, too_little):
    """In a small corpus, where more than a share is dead, or where there are many segments."""
    documents = [((f"document{number}",),) for number in range(10)]
    first = sealed(tmp_path / "first", words_of(documents))
    changed = [(("other",),), *documents[1:]]
    for bound, amended in ((enough, True), (too_little, False)):
        monkeypatch.setattr(carrying, name, bound)
        asked = []

        layout = sealed(tmp_path / str(bound), words_of(changed, first, asked))

        assert (len(asked) < 10) == amended
        assert bool(Extent.of(layout.lexical).dead) == amended
        assert_alike(opened(layout), anew(tmp_path / f"new{bound}", changed), changed)


def damaged(layout, suffix):
    path = next(path for path in layout.folder.rglob(f"*{suffix}") if path.name != "manifest.json")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + b"?" + content[len(content) // 2 + 1 :])


@pytest.mark.parametrize(
    "harm",
    [
        *(lambda layout, it=it: damaged(layout, it) for it in (".idx", ".term", "meta.json")),
        lambda layout: damaged(layout, ".npy"),
        lambda layout: layout.slots.unlink(),
        lambda layout: shutil.rmtree(layout.lexical),
        lambda layout: layout.manifest.write_bytes(b"{}"),
        lambda layout: layout.manifest.unlink(),
        lambda layout: shutil.rmtree(layout.folder),
    ],
)
def test_a_damaged_index_is_not_carried_over(tmp_path, harm):
    """What is not as it was sealed is made anew, whole."""
    corpus = [(("a", "b"),), (("a",), ("b",))]
    first = sealed(tmp_path / "1", words_of(corpus))
    harm(first)
    asked = []

    layout = sealed(tmp_path / "2", words_of(corpus, first, asked))

    assert asked == [0, 1]
    assert_alike(opened(layout), anew(tmp_path / "new", corpus), corpus)


def test_an_index_of_another_tantivy_is_not_carried_over(tmp_path):
    """It is sound, and this one can't read it."""
    corpus = [(("a",),), (("b",),)]
    first = sealed(tmp_path / "1", words_of(corpus))
    meta = first.lexical / "meta.json"
    told = json.loads(meta.read_text("utf-8"))
    told["schema"][0]["type"] = "of tomorrow"
    meta.write_text(json.dumps(told), "utf-8")
    manifest = Manifest.read(first.manifest)
    replace(manifest, files=digests(first.folder)).write(first.manifest)
    asked = []

    layout = sealed(tmp_path / "2", words_of(corpus[::-1], first, asked))

    assert asked == [0, 1]
    assert_alike(opened(layout), anew(tmp_path / "new", corpus[::-1]), corpus)


def test_nothing_of_the_index_before_is_shared_or_changed(tmp_path):
    """The files are copies: each generation's can be damaged alone."""
    corpus = [(("a",),), (("b",),)]
    first = sealed(tmp_path / "1", words_of(corpus))
    before = digests(first.folder)

    second = sealed(tmp_path / "2", words_of(corpus[1:], first))

    assert digests(first.folder) == before
    inodes = Counter(p.stat().st_ino for it in (first, second) for p in it.folder.rglob("*"))
    assert set(inodes.values()) == {1}
    assert not list(second.lexical.glob(".tantivy-*.lock"))


def test_an_error_while_tokens_are_read_is_passed_on(tmp_path):
    """A build that is cancelled does not begin to index everything."""

    def stopped(rows):
        yield ["a"]
        raise IndexingError("cancelled")

    corpus = [(("a",),), (("b",),)]
    first = sealed(tmp_path / "1", words_of(corpus))
    words = replace(words_of([*corpus, (("c",),)], first), read=stopped)

    with pytest.raises(IndexingError, match="cancelled"):
        sealed(tmp_path / "2", words)


def test_slots_of_another_index_are_refused(tmp_path):
    """Rows would be those of other chunks."""
    layout = sealed(tmp_path / "1", words_of([(("a",),), (("b",),)]))

    with pytest.raises(GenerationError, match="expected 1 chunks, found 2"):
        LexicalIndex(layout.lexical, Slots.of([bytes(16)], [1]))


def test_a_token_of_very_many_chunks_is_estimated(tmp_path, monkeypatch):
    """By the share of the living, and only where some are dead."""
    monkeypatch.setattr("index.lexical.COUNTED", 5)
    corpus = [(("a", "b"),) * 8, (("a", "c"),) * 2]
    first = sealed(tmp_path / "1", words_of(corpus))
    second = sealed(tmp_path / "2", words_of(corpus[:1], first))

    assert [opened(first).frequency(token) for token in "abc"] == [10, 8, 2]
    assert [opened(second).frequency(token) for token in "abc"] == [8, round(8 * 8 / 10), 0]
