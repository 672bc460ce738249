import pytest

from index.references import read_reference
from index.types import Span

ENTRIES = [
    (
        "美俄领导人将于8月15日会晤. 新華網. 2025-08-09 [2025-08-09] (中文(中国大陆)).",
        ("美俄领导人将于8月15日会晤", "新華網", "2025-08-09"),
    ),
    (
        "Liptak, Kevin; Atwood, Kylie. Trump says he'll soon meet. CNN. 2025-08-08 [2025-08-08].",
        ("Trump says he'll soon meet", "CNN", "2025-08-08"),
    ),
    (
        "Trump and Putin to meet. BBC News. [2025-08-08] (英国英语).",
        ("Trump and Putin to meet", "BBC News", ""),
    ),
    ("A summit in Alaska. BBC News.", ("A summit in Alaska", "BBC News", "")),
    ("A summit in Alaska. 2025-02-17 [2025-08-16].", ("A summit in Alaska", "", "2025-02-17")),
    ("A summit in Alaska", ("A summit in Alaska", "", "")),
    (
        "Burga, Solcyré. A Summit Is Set. Here's What You Need to Know. TIME. 2025-08-09.",
        ("A Summit Is Set. Here's What You Need to Know", "TIME", "2025-08-09"),
    ),
    (
        "US, Russia to enter ‘strategic stability’ dialogue: Biden. Al Jazeera. [2025-08-16].",
        ("US, Russia to enter ‘strategic stability’ dialogue: Biden", "Al Jazeera", ""),
    ),
    (
        "News, A. B. C. High-stakes meeting: ANALYSIS. ABC News. [2025-08-16].",
        ("High-stakes meeting: ANALYSIS", "ABC News", ""),
    ),
    (
        "Faulconbridge, Guy. How much territory?. Reuters. August 15, 2025 [August 17, 2025].",
        ("How much territory?", "Reuters", "August 15, 2025"),
    ),
    (
        "Pancevski, Bojan. Putin Tells U.S. He'll Halt War. The Wall Street Journal. (存档于2025).",
        ("Putin Tells U.S. He'll Halt War", "The Wall Street Journal", ""),
    ),
    (
        "Walsh, Susan. Here's the Big Deal. POLITICO. Associated Press. 2025-08-14.",
        ("Here's the Big Deal", "POLITICO", "2025-08-14"),
    ),
    (
        "Boak, Josh. Trump’s warning. Associated Press. 2025-08-18.",
        ("Trump’s warning", "Associated Press", "2025-08-18"),
    ),
    (
        "Powell, Tori B.; Noor Haq, Sana. August 15, 2025: Summit ends. CNN. 2025-08-15.",
        ("August 15, 2025: Summit ends", "CNN", "2025-08-15"),
    ),
    (
        "Affairs, -Nick Schifrin is Foreign; Award, Edwin M. Hood; the war from Syria's. "
        "Trump meets Putin. PBS News. 2025-08-15.",
        ("Trump meets Putin", "PBS News", "2025-08-15"),
    ),
    (
        "劉耀洋, 成依華. 美俄元首會結束 特朗普:滿分|最新. 香港01. 2025-08-16.",
        ("美俄元首會結束 特朗普:滿分|最新", "香港01", "2025-08-16"),
    ),
    (
        "川普與普京密談2.5小時,惜未達成任何協議. Yahoo News. 2025-08-16.",
        ("川普與普京密談2.5小時,惜未達成任何協議", "Yahoo News", "2025-08-16"),
    ),
    (
        "Встреча на Аляске. Коммерсантъ. 15 августа 2025.",
        ("Встреча на Аляске", "Коммерсантъ", "15 августа 2025"),
    ),
    (
        "Trump meets Putin; no deal. Reuters. 2025.",
        ("Trump meets Putin; no deal", "Reuters", "2025"),
    ),
]


@pytest.mark.parametrize(("entry", "fields"), ENTRIES)
def test_an_entry_gives_its_title_publisher_and_date(entry, fields):
    """Authors, access dates and notes are told from them, and full stops may stand in a title."""
    reference = read_reference(entry, Span(0, len(entry)), number="1")
    assert (reference.title, reference.publisher, reference.published) == fields


def test_an_entry_is_read_where_it_stands():
    """Characters around the span do not count, and the span is kept."""
    text = "1. 甲. 乙. 2025-08-15.\n2. 丙. 丁. 2025-08-16."
    reference = read_reference(text, Span(3, 20), number="1")
    assert (reference.number, reference.title, reference.publisher) == ("1", "甲", "乙")
    assert reference.span == Span(3, 20)


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("Title. Reuters. 2025-08-15. https://example.org/a?b=c.", "https://example.org/a?b=c"),
        ("Title. Reuters. https://example.org/a", "https://example.org/a"),
        ("Title. Reuters. 2025-08-15.", None),
    ],
)
def test_an_address_is_kept_where_one_is_printed(entry, url):
    """It is never made up, and it does not pass for the publisher."""
    reference = read_reference(entry, Span(0, len(entry)), number="1")
    assert (reference.url, reference.publisher) == (url, "Reuters")
