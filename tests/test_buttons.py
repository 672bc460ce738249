"""What a button carries comes back as it was, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import Action, Press, card_keyboard
from bot.texts import CATALOGUE

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


def test_a_card_of_two_numbers_its_contexts():
    """Each quote has its button, and one more opens the rest."""
    texts = CATALOGUE["en"]

    keyboard = card_keyboard("abc", shown=range(1, 3), total=5, further=Action.MORE, texts=texts)

    [row] = keyboard.inline_keyboard
    assert [(button.text, button.callback_data) for button in row] == [
        ("Context 1", "v1:context:abc:1"),
        ("Context 2", "v1:context:abc:2"),
        ("More 2", "v1:more:abc:3"),
    ]
