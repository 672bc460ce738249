"""What every search engine must do, proven over local files and over Milvus.

`pytest -m engines` runs it against two more kinds of Milvus (tests/engines).
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import milvus_servers
import numpy as np
import pytest

from index import Engine, GenerationError, IndexingError, build, local, rollback
from index.address import Address
from index.collection import Collection
from index.errors import MismatchError
from index.generations import Layout, current
from index.local import LOCAL
from index.milvus import Milvus
from index.querying import make_query
from index.remote import RemoteSearch, collection_name
from index.searching import Words

CORPUS = Path(__file__).parent / "corpus"
SERVERS = {
    "lite": milvus_servers.lite,
    "lite-2.5": milvus_servers.lite_of_2,
    "server-2.3": milvus_servers.standalone,
}
KINDS = [
    "local",
    "lite",
    pytest.param("lite-2.5", marks=pytest.mark.engines),
    pytest.param("server-2.3", marks=pytest.mark.engines),
]
REMOTE = KINDS[1:]
ROWS = [
    ["普", "京", "普京", "talk", "@3", "c++"],
    ["普", "京", "普京", "普京", "停", "火", "停火", "'", '"'],
    [],
    ["talk", "talk", "talk", "8", "月", "8月", "ёлка", "😀"],
    # 200 is a length that a byte stands for, as are all below 41: the formula holds exactly.
    ["talk", *(f"filler{number}" for number in range(199))],
    ["talk", "talk", "talk", "8", "月", "8月", "ёлка", "😀"],
]
QUESTIONS = [
    "青石桥工程耗资多少？",
    "青石橋工程耗資多少?",
    "日全食的全食带宽多少公里？",
    "When does the ferry strike end?",
    "青石桥的重型货车怎么走?",
    "谁发明了电话?",
]


@pytest.fixture(scope="session")
def uris(tmp_path_factory):
    """Start a server of a kind when it is first asked for; return what starts it."""
    started = {}

    def uri(kind):
        if kind not in started:
            started[kind] = SERVERS[kind](tmp_path_factory.mktemp(kind))
            started[kind].start()
        if started[kind].process is None:
            pytest.fail(f"the server {kind} did not start")
        return started[kind].uri

    yield uri
    for server in started.values():
        server.kill()


@pytest.fixture
def engine(request, uris):
    """The search engine of a kind."""
    if request.param == "local":
        return LOCAL
    return RemoteSearch(Milvus(Address(uris(request.param))))


every_engine = pytest.mark.parametrize("engine", KINDS, indirect=True)
aliased_engine = pytest.mark.parametrize("engine", [REMOTE[0], REMOTE[2]], indirect=True)
remote_engine = pytest.mark.parametrize("engine", REMOTE, indirect=True)


def unit_vectors(count, *, dim=16, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def written(engine, folder, vectors, rows):
    layout = Layout(folder)
    folder.mkdir(parents=True)
    keys = [row.to_bytes(16, "little") for row in range(len(rows))]
    words = Words(keys, [1] * len(rows), lambda asked: (rows[row] for row in asked))
    engine.write(layout, vectors, words, on_done=lambda _: None)
    return layout


def idf(token, rows):
    holding = sum(token in row for row in rows)
    return math.log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))


def bm25(weights, rows):
    """Return the score of each row, straight from the formula."""
    average = sum(map(len, rows)) / len(rows)
    scores = []
    for row in rows:
        counts, score = Counter(row), 0.0
        for token, weight in weights.items():
            norm = 1.2 * (1 - 0.75 + 0.75 * len(row) / average)
            score += weight * idf(token, rows) * 2.2 * counts[token] / (counts[token] + norm)
        scores.append(score)
    return scores


@every_engine
def test_vectors_may_be_given_in_half_precision(engine, tmp_path):
    """As those of the built-in model are while a generation is written."""
    vectors = unit_vectors(40)

    layout = written(engine, tmp_path / "g" / "half", vectors.astype(np.float16), [["a"]] * 40)
    found = engine.open(layout).dense.search(vectors[7], 5)

    assert found[0] == (7, pytest.approx(1.0, abs=1e-3))


@every_engine
def test_the_engine_tells_the_manifest_how_it_searches(engine, tmp_path):
    """By what kind of index, and over how many vectors."""
    layout = Layout(tmp_path / "g" / "told")
    layout.folder.mkdir(parents=True)
    words = Words([bytes(16)], [3], lambda asked: (["a"] for _ in range(3 * len(list(asked)))))

    told = engine.write(layout, unit_vectors(3), words, on_done=lambda _: None)

    assert told["vectors"] == 3
    assert told["kind"] == ("exact" if engine is LOCAL else "flat")


@pytest.mark.parametrize("many", [3, 4])
def test_files_are_searched_at_once_where_that_is_sooner(many, monkeypatch, tmp_path):
    """Few chunks are searched before another thread would have begun."""
    monkeypatch.setattr(local, "MANY", many)

    searches = LOCAL.open(written(LOCAL, tmp_path / "g" / "few", unit_vectors(3), [["a"]] * 3))

    assert searches.at_once is (many == 3)


@pytest.mark.parametrize("engine", REMOTE[:1], indirect=True)
@pytest.mark.parametrize("precision", [np.float16, np.float32])
def test_an_engine_without_sparse_vectors_gets_the_dense_ones(
    engine, precision, monkeypatch, tmp_path
):
    """As Milvus 2.3 does; the words are then searched in files."""
    monkeypatch.setattr(Milvus, "has_sparse_vectors", lambda _: False)
    vectors = unit_vectors(len(ROWS))

    layout = written(engine, tmp_path / "g" / "dense", vectors.astype(precision), ROWS)
    searches = engine.open(layout)

    assert searches.dense.search(vectors[2], 1)[0][0] == 2
    assert searches.lexical.search({"c++": 1.0}, 5)[0][0] == 0
    assert not Collection.read(layout).sparse


@every_engine
def test_the_nearest_chunks_come_first(engine, tmp_path):
    """The dense search gives cosines, best first, and of equal ones the lower row."""
    vectors = unit_vectors(40)
    vectors[30] = vectors[7]
    question = unit_vectors(1, seed=1)[0]

    searches = engine.open(written(engine, tmp_path / "g" / "one", vectors, [["a"]] * 40))
    found = searches.dense.search(vectors[7], 5)
    everything = searches.dense.search(question, 50)

    assert [row for row, _ in found][:2] == [7, 30]
    assert found[0][1] == pytest.approx(1.0, abs=1e-5)
    cosines = vectors @ question
    assert [row for row, _ in everything] == sorted(range(40), key=lambda r: (-cosines[r], r))
    assert [cosine for _, cosine in everything] == pytest.approx(
        sorted(cosines.tolist(), reverse=True), abs=1e-5
    )
    assert len(searches.dense) == len(searches.lexical) == 40


@every_engine
def test_of_chunks_that_tie_for_the_last_place_the_first_ones_are_found(engine, tmp_path):
    """Chunks with the same words and vectors come in the order of their rows, also at the cut."""
    vectors = np.repeat(unit_vectors(1), 60, axis=0)
    rows = [["a", "b"]] * 60

    searches = engine.open(written(engine, tmp_path / "g" / "one", vectors, rows))

    assert [row for row, _ in searches.dense.search(vectors[0], 20)] == list(range(20))
    assert [row for row, _ in searches.lexical.search({"a": 1.0, "b": 0.3}, 20)] == list(range(20))


@every_engine
@pytest.mark.parametrize(
    "weights",
    [{"普京": 1.0}, {"talk": 1.0, "ёлка": 0.3}, {"😀": 0.5, "c++": 2.0, "'": 1.0, "nowhere": 1.0}],
)
def test_words_are_scored_alike(engine, tmp_path, weights):
    """The lexical search gives BM25 with the weights of the question, whatever its tokens hold."""
    lexical = engine.open(written(engine, tmp_path / "g" / "one", unit_vectors(6), ROWS)).lexical
    found = lexical.search(weights, 50)

    expected = [(row, score) for row, score in enumerate(bm25(weights, ROWS)) if score]
    expected.sort(key=lambda pair: (-round(pair[1], 5), pair[0]))
    assert [row for row, _ in found] == [row for row, _ in expected]
    assert [score for _, score in found] == pytest.approx([s for _, s in expected], rel=1e-4)
    assert lexical.search({"nowhere": 1.0}, 50) == []
    assert lexical.frequency("talk") == 4
    assert lexical.frequency("nowhere") == 0
    assert lexical.ideal(weights) == pytest.approx(
        sum(weight * idf(token, ROWS) * 2.2 for token, weight in weights.items())
    )


@every_engine
def test_answers_are_the_same(engine, tmp_path, tiny_engine, tiny_model):
    """Every question gets the quotes that it gets from local files."""
    build(CORPUS, tmp_path, model=str(tiny_model), search_engine=engine)

    opened = Engine.open(tmp_path, model=str(tiny_model), search_engine=engine)

    for question in QUESTIONS:
        ours, theirs = opened.answer(question), tiny_engine.answer(question)
        assert type(ours) is type(theirs)
        quotes, expected = (getattr(reply, "quotes", ()) for reply in (ours, theirs))
        assert [replace(quote, score=0) for quote in quotes] == [
            replace(quote, score=0) for quote in expected
        ]
        # An engine's scores agree with ours to float32, so that the last digit shown may differ.
        scores = [quote.score for quote in expected]
        assert [quote.score for quote in quotes] == pytest.approx(scores, abs=1.01e-4)
        assert ours.confidence == pytest.approx(theirs.confidence, abs=1e-3)


@every_engine
def test_common_characters_are_counted_in_what_any_engine_finds(
    engine, tmp_path, tiny_engine, tiny_model, monkeypatch
):
    """As in an archive of many chunks: the scores are those of a local search by all words."""
    build(CORPUS, tmp_path, model=str(tiny_model), search_engine=engine)
    monkeypatch.setattr("index.live.MANY", 1)
    opened = Engine.open(tmp_path, model=str(tiny_model), search_engine=engine)._live
    local_words = tiny_engine._live.lexical
    asked, rescore = [], opened.lexical._saturated
    monkeypatch.setattr(
        opened.lexical, "_saturated", lambda *told: asked.append(told) or rescore(*told)
    )

    for question in QUESTIONS:
        tokens = make_query(question, opened.resources).tokens()
        found = opened.lexical.search(tokens, 3)
        expected = local_words.search(tokens, 3)
        assert [row for row, _ in found] == [row for row, _ in expected]
        assert dict(found) == pytest.approx(dict(expected), rel=1e-5)
    assert asked  # Some were counted.


@every_engine
def test_a_rebuild_and_a_rollback_interrupt_nobody(engine, tmp_path, corpus_dir, tiny_model):
    """What is open answers from its own build while the next is made, and after going back."""
    options = {"model": str(tiny_model), "search_engine": engine}
    first = build(corpus_dir, tmp_path, **options)
    opened = Engine.open(tmp_path, **options)
    (corpus_dir / "bridge.md").unlink()
    build(corpus_dir, tmp_path, **options)

    before = opened.answer(QUESTIONS[0])
    opened.swap()
    without = opened.answer(QUESTIONS[0])
    rollback(tmp_path)
    back = opened.swap()
    after = opened.answer(QUESTIONS[0])

    assert before.quotes == after.quotes
    assert before.quotes[0].document == "bridge"
    assert all(q.document != "bridge" for q in getattr(without, "quotes", ()))
    assert back == first.generation


@remote_engine
def test_old_collections_go_with_their_generations(engine, tmp_path, tiny_model):
    """The current one stays with the one before; what others keep there is not touched."""
    options = {"model": str(tiny_model), "search_engine": engine}
    other = written(engine, tmp_path / "other" / "one", unit_vectors(3), [["a"]] * 3)
    for _ in range(3):
        build(CORPUS, tmp_path / "data", **options)

    folder = tmp_path / "data" / "generations"
    names = set(engine.milvus.names())
    kept = {collection_name(Layout(path)) for path in folder.glob("*/")}

    assert len(kept) == 2
    prefix = (folder / "COLLECTIONS").read_text("utf-8")
    assert {name for name in names if name.startswith(prefix)} == kept
    assert collection_name(other) in names


@remote_engine
def test_a_failed_build_leaves_no_collection(engine, tmp_path, tiny_model):
    """A build that is stopped while it sends takes back what it sent."""
    stages = []

    def cancelled():
        return "send" in stages

    with pytest.raises(IndexingError, match="cancelled"):
        build(
            CORPUS,
            tmp_path,
            model=str(tiny_model),
            search_engine=engine,
            on_progress=lambda progress: stages.append(progress.stage),
            cancelled=cancelled,
        )

    prefix = (tmp_path / "generations" / "COLLECTIONS").read_text("utf-8")
    assert not [name for name in engine.milvus.names() if name.startswith(prefix)]
    assert not list((tmp_path / "generations").glob("*/"))


@aliased_engine  # Milvus Lite 2.5 has no graph, as it has no aliases.
def test_a_graph_finds_what_is_near(engine, tmp_path):
    """Beyond a number of chunks the engine follows a graph, and still finds each."""
    followed = RemoteSearch(engine.milvus, exact=100)
    vectors = unit_vectors(500)

    dense = followed.open(written(followed, tmp_path / "g" / "one", vectors, [["a"]] * 500)).dense

    assert Collection.read(Layout(tmp_path / "g" / "one")).graph
    assert all(dense.search(vectors[row], 1)[0][0] == row for row in range(0, 500, 50))


@remote_engine
def test_a_lost_collection_is_named(engine, tmp_path):
    """A generation whose collection is gone, or lacks chunks, is refused with what to do."""
    layout = written(engine, tmp_path / "g" / "one", unit_vectors(5), [["a"]] * 5)
    more = Collection.read(layout)
    Collection(more.name, 6, more.graph, more.sparse).write(layout)
    with pytest.raises(GenerationError, match=r"expected 6 chunks .* found 5.*index build"):
        engine.open(layout)

    engine.discard(layout)

    with pytest.raises(GenerationError, match=r"is not at http://127.*index build"):
        engine.open(layout)


@remote_engine
def test_builds_from_outside_are_followed(engine, tmp_path, tiny_model):
    """Who serves a generation whose collection others' builds dropped goes on with theirs."""
    options = {"model": str(tiny_model), "search_engine": engine}
    build(CORPUS, tmp_path, **options)
    opened = Engine.open(tmp_path, **options)
    before = opened.answer(QUESTIONS[0])

    reports = [build(CORPUS, tmp_path, **options) for _ in range(2)]
    after = opened.answer(QUESTIONS[0])

    assert after.quotes == before.quotes
    assert opened.generation == after.generation == reports[-1].generation


