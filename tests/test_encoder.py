import shutil

import numpy as np
import pytest
import torch
from models import DIM, make_tiny_cross_encoder, make_tiny_model, make_tiny_transformer
from transformers import AutoModel, AutoTokenizer

from index.encoder import CrossEncoderReranker, SentenceTransformerEncoder
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


TEXT = "青石桥5月2日重新开放。"


def tokens_of(folder, text):
    """Return the vectors of a text's tokens, marks included, straight from the transformer."""
    model, tokenizer = AutoModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    with torch.inference_mode():
        found = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
    return found.numpy()


def unit(vector):
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize(
    ("pooling", "pooled"), [("mean", lambda rows: rows.mean(axis=0)), ("cls", lambda rows: rows[0])]
)
def test_the_pooling_of_a_model_is_honored(tmp_path, pooling, pooled):
    """A text's vector is the mean of its tokens' or its first token's, as the model's files say.

    It is of length 1, though the model has no layer for that.
    """
    folder = make_tiny_transformer(tmp_path / pooling, pooling=pooling)
    encoder = SentenceTransformerEncoder(str(folder))

    expected = unit(pooled(tokens_of(folder, TEXT)))

    assert encoder.encode([TEXT])[0] == pytest.approx(expected, abs=1e-5)
    assert encoder.encode_question(TEXT) == pytest.approx(expected, abs=1e-5)
    assert np.linalg.norm(pooled(tokens_of(folder, TEXT))) != pytest.approx(1.0, abs=0.1)


def test_the_prompts_of_a_transformer_are_pooled_with_the_text(tmp_path):
    """Declared prompts stand before the text where the transformer reads it."""
    folder = make_tiny_transformer(
        tmp_path / "prompted", pooling="mean", prompts={"query": "问: ", "document": "文: "}
    )
    encoder = SentenceTransformerEncoder(str(folder))

    asked = unit(tokens_of(folder, f"问: {TEXT}").mean(axis=0))
    told = unit(tokens_of(folder, f"文: {TEXT}").mean(axis=0))

    assert encoder.encode_question(TEXT) == pytest.approx(asked, abs=1e-5)
    assert encoder.encode([TEXT])[0] == pytest.approx(told, abs=1e-5)


def test_the_e5_family_gets_the_prompts_that_it_does_not_declare(tmp_path):
    """Its models were trained with them, so that without them they do worse."""
    folder = make_tiny_transformer(tmp_path / "multilingual-e5-small", pooling="mean")
    encoder = SentenceTransformerEncoder(str(folder))

    asked = unit(tokens_of(folder, f"query: {TEXT}").mean(axis=0))
    told = unit(tokens_of(folder, f"passage: {TEXT}").mean(axis=0))

    assert encoder.encode_question(TEXT) == pytest.approx(asked, abs=1e-5)
    assert encoder.encode([TEXT])[0] == pytest.approx(told, abs=1e-5)
    assert "query: passage:" in encoder.id


@pytest.mark.parametrize(
    ("name", "prompts"),
    [("multilingual-e5-small", {"query": "q: "}), ("e5-large-instruct", None), ("me5-small", None)],
)
def test_prompts_are_guessed_for_nobody_else(tmp_path, name, prompts):
    """Not where a model declares some itself, and not for names that are only alike."""
    folder = make_tiny_transformer(tmp_path / name, pooling="mean", prompts=prompts)
    encoder = SentenceTransformerEncoder(str(folder))

    told = unit(tokens_of(folder, TEXT).mean(axis=0))

    assert encoder.encode([TEXT])[0] == pytest.approx(told, abs=1e-5)
    assert "passage:" not in encoder.id


@pytest.fixture(scope="module")
def reranker(tmp_path_factory):
    return CrossEncoderReranker(str(make_tiny_cross_encoder(tmp_path_factory.mktemp("m") / "ce")))


def test_passages_are_scored_as_probabilities(reranker):
    """One for each passage, in order, whatever a question or a passage holds."""
    passages = ["青石桥", "museum", "青石桥", "", "字" * 5000]

    scores = reranker.score("\ud800桥?", passages)

    assert scores.shape == (5,)
    assert scores.dtype == np.float32
    assert ((scores > 0) & (scores < 1)).all()
    assert scores[0] == pytest.approx(scores[2], abs=1e-6)
    assert scores[0] != pytest.approx(scores[1], abs=1e-3)
    assert reranker.score("?", []).shape == (0,)


def test_the_question_is_read_with_the_passage(reranker):
    """Another question, another score for the same passage."""
    one, other = (reranker.score(question, ["青石桥"])[0] for question in ("桥在哪里", "museum"))

    assert one != pytest.approx(other, abs=1e-3)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda folder: folder.parent, "can't load"),
        (lambda folder: make_tiny_cross_encoder(folder, labels=3), "must give one score"),
        (lambda folder: make_tiny_transformer(folder, pooling="cls"), "is no cross-encoder"),
    ],
    ids=["no model", "several scores", "an embedding model"],
)
def test_what_is_no_reranker_is_refused(tmp_path, capfd, make, problem):
    """One line names the setting and the folder, and nothing else is printed around it."""
    folder = make(tmp_path / "model")
    capfd.readouterr()

    with pytest.raises(ModelError, match=f"^RERANKER_MODEL: .*{problem}") as caught:
        CrossEncoderReranker(str(folder))

    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")
