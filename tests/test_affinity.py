import numpy as np
import pytest

from index.affinity import Affinity
from index.word_pieces import Compared, WordPieces


@pytest.fixture(scope="module")
def affinity():
    return Affinity.load()


def nearest(affinity, words, sentences):
    pieces = WordPieces.of(sentences, affinity)
    return Compared(pieces, words, affinity).nearest(slice(0, len(words)))


def test_a_word_of_one_piece_is_its_own_nearest(affinity):
    """A sentence that holds the word comes as near as can be; one without it does not."""
    words = affinity.words(["停火"])

    with_it, without = nearest(affinity, words, ["双方同意停火", "天气很好"])

    assert with_it[0] == pytest.approx(1.0, abs=1e-3)
    assert without[0] < 0.5


def test_translations_come_nearer_than_other_words(affinity):
    """The three languages share one space."""
    words = affinity.words(["president", "президент"])

    president, weather = nearest(affinity, words, ["总统", "天气"])

    assert (president > weather + 0.2).all()


def test_the_nearest_piece_is_found_for_each_sentence_and_word(affinity):
    """Sentences that share pieces give what a plain loop over them gives."""
    words = affinity.words(["停火", "talks", ""])
    sentences = ["停火谈判", "谈判", "停火"]

    near = nearest(affinity, words, sentences)

    rows = affinity.rows.astype(np.float64)
    for sentence, found in zip(sentences, near, strict=True):
        ids = affinity.vocabulary.encode(sentence, add_special_tokens=False).ids
        vectors = rows[ids] / np.linalg.norm(rows[ids], axis=1, keepdims=True)
        assert found == pytest.approx((vectors @ words.T).max(axis=0), abs=1e-4)


def test_no_word_is_near_to_nothing(affinity):
    """An entity has no word: its affinity is zero everywhere; an empty text has a piece still."""
    words = affinity.words([""])

    assert words.tolist() == [[0.0] * affinity.rows.shape[1]]
    assert nearest(affinity, words, ["停火", ""]).tolist() == [
        [0.0],
        [0.0],
    ]
