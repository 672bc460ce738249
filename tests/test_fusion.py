import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import DENSE_WEIGHT, Hit, fuse

rankings = st.dictionaries(st.integers(0, 20), st.floats(0, 1, width=32)).map(
    lambda scores: sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
)


def test_both_rankings_are_put_on_one_scale():
    """A BM25 score counts as its share of the ideal, a cosine by its weight."""
    assert fuse([(1, 0.5), (2, 0.25)], [(2, 6.0), (3, 3.0)], ideal=12.0, limit=9) == [
        Hit(2, 0.5, 0.25),
        Hit(3, 0.25, 0.0),
        Hit(1, 0.0, 0.5),
    ]
    assert Hit(2, 0.5, 0.25).score() == pytest.approx(0.5 + DENSE_WEIGHT * 0.25)


def test_without_a_lexical_match_the_vectors_lead():
    """A question that shares no word with the corpus is ranked by cosine; no ideal, no division."""
    hits = fuse([(5, 0.9), (1, 0.4)], [], ideal=0.0, limit=9)

    assert [(hit.chunk, hit.lexical) for hit in hits] == [(5, 0.0), (1, 0.0)]


def test_the_lower_row_wins_a_tie():
    """Equal hits come in the order of their rows."""
    assert [hit.chunk for hit in fuse([(3, 0.5), (1, 0.5), (2, 0.5)], [], ideal=1, limit=9)] == [
        1,
        2,
        3,
    ]


@given(rankings, rankings, st.floats(0.1, 10), st.integers(1, 30))
def test_a_chunk_is_listed_once_and_the_best_first(dense, lexical, ideal, limit):
    """Whatever the rankings hold, hits are distinct, sorted, cut at the limit, none forgotten."""
    hits = fuse(dense, lexical, ideal=ideal, limit=limit)

    rows = {row for row, _ in [*dense, *lexical]}
    assert len(hits) == min(limit, len(rows))
    assert len({hit.chunk for hit in hits}) == len(hits)
    assert [hit.score() for hit in hits] == sorted((hit.score() for hit in hits), reverse=True)
    assert {hit.chunk for hit in hits} <= rows


def test_the_first_of_each_ranking_are_assured():
    """A lexical hit that the sum would cut is kept, and the order is still by the sum."""
    dense = [(row, 0.9) for row in range(5)]

    hits = fuse(dense, [(9, 0.1)], ideal=10.0, limit=3, assured=1)

    assert [hit.chunk for hit in hits] == [0, 1, 9]


@pytest.mark.parametrize(("weight", "first"), [(0.1, 2), (10.0, 1)])
def test_the_weight_of_the_vectors_may_be_another(weight, first):
    """A model whose cosines mean more is given more to say."""
    hits = fuse([(1, 0.9)], [(2, 1.0)], ideal=1.0, limit=9, dense_weight=weight)

    assert hits[0].chunk == first
