"""Who is spoken to, by whom, and with which words: the cases that scenarios leave out."""

from __future__ import annotations

import pytest
from botapi import find_entities
from hypothesis import given
from hypothesis import strategies as st
from telegram import Message

from bot.addressing import Me, asked_text, has_words, identity

ME = Me(7, "yuanhua_bot")
PERSON = {"id": 1, "is_bot": False, "first_name": "Ann"}


def message(text: str, *, kind: str = "supergroup", **fields: object) -> Message:
    """Return a message with the entities that a client would mark."""
    content = {
        "message_id": 5,
        "date": 1,
        "chat": {"id": 1, "type": kind},
        "from": PERSON,
        "text": text,
        "entities": find_entities(text),
        **fields,
    }
    return Message.de_json(content, None)


@given(st.text("a😀長 \n", max_size=20), st.text("b👩‍👩‍👧語 ", max_size=20))
def test_a_mention_is_cut_out_and_the_rest_is_kept(before, after):
    """Characters of two UTF-16 units before it don't shift the cut."""
    asked = asked_text(message(f"{before} @yuanhua_bot {after}"), ME)

    assert "".join(asked.split()) == "".join((before + after).split())


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("/ask  two  spaces\nand a line", "two spaces\nand a line"),
        ("/ask@yuanhua_bot what?", "what?"),
        ("@yuanhua_bot what @yuanhua_bot ?", "what ?"),
        ("see /ask @yuanhua_bot", "see /ask"),
        ("yuanhua_bot what?", None),
        ("x@yuanhua_bot.org what?", None),
    ],
)
def test_the_address_is_no_part_of_the_question(text, asked):
    """Only an entity addresses the bot, and a command only at the beginning."""
    assert asked_text(message(text), ME) == asked


@pytest.mark.parametrize(("offset", "length"), [(0, 1), (1, 1), (1, 40), (2, 99)])
@pytest.mark.parametrize("kind", ["mention", "bot_command"])
def test_a_mark_that_covers_half_a_character_is_no_address(offset, length, kind):
    """Nor is one that covers more than there is; the question is asked as it stands."""
    entity = {"type": kind, "offset": offset, "length": length}

    asked = asked_text(message("😀 what?", kind="private", entities=[entity]), ME)

    assert asked == "😀 what?"


def test_the_marked_part_of_a_message_is_the_question():
    """A person may quote one sentence of a long message."""
    replied = {**message("long text. What happened?").to_dict(), "message_id": 4}
    quote = {"text": "What happened?", "position": 11, "is_manual": True}

    asked = asked_text(message("/ask", reply_to_message=replied, quote=quote), ME)

    assert asked == "What happened?"


def test_the_bots_own_words_are_no_question():
    """A bare command in reply to the bot gets the hint."""
    own = {"from": {"id": 7, "is_bot": True, "first_name": "Y"}}
    replied = {**message("a quote").to_dict(), **own}

    assert asked_text(message("/ask", reply_to_message=replied), ME) == ""


@pytest.mark.parametrize(
    ("text", "found"), [("語", True), ("9", True), ("ё", True), ("👍🏽 ?!", False), ("", False)]
)
def test_words_are_letters_or_digits_of_any_script(text, found):
    """Emoji and punctuation are none."""
    assert has_words(text) is found


@pytest.mark.parametrize(
    "fields",
    [
        {"sender_chat": {"id": -1, "type": "supergroup"}},
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
    ],
)
def test_nobody_is_identified_behind_a_chat(fields):
    """An anonymous admin's id is Telegram's own."""
    sent = message("x", **fields)

    assert identity(sent.from_user, sent) is None
    assert identity(message("x").from_user, message("x")) == 1
