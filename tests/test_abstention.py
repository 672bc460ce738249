import json
import math
from dataclasses import replace

import numpy as np
import pytest

from index.abstention import MODEL, SIGNS, Abstainer, signs
from index.encoder import SentenceTransformerEncoder
from index.generations import current
from index.live import Live
from index.querying import make_query
from index.scoring import FEATURES


def model(**weights):
    return Abstainer(tuple(weights.get(name, 0.0) for name in SIGNS), bias=-1.0, threshold=0.5)


def test_the_probability_is_the_logistic_function():
    """Bias and weighted signs, squeezed between 0 and 1."""
    values = [0.0] * len(SIGNS)
    values[SIGNS.index("cosine")] = 0.5

    assert model(cosine=4.0).confidence(values) == pytest.approx(1 / (1 + math.exp(-1.0)))
    assert model().confidence(values) == pytest.approx(1 / (1 + math.exp(1.0)))


@pytest.mark.parametrize("sign", [-1e30, 1e30])
def test_extreme_signs_stay_a_probability(sign):
    """No overflow, whatever the scale."""
    assert 0.0 <= model(cosine=1.0).confidence([sign] * len(SIGNS)) <= 1.0


def test_signs_are_weighed_in_their_order():
    """As many values as signs are wanted."""
    with pytest.raises(ValueError, match="zip"):
        model().confidence([0.0])


@pytest.fixture(scope="module")
def resources(built_data_dir, tiny_model):
    return Live(current(built_data_dir), SentenceTransformerEncoder(str(tiny_model))).resources


def test_the_signs_are_those_of_the_best_sentence(resources):
    """Features of the first row, and its lead over the fourth as far as its words are found."""
    table = np.zeros((5, len(FEATURES)), dtype=np.float32)
    table[:, FEATURES.index("cosine")] = [0.9, 0.8, 0.1, 0.1, 0.1]
    table[:, FEATURES.index("coverage")] = 0.5
    table[:, FEATURES.index("context")] = 0.25
    scores = np.array([4.0, 3.0, 2.0, 1.5, 0.0], dtype=np.float32)

    found = dict(zip(SIGNS, signs(make_query("桥", resources), table, scores), strict=True))

    assert found["cosine"] == pytest.approx(0.9)
    assert found["lead"] == pytest.approx(2.5 * 0.75)


@pytest.mark.parametrize("question", ["", "🙂", "青石桥"])
@pytest.mark.parametrize("rows", [0, 1, 3])
def test_there_are_signs_for_every_ranking(resources, question, rows):
    """Also for one without sentences, and for a question without terms."""
    table = np.ones((rows, len(FEATURES)), dtype=np.float32)

    found = signs(make_query(question, resources), table, np.ones(rows, dtype=np.float32))

    assert len(found) == len(SIGNS)
    assert all(map(math.isfinite, found))


def test_the_fitted_numbers_are_read_by_name(tmp_path):
    """A sign that the file lacks has weight 0."""
    path = tmp_path / "abstention.json"
    fitted = {"weights": {"cosine": 2.0}, "bias": -0.5, "threshold": 0.4}
    path.write_text(json.dumps(fitted), "utf-8")

    abstainer = Abstainer.load(path)

    assert (abstainer.bias, abstainer.threshold) == (-0.5, 0.4)
    assert dict(zip(SIGNS, abstainer.weights, strict=True))["cosine"] == 2.0
    assert sum(map(abs, abstainer.weights)) == 2.0


def test_the_built_in_numbers_are_of_known_signs():
    """None was fitted for a sign that is gone, and the threshold is a probability."""
    fitted = json.loads(MODEL.read_text("utf-8"))

    assert set(fitted["weights"]) <= set(SIGNS)
    assert 0.0 < fitted["threshold"] < 1.0


def read(query, **features):
    """Return the signs of a ranking whose best sentence has these features."""
    table = np.zeros((1, len(FEATURES)), dtype=np.float32)
    for name, value in features.items():
        table[0, FEATURES.index(name)] = value
    return dict(zip(SIGNS, signs(query, table, np.zeros(1, dtype=np.float32)), strict=True))


def test_evidence_is_the_weight_that_is_found(resources):
    """A share of much is more than the same share of little; what is lacking counts apart."""
    query = make_query("青石桥限重多少吨?", resources)
    weight = sum(term.weight for term in query.terms)

    found = read(query, coverage=0.5, context=0.2, section=0.1)

    assert found["found"] == pytest.approx(0.8)
    assert found["evidence"] == pytest.approx(math.log1p(0.8 * weight))
    assert found["missing"] == pytest.approx(math.log1p(0.2 * weight))
    assert read(query)["evidence"] == 0.0
    assert read(query, coverage=1.0)["missing"] == pytest.approx(0.0, abs=1e-6)


def test_what_is_borrowed_is_no_evidence(resources):
    """A follow-up has to be answered by what it names itself."""
    query = make_query("那限重呢?", resources)
    lent = [replace(term, borrowed=True) for term in make_query("青石桥", resources).terms]

    assert read(replace(query, terms=(*query.terms, *lent)), coverage=0.5) == (
        read(query, coverage=0.5)
    )
