"""Which quotes the first card shows, and when a question is read with the one before it."""

from __future__ import annotations

import pytest
from fakes import FakeEngine, make_quote

from bot.answering import understood
from bot.arranging import arranged


@pytest.mark.parametrize(
    ("scores", "documents", "private", "shown"),
    [
        ([], "", True, 0),
        ([0.9], "a", True, 1),
        ([0.9, 0.5, 0.4], "aaa", True, 1),
        ([0.9, 0.5, 0.4], "aba", True, 1),
        ([0.9, 0.7, 0.4], "aba", True, 2),
        ([0.9, 0.7, 0.4], "aaa", True, 1),
        ([0.9, 0.82, 0.8], "aaa", True, 2),
        ([0.9, 0.9, 0.9], "abc", False, 1),
        ([-1.0, -1.05], "aa", True, 2),
        ([-1.0, -2.0], "aa", True, 1),
        ([-1.0, -1.2], "ab", True, 2),
        ([-1.0, -1.3], "ab", True, 1),
        ([0.1, -0.1], "ab", True, 1),
        ([0.0, 0.0], "ab", True, 2),
    ],
)
def test_a_second_quote_must_add_something(scores, documents, private, shown):
    """It is nearly as good as the first, or not far behind from elsewhere; a group sees one."""
    quotes = quotes_of(scores, documents)

    assert arranged(quotes, private=private) == (quotes, shown)


def test_another_documents_quote_stands_beside_the_first():
    """Two documents that tell one fact: one quote each, the others behind them in order."""
    quotes = quotes_of([0.9, 0.88, 0.8, 0.7], "aaba")

    ordered, shown = arranged(quotes, private=True)

    assert shown == 2
    assert [(quote.document, quote.score) for quote in ordered] == [
        ("a", 0.9),
        ("b", 0.8),
        ("a", 0.88),
        ("a", 0.7),
    ]


@pytest.mark.parametrize(("most", "shown"), [(1, 1), (3, 3), (4, 3)])
def test_a_group_sees_as_many_as_it_wants(most, shown):
    """Its admins decide, and no more are shown than there are."""
    _, first = arranged(quotes_of([0.9, 0.2, 0.1], "abc"), private=False, most=most)

    assert first == shown


@pytest.mark.parametrize(
    ("question", "earlier", "understood_with"),
    [
        ("記者會", "會議", None),
        ("那三小時", "閉門會議三小時", "閉門會議三小時"),
        ("多久", "閉門會議三小時", "閉門會議三小時"),
        ("多久", "xyzzy", None),
        ("那記者會", "xyzzy", "xyzzy"),
        ("那多久", None, None),
        ("記者會只持續了十二分鐘", "閉門會議三小時", None),
    ],
)
def test_a_question_leans_only_where_it_must(question, earlier, understood_with):
    """A keyword that finds an answer alone is its own; what points back, or finds none, leans."""
    reply = understood(FakeEngine(), question, earlier)

    assert reply.understood_with == understood_with
    assert reply.question == question


def quotes_of(scores, documents):
    return [
        make_quote("x", score=score, document=document)
        for score, document in zip(scores, documents, strict=True)
    ]
