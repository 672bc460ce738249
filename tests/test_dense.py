from concurrent.futures import ThreadPoolExecutor

import faiss
import numpy as np
import pytest

from index import dense
from index.dense import DenseIndex, Kind
from index.errors import GenerationError

SIZE, DIM = 200, 8


@pytest.fixture
def vectors():
    return unit(np.random.default_rng(1).normal(size=(SIZE, DIM)))


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("limit", [1, 7, SIZE])
def test_the_search_finds_what_a_plain_product_finds(vectors, limit):
    """Rows and cosines are those of numpy, best first."""
    index = DenseIndex.of(vectors)

    for query in unit(np.random.default_rng(2).normal(size=(20, DIM))):
        found = index.search(query, limit)

        cosines = vectors @ query
        expected = np.argsort(-cosines, kind="stable")[:limit]
        assert [row for row, _ in found] == expected.tolist()
        assert [cosine for _, cosine in found] == pytest.approx(cosines[expected], abs=1e-5)


def test_padding_is_never_returned():
    """A limit beyond the number of vectors gives each of them once, and no row -1."""
    found = DenseIndex.of(np.eye(3, dtype=np.float32)).search(np.eye(3, dtype=np.float32)[0], 50)

    assert sorted(row for row, _ in found) == [0, 1, 2]


def test_the_lower_row_wins_a_tie():
    """Equal cosines come in the order of their rows."""
    rows = np.tile(np.eye(2, dtype=np.float32), (20, 1))

    found = DenseIndex.of(rows).search(np.eye(2, dtype=np.float32)[1], 40)

    assert [row for row, _ in found] == [*range(1, 40, 2), *range(0, 40, 2)]


def test_a_written_index_is_read_back(vectors, tmp_path):
    """Size, dimension and results survive the disk."""
    index = DenseIndex.of(vectors)
    index.write(tmp_path / "chunks.faiss")

    again = DenseIndex.read(tmp_path / "chunks.faiss")

    assert (len(again), again.dim) == (SIZE, DIM)
    assert again.search(vectors[5], 10) == index.search(vectors[5], 10)


@pytest.mark.parametrize("kept", [0, 3, 20, 40, -1, -DIM * 4])
def test_a_truncated_file_is_refused(vectors, tmp_path, kept):
    """Whatever is missing at the end, the error names the file."""
    path = tmp_path / "chunks.faiss"
    DenseIndex.of(vectors).write(path)
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(GenerationError, match=r"chunks\.faiss: not a readable FAISS index"):
        DenseIndex.read(path)


@pytest.mark.parametrize("content", [b"not an index at all", b"\0" * 100, b"\xff" * 100])
def test_a_foreign_file_is_refused(tmp_path, content):
    """Bytes that FAISS did not write are no index."""
    path = tmp_path / "chunks.faiss"
    path.write_bytes(content)

    with pytest.raises(GenerationError, match=r"chunks\.faiss"):
        DenseIndex.read(path)


def test_a_missing_file_is_refused(tmp_path):
    """A path without a file is an error that names it."""
    with pytest.raises(GenerationError, match=r"none\.faiss"):
        DenseIndex.read(tmp_path / "none.faiss")


def clustered(count, dim=64, clusters=40):
    """Return unit vectors around some centers, as texts on some subjects are."""
    rng = np.random.default_rng(5)
    centers = rng.normal(size=(clusters, dim))
    return unit(centers[rng.integers(0, clusters, count)] + 0.3 * rng.normal(size=(count, dim)))


@pytest.fixture
def small_limits(monkeypatch):
    """What is meant for millions of numbers happens with thousands."""
    monkeypatch.setattr(dense, "EXACT_FLOATS", 64 * 1000)
    monkeypatch.setattr(dense, "HALVED_FLOATS", 64 * 3000)
    monkeypatch.setattr(dense, "MAPPED_BYTES", 0)


