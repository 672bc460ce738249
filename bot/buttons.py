"""The buttons under a message, and the data that comes back when one is pressed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from .texts import Texts

VERSION = "v1"
# An id is at most 20 characters and a number 4 digits: 36 bytes of the 64 that Telegram allows.
DATA_PATTERN = re.compile(r"v1:([a-z]{1,8}):([A-Za-z0-9_-]{1,20}):([0-9]{1,4})", re.ASCII)
LANGUAGES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English", "ru": "Русский"}
"""Each by its own name, so that everybody finds theirs."""
AUTOMATIC = "auto"
"""The language of the person's Telegram."""
MONTHS_A_ROW = 4
"""As many as a phone shows whole."""
GOOD_LABEL, BAD_LABEL = "👍", "👎"
RANGE_BASE = 10
"""Two numbers of one digit travel as one: more quotes are never kept for an answer."""

Row = list[InlineKeyboardButton]


class Action(StrEnum):
    """What a button does."""

    CONTEXT = "context"
    """Show the paragraph around quote `number`."""
    MORE = "more"
    """Show further quotes, from quote `number` on."""
    NEAREST = "nearest"
    """Show the nearest passages of an abstention, from quote `number` on."""
    SOURCES = "sources"
    """Tell where the quotes of the range `number` stand."""
    GOOD = "good"
    BAD = "bad"
    """Ask what is wrong with an answer."""
    WRONG = "wrong"
    OTHER = "other"
    """The answer is not to what was asked."""
    MISSING = "missing"
    ALONE = "alone"
    """Answer the question without the one before it."""
    SOURCE = "source"
    """Show page `number` of the documents."""
    TIME = "time"
    """Show page `number` of the timeline."""
    PICTURE = "picture"
    """Send the timeline as a picture."""
    LANGUAGE = "lang"
    """Speak the language `target`."""
    CANCEL = "cancel"
    """Stop rebuild `target`."""


REASONS = (Action.WRONG, Action.OTHER, Action.MISSING)


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

    @property
    def quotes(self) -> range:
        """Return the range of quotes that `number` stands for."""
        return range(*divmod(self.number, RANGE_BASE))

    @classmethod
    def parse(cls, data: str | None) -> Press | None:
        """Read data that a client sent; None when it is old, forged or not text."""
        match = DATA_PATTERN.fullmatch(data or "")
        if match is None or match[1] not in set(Action):
            return None
        return cls(Action(match[1]), match[2], int(match[3]))


@dataclass(frozen=True, slots=True)
class Under:
    """What the buttons under a card belong to."""

    answer_id: str
    shown: range
    """The quotes on the card."""
    total: int
    further: Action = Action.MORE
    copied: str | None = None
    """The citation that a button copies."""
    rated: bool = False
    """Whether readers may say what they think of it."""
    borrowed: bool = False
    """Whether the question was read together with the one before."""


def card_keyboard(under: Under, *, texts: Texts) -> InlineKeyboardMarkup:
    """Return the buttons of a card: around the quotes, beyond them, and about them."""
    contexts = [
        _button(label, Press(Action.CONTEXT, under.answer_id, number))
        for label, number in zip(_context_labels(under.shown, texts), under.shown, strict=True)
    ]
    places = RANGE_BASE * under.shown.start + under.shown.stop
    beyond = [_button(texts.button_sources, Press(Action.SOURCES, under.answer_id, places))]
    if under.shown.stop < under.total:
        label = texts.button_more.format(count=under.total - under.shown.stop)
        beyond.append(_button(label, Press(under.further, under.answer_id, under.shown.stop)))
    # Three fit side by side on a phone.
    rows = [contexts + beyond] if len(contexts) == 1 else [contexts, beyond]
    return InlineKeyboardMarkup([*rows, *_about(under, texts)])


