import threading
from contextlib import contextmanager

import pytest

from index.encoder import SentenceTransformerEncoder
from index.errors import SearchDownError
from index.generations import current
from index.live import Live
from index.querying import make_query
from index.ranking import rank
from index.scoring import FEATURES, Ranker
from index.types import Part


@pytest.fixture(scope="module")
def live(built_data_dir, tiny_model):
    return Live(current(built_data_dir), SentenceTransformerEncoder(str(tiny_model)))


def ranked(live, question, stages=None, context=None):
    @contextmanager
    def stage(name):
        if stages is not None:
            stages.append(name)
        yield

    query = make_query(question, live.resources, context=context)
    return rank(query, live, Ranker.load(), stage)


def text(live, row):
    return live.sentences.span(row).of(live.documents[live.sentences.document(row)].text)


def test_sentences_are_ranked_by_their_score(live):
    """The best first, each once, with its own row of features."""
    found = ranked(live, "青石桥耗资多少?")

    assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)
    assert len(set(found.sentences)) == len(found.sentences) == len(found.features)
    assert "3.2亿元" in text(live, found.sentences[0])
    assert Ranker.load().score(found.features) == pytest.approx(found.scores, abs=1e-5)


def test_each_stage_is_told(live):
    """Both searches, the scoring and the reading are timed."""
    stages = []

    ranked(live, "青石桥", stages)

    assert stages == ["dense", "lexical", "quote", "read", "quote"]


@pytest.mark.parametrize("question", ["青石桥耗资多少?", "When does the strike end?", "🙂"])
def test_searching_at_once_finds_the_same(live, monkeypatch, question):
    """The search by words runs in a thread of its own, beside the one by vectors."""
    one_by_one, stages = ranked(live, question), []
    searched = live.lexical.search
    threads = []

    def search(tokens, limit):
        threads.append(threading.current_thread())
        return searched(tokens, limit)

    monkeypatch.setattr(live.lexical, "search", search)
    monkeypatch.setattr(live, "at_once", True)
    together = ranked(live, question, stages)

    assert together.sentences == one_by_one.sentences
    assert together.scores.tolist() == one_by_one.scores.tolist()
    assert stages == ["dense", "lexical", "quote", "read", "quote"]
    assert threads
    assert threading.current_thread() not in threads


def test_a_search_at_once_that_fails_says_so(live, monkeypatch):
    """Its error is that of the question, as if it had been asked in turn."""

    def failing(tokens, limit):
        raise SearchDownError("the words are gone")

    monkeypatch.setattr(live.lexical, "search", failing)
    monkeypatch.setattr(live, "at_once", True)

    with pytest.raises(SearchDownError, match="the words are gone"):
        ranked(live, "青石桥")


@pytest.mark.parametrize(
    ("question", "told"), [("那长多少?", True), ("为什么呢?", False), ("那另一座桥呢?", True)]
)
def test_what_was_told_is_marked_for_who_asks_the_same_of_something_else(live, question, told):
    """Another kind of thing may stand in the same sentence."""
    found = ranked(live, question, context="青石桥限重多少?")

    assert bool(found.features[:, FEATURES.index("told")].any()) is told


def test_the_source_of_a_statement_comes_first(live):
    """Asked for the footnote, the references of the best statement lead."""
    found = ranked(live, "「德州的雲量令人失望」的脚注是哪篇文章?")

    row = found.sentences[0]
    document = live.documents[live.sentences.document(row)]
    assert text(live, row).startswith("Soto, Maria. Clouds over Texas")
    assert live.view(row).part is Part.REFERENCE
    assert document.id == "eclipse"
    assert len(set(found.sentences)) == len(found.sentences) == len(found.scores)


def test_a_question_without_words_is_ranked_by_its_vector(live):
    """No term, no division by zero."""
    assert len(ranked(live, "🙂").sentences) > 0