@pytest.mark.parametrize(
    ("count", "kind"), [(1000, Kind.EXACT), (3000, Kind.HALVED), (4000, Kind.LISTS)]
)
def test_more_vectors_are_kept_in_cheaper_ways(small_limits, tmp_path, count, kind):
    """However they are kept, and mapped from the disk, the nearest are found."""
    vectors = clustered(count)
    asked = unit(vectors[::97] + np.random.default_rng(6).normal(size=vectors[::97].shape) / 16)
    path = tmp_path / "chunks.faiss"

    DenseIndex.of(vectors).write(path)
    index = DenseIndex.read(path)

    assert (index.kind, len(index), index.dim) == (kind, count, 64)
    assert (index.probed > 0) == (kind is Kind.LISTS)
    shares = []
    for query in asked:
        found = index.search(query, 50)
        expected = np.argsort(-(vectors @ query), kind="stable")[:50]
        shares.append(len({row for row, _ in found} & set(expected.tolist())) / 50)
        for row, cosine in found:
            assert cosine == pytest.approx(float(vectors[row] @ query), abs=2e-3)
    assert np.mean(shares) >= (0.97 if kind is Kind.LISTS else 0.99)


@pytest.mark.parametrize(("dim", "kind"), [(64, Kind.SCREENED), (65, Kind.HALVED)])
def test_vectors_without_clusters_are_all_compared(small_limits, tmp_path, dim, kind):
    """Where too many lists had to be looked into, there are none: roughly, if that can be."""
    vectors = unit(np.random.default_rng(7).normal(size=(6000, dim)))
    path = tmp_path / "chunks.faiss"

    DenseIndex.of(vectors).write(path)
    index = DenseIndex.read(path)

    assert (index.kind, len(index), index.dim) == (kind, 6000, dim)
    assert (index.probed > 0) == (kind is Kind.SCREENED)
    query = unit(vectors[:1] + np.random.default_rng(8).normal(size=(1, dim)) / 16)[0]
    found = index.search(query, 50)
    expected = np.argsort(-(vectors @ query), kind="stable")[:50]
    assert len({row for row, _ in found} & set(expected.tolist())) >= 45
    for row, cosine in found:
        assert cosine == pytest.approx(float(vectors[row] @ query), abs=1e-2)


def test_a_sample_tells_whether_lists_will_do(small_limits, monkeypatch):
    """All of the vectors are put into lists only where some of them could be."""
    monkeypatch.setattr(dense, "SAMPLE", 1500)
    tried = []
    calibrated = dense._calibrated

    def counting(vectors):
        tried.append(len(vectors))
        return calibrated(vectors)

    monkeypatch.setattr(dense, "_calibrated", counting)
    DenseIndex.of(unit(np.random.default_rng(7).normal(size=(4000, 64))))
    DenseIndex.of(clustered(4000))

    assert tried == [1500, 1500, 4000]


def test_lists_are_made_alike_of_like_vectors(small_limits, tmp_path):
    """A build repeats: the same lists, the same number of them looked into."""
    vectors = clustered(4000)
    for name in ("one", "other"):
        DenseIndex.of(vectors).write(tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_the_facts_say_how_it_is_kept(small_limits):
    """For the manifest; all vectors compared exactly need no calibration."""
    assert DenseIndex.of(clustered(1000)).facts() == {
        "kind": "exact",
        "vectors": 1000,
        "probed": 0,
        "recall": None,
    }


@pytest.mark.parametrize(
    "vectors", [clustered(4000), unit(np.random.default_rng(7).normal(size=(6000, 64)))]
)
def test_the_facts_tell_what_a_calibrated_index_finds(small_limits, vectors):
    """At least what it was calibrated for, by as many lists or comparisons as are told."""
    facts = DenseIndex.of(vectors).facts()

    assert facts["kind"] in {"lists", "screened"}
    assert facts["probed"] > 0
    assert dense.RECALL <= facts["recall"] <= 1.0


@pytest.mark.parametrize("work", ["search", "of"])
def test_faiss_keeps_to_the_thread_that_calls_it(work):
    """In whichever it is called: a bot answers in threads that were not there at the start."""
    vectors = np.eye(8, dtype=np.float32)
    index = DenseIndex.of(vectors)
    calls = {"search": lambda: index.search(vectors[0], 3), "of": lambda: DenseIndex.of(vectors)}

    def threads():
        faiss.omp_set_num_threads(2)
        calls[work]()
        return faiss.omp_get_max_threads()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(threads).result() == 1
