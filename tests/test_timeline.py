"""Dated sentences in the order of time, as printed, by month and by name; and how they look."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from botapi import check_entities
from fakes import SUMMIT, make_quote
from hypothesis import given
from hypothesis import strategies as st
from pictures import write_pictures

from bot.pages import PAGE_UNITS, units
from bot.plots import DOTS, ROWS, Sight, draw_timeline, mark, rows_of, words
from bot.texts import CATALOGUE
from bot.timeline import Part, jumps, render_legend, render_timeline, split
from bot.typeface import printable
from index import Moment, Span, Timeline
from index.dates import PartialDate
from index.timeline import resolve

EN = CATALOGUE["en"]
CAPTION_UNITS = 1024

MAY = PartialDate(2024, 5, 3)


@pytest.mark.parametrize(
    ("date", "base", "resolved"),
    [
        (PartialDate(None, 5, 2), MAY, PartialDate(2024, 5, 2)),
        (PartialDate(None, None, 6), MAY, PartialDate(2024, 5, 6)),
        (PartialDate(None, 12, 2), PartialDate(2025, 3, 20), PartialDate(2024, 12, 2)),
        (PartialDate(None, 9, 2), PartialDate(2025, 3, 20), PartialDate(2025, 9, 2)),
        (PartialDate(2025, 12, None), PartialDate(2025, 3, 20), PartialDate(2025, 12, None)),
        (PartialDate(1999, None, None), MAY, PartialDate(1999, None, None)),
    ],
)
def test_what_a_date_leaves_out_comes_from_the_documents_own(date, base, resolved):
    """A month far ahead of it is of the year before; what is printed stays."""
    assert resolve(date, base) == resolved


def test_the_timeline_is_in_order_and_verbatim(tiny_engine):
    """Each moment is a sentence of its document; months come before their days."""
    timeline = tiny_engine.timeline()

    assert timeline.generation == tiny_engine.generation
    dates = [(m.year, m.month, m.day or 0) for m in timeline.moments]
    assert dates == sorted(dates)
    texts = {document.id: document.text for document in tiny_engine.documents()}
    printed = [m.span.of(texts[m.document]) for m in timeline.moments]
    assert any("5月2日" in sentence for sentence in printed)
    # A reference tells when others published.
    assert all("Sky Journal" not in sentence for sentence in printed)


@pytest.mark.parametrize("name", ["青石桥", "Bluestone Bridge", "青石橋", "Голубой мост"])
def test_a_timeline_is_narrowed_to_a_name_in_any_spelling(tiny_engine, name):
    """The aliases of the corpus are one name."""
    found = tiny_engine.timeline(name=name).moments

    assert found
    assert found == tiny_engine.timeline(name="青石桥").moments
    assert len(found) < len(tiny_engine.timeline().moments)


def test_a_timeline_is_narrowed_to_a_month_and_to_any_words(tiny_engine):
    """What is no alias is looked for as it is; nothing found is an empty timeline."""
    may = tiny_engine.timeline(month=(2024, 5)).moments

    assert may
    assert {(m.year, m.month) for m in may} == {(2024, 5)}
    assert tiny_engine.timeline(month=(1999, 1)).moments == ()
    assert tiny_engine.timeline(name="xyzzy").moments == ()
    assert tiny_engine.timeline(name="重新开放").moments


moments = st.builds(
    Moment,
    st.integers(1000, 2100),
    st.integers(1, 12),
    st.none() | st.integers(1, 31),
    st.sampled_from("abcdefgh"),
    st.builds(
        lambda start, size: Span(start, start + size), st.integers(0, 99), st.integers(1, 3000)
    ),
)


@given(st.lists(moments, max_size=60))
def test_pages_tile_the_timeline(given_moments):
    """Each sentence is on one page, and no page has too many."""
    pages = split(given_moments)

    assert [number for page in pages for number in page] == list(range(len(given_moments)))
    assert all(1 <= len(page) <= 5 for page in pages)


@given(st.lists(moments, min_size=1, max_size=60))
def test_a_months_button_leads_to_the_page_where_it_begins(given_moments):
    """The months with the most sentences have one, in the order of time."""
    ordered = sorted(given_moments, key=lambda m: (m.year, m.month, m.day or 0))
    pages = split(ordered)

    found = jumps(ordered, pages)

    assert 1 <= len(found) <= 8
    assert found == sorted(found)
    for label, page in found:
        months = [f"{m.year:04d}-{m.month:02d}" for m in ordered]
        assert months.index(label) in pages[page]


@given(st.lists(st.text(min_size=1, max_size=1200), min_size=1, max_size=5), st.text(max_size=300))
def test_a_page_of_the_timeline_fits_a_message(texts, title):
    """Whatever the sentences and their sources hold."""
    moments = tuple(Moment(2025, 8, 15, "one", Span(0, len(text))) for text in texts)
    timeline = Timeline("g1", moments)
    quotes = [make_quote(text) for text in texts]
    cited = [
        replace(q, citation=replace(q.citation, title=title, section=title, publisher=title))
        for q in quotes
    ]
    first = split(moments)[0]

    page = render_timeline(
        timeline, [(n, cited[n]) for n in first], part=Part(name=title), texts=EN
    )

    assert units(page.text) <= PAGE_UNITS
    check_entities(page.text, [entity.to_dict() for entity in page.entities])


@given(st.lists(moments, min_size=1, max_size=30), st.text(max_size=400))
def test_a_legend_fits_a_caption(given_moments, title):
    """A picture's text may be a quarter as long as a message."""
    documents = [replace(SUMMIT, title=title, publisher=title)] * 9

    page = render_legend(
        Timeline("g1", tuple(given_moments)), documents, part=Part(name=title), texts=EN
    )

    assert units(page.text) <= CAPTION_UNITS
    assert "⬛ +3" in page.text


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("", Part()),
        ("2025-08", Part((2025, 8))),
        ("2025年8月", Part((2025, 8))),
        (" 2025/8 ", Part((2025, 8))),
        ("普京", Part(None, "普京")),
        ("2025", Part(None, "2025")),
    ],
)
def test_what_follows_the_command_is_a_month_or_a_name(words, part):
    """A month in digits; everything else is looked for."""
    assert Part.parse(words) == part


