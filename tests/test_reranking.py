"""The second reading: its order, its confidence, and what becomes of one that fails."""

import json
import logging
import sys
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest
from models import make_tiny_cross_encoder
from rerankers import BrokenReranker, FakeReranker

from index import Answer, Engine
from index.__main__ import main
from index.encoder import SentenceTransformerEncoder
from index.errors import ModelError
from index.generations import current
from index.live import Live
from index.querying import make_query
from index.ranking import rank
from index.reranking import READ, Reading, reread, unread
from index.scoring import Ranker

QUESTION = "青石桥工程耗资多少亿元?"
BEST = "工程历时14个月，耗资3.2亿元。"
OTHER = "市长林若海说：“这座桥属于每一个人。”"
SOURCE = "「德州的雲量令人失望」的脚注是哪篇文章?"


@pytest.fixture(scope="module")
def live(built_data_dir, tiny_model):
    return Live(current(built_data_dir), SentenceTransformerEncoder(str(tiny_model)))


@pytest.fixture
def answer(built_data_dir, live):
    """Ask an engine that has the given reranker."""

    def answer(reranker, question=QUESTION, **options):
        engine = Engine(built_data_dir, live.resources.encoder, live, reranker=reranker)
        return engine.answer(question, **options)

    return answer


def ranked(live, question):
    return rank(make_query(question, live.resources), live, Ranker.load(), lambda _: nullcontext())


def text(live, row):
    return live.sentences.span(row).of(live.documents[live.sentences.document(row)].text)


def test_the_sentence_that_the_model_likes_comes_first(live):
    """Before it was another; the order is that of the scores, and the features go along."""
    before = ranked(live, QUESTION)

    reading = reread(QUESTION, before, live, FakeReranker("属于每一个人"))

    after = reading.ranked
    assert BEST in text(live, before.sentences[0])
    assert OTHER in text(live, after.sentences[0])
    assert after.scores.tolist() == sorted(after.scores.tolist(), reverse=True)
    assert sorted(after.sentences) == sorted(before.sentences)
    for row, first, features in zip(after.sentences, reading.first, after.features, strict=True):
        at = before.sentences.index(row)
        assert first == before.scores[at]
        assert features.tolist() == before.features[at].tolist()


def test_a_model_that_likes_all_alike_changes_nothing(live):
    """The order stays, and so does the best score."""
    before = ranked(live, QUESTION)

    after = reread(QUESTION, before, live, FakeReranker("nowhere")).ranked

    assert after.sentences == before.sentences
    assert after.scores[0] == pytest.approx(before.scores[0])


def test_only_the_best_are_read(live):
    """Those behind them keep their order, whatever the model says, and each text is read once."""
    before = ranked(live, QUESTION)
    reranker = FakeReranker("nowhere", others=0.001)

    after = reread(QUESTION, before, live, reranker).ranked

    ((_, passages),) = reranker.asked
    assert len(before.sentences) > READ
    assert len(set(passages)) == len(passages) <= 2 * READ
    assert set(passages) >= {text(live, row) for row in before.sentences[:READ]}
    assert not set(passages) & {text(live, row) for row in before.sentences[READ:]} - {
        text(live, row) for row in before.sentences[:READ]
    }
    assert after.sentences[READ:] == before.sentences[READ:]


def test_a_sentence_is_read_in_its_quote_too(live):
    """What stands beside it counts, but not as much as what it says itself."""
    before = ranked(live, QUESTION)

    reading = reread(QUESTION, before, live, FakeReranker("属于每一个人", others=0.5))

    gains = {
        text(live, row): score - first
        for row, score, first in zip(
            reading.ranked.sentences, reading.ranked.scores, reading.first, strict=True
        )
    }
    read = [text(live, row) for row in before.sentences[:READ]]
    assert gains[OTHER] > gains[BEST] > min(gains[sentence] for sentence in read)


@pytest.mark.parametrize(
    ("log_odds", "fitted", "expected"),
    [
        (None, 0.3, 0.3),
        (0.0, 0.5, 0.5),
        (2.0, 1 / (1 + np.exp(-2.0)), 1 / (1 + np.exp(-2.0))),
        (6.0, 1 / (1 + np.exp(3.0)), 1 / (1 + np.exp(-3.0))),
    ],
)
def test_two_readings_pool_their_log_odds(live, log_odds, fitted, expected):
    """One that agrees changes nothing; one that is surer leads; without one all is as fitted."""
    found = Reading(ranked(live, "?"), np.empty(0), log_odds).confidence(fitted)

    assert found == pytest.approx(expected)


