import numpy as np
import pytest

from index.affinity import Affinity
from index.encoder import load_encoder
from index.normalization import fold, fold_all
from index.stretches import KeptVectors, Stretches, SummedVectors
from index.word_pieces import Compared, WordPieces, measured, sums

TEXTS = ["青石桥限重20吨。", "Bridge closed…", "", "Ⅳ級", "🙂🙂", "мост закрыт", "青石桥\n重新开放"]


@pytest.fixture(scope="module")
def affinity():
    return Affinity.load()


@pytest.fixture(scope="module")
def pieces(affinity):
    return WordPieces.of(fold_all(TEXTS), affinity)


@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:4], TEXTS[5:], [], [""], ["\ud800", "桥", "\0"]])
def test_texts_folded_together_are_those_folded_alone(texts):
    """Whether a character becomes one, none or several, and in whichever plane it is."""
    for _ in range(2):  # Some are met for the first time.
        assert fold_all(texts) == [fold(text) for text in texts]


def test_pieces_are_taken_by_row(pieces):
    """In any order, those of a text without one included, and each as it is alone."""
    rows = np.array([3, 2, 0, 0])

    taken = pieces.taken(rows)

    assert [taken.of_row(at).tolist() for at in range(4)] == [
        pieces.of_row(row).tolist() for row in rows.tolist()
    ]
    assert len(pieces) == len(TEXTS)
    assert not len(pieces.of_row(2))
    assert len(pieces.taken(np.array([], dtype=np.int64))) == 0


def test_sums_are_the_vectors_of_the_built_in_model(pieces, affinity):
    """What is kept of a sentence gives the cosines that its vector would."""
    encoder = load_encoder()
    vectors, question = encoder.encode(TEXTS), encoder.encode_question("青石桥限重多少")
    own = sums(pieces, affinity)
    lengths = np.linalg.norm(own, axis=1, keepdims=True)

    assert own / np.maximum(lengths, 1e-12) == pytest.approx(vectors, abs=1e-5)
    rows = np.arange(len(TEXTS))
    compared = Compared(pieces, question[None], affinity)
    near = SummedVectors(measured(sums(pieces, affinity))).near(question, rows, compared)
    assert near.cosines == pytest.approx(vectors @ question, abs=1e-5)


def test_both_ways_to_keep_vectors_tell_the_same(pieces, affinity):
    """Cosines, and those of neighbors joined; nothing is beside the first and the last."""
    encoder = load_encoder()
    vectors, question = encoder.encode(TEXTS), encoder.encode_question("закрыт ли мост")
    rows = np.arange(len(TEXTS))
    before, after = rows > 0, rows < len(rows) - 1
    compared = Compared(pieces, question[None], affinity)

    kept = KeptVectors(vectors.astype(np.float16)).near(question, rows, compared)
    summed = SummedVectors(measured(sums(pieces, affinity))).near(question, rows, compared)

    for one, other in ((kept, summed),):
        assert one.cosines == pytest.approx(other.cosines, abs=1e-3)
        assert one.windows(rows, before, after) == pytest.approx(
            other.windows(rows, before, after), abs=1e-3
        )
    joined = vectors[5] + vectors[6]
    better = max(vectors[5:] @ question, default=0), joined @ question / np.linalg.norm(joined)
    assert summed.windows(rows[-1:], before[-1:], after[-1:])[0] == pytest.approx(
        max(float(vectors[6] @ question), float(better[1])), abs=1e-5
    )


def test_stretches_have_a_neighbor_on_either_side():
    """But not beyond the first and the last sentence of all."""
    found = Stretches.of(np.array([[0, 2], [5, 7], [2, 3]], dtype=np.int32), 7)

    assert found.own.tolist() == [0, 1, 5, 6, 2]
    assert found.hits.tolist() == [0, 0, 1, 1, 2]
    assert found.around.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert found.around[found.places].tolist() == found.own.tolist()


def test_the_vocabulary_fits_the_numbers_that_are_kept(affinity):
    """A piece is kept in two bytes."""
    assert affinity.vocabulary.get_vocab_size() <= 2**16
