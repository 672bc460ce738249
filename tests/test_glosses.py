"""Glosses of dictionaries become weights of Chinese words."""

from index.training.glosses import key_of, russian_weights
from index.training.readers import Entry

ENGLISH = {
    key_of("fly"): {"飞行": 0.6, "飞": 0.4},
    key_of("come"): {"来": 1.0},
    key_of("land"): {"降落": 1.0},
}


def test_russian_words_have_the_chinese_ones_of_the_phrases_they_share():
    """The first sense counts most, and every form is a key."""
    entry = Entry("сесть", ("land; fly",), ("сел",))

    weights = russian_weights([entry], ENGLISH)

    assert weights[key_of("сел"), "降落"] == 1.0
    assert weights[key_of("сесть"), "飞行"] == 0.6 / 1.5


def test_a_phrase_that_nobody_translates_is_taken_by_its_words():
    """Each word has its share; those that mean nothing alone have none."""
    entry = Entry("прилететь", ("come flying up",))

    weights = russian_weights([entry], ENGLISH)

    key = key_of("прилететь")
    assert weights == {(key, "飞行"): 0.3, (key, "飞"): 0.2, (key, "来"): 0.5}


def test_the_words_of_a_phrase_count_only_where_no_phrase_is_known():
    """Words of an explanation beside a translation would only add noise."""
    entry = Entry("сесть", ("come flying, land",))

    assert {word for _, word in russian_weights([entry], ENGLISH)} == {"降落"}
