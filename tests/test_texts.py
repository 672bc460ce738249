"""The four catalogues say the same things."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from string import Formatter

import pytest

import bot
from bot.texts import CATALOGUE, Texts, language_of


def flat(texts: Texts) -> dict[str, str]:
    """Return all sentences by name, those about the work of admins among them."""
    own = asdict(texts)
    return {f"management.{name}": text for name, text in own.pop("management").items()} | own


NAMES = tuple(flat(CATALOGUE["en"]))


@pytest.mark.parametrize("language", CATALOGUE)
@pytest.mark.parametrize("name", NAMES)
def test_a_sentence_has_the_same_blanks_in_every_language(language, name):
    """It is not empty, and what fills the English sentence fills it too."""
    sentence = flat(CATALOGUE[language])[name]
    english = flat(CATALOGUE["en"])[name]

    assert sentence.strip() == sentence
    assert sentence
    assert blanks(sentence) == blanks(english)


@pytest.mark.parametrize("texts", CATALOGUE.values(), ids=CATALOGUE)
def test_what_telegram_limits_is_short_enough(texts):
    """A notice has 200 characters, a description 512 or 120, a button a few words."""
    notices = [texts.expired, texts.unavailable, texts.whole_context, texts.shown_already]
    notices += [texts.no_right, texts.not_allowed, texts.rebuild_cancelling, texts.failed]
    assert max(map(len, notices)) <= 200
    assert len(texts.start) <= 512
    assert len(texts.about) <= 120
    assert all(len(text) <= 32 for name, text in flat(texts).items() if "button" in name)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh", "zh-Hans"),
        ("zh-hans", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-hant", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-mo", "zh-Hant"),
        ("ru", "ru"),
        ("ru-RU", "ru"),
        ("en-GB", "en"),
        ("pt-br", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_a_language_code_finds_its_catalogue(code, language):
    """Script and region decide among the Chinese ones; others fall back to English."""
    assert language_of(code) == language


def test_every_sentence_is_said_somewhere():
    """None is translated in vain."""
    modules = Path(bot.__file__).parent.glob("*.py")
    code = "".join(path.read_text("utf-8") for path in modules)

    assert [name for name in NAMES if f".{name.removeprefix('management.')}" not in code] == []


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}