@remote_engine
def test_one_moves_by_a_build(engine, tmp_path, tiny_model, caplog):
    """An index of the other kind is refused until one builds, which encodes nothing again."""
    options = {"model": str(tiny_model)}
    build(CORPUS, tmp_path, **options)
    with pytest.raises(MismatchError, match=r"SEARCH_ENGINE_URI.*index build"):
        Engine.open(tmp_path, search_engine=engine, **options)

    report = build(CORPUS, tmp_path, search_engine=engine, **options)

    assert report.encoded == 0
    with pytest.raises(MismatchError, match="SEARCH_ENGINE_URI"):
        Engine.open(tmp_path, **options)
    assert Engine.open(tmp_path, search_engine=engine, **options).answer(QUESTIONS[0]).quotes
    assert not [record for record in caplog.records if record.levelno > logging.WARNING]


@aliased_engine
def test_the_alias_names_what_is_current(engine, tmp_path, corpus_dir, tiny_model):
    """It follows a build, and a rollback; people and other programs see it."""
    options = {"model": str(tiny_model), "search_engine": engine}

    def named():
        alias = (tmp_path / "generations" / "COLLECTIONS").read_text("utf-8")
        return engine.milvus._call("describe_alias", alias)["collection_name"]

    for _ in range(2):
        build(corpus_dir, tmp_path, **options)
        assert named() == collection_name(current(tmp_path))
    opened = Engine.open(tmp_path, **options)
    rollback(tmp_path)
    opened.swap()

    assert named() == collection_name(current(tmp_path))
