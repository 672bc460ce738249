"""The chat without Telegram."""

from __future__ import annotations

import pytest
from fakes import FakeEngine, make_quote

from bot.pages import Page
from bot.rendering import render_card
from bot.terminal import BAR, BOLD, PLAIN, chat, lines, readable, texts_of_terminal
from bot.texts import CATALOGUE
from index import Span


def test_each_question_gets_one_text():
    """Quotes with citations, or the line that says there are none; empty lines get nothing."""
    typed = ["  ", "會談後雙方舉行了聯合記者會", "xyzzy", "?!"]

    found, missing, hint = chat(FakeEngine(), typed, texts=CATALOGUE["en"])

    assert "會談後雙方舉行了聯合記者會。\n2025年俄美峰會 · 維基百科" in found
    assert missing == "The sources don't answer this question."
    assert hint.startswith("There are no words")


def test_a_quote_that_fails_its_check_is_not_printed():
    """The promise holds in the terminal too."""
    typed = ["會談後雙方舉行了聯合記者會"]

    [answer] = chat(FakeEngine(broken=True), typed, texts=CATALOGUE["en"])

    assert answer == CATALOGUE["en"].failed


def test_the_nearest_passage_is_shown_as_no_answer():
    """There are no buttons in a terminal, so that it stands below the line at once."""
    [answer] = chat(FakeEngine(), ["停止打击的都是些什么样的目标呢"], texts=CATALOGUE["en"])

    line, _, label, quote, *_ = answer.split("\n")
    assert line == CATALOGUE["en"].not_found
    assert label == "Nearest passages:"
    assert quote == "┃ 双方同意停止打击能源设施。"


@pytest.mark.parametrize(
    ("text", "highlight", "shown"),
    [
        ("甲。乙。", Span(2, 4), "┃ 甲。*乙。#"),
        ("甲。乙。", Span(0, 2), "┃ *甲。#乙。"),
        ("甲。\n乙。", Span(0, 5), "┃ *甲。\n┃ 乙。#"),
        ("👩‍👩‍👧甲。乙🙂。", Span(7, 10), "┃ 👩‍👩‍👧甲。*乙🙂。#"),
    ],
)
def test_quotes_are_told_from_their_citation(text, highlight, shown):
    """A bar stands before each line of the quote, and the answering sentence is bold."""
    page = render_card([make_quote(text, highlight=highlight)], texts=CATALOGUE["en"]).page

    styled, plain = readable(page, styled=True), readable(page, styled=False)

    expected = shown.replace("*", BOLD).replace("#", PLAIN)
    assert styled == f"{expected}\nTitle · Publisher · 2025-08-15"
    assert plain == styled.replace(BOLD, "").replace(PLAIN, "")
    assert plain.replace(BAR, "") == page.text


def test_a_page_without_quotes_is_printed_as_it_is():
    """There is nothing to mark."""
    assert readable(Page("🙂\nfine"), styled=True) == "🙂\nfine"


def test_the_terminal_is_spoken_to_in_its_language():
    """The locale's name decides."""
    assert texts_of_terminal({"LANG": "zh_TW.UTF-8"}) is CATALOGUE["zh-Hant"]
    assert texts_of_terminal({"LC_ALL": "ru_RU", "LANG": "zh_CN"}) is CATALOGUE["ru"]
    assert texts_of_terminal({}) is CATALOGUE["en"]


def test_lines_are_read_until_the_end(monkeypatch):
    """Ctrl-D ends the chat."""
    typed = iter(["one", "two"])

    def read(_: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", read)

    assert list(lines()) == ["one", "two"]
