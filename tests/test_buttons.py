"""What a button carries comes back as it was, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import (
    Action,
    Press,
    Under,
    card_keyboard,
    pager,
    with_reasons,
    without_reasons,
)
from bot.texts import CATALOGUE

EN = CATALOGUE["en"]
ids = st.text("ABCxyz019_-", min_size=1, max_size=20)


@given(st.sampled_from(Action), ids, st.integers(0, 9999))
def test_data_comes_back_as_it_was(action, target, number):
    """It fits Telegram's 64 bytes."""
    press = Press(action, target, number)

    assert Press.parse(press.data) == press
    assert len(press.data.encode()) <= 64


@given(st.text())
def test_any_text_is_data_or_nothing(data):
    """Forged data never raises."""
    press = Press.parse(data)

    assert press is None or press.target in data


@pytest.mark.parametrize(
    "data",
    [None, "", "v1", "v2:more:a:1", "v1:more:a:1\n", "v1:more:a:", "v1:more:a:10000", "v1:x:a:1"],
)
def test_other_data_is_refused(data):
    """An older version's data, or a forger's, is no press."""
    assert Press.parse(data) is None


def labels(keyboard):
    return [[button.text for button in row] for row in keyboard.inline_keyboard]


def test_a_card_of_two_numbers_its_contexts():
    """Each quote has its button, and one more opens the rest."""
    under = Under("abc", range(1, 3), 5)

    keyboard = card_keyboard(under, texts=EN)

    assert [
        [(button.text, button.callback_data) for button in row] for row in keyboard.inline_keyboard
    ] == [
        [("Context 1", "v1:context:abc:1"), ("Context 2", "v1:context:abc:2")],
        [("Sources", "v1:sources:abc:13"), ("More 2", "v1:more:abc:3")],
    ]
    assert Press.parse("v1:sources:abc:13").quotes == range(1, 3)


def test_a_card_may_be_judged_copied_and_asked_anew():
    """What is about the answer stands below what goes on from it."""
    under = Under("abc", range(1), 1, copied="Title · 2025", rated=True, borrowed=True)

    keyboard = card_keyboard(under, texts=EN)

    assert labels(keyboard) == [
        ["Context", "Sources"],
        ["👍", "👎", "Copy citation"],
        ["Ask without it"],
    ]
    assert keyboard.inline_keyboard[1][2].copy_text.text == "Title · 2025"


def test_reasons_come_once_and_go_again():
    """They stand below the card's own buttons, which stay as they are."""
    card = card_keyboard(Under("abc", range(1), 1, rated=True), texts=EN)
    rows = [list(row) for row in card.inline_keyboard]

    asked = with_reasons(rows, "abc", texts=EN)
    twice = with_reasons([list(row) for row in asked.inline_keyboard], "abc", texts=EN)

    assert labels(asked)[2:] == [["Wrong quote", "Not what I asked"], ["Something is missing"]]
    assert twice == asked
    assert without_reasons(asked.inline_keyboard) == card


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [(0, 1, None), (0, 3, [["Next 2/3"]]), (1, 3, [["Back", "Next 3/3"]]), (2, 3, [["Back"]])],
)
def test_a_pager_leads_to_the_pages_that_there_are(page, pages, shown):
    """One page needs no buttons."""
    keyboard = pager(Action.SOURCE, "all", page=page, pages=pages, texts=EN)

    assert (keyboard and labels(keyboard)) == shown
