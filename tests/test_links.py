"""Links open a page at the sentence, and the bot at the quote."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest
from fakes import CALL, SUMMIT, make_quote
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.citations import COPY_UNITS, copied
from bot.deep_links import Link, link_to, payload_of
from bot.fragments import at_sentence
from bot.pages import units
from index import Span

URL = "https://example.org/page"


@pytest.mark.parametrize(
    ("sentence", "fragment"),
    [
        ("會談持續三小時。", "會談持續三小時。"),
        ("會談持續三小時。[16][37]", "會談持續三小時。"),
        ("A plain, well-known fact.", "A plain%2C well%2Dknown fact."),
        (
            "會談安排在安克拉治國際機場附近設置的臨時設施中,雙方於公開場合短暫握手寒暄後,"
            "進行了約三小時的閉門會議。[16]",
            "會談安排在安克拉治國際機場附近設置的臨時設施中,進行了約三小時的閉門會議。",
        ),
        (
            "The two sides met near the airport and talked for three long hours that day.",
            "The two sides,hours that day.",
        ),
        ("一[1]二", "一,二"),
        ("[1]", None),
    ],
)
def test_a_link_names_the_sentence(sentence, fragment):
    """A long one by its ends, cut at gaps; the notes' marks are left out."""
    linked = at_sentence(URL, sentence)

    if fragment is None:
        assert linked == URL
    else:
        url, _, directive = linked.partition("#:~:text=")
        assert url == URL
        parts = [unquote(part) for part in directive.split(",")]
        assert parts == [unquote(part) for part in fragment.split(",")]
        assert "-" not in directive


def test_an_anchor_of_the_address_stays():
    """The directive stands behind it, as the specification has it."""
    assert at_sentence(f"{URL}#talks", "a") == f"{URL}#talks:~:text=a"


@given(st.text(max_size=600), st.sampled_from([URL, f"{URL}#a", "ftp://x", ""]))
def test_any_sentence_makes_a_sound_address(sentence, url):
    """It is ASCII, not too long, and begins with the page's own address."""
    linked = at_sentence(url, sentence)

    assert linked.isascii()
    assert linked.startswith(url)
    assert len(linked) <= 1500


@given(st.data())
def test_a_shared_quote_is_found_again(data):
    """Its place comes back from the id, also when the document grew before it."""
    length = len(SUMMIT.text)
    start = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(start + 1, length))
    first = data.draw(st.integers(start, end - 1))
    last = data.draw(st.integers(first + 1, end))
    shift = data.draw(st.integers(0, 40))
    span, highlight = Span(start, end), Span(first, last)
    quote = make_quote(span.of(SUMMIT.text), document="summit", span=span, highlight=highlight)
    # A repeated character may be found nearer than where it went.
    assume(SUMMIT.text.count(quote.text) == 1)
    longer = replace(SUMMIT, text="\n" * shift + SUMMIT.text)

    payload = payload_of(quote)

    assert len(payload) <= 64
    found = Link.parse(payload).find([CALL, longer])
    assert found == (
        "summit",
        Span(start + shift, end + shift),
        Span(first + shift, last + shift),
    )


def test_a_quote_that_changed_is_not_found():
    """Neither other characters nor another document's are shown for it."""
    link = Link.parse(payload_of(make_quote("會談", document="summit")))

    assert link.find([replace(SUMMIT, text="会谈"), replace(CALL, text="會談")]) is None
    assert link.find([]) is None


@pytest.mark.parametrize("payload", ["", "q_", "x", "ref_42-x", "q_!!!!", "q_" + "A" * 62, "q_é"])
def test_other_payloads_are_no_links(payload):
    """What a client makes up is refused, not looked up."""
    assert Link.parse(payload) is None


@given(st.text(max_size=64))
def test_any_payload_is_a_link_or_none(payload):
    """Forged ids never raise."""
    link = Link.parse(payload)

    assert link is None or link.find([SUMMIT, CALL]) is None


def test_a_quote_too_far_in_has_no_link():
    """An id has room for four thousand million characters, and a quote for 65,535."""
    far = make_quote("x", span=Span(2**32, 2**32 + 1), highlight=Span(2**32, 2**32 + 1))

    assert payload_of(far) is None
    assert link_to(far, "yuanhua_bot") is None


fields = st.text(max_size=400) | st.text("長a", min_size=90, max_size=400)


@given(fields, fields, fields, st.none() | st.just(URL) | st.just(f"{URL}/{'a' * 100}") | fields)
def test_a_copied_citation_fits_the_clipboard(title, section, publisher, url):
    """However long its fields are; it is never empty, and the link is the last to yield."""
    quote = make_quote("x")
    cited = replace(quote.citation, title=title, section=section, publisher=publisher, url=url)
    link = "https://t.me/yuanhua_bot?start=q_" + "A" * 28

    text = copied(replace(quote, citation=cited), link=link)

    assert 1 <= units(text) <= COPY_UNITS
    assert "2025-08-15" in text
    assert url is not None or text.endswith(link)


def test_a_copied_citation_names_all():
    """The page's address where it is known, else the one that opens the quote in the bot."""
    quote = make_quote("x")
    cited = replace(quote.citation, section="Talks", url=URL)

    assert copied(replace(quote, citation=cited), link="L") == (
        f"Title · Talks · Publisher · 2025-08-15 · {URL}"
    )
    assert copied(quote, link="L").endswith(" · L")
