import numpy as np
import pytest

from index.affinity import Affinity


@pytest.fixture(scope="module")
def affinity():
    return Affinity.load()


def test_a_word_of_one_piece_is_its_own_nearest(affinity):
    """A sentence that holds the word comes as near as can be; one without it does not."""
    words = affinity.words(["停火"])

    with_it, without = affinity.nearest(
        words, [affinity.pieces("双方同意停火"), affinity.pieces("天气很好")]
    )

    assert with_it[0] == pytest.approx(1.0, abs=1e-3)
    assert without[0] < 0.5


def test_translations_come_nearer_than_other_words(affinity):
    """The three languages share one space."""
    words = affinity.words(["president", "президент"])

    president, weather = affinity.nearest(words, [affinity.pieces("总统"), affinity.pieces("天气")])

    assert (president > weather + 0.2).all()


def test_the_nearest_piece_is_found_for_each_sentence_and_word(affinity):
    """Sentences that share pieces give what a plain loop over them gives."""
    words = affinity.words(["停火", "talks", ""])
    sentences = [affinity.pieces(text) for text in ("停火谈判", "谈判", "停火")]

    nearest = affinity.nearest(words, sentences)

    rows = affinity.rows.astype(np.float64)
    for sentence, found in zip(sentences, nearest, strict=True):
        vectors = rows[sentence] / np.linalg.norm(rows[sentence], axis=1, keepdims=True)
        assert found == pytest.approx((vectors @ words.T).max(axis=0), abs=1e-4)


def test_no_word_is_near_to_nothing(affinity):
    """An entity has no word: its affinity is zero everywhere; an empty text has a piece still."""
    words = affinity.words([""])

    assert words.tolist() == [[0.0] * affinity.rows.shape[1]]
    assert affinity.nearest(words, [affinity.pieces("停火"), affinity.pieces("")]).tolist() == [
        [0.0],
        [0.0],
    ]
