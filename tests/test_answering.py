"""How many quotes the first card shows."""

from __future__ import annotations

import pytest
from fakes import make_quote

from bot.answering import first_quotes


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
    quotes = [
        make_quote("x", score=score, document=document)
        for score, document in zip(scores, documents, strict=True)
    ]

    assert first_quotes(quotes, private=private) == shown