@pytest.mark.parametrize("fitted", [0.0, 1.0])
def test_certainty_is_pooled_without_an_error(live, fitted):
    """Neither end of the scale is beyond what can be computed."""
    found = Reading(ranked(live, "?"), np.empty(0), 0.0).confidence(fitted)

    assert 0 < found < 1 or found == pytest.approx(fitted)


def test_nothing_found_is_nothing_read(live):
    """No sentence, no call of the model."""
    reranker = FakeReranker()
    empty = ranked(live, QUESTION)
    none = type(empty)([], empty.scores[:0], empty.features[:0])

    assert reread(QUESTION, none, live, reranker) == unread(none)
    assert reranker.asked == []


def test_the_answer_is_what_both_readings_find(answer):
    """The quote changes with the model, its characters don't, and its time is told."""
    before, after = answer(None), answer(FakeReranker("属于每一个人"))

    assert BEST in before.quotes[0].highlighted
    assert OTHER in after.quotes[0].highlighted
    assert "rerank" in after.timing_ms
    assert "rerank" not in before.timing_ms


@pytest.mark.parametrize(("probability", "answered"), [(0.999, True), (0.001, False)])
def test_the_model_has_a_say_in_abstaining(answer, probability, answered):
    """Where it finds the best sentence no answer, the sources are said not to answer."""
    reply = answer(FakeReranker("耗资3.2亿元", liked=probability, others=0.001))

    assert isinstance(reply, Answer) is answered
    assert (reply.confidence > 0.5) is answered


def test_a_follow_up_is_read_with_the_question_before(answer):
    """Alone it does not say whom it is about."""
    reranker = FakeReranker()

    answer(reranker, "那限重多少?", context="青石桥的重型货车怎么走?")

    assert reranker.asked[0][0] == "青石桥的重型货车怎么走? 那限重多少?"


@pytest.mark.parametrize("question", ["你好", "", SOURCE])
def test_what_needs_no_reading_costs_none(answer, question):
    """Greetings hold nothing to look for; a source is found by following marks."""
    reranker = FakeReranker()

    found = replace(answer(reranker, question), timing_ms={})

    assert reranker.asked == []
    assert found == replace(answer(None, question), timing_ms={})


@pytest.mark.parametrize(
    "scores", [None, [], [0.5], [float("nan")] * 30, [2.0] * 30], ids=["error", "", "1", "nan", "2"]
)
def test_a_model_that_fails_does_not_lose_the_question(answer, caplog, scores):
    """It is answered without it; the log says so in a line that holds no question."""
    with caplog.at_level(logging.ERROR):
        reply = answer(BrokenReranker(scores))

    assert reply.quotes == answer(None).quotes
    assert reply.confidence == answer(None).confidence
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("RERANKER_MODEL failed (")
    assert QUESTION not in caplog.text


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory):
    return str(make_tiny_cross_encoder(tmp_path_factory.mktemp("reranker") / "tiny"))


def test_an_engine_is_opened_with_a_cross_encoder(built_data_dir, tiny_model, cross_encoder):
    """A real one, though of random weights, reads; the quotes are the documents' own."""
    engine = Engine.open(built_data_dir, model=str(tiny_model), reranker=cross_encoder)

    reply = engine.answer(QUESTION)

    quotes = reply.quotes if isinstance(reply, Answer) else reply.nearest
    assert "rerank" in reply.timing_ms
    assert all(engine.verify(quote, generation=reply.generation) for quote in quotes)


def test_an_engine_is_not_opened_with_what_is_no_reranker(built_data_dir, tiny_model, tmp_path):
    """An operator learns it at the start, and not by worse answers."""
    with pytest.raises(ModelError, match="RERANKER_MODEL"):
        Engine.open(built_data_dir, model=str(tiny_model), reranker=str(tmp_path))


@pytest.mark.parametrize(("there", "code"), [(True, 0), (False, 1)])
def test_the_command_line_reads_the_setting(
    monkeypatch, capsys, tmp_path, built_data_dir, tiny_model, cross_encoder, there, code
):
    """The stage is among the times; a model that can't be loaded is one line."""
    monkeypatch.setenv("DATA_DIR", str(built_data_dir))
    monkeypatch.setenv("EMBEDDING_MODEL", str(tiny_model))
    monkeypatch.setenv("RERANKER_MODEL", cross_encoder if there else str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["index", "ask", "--json", QUESTION])
    monkeypatch.chdir(tmp_path)

    found = main()

    out, err = capsys.readouterr()
    assert found == code
    if there:
        assert json.loads(out)["timing_ms"]["rerank"] > 0
    else:
        (line,) = err.strip().splitlines()
        assert line.startswith("error: RERANKER_MODEL: can't load")