def with_reasons(rows: Sequence[Row], answer_id: str, *, texts: Texts) -> InlineKeyboardMarkup:
    """Return a card's buttons with those that say what is wrong with it."""
    labels = (texts.button_wrong_quote, texts.button_not_asked, texts.button_missing)
    wrong, other, missing = (
        _button(label, Press(action, answer_id))
        for label, action in zip(labels, REASONS, strict=True)
    )
    kept = without_reasons(rows).inline_keyboard
    return InlineKeyboardMarkup([*kept, [wrong, other], [missing]])


def without_reasons(rows: Sequence[Sequence[InlineKeyboardButton]]) -> InlineKeyboardMarkup:
    """Return a card's buttons without those."""
    return InlineKeyboardMarkup([row for row in rows if not any(map(_is_reason, row))])


def nearest_keyboard(answer_id: str, *, borrowed: bool, texts: Texts) -> InlineKeyboardMarkup:
    """Return the buttons under an abstention."""
    rows = [[_button(texts.button_nearest, Press(Action.NEAREST, answer_id))]]
    return InlineKeyboardMarkup(rows + ([_alone(answer_id, texts)] if borrowed else []))


def pager(
    action: Action, target: str, *, page: int, pages: int, texts: Texts
) -> InlineKeyboardMarkup | None:
    """Return buttons to the pages beside this one; None where there is only one."""
    row = []
    if page > 0:
        row.append(_button(texts.button_previous, Press(action, target, page - 1)))
    if page + 1 < pages:
        label = texts.button_next.format(page=page + 2, pages=pages)
        row.append(_button(label, Press(action, target, page + 1)))
    return InlineKeyboardMarkup([row]) if row else None


def timeline_keyboard(
    pages: InlineKeyboardMarkup | None,
    target: str,
    *,
    months: Sequence[tuple[str, int]],
    texts: Texts,
) -> InlineKeyboardMarkup:
    """Return a pager with buttons to the pages of `months`, and one for the picture."""
    rows = [list(row) for row in pages.inline_keyboard] if pages is not None else []
    jumps = [_button(label, Press(Action.TIME, target, page)) for label, page in months]
    rows += [jumps[at : at + MONTHS_A_ROW] for at in range(0, len(jumps), MONTHS_A_ROW)]
    return InlineKeyboardMarkup(
        [*rows, [_button(texts.button_picture, Press(Action.PICTURE, target))]]
    )


def language_keyboard(*, texts: Texts) -> InlineKeyboardMarkup:
    """Return a button for each language, and one that leaves the choice to Telegram."""
    named = [_button(name, Press(Action.LANGUAGE, code)) for code, name in LANGUAGES.items()]
    automatic = _button(texts.language_automatic, Press(Action.LANGUAGE, AUTOMATIC))
    return InlineKeyboardMarkup([named[:2], named[2:], [automatic]])


def cancel_keyboard(rebuild_id: int, *, texts: Texts) -> InlineKeyboardMarkup:
    """Return the button under the progress of a rebuild."""
    press = Press(Action.CANCEL, str(rebuild_id))
    return InlineKeyboardMarkup([[_button(texts.button_cancel, press)]])


def _about(under: Under, texts: Texts) -> list[Row]:
    row = []
    if under.rated:
        row += [
            _button(GOOD_LABEL, Press(Action.GOOD, under.answer_id)),
            _button(BAD_LABEL, Press(Action.BAD, under.answer_id)),
        ]
    if under.copied is not None:
        copying = CopyTextButton(under.copied)
        row.append(InlineKeyboardButton(texts.button_copy, copy_text=copying))
    alone = _alone(under.answer_id, texts) if under.borrowed else []
    return [buttons for buttons in (row, alone) if buttons]


def _alone(answer_id: str, texts: Texts) -> Row:
    return [_button(texts.button_alone, Press(Action.ALONE, answer_id))]


def _context_labels(shown: range, texts: Texts) -> list[str]:
    if len(shown) == 1:
        return [texts.button_context]
    return [texts.button_context_of.format(number=order) for order, _ in enumerate(shown, start=1)]


def _is_reason(button: InlineKeyboardButton) -> bool:
    press = Press.parse(str(button.callback_data))
    return press is not None and press.action in REASONS


def _button(label: str, press: Press) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=press.data)