def test_a_picture_has_a_row_a_day_and_a_month_where_there_are_many():
    """Its height is bounded, and the rows hold every sentence's number."""
    days = [Moment(2025, 8, day, "a", Span(0, 1)) for day in range(1, 31)]
    months = [replace(day, year=2000 + n) for n in range(40) for day in days[:1]]

    assert [row.label for row in rows_of(days)][:2] == ["2025-08-01", "2025-08-02"]
    two = [*days, *[replace(day, month=9) for day in days]]
    assert [row.label for row in rows_of(two)] == ["2025-08", "2025-09"]
    assert [number for row in rows_of(two) for number, _ in row.dots] == list(range(1, 61))
    assert len(rows_of(months)) == ROWS
    assert rows_of(months)[-1].label == "2039"


@pytest.mark.parametrize("count", [1, DOTS + 5, 100])
def test_a_picture_is_drawn_for_any_number_of_sentences(count):
    """It is a PNG of a phone's width."""
    moments = [Moment(2025, 8, 15, f"d{n % 9}", Span(0, 1)) for n in range(count)]
    many = [Sight(moment, "會談 $x$ 👍 Ёлка", "zh-Hant") for moment in moments]

    picture = draw_timeline(many, [f"d{n}" for n in range(9)])

    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">I", picture[16:20])[0] == 1080
    assert (mark(0), mark(8)) == ("🟦", "⬛")


@given(st.text(max_size=80), st.integers(min_value=2, max_value=30))
def test_a_row_shows_a_sentences_own_characters(text, ems):
    """Whatever is left out at either end, an ellipsis stands there."""
    shown = words(text, ems)

    assert shown.strip("…").strip() in text
    assert shown.startswith("…") or text.strip().startswith(shown.rstrip("…").strip())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2025年8月15日，會談舉行。", "…會談舉行。"),
        ("當地時間3月18日, talks", "…talks"),
        ("Talks lasted 3 hours, he said", "Talks lasted 3 hours, he said"),
        ("2025年，", "2025年，"),
        ("8月7日川普說,普京沒有必要來", "8月7日川普說,普京沒有必要來"),
        ("會談舉行。\n記者會", "會談舉行。"),
    ],
)
def test_a_row_need_not_begin_with_its_date(text, shown):
    """The date stands beside it already."""
    assert words(text, 40) == shown


def test_the_font_has_every_script_of_the_interface():
    """No sentence of the four catalogues would show a box."""
    said = "".join(str(texts) for texts in CATALOGUE.values())
    letters = "".join(sorted({character for character in said if character.isalnum()}))

    assert printable(letters) == letters
    assert printable("a👍") == "a□"


def test_the_pictures_can_be_made_to_be_looked_at(tiny_engine, tmp_path):
    """The timeline, its busiest month, and the statistics in each language."""
    written = list(write_pictures(tiny_engine, tmp_path))

    assert [path.stem for path in written[:2]] == ["timeline", "month"]
    assert len(written) == 2 + len(CATALOGUE)
    for path in written:
        assert struct.unpack(">I", path.read_bytes()[16:20])[0] == 1080
