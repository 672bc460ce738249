"""Pages keep a quote's characters and Telegram's limits, whatever a source holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from operator import mul

import pytest
from botapi import check_entities, utf16_slice
from fakes import SUMMIT, make_quote
from hypothesis import given
from hypothesis import strategies as st

from bot.pages import PAGE_UNITS, Page, one_line, units
from bot.rendering import is_sendable, render_card, render_line, render_sources
from bot.sources import render_documents, sections
from bot.texts import CATALOGUE
from index import Citation, Part, Quote, Reference, Span
from index.types import Block

EN = CATALOGUE["en"]

words = st.builds(mul, st.text(max_size=20), st.sampled_from([1, 1, 30]))
urls = st.none() | st.just("https://example.org/a") | st.text(max_size=20)
references = st.builds(
    Reference,
    number=st.text(min_size=1, max_size=5),
    title=words,
    publisher=words,
    published=st.text(max_size=20),
    url=urls,
    span=st.just(Span(0, 1)),
)
citations = st.builds(
    Citation,
    title=words,
    publisher=words,
    published=st.dates(),
    section=words,
    url=urls,
    part=st.sampled_from(Part),
    references=st.lists(references, max_size=60).map(tuple),
)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """Draw a quote of any characters, somewhere in a document, with a sentence in it."""
    text = draw(st.text(min_size=1, max_size=40)) * draw(st.sampled_from([1, 1, 9, 80]))
    start = draw(st.integers(0, 9999))
    first = draw(st.integers(0, len(text) - 1))
    last = draw(st.integers(first + 1, len(text)))
    return make_quote(
        text,
        span=Span(start, start + len(text)),
        highlight=Span(start + first, start + last),
        citation=draw(citations),
    )


def covered(page: Page, *kinds: str) -> list[str]:
    return [
        utf16_slice(page.text, {"offset": entity.offset, "length": entity.length})
        for entity in page.entities
        if entity.type in kinds
    ]


@given(st.lists(quotes().filter(is_sendable), min_size=1, max_size=3), st.booleans())
def test_entities_cover_exactly_the_quotes(given_quotes, compact):
    """Each quotation's slice is the quote, each bold one the sentence; no limit is passed."""
    card = render_card(given_quotes, texts=EN, compact=compact)

    shown = given_quotes[: card.shown]
    assert covered(card.page, "blockquote", "expandable_blockquote") == [q.text for q in shown]
    starts = [(q.highlight.start - q.span.start, q.highlight.end - q.span.start) for q in shown]
    assert covered(card.page, "bold") == [
        q.text[first:last] for q, (first, last) in zip(shown, starts, strict=True)
    ]
    assert units(card.page.text) <= PAGE_UNITS
    check_entities(card.page.text, [entity.to_dict() for entity in card.page.entities])


@given(quotes().filter(is_sendable))
def test_one_quote_always_fits(quote):
    """However long its citation is, the first quote is shown."""
    assert render_card([quote], texts=EN).shown == 1


def test_the_card_looks_as_designed():
    """Quote, citation, references; the title and the sources are links where known."""
    citation = Citation(
        "2025年俄美峰会",
        "维基百科",
        date(2025, 8, 15),
        "会议",
        "https://example.org",
        Part.CAPTION,
        (
            Reference("16", "A", "Reuters", "2025-08-16", "https://example.org/16", Span(0, 1)),
            Reference("37", "B", "", "", None, Span(0, 1)),
        ),
    )
    quote = make_quote("闭门会议。[16][37]", citation=citation)

    page = render_card([quote], texts=CATALOGUE["zh-Hans"], compact=True).page

    assert page.text == (
        "闭门会议。[16][37]\n"
        "2025年俄美峰会 › 会议 · 维基百科 · 2025-08-15 · 图片说明\n"
        "[16] Reuters, 2025-08-16 · [37] B"
    )
    assert covered(page, "text_link") == ["2025年俄美峰会", "Reuters, 2025-08-16"]


def test_titles_of_references_are_shown_where_there_is_room():
    """A few references come with titles, one a line."""
    two = tuple(SUMMIT.references.values())
    quote = make_quote("x", citation=replace(make_quote("x").citation, references=two))

    page = render_card([quote], texts=EN).page

    assert page.text.splitlines()[2:] == [
        "[16] Talks end, Reuters, 2025-08-16",
        "[37] Three hours, Reuters, 2025-08-15",
    ]


def test_the_title_of_a_quoted_reference_is_not_repeated():
    """It stands in the quote; number, publisher and date are told below, with the link."""
    reference = SUMMIT.references["37"]
    entry = replace(make_quote("x").citation, part=Part.REFERENCE, references=(reference,))

    page = render_card([make_quote("Three hours. Reuters.", citation=entry)], texts=EN).page

    assert page.text.splitlines()[-1] == "[37] Reuters, 2025-08-15"
    assert covered(page, "text_link") == ["Reuters, 2025-08-15"]


