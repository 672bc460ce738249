import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.normalization import HAN, fold
from index.segmentation import Word, runs

texts = st.text(
    st.sampled_from("普京特朗在安克拉治举行会谈威科夫说停火桥石青的ab3 ,。"), max_size=30
)


def cut(text, *, gone="", asking=""):
    folded = fold(text)
    kept = {at for at, char in enumerate(folded) if HAN.match(char) and char not in gone}
    just_asking = {at for at, char in enumerate(folded) if char in asking}
    return [[word.text for word in run] for run in runs(folded, kept, just_asking)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("特朗普举行会谈", [["特朗普", "举行", "会谈"]]),
        ("离谈拢还差", [["离", "谈拢", "还", "差"]]),
        ("举行会谈", [["举行", "会谈"]]),
        ("举行了会谈", [["举行", "了", "会谈"]]),
        ("乱七八糟", [["乱七八糟"]]),
        ("桥", [["桥"]]),
        ("", []),
    ],
)
def test_han_text_is_cut_into_words(text, expected):
    """What is no word comes in lone characters; a long word that is made of words, in those."""
    assert cut(text) == expected


@pytest.mark.parametrize("between", [" ", "and", "3", "，"])
def test_words_part_at_what_is_no_han(between):
    """Words that do not touch are in lists of their own."""
    assert cut(f"桥{between}石") == [["桥"], ["石"]]


def test_what_was_taken_away_lends_no_character():
    """A name between words is a gap, even where its end would make a word with what follows."""
    assert cut("跟泽连斯基吵架时", gone="泽连斯基") == [["跟"], ["吵架", "时"]]


def test_a_word_that_just_asks_parts_the_others():
    """A word that holds such a character among others is whole."""
    assert cut("桥的目的", asking="的") == [["桥"], ["目的"]]


@given(texts)
def test_words_hold_every_character_that_is_kept(text):
    """None is lost and none comes from elsewhere, in the text's order."""
    folded = fold(text)

    found = "".join(word for run in cut(text) for word in run)

    assert found == "".join(char for char in folded if HAN.match(char))


def test_names_are_told_from_other_words():
    """As the dictionary has them."""
    (run,) = runs("默克尔参观深圳", set(range(7)), set())

    assert run == [Word("默克尔", name=True), Word("参观"), Word("深圳", name=True)]
