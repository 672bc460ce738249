"""Cards for chats elsewhere keep the quote and Telegram's limits."""

from __future__ import annotations

from botapi import check_entities, utf16_slice
from fakes import make_quote
from hypothesis import given
from hypothesis import strategies as st

from bot.inline import cards, line
from bot.rendering import is_sendable
from bot.texts import CATALOGUE

EN = CATALOGUE["en"]


@given(st.lists(st.text(min_size=1).map(make_quote).filter(is_sendable), max_size=5))
def test_a_card_elsewhere_is_the_quote_itself(quotes):
    """Any characters come through as a quotation, and each card has its own id."""
    results = cards(quotes, username="yuanhua_bot", texts=EN)

    assert len({result.id for result in results}) == len(quotes)
    for quote, result in zip(quotes, results, strict=True):
        content = result.input_message_content.to_dict()
        check_entities(content["message_text"], content["entities"])
        quoted = [e for e in content["entities"] if e["type"].endswith("blockquote")]
        assert [utf16_slice(content["message_text"], e) for e in quoted] == [quote.text]
        assert result.reply_markup.inline_keyboard[0][0].url.startswith("https://t.me/yuanhua_bot")


def test_a_line_says_the_same_in_the_list_and_in_the_chat():
    """Unless it has another text to send."""
    assert line("none", "No.").input_message_content.message_text == "No."
    assert line("hint", "Type", "Hello").input_message_content.message_text == "Hello"
