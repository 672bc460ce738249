import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import GenerationError
from index.lexical import LexicalIndex, write_lexical

VOCABULARY = ["停", "火", "停火", "talk", "15", "@0", "путин", "usual"]
SHARES = [0.13, 0.13, 0.1, 0.1, 0.05, 0.05, 0.05, 0.39]
K1, B = 1.2, 0.75


def bm25(rows, weights, row):
    """Score one row in plain Python; Robertson and Zaragoza 2009, with Lucene's idf."""
    average = sum(map(len, rows)) / len(rows)
    score = 0.0
    for token, weight in weights.items():
        holders = sum(token in other for other in rows)
        idf = math.log(1 + (len(rows) - holders + 0.5) / (holders + 0.5))
        times = rows[row].count(token)
        norm = K1 * (1 - B + B * len(rows[row]) / average)
        score += weight * idf * times * (K1 + 1) / (times + norm) if times else 0.0
    return score


# tantivy keeps the length of a row in one byte, which is exact up to 40.
ROWS = [
    np.random.default_rng(seed).choice(VOCABULARY, p=SHARES, size=1 + seed % 40).tolist()
    for seed in range(120)
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index") / "lexical"
    write_lexical(folder, [*ROWS[:-1], []])
    return LexicalIndex(folder)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from([*VOCABULARY, "unseen"]), st.floats(0.05, 5), min_size=1))
def test_the_score_is_bm25(index, weights):
    """Rows and scores are those of the formula, each token's share times its weight."""
    rows = [*ROWS[:-1], []]
    expected = {row: bm25(rows, weights, row) for row in range(len(rows))}
    expected = {row: score for row, score in expected.items() if score > 0}

    found = index.search(weights, len(rows))

    assert dict(found) == pytest.approx(expected, rel=1e-4)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from([*VOCABULARY, "unseen"]), st.floats(0.05, 5), min_size=1))
def test_no_score_exceeds_the_ideal(index, weights):
    """The bound holds for every row, and an unseen token raises it."""
    found = index.search(weights, 1)

    ideal = index.ideal(weights)
    assert all(score <= ideal * (1 + 1e-5) for _, score in found)
    assert index.ideal({**weights, "elsewhere": 1.0}) > ideal


def test_the_best_come_first_and_the_lower_row_wins_a_tie(tmp_path):
    """Equal rows come in order, behind a better one, and the limit cuts the rest."""
    rows = [["b", "a"], ["c", "c"], ["b", "a"], ["a", "a"], ["b", "a"]]
    write_lexical(tmp_path / "lexical", rows)
    index = LexicalIndex(tmp_path / "lexical")

    found = index.search({"a": 1.0}, 10)

    assert [row for row, _ in found] == [3, 0, 2, 4]
    assert index.search({"a": 1.0}, 1) == found[:1]


def test_a_heavier_token_counts_more(tmp_path):
    """The weights decide between rows that hold one of two equally rare tokens."""
    write_lexical(tmp_path / "lexical", [["a"], ["b"]])
    index = LexicalIndex(tmp_path / "lexical")

    assert [row for row, _ in index.search({"a": 1.0, "b": 2.0}, 2)] == [1, 0]
    assert [row for row, _ in index.search({"a": 2.0, "b": 1.0}, 2)] == [0, 1]


def test_frequencies_count_the_rows_that_hold_a_token(index):
    """A token that stands twice in a row counts once; tokens are compared whole."""
    for token in VOCABULARY:
        assert index.frequency(token) == sum(token in row for row in ROWS[:-1])
    assert index.frequency("us") == 0
    assert len(index) == len(ROWS)


@pytest.mark.parametrize("weights", [{}, {"unseen": 1.0}, {"": 1.0}])
def test_what_no_row_holds_finds_nothing(index, weights):
    """A question without a match gives no rows, not all of them."""
    assert index.search(weights, 10) == []


def test_no_lock_of_the_writer_is_left(tmp_path):
    """The folder holds what was built and nothing else, so that its files can be sealed."""
    write_lexical(tmp_path / "lexical", [["a"]])

    assert not list((tmp_path / "lexical").glob(".tantivy-*.lock"))


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe"])
def test_a_damaged_index_is_refused(tmp_path, content):
    """Without readable meta data the error names the folder."""
    folder = tmp_path / "lexical"
    write_lexical(folder, [["a"]])
    if content is None:
        (folder / "meta.json").unlink()
    else:
        (folder / "meta.json").write_bytes(content)

    with pytest.raises(GenerationError, match=r"lexical: not a readable lexical index"):
        LexicalIndex(folder)


def test_a_missing_folder_is_refused(tmp_path):
    """No folder, no index."""
    with pytest.raises(GenerationError, match=r"nowhere"):
        LexicalIndex(tmp_path / "nowhere")
