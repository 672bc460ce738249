import math

import pytest

from index.background import Background

# 1000 paragraphs and 100 questions: "桥" is usual, "几" is asked more than told.
BACKGROUND = Background(1000, 100, {"桥": (500, 10), "塔": (10, 0), "几": (50, 60)})


def test_a_rare_term_weighs_more_than_a_usual_one():
    """What few paragraphs hold tells more."""
    assert BACKGROUND.weight("塔", 0, 10) > BACKGROUND.weight("桥", 0, 10)


def test_the_corpus_speaks_too():
    """A term that every chunk of a large corpus holds weighs next to nothing, usual or not."""
    assert BACKGROUND.weight("塔", 100_000, 100_000) < 0.01
    assert BACKGROUND.weight("塔", 0, 100_000) > BACKGROUND.weight("塔", 50_000, 100_000)


def test_an_unseen_term_weighs_most_and_stays_finite():
    """A word that nobody has met is the most telling, even in an empty corpus."""
    unseen = BACKGROUND.weight("魑", 0, 0)

    assert math.isfinite(unseen)
    assert unseen > BACKGROUND.weight("塔", 0, 0)


def test_a_term_that_mostly_asks_names_little():
    """Terms that stand in questions far more than in texts lose weight."""
    assert BACKGROUND.telling("几") < 0.1
    assert BACKGROUND.telling("桥") == pytest.approx(1.0)
    assert BACKGROUND.telling("魑") == 1.0


@pytest.mark.parametrize("term", ["桥", "塔", "几", "魑"])
def test_a_weight_is_never_negative(term):
    """Even a term of all chunks is no evidence against a sentence."""
    assert BACKGROUND.weight(term, 10, 10) >= 0


def test_the_built_in_table_is_read():
    """It knows usual Chinese characters, in more paragraphs than rare ones."""
    table = Background.load()

    assert table.counts["国"][0] > table.counts["峰"][0] > 0
    assert table.paragraphs > table.counts["国"][0]
