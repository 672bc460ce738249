"""A search that counts common characters in what it found scores as if it had looked them up."""

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index import live as live_module
from index import rescoring
from index.affinity import Affinity
from index.encoder import SentenceTransformerEncoder
from index.generations import current
from index.lexical import LexicalIndex, write_lexical
from index.live import Live
from index.normalization import fold_all
from index.querying import make_query
from index.rescoring import Letters, RescoredSearch
from index.tokenization import text_tokens
from index.word_pieces import WordPieces

LIVELY = "普京的在特朗普是了会谈俄罗斯。, я talks 2025 㐂"
TEXTS = st.lists(st.text(LIVELY, max_size=60), min_size=4, max_size=30)
WEIGHTS = st.dictionaries(
    st.sampled_from([*"普京的在是了谈会㐂я", "普京", "特朗", "talk", "2025"]),
    st.floats(0.1, 3),
    min_size=1,
)


class Asked:
    """Passes searches on, and remembers the tokens that they were for."""

    def __init__(self, search):
        self._search, self.tokens = search, []

    def __len__(self):
        return len(self._search)

    def search(self, weights, limit):
        self.tokens.append(set(weights))
        return self._search.search(weights, limit)

    def __getattr__(self, name):
        return getattr(self._search, name)


@pytest.fixture
def opened(tmp_path_factory):
    """Return a function that indexes texts: a search by all words, and the one that rescores."""

    def searches(texts):
        folded = fold_all(texts)
        tokens = [text_tokens(text) for text in folded]
        folder = tmp_path_factory.mktemp("rescoring") / "lexical"
        write_lexical(folder, tokens)
        affinity = Affinity.load()
        pieces = WordPieces.of(folded, affinity)
        lengths = np.array([len(each) for each in tokens], dtype=np.int32)
        whole = Asked(LexicalIndex(folder))
        return whole, RescoredSearch(whole, pieces, lengths, affinity.vocabulary)

    return searches


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS, weights=WEIGHTS, limit=st.integers(1, 6))
@example(["普京的的的", "普京普京", "的", "㐂㐂的"], {"普京": 1.0, "的": 1.0, "talk": 1.0}, 2)
def test_scores_are_those_of_a_search_by_all_words(opened, texts, weights, limit):
    """Whatever is found has the score that it would have if every token were looked up."""
    whole, rescored = opened(texts)
    expected = dict(whole.search(weights, len(texts)))

    found = rescored.search(weights, limit)

    assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
    assert len(found) == min(limit, len(expected))
    assert dict(found) == pytest.approx({row: expected[row] for row, _ in found}, rel=1e-5)
    looked_up = dict(whole.search(dict.fromkeys(whole.tokens[-1], 1.0), len(texts)))
    best = [row for row in expected if row in looked_up]
    assert [expected[row] for row, _ in found] == pytest.approx([expected[r] for r in best[:limit]])


def test_a_common_character_is_counted_and_not_looked_up(opened):
    """Lone Han characters alone are: a pair, a word or a number is looked up however common."""
    texts = ["普京在莫斯科的会谈", "普京的会谈的2025", "会谈在普京的车 talks", "火车的会谈"]
    whole, rescored = opened(texts)
    asked = {"普京": 1.0, "的": 1.0, "谈": 0.5, "talk": 1.0, "2025": 1.0, "nowhere": 1.0}

    found = rescored.search(asked, 3)

    assert whole.tokens == [{"普京", "talk", "2025", "nowhere"}]
    assert [row for row, _ in found] == [row for row, _ in whole.search(asked, 3)]


def test_a_rare_character_is_looked_up(opened, monkeypatch):
    """Where a character stands in few chunks it tells more than most words."""
    monkeypatch.setattr(rescoring, "COMMON", 0.25)
    whole, rescored = opened(["普京的车", "会谈的", "的话", "火车的"])

    rescored.search({"普": 1.0, "车": 1.0, "的": 1.0}, 1)

    assert whole.tokens == [{"普"}]


@pytest.mark.parametrize(
    "asked",
    [
        {"的": 1.0},
        {"的": 1.0, "在": 0.2},
        {"的": 1.0, "nowhere": 1.0},
    ],
)
def test_a_question_of_common_characters_alone_is_looked_up(opened, asked):
    """Else nothing would be found for it."""
    whole, rescored = opened(["普京的车在", "会谈的", "的话在", "火车的"])

    assert rescored.search(asked, 3) == whole.search(asked, 3)
    assert rescored.search(asked, 3)


def test_where_the_others_find_too_little_all_are_looked_up(opened):
    """Chunks that hold nothing but common characters come behind them, or even before."""
    whole, rescored = opened(["普京来了", "的的的的在在", "的在", "会谈"])
    asked = {"普京": 0.1, "的": 1.0, "在": 1.0}

    found = rescored.search(asked, 2)

    assert whole.tokens == [{"普京"}, {"普京", "的", "在"}]
    assert found == whole.search(asked, 2)
    assert [row for row, _ in found] == [1, 2]


def test_a_character_that_pieces_lose_is_looked_up(opened):
    """A text's pieces have one sign for all that the vocabulary does not know."""
    whole, rescored = opened(["㐂普京", "㐂会谈", "㐂的"])

    found = rescored.search({"㐂": 1.0, "普京": 1.0}, 3)

    assert "㐂" in whole.tokens[0]
    assert len(found) == 3


def test_a_character_is_counted_in_each_piece_as_often_as_it_stands_there():
    """Pieces are words of several characters, and some hold one twice."""
    affinity = Affinity.load()
    letters = Letters(affinity.vocabulary)
    texts = ["爸爸妈妈在", "", "妈的在在", "talks"]

    counts = letters.counts(WordPieces.of(texts, affinity), ["妈", "在", "的"])

    assert counts.tolist() == [[text.count(c) for c in "妈在的"] for text in texts]


def test_an_archive_of_many_chunks_is_searched_so(built_data_dir, tiny_model, monkeypatch):
    """The chunks of a real generation come with the scores that a search by all words gives."""
    layout, encoder = current(built_data_dir), SentenceTransformerEncoder(str(tiny_model))
    whole = Live(layout, encoder)
    monkeypatch.setattr(live_module, "MANY", 1)
    many = Live(layout, encoder)

    assert isinstance(many.lexical, RescoredSearch)
    many.lexical.whole = asked = Asked(many.lexical.whole)
    tokens = make_query("青石大桥的限重是多少?", many.resources).tokens()
    found, expected = many.lexical.search(tokens, 3), whole.lexical.search(tokens, 3)

    assert [len(each) < len(tokens) for each in asked.tokens] == [True]
    assert [row for row, _ in found] == [row for row, _ in expected]
    assert dict(found) == pytest.approx(dict(expected), rel=1e-5)
    assert many.lexical.ideal(tokens) == whole.lexical.ideal(tokens)
