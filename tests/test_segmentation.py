import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.normalization import fold
from index.segmentation import Segmenter
from index.tokenization import units

HAN = "普京特朗在安克拉治举行会谈威科夫说停火桥石青的"
texts = st.text(st.sampled_from(HAN + "ab3 ,。"), max_size=30)


def words(text, *, kept=lambda unit: True):
    folded = fold(text)
    sequence = [unit for unit in units(folded) if kept(unit)]
    return list(Segmenter.load().words(folded, sequence))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("特朗普举行会谈", ["特朗普", "举行", "会谈"]),
        ("普京和特朗普", ["普京", "和", "特朗普"]),
        ("青石桥开放", ["青石", "石桥", "开放"]),
        ("桥", ["桥"]),
        ("", []),
    ],
)
def test_han_text_is_cut_into_the_words_of_the_vocabulary(text, expected):
    """What it does not know comes in pairs; a single character between words stays alone."""
    assert words(text) == expected


@pytest.mark.parametrize("between", [" ", "and", "3", "，"])
def test_words_do_not_reach_over_what_is_no_han(between):
    """Characters that do not touch make no pair."""
    assert words(f"桥{between}石") == ["桥", "石"]


def test_what_was_taken_away_is_in_no_word():
    """Characters on both sides of a gap are not joined over it."""
    assert words("石的桥", kept=lambda unit: unit.text != "的") == ["石", "桥"]


@given(texts)
def test_words_hold_every_character_that_is_kept(text):
    """None is lost, none comes from elsewhere, and each word stands in the text."""
    folded = fold(text)

    found = words(text)

    assert set("".join(found)) == {unit.text for unit in units(folded) if unit.han}
    assert all(word in folded for word in found)
