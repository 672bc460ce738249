"""Dated sentences in the order of time, as printed, by month and by name; and how they look."""

from __future__ import annotations

import pytest

from index.dates import PartialDate
from index.timeline import resolve

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
