import math

import numpy as np
import pytest

from index.reader_network import gelu
from index.reading import LONGEST_PASSAGE, Passage, Reader


@pytest.fixture(scope="module")
def reader():
    return Reader.load()


def read(reader, question, *passages):
    return reader.read(question, [reader.alphabet.passage(sentences) for sentences in passages])


def test_the_sentence_that_answers_stands_out(reader):
    """Of several on the same subject, the one that gives what is asked for is likeliest."""
    (odds,) = read(
        reader,
        "大桥什么时候重新开放?",
        ["大桥全长三公里。", "大桥5月2日重新开放。", "市长感谢了工人。"],
    )

    assert int(odds.argmax()) == 1


def test_another_language_is_read_too(reader):
    """The vectors of the pieces bring an English question to Chinese text."""
    (odds,) = read(reader, "when did the bridge reopen?", ["大桥5月重新开放。", "今天天气很好。"])

    assert odds[0] > odds[1]


def test_nothing_likely_is_less_than_nowhere(reader):
    """Log-odds are against "it isn't here", so that unrelated text is below zero."""
    (odds,) = read(reader, "谁发明了电话?", ["今天天气很好。", "大桥全长三公里。"])

    assert (odds < 0).all()


def test_passages_do_not_disturb_each_other(reader):
    """Read together, which pads them, passages get the odds that they have alone."""
    texts = (["大桥5月2日重新开放。"], ["天晴。", "大桥全长三公里,由市长宣布开放,工人们都在场。"])

    together = read(reader, "大桥何时开放?", *texts)

    for alone, text in zip(together, texts, strict=True):
        (expected,) = read(reader, "大桥何时开放?", text)
        assert alone == pytest.approx(expected, abs=1e-3)


def test_every_sentence_has_odds(reader):
    """Also one without a piece, one that is too far behind, and any when nothing is asked."""
    long = "字" * (LONGEST_PASSAGE + 1)

    (odds,) = read(reader, "字?", [long, "", "字。"])
    (silent,) = read(reader, "", ["大桥。"])

    assert odds.shape == (3,)
    assert np.isfinite(odds[0])
    assert (odds[1:] == -np.inf).all()
    assert silent.tolist() == [-np.inf]


def test_what_is_seen_beside_each_other_is_kept_apart(reader):
    """However short the passages are, no convolution reaches from one into the next."""
    texts = [[f"第{row}天晴。"] for row in range(6)]

    together = read(reader, "哪天下雨?", *texts)

    for alone, text in zip(together, texts, strict=True):
        (expected,) = read(reader, "哪天下雨?", text)
        assert alone == pytest.approx(expected, abs=1e-4)


def test_the_weight_of_the_normal_distribution_is_exact():
    """The approximation of the layers is off by less than a millionth."""
    values = np.linspace(-12, 12, 4001, dtype=np.float32)

    found = gelu(values)

    exact = [x * 0.5 * (1 + math.erf(x / math.sqrt(2))) for x in values.tolist()]
    assert found == pytest.approx(exact, abs=1e-6)


def test_an_empty_passage_is_no_error(reader):
    """There is nothing to have odds."""
    nothing = Passage(np.empty(0, np.int32), np.empty(0, np.int32), 0)

    (odds,) = reader.read("大桥?", [nothing])

    assert odds.shape == (0,)
