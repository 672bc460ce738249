import shutil

import numpy as np
import pytest
from models import DIM, make_tiny_model

from index.encoder import SentenceTransformerEncoder
from index.errors import ModelError


@pytest.fixture(scope="module")
def encoder(tiny_model):
    return SentenceTransformerEncoder(str(tiny_model))


def test_vectors_are_rows_of_length_one(encoder):
    """One row per text, in order, as float32."""
    vectors = encoder.encode(["青石桥", "museum", "青石桥"])

    assert vectors.shape == (3, DIM)
    assert encoder.dim == DIM
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert vectors[0].tolist() == vectors[2].tolist()
    assert abs(float(vectors[0] @ vectors[1])) < 0.9


def test_no_texts_give_no_rows(encoder):
    """The shape keeps the dimension."""
    assert encoder.encode([]).shape == (0, DIM)


def test_a_model_that_was_trained_on_folded_text_gets_it(encoder):
    """Script and case make no difference to it, in questions and in texts."""
    simplified, traditional = encoder.encode(["青石桥重新开放", "青石橋重新開放"])

    assert simplified.tolist() == traditional.tolist()
    assert encoder.encode_question("青石橋重新開放") == pytest.approx(simplified, abs=1e-5)


def test_another_model_gets_the_text_as_it_is(tiny_model, tmp_path):
    """Without ``input.json`` nothing is folded: the model does what it wants."""
    folder = shutil.copytree(tiny_model, tmp_path / "plain")
    (folder / "input.json").unlink()
    encoder = SentenceTransformerEncoder(str(folder))

    simplified, traditional = encoder.encode(["桥", "橋"])

    assert float(simplified @ traditional) < 0.9


@pytest.mark.parametrize("passage", ["document", "passage"])
def test_the_prompts_of_a_model_are_used(tmp_path, passage):
    """A model that declares prompts reads questions and passages with its own before them."""
    folder = make_tiny_model(
        tmp_path / "prompted", prompts={"query": "query: ", passage: "passage: "}
    )
    encoder = SentenceTransformerEncoder(str(folder))
    plain = SentenceTransformerEncoder(str(make_tiny_model(tmp_path / "plain")))

    asked, told = encoder.encode_question("桥"), encoder.encode(["桥"])[0]
    assert told == pytest.approx(plain.encode(["passage: 桥"])[0], abs=1e-5)
    assert asked == pytest.approx(plain.encode_question("query: 桥"), abs=1e-5)
    assert float(asked @ told) < 0.99


def test_a_model_without_prompts_reads_both_alike(encoder):
    """A question and a passage of the same words have the same vector."""
    assert encoder.encode_question("桥") == pytest.approx(encoder.encode(["桥"])[0], abs=1e-5)


@pytest.mark.parametrize(("settings", "folds"), [('{"folded": true}', True), ("{}", False)])
def test_a_model_tells_whether_it_wants_folded_text(tiny_model, tmp_path, settings, folds):
    """Only where its folder says so are texts and questions folded for it."""
    folder = shutil.copytree(tiny_model, tmp_path / "told")
    (folder / "input.json").write_text(settings, "utf-8")
    encoder = SentenceTransformerEncoder(str(folder))

    one, other = encoder.encode(["A", "a"])

    assert (one.tolist() == other.tolist()) is folds
    assert (encoder.encode_question("A") == encoder.encode_question("a")).all() == folds


def test_other_weights_under_the_same_name_are_another_model(tmp_path):
    """The id follows the content, so that vectors of two trainings are never mixed."""
    folder = tmp_path / "model"
    first = SentenceTransformerEncoder(str(make_tiny_model(folder)))
    again = SentenceTransformerEncoder(str(folder))
    other = SentenceTransformerEncoder(str(make_tiny_model(folder, seed=1)))

    assert first.id == again.id
    assert first.id != other.id


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    """The error names the setting and the folder, in one line."""
    with pytest.raises(ModelError, match="EMBEDDING_MODEL: can't load") as caught:
        SentenceTransformerEncoder(str(tmp_path))

    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", " ", "\n", "🙂", "a" * 10_000, "\ud800"])
def test_every_text_has_a_vector(encoder, text):
    """Whatever is asked, the vector is finite."""
    assert np.isfinite(encoder.encode_question(text)).all()
