"""The chat without Telegram."""

from __future__ import annotations

from fakes import FakeEngine

from bot.terminal import chat, lines, texts_of_terminal
from bot.texts import CATALOGUE


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
