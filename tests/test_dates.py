import pytest

from index.dates import PartialDate, dates, placed_dates
from index.normalization import fold

PUBLISHED = PartialDate(2025, 8, 16)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2025年8月15日", (2025, 8, 15)),
        ("2025 年 8 月 15 日", (2025, 8, 15)),
        ("8月15日", (None, 8, 15)),
        ("８月１５號", (None, 8, 15)),
        ("8月", (None, 8, None)),
        ("2025年", (2025, None, None)),
        ("18日", (None, None, 18)),
        ("2025-08-15", (2025, 8, 15)),
        ("August 15, 2025", (2025, 8, 15)),
        ("Aug. 15th", (None, 8, 15)),
        ("the 15th of August 2025", (2025, 8, 15)),
        ("15 August", (None, 8, 15)),
        ("in March 2025", (2025, 3, None)),
        ("in 2025", (2025, None, None)),
        ("15 августа 2025 года", (2025, 8, 15)),
        ("15 августа", (None, 8, 15)),
        ("в марте 2025", (2025, 3, None)),
    ],
)
def test_a_date_is_read_in_four_languages(text, found):
    """One place gives one date, with what it leaves out unknown."""
    assert dates(fold(text)) == [PartialDate(*found)]


@pytest.mark.parametrize(
    "text",
    ["", "185公里", "3100萬人", "120245年", "1200 maps", "32日", "13月", "4.5日", "marching"],
)
def test_a_number_is_no_date(text):
    """Digits that no calendar has are left alone."""
    assert dates(fold(text)) == []


def test_several_dates_are_all_read():
    """Each place is read once."""
    found = dates(fold("5月2日至5月6日，2024年"))

    assert sorted(map(repr, found)) == sorted(
        map(repr, [PartialDate(None, 5, 2), PartialDate(None, 5, 6), PartialDate(2024, None, None)])
    )


@pytest.mark.parametrize(
    ("partial", "resolved"),
    [
        ((None, 3, 18), (2025, 3, 18)),
        ((None, None, 18), (2025, 8, 18)),
        ((None, 3, None), (2025, 3, None)),
        ((2024, 3, 18), (2024, 3, 18)),
        ((2024, None, None), (2024, None, None)),
    ],
)
def test_what_is_left_out_comes_from_the_document(partial, resolved):
    """The year always, the month only where a day is known; nothing that is known changes."""
    assert PartialDate(*partial).resolved(PUBLISHED) == PartialDate(*resolved)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ((2025, 8, 15), (2025, 8, 15), True),
        ((None, 8, 15), (2025, 8, 15), True),
        ((None, 8, None), (2025, 8, 15), True),
        ((2025, None, None), (2025, 8, 15), True),
        ((None, 8, 16), (2025, 8, 15), False),
        ((2024, 8, 15), (2025, 8, 15), False),
        ((2025, None, None), (None, 8, 15), False),
        ((None, None, None), (2025, 8, 15), False),
    ],
)
def test_dates_agree_where_both_are_known(one, other, agree):
    """They share a known part and contradict each other in none, whichever is asked."""
    assert PartialDate(*one).agrees(PartialDate(*other)) is agree
    assert PartialDate(*other).agrees(PartialDate(*one)) is agree


def test_a_date_is_held_by_every_vaguer_one():
    """The tokens of a whole date are those of its parts in any company, and no others."""
    whole = PartialDate(2025, 8, 15)

    assert whole.tokens() == {
        *("#2025-8-15", "#2025-8-*", "#2025-*-15", "#*-8-15", "#2025-*-*", "#*-8-*", "#*-*-15"),
    }
    assert PartialDate(None, 8, None).token in whole.tokens()
    assert PartialDate(None, None, None).tokens() == set()


def test_a_date_is_found_where_it_stands():
    """Beginning and end are offsets in the folded text, in its order."""
    folded = fold("8月15日至2025年9月")

    assert [folded[start:end] for start, end, _ in placed_dates(folded)] == ["8月15日", "2025年9月"]
