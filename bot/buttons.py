"""The buttons under a message, and the data that comes back when one is pressed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from .texts import Texts

VERSION = "v1"
# An id is at most 20 characters and a number 4 digits: 36 bytes of the 64 that Telegram allows.
DATA_PATTERN = re.compile(r"v1:([a-z]{1,8}):([A-Za-z0-9_-]{1,20}):([0-9]{1,4})", re.ASCII)


class Action(StrEnum):
    """What a button does."""

    CONTEXT = "context"
    """Show the paragraph around quote `number`."""
    MORE = "more"
    """Show further quotes, from quote `number` on."""
    NEAREST = "nearest"
    """Show the nearest passages of an abstention, from quote `number` on."""
    CANCEL = "cancel"
    """Stop rebuild `target`."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button's data: `target` is an answer's or a rebuild's id."""

    action: Action
    target: str
    number: int = 0

    @property
    def data(self) -> str:
        """Return the data as Telegram carries it."""
        return f"{VERSION}:{self.action}:{self.target}:{self.number}"

    @classmethod
    def parse(cls, data: str | None) -> Press | None:
        """Read data that a client sent; None when it is old, forged or not text."""
        match = DATA_PATTERN.fullmatch(data or "")
        if match is None or match[1] not in set(Action):
            return None
        return cls(Action(match[1]), match[2], int(match[3]))


def card_keyboard(
    answer_id: str, *, shown: range, total: int, further: Action, texts: Texts
) -> InlineKeyboardMarkup:
    """Return a button for the context of each quote in `shown` and one for those after it."""
    labels = _context_labels(shown, texts)
    row = [
        _button(label, Press(Action.CONTEXT, answer_id, number))
        for label, number in zip(labels, shown, strict=True)
    ]
    if shown.stop < total:
        label = texts.button_more.format(count=total - shown.stop)
        row.append(_button(label, Press(further, answer_id, shown.stop)))
    return InlineKeyboardMarkup([row])


def nearest_keyboard(answer_id: str, *, texts: Texts) -> InlineKeyboardMarkup:
    """Return the button under an abstention."""
    press = Press(Action.NEAREST, answer_id)
    return InlineKeyboardMarkup([[_button(texts.button_nearest, press)]])


def cancel_keyboard(rebuild_id: int, *, texts: Texts) -> InlineKeyboardMarkup:
    """Return the button under the progress of a rebuild."""
    press = Press(Action.CANCEL, str(rebuild_id))
    return InlineKeyboardMarkup([[_button(texts.button_cancel, press)]])


def _context_labels(shown: range, texts: Texts) -> list[str]:
    if len(shown) == 1:
        return [texts.button_context]
    return [texts.button_context_of.format(number=order) for order, _ in enumerate(shown, start=1)]


def _button(label: str, press: Press) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=press.data)