def test_references_left_out_are_counted():
    """Nothing is cut without a word."""
    many = tuple(Reference(str(n), "T", "P", "2025", None, Span(0, 1)) for n in range(1, 51))
    quote = make_quote("x", citation=replace(make_quote("x").citation, references=many))

    page = render_card([quote], texts=EN).page

    assert page.text.endswith("\n[40] T, P, 2025\n… and 10 more")


def test_a_quote_without_room_waits_for_the_next_card():
    """It is neither split nor shortened."""
    long = make_quote("长" * 2900)

    card = render_card([long, long], texts=EN)

    assert card.shown == 1
    assert covered(card.page, "expandable_blockquote") == ["长" * 2900]


@pytest.mark.parametrize(
    ("text", "sendable"),
    [("长" * 3000, True), ("长" * 3001, False), ("😀" * 1501, False), (" \n", False)],
)
def test_a_quote_beyond_a_page_is_not_sendable(text, sendable):
    """The limit counts UTF-16 units; white space alone is no message."""
    assert is_sendable(make_quote(text)) is sendable


@given(st.integers(1, 60), st.integers(0, 9), st.text("ab 1長😀", max_size=400), urls, words)
def test_documents_are_listed_within_the_limits(count, page, title, url, heading):
    """Every page fits a message, and together the pages list each document once."""
    blocks = (Block(Part.TEXT, Span(0, 1), heading), Block(Part.TEXT, Span(1, 2), "b › c"))
    documents = [replace(SUMMIT, title=title, url=url, blocks=blocks)] * count

    shown = render_documents(documents, page=min(page, (count - 1) // 8), texts=EN)

    assert units(shown.text) <= PAGE_UNITS
    check_entities(shown.text, [entity.to_dict() for entity in shown.entities])


def test_a_document_is_listed_with_date_size_and_sections():
    """Outermost headings are named, each once."""
    headings = ("", "背景", "背景 › 核緊張", "會議")
    blocks = tuple(Block(Part.TEXT, Span(0, 1), heading) for heading in headings)
    documents = [replace(SUMMIT, blocks=blocks), SUMMIT]

    page = render_documents(documents, page=0, texts=EN)

    assert sections(documents[0]) == ["背景", "會議"]
    assert page.text == (
        "Documents (2):\n\n"
        "1. 2025年俄美峰會\n"
        f"維基百科 · 2025-08-15 · {len(SUMMIT.text)} characters\n"
        "Sections (2): 背景 · 會議\n\n"
        "2. 2025年俄美峰會\n"
        f"維基百科 · 2025-08-15 · {len(SUMMIT.text)} characters"
    )


@given(st.lists(quotes().filter(is_sendable), min_size=1, max_size=3))
def test_sources_are_told_within_the_limits(given_quotes):
    """However much there is to tell, it is one message."""
    page = render_sources(given_quotes, texts=EN, username="yuanhua_bot")

    assert page.text
    assert units(page.text) <= PAGE_UNITS
    check_entities(page.text, [entity.to_dict() for entity in page.entities])


def test_sources_tell_place_link_and_references():
    """People count characters from one; the link opens the quote in the bot."""
    citation = replace(make_quote("x").citation, references=(SUMMIT.references["37"],))
    quote = make_quote("三小時。", span=Span(9, 13), highlight=Span(9, 13), citation=citation)

    page = render_sources([quote], texts=EN, username="yuanhua_bot")

    assert page.text == (
        "Title · Publisher · 2025-08-15\n"
        "characters 10–13 · link to this quote\n"
        "[37] Three hours, Reuters, 2025-08-15"
    )
    link = next(e.url for e in page.entities if e.url.startswith("https://t.me"))
    assert link.startswith("https://t.me/yuanhua_bot?start=q_")


@given(st.text(min_size=1, max_size=300))
def test_how_a_question_was_understood_is_told_below(question):
    """The earlier question's words come on one line, whatever they hold."""
    card = render_card([make_quote("三小時。")], texts=EN, understood_with=question)
    line = render_line("No.", texts=EN, understood_with=question)

    expected = EN.understood_with.format(question=one_line(question))
    assert covered(card.page, "italic") == covered(line, "italic") == [expected]
    assert card.page.text.endswith("\n\n" + expected)
    check_entities(card.page.text, [entity.to_dict() for entity in card.page.entities])


@given(st.text())
def test_a_field_keeps_within_its_line(text):
    """Neither line breaks nor marks of direction get through, and nothing grows."""
    line = one_line(text, 50)

    assert units(line) <= 50
    assert "\n" not in line
    assert "\u202e" not in line
