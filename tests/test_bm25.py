"""BM25 as an inner product, against the same by tantivy."""

from __future__ import annotations

from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.bm25 import EMPTY, Postings, Terms, rounded_length
from index.lexical import LexicalIndex, write_lexical

TOKENS = st.sampled_from(["普", "京", "普京", "talk", "@3", "c++", "8月", "'", "ё", "😀"])
ROWS = st.lists(st.lists(TOKENS, max_size=60), min_size=1, max_size=12)
WEIGHTS = st.dictionaries(TOKENS | st.just("nowhere"), st.floats(0.05, 2.0), min_size=1, max_size=6)


def weighed(folder, rows):
    """Return the terms of the rows, and a vector for each."""
    with closing(Postings(folder)) as postings:
        for row in rows:
            postings.add(row)
        terms = postings.terms()
        return terms, list(postings.vectors(terms))


def multiplied(terms, vectors, weights):
    query = terms.query(weights)
    scores = [sum(vector.get(at, 0.0) * share for at, share in query.items()) for vector in vectors]
    return {row: score for row, score in enumerate(scores) if score}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, weights=WEIGHTS)
def test_scores_are_those_of_tantivy(tmp_path_factory, rows, weights):
    """Any tokens, any lengths, any weights: the same chunks with the same scores."""
    folder = tmp_path_factory.mktemp("bm25")
    write_lexical(folder / "lexical", rows)
    lexical = LexicalIndex(folder / "lexical")

    terms, vectors = weighed(folder, rows)
    found = multiplied(terms, vectors, weights)

    assert found == pytest.approx(dict(lexical.search(weights, len(rows))), rel=1e-5)
    assert all(terms.frequency(token) == lexical.frequency(token) for token in weights)


@pytest.mark.parametrize("length", [0, 1, 40, 41, 42, 63, 64, 300, 1000, 100_000])
def test_long_chunks_are_as_long_as_tantivy_takes_them(tmp_path, length):
    """A length is rounded as there, so that the scores agree for long chunks, too."""
    rows = [["talk"] * length, ["talk", "other"], ["other"] * 7]
    write_lexical(tmp_path / "lexical", rows)

    terms, vectors = weighed(tmp_path, rows)
    found = multiplied(terms, vectors, {"talk": 1.0, "other": 0.5})

    expected = dict(LexicalIndex(tmp_path / "lexical").search({"talk": 1.0, "other": 0.5}, 3))
    assert found == pytest.approx(expected, rel=1e-5)
    assert rounded_length(length) <= length


def test_a_chunk_without_tokens_has_a_vector_that_nothing_finds(tmp_path):
    """An engine may refuse an empty vector, and must not lose the row."""
    terms, (_, empty) = weighed(tmp_path, [["a"], []])

    assert empty == {EMPTY: 1.0}
    assert EMPTY not in terms.query({"a": 1.0, "b": 1.0})


def test_terms_are_the_same_when_read_back(tmp_path):
    """The table on the disk tells of every token what it told when it was made."""
    made = Terms.of(["普京", "b", "c"], [3, 1, 2], count=5)
    made.write(tmp_path / "terms.npy")

    read = Terms.read(tmp_path / "terms.npy", count=5)

    assert [read.frequency(token) for token in ("普京", "b", "c", "d")] == [3, 1, 2, 0]
    assert [read.row(token) for token in ("普京", "b", "c")] == [
        made.row(token) for token in ("普京", "b", "c")
    ]
    assert len(read) == 5


def test_no_tokens_at_all_find_nothing(tmp_path):
    """A corpus of marks alone has chunks, and no terms."""
    terms, vectors = weighed(tmp_path, [[], []])
    terms.write(tmp_path / "terms.npy")

    assert vectors == [{EMPTY: 1.0}] * 2
    assert Terms.read(tmp_path / "terms.npy", count=2).query({"a": 1.0}) == {}
