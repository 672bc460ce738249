from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.chunking import document_sentences, runs
from index.corpus import read_corpus
from index.quoting import (
    QUOTE_CHARACTERS,
    Sentences,
    block_at,
    make_quote,
    marked,
    places,
    widened,
    widened_to_paragraphs,
)
from index.types import Block, Document, Part, Span

DOCUMENTS = {d.id: d for d in read_corpus(Path(__file__).parent / "corpus")}


def written(*pieces):
    """Return a document of blocks, each ``(part, section, content)``."""
    text, blocks = "", []
    for part, section, content in pieces:
        blocks.append(Block(part, Span(len(text), len(text) + len(content)), section))
        text += content + "\n"
    return Document("d", "题", "报", date(2024, 1, 1), "zh", None, text, tuple(blocks))


def cut(*documents):
    rows = []
    for row, document in enumerate(documents):
        found = document_sentences(document.text, document.blocks)
        base = len(rows)
        begins = [base + first for first in runs(found, document.blocks)]
        rows += [
            (row, s.block, s.span.start, s.span.end, first)
            for s, first in zip(found, begins, strict=True)
        ]
    return Sentences(np.array(rows, dtype=np.int32))


def span_of(document, text):
    start = document.text.index(text)
    return Span(start, start + len(text))


def test_a_quote_takes_its_characters_from_the_document():
    """Text, place and citation are the document's own."""
    bridge = DOCUMENTS["bridge"]
    span = span_of(bridge, "从5月6日起，公交12路恢复经过青石桥。重型货车仍须绕行北环路")
    highlight = span_of(bridge, "重型货车仍须绕行北环路")

    quote = make_quote(bridge, span, highlight, 0.5)

    assert quote.text == bridge.text[span.start : span.end]
    assert quote.highlighted == "重型货车仍须绕行北环路"
    assert quote.citation.section == "交通"
    assert quote.citation.part is Part.TEXT
    assert (quote.citation.title, quote.citation.publisher) == (bridge.title, bridge.publisher)


def test_the_footnotes_inside_a_quote_are_cited_once_each_in_order():
    """Marks outside the quote are not its own."""
    eclipse = DOCUMENTS["eclipse"]
    both = span_of(eclipse, "從墨西哥開始。[1]全食帶寬約185公里,有3100萬人住在其中。[1][2]")
    second = span_of(eclipse, "德州的雲量「令人失望」。[2]")

    assert [r.number for r in make_quote(eclipse, both, both, 0.0).citation.references] == [
        "1",
        "2",
    ]
    assert [r.number for r in marked(eclipse, second)] == ["2"]


def test_a_quoted_reference_cites_itself():
    """The entry is the source."""
    eclipse = DOCUMENTS["eclipse"]
    reference = eclipse.references["1"]

    quote = make_quote(eclipse, reference.span, reference.span, 0.0)

    assert quote.citation.part is Part.REFERENCE
    assert quote.citation.references == (reference,)


def test_a_place_in_no_block_is_refused():
    """A quote is of something that the document says."""
    with pytest.raises(ValueError, match=r"bridge: no block holds"):
        block_at(DOCUMENTS["bridge"], Span(10**6, 10**6 + 1))


PROSE = written((Part.TEXT, "", "甲。乙。丙。" + "丁" * QUOTE_CHARACTERS + "。"))


def test_a_quote_grows_up_to_its_cap():
    """Short neighbors come along, a long one does not."""
    assert widened(1, cut(PROSE), {}).of(PROSE.text) == "甲。乙。丙。"


def test_a_long_sentence_is_quoted_alone_and_whole():
    """It may be longer than the cap; it is never cut."""
    assert len(widened(3, cut(PROSE), {})) == QUOTE_CHARACTERS + 1


def test_the_better_neighbor_comes_first():
    """Where only one fits, its score decides; without scores, the text reads on."""
    half = "半" * (QUOTE_CHARACTERS // 2 - 1) + "。"
    document = written((Part.TEXT, "", half + "中" + half[:-2] + "。" + half))
    sentences = cut(document)

    assert widened(1, sentences, {0: 2.0, 2: 1.0}) == Span(0, sentences.span(1).end)
    assert widened(1, sentences, {0: 1.0, 2: 2.0}).start == sentences.span(1).start
    assert widened(1, sentences, {}).start == sentences.span(1).start


def test_a_quote_stays_in_its_paragraph():
    """Neither the heading above nor the paragraph below joins it."""
    document = written(
        (Part.HEADING, "", "题"), (Part.TEXT, "题", "甲。乙。"), (Part.TEXT, "题", "丙。")
    )

    assert widened(1, cut(document), {}).of(document.text) == "甲。乙。"
    assert widened(0, cut(document), {}).of(document.text) == "题"


def chosen(sentences, ranked, *, limit=3, distinct=False):
    scores = {row: float(-at) for at, row in enumerate(ranked)}
    return list(places(ranked, scores, sentences, limit=limit, distinct=distinct))


HALF = "半" * (QUOTE_CHARACTERS // 2 - 1) + "。"


def test_no_place_is_quoted_twice():
    """A sentence that an earlier quote holds is passed over; a neighbor is not taken again."""
    sentences = cut(written((Part.TEXT, "", HALF * 4)))

    found = chosen(sentences, [1, 0, 2, 3], limit=4)

    assert found == [
        (1, Span(0, 2 * len(HALF))),
        (2, sentences.span(2)),
        (3, sentences.span(3)),
    ]


def test_the_same_offsets_of_two_documents_do_not_overlap():
    """A place is a document and a span."""
    one, other = written((Part.TEXT, "", "甲。")), written((Part.TEXT, "", "乙。"))
    sentences = cut(one, other)

    assert [row for row, _ in chosen(sentences, [0, 1])] == [0, 1]


def test_distinct_takes_the_best_of_each_document():
    """The second place of a document gives way to another document."""
    one = written((Part.TEXT, "甲", "甲。"), (Part.TEXT, "乙", "乙。"))
    sentences = cut(one, written((Part.TEXT, "", "丙。")))

    assert [row for row, _ in chosen(sentences, [1, 0, 2])] == [1, 0, 2]
    assert [row for row, _ in chosen(sentences, [1, 0, 2], distinct=True)] == [1, 2]
    assert [row for row, _ in chosen(sentences, [1, 0, 2], limit=1)] == [1]


def test_a_paragraph_is_shown_with_its_neighbors():
    """Plain text of the same section, as much as the limit allows, no heading."""
    document = written(
        (Part.HEADING, "", "题"),
        (Part.TEXT, "题", "甲。"),
        (Part.TEXT, "题", "乙。"),
        (Part.TEXT, "题", "丙。"),
        (Part.TEXT, "二", "丁。"),
    )
    middle = span_of(document, "乙。")

    def around(limit):
        return widened_to_paragraphs(document, middle, limit=limit).of(document.text)

    assert around(100) == "甲。\n乙。\n丙。"
    assert around(5) == "甲。\n乙。"
    assert around(2) == "乙。"


def test_a_long_paragraph_is_cut_around_the_quote():
    """What is shown holds the quote, and is as long as the limit."""
    document = written((Part.TEXT, "", "前" * 500 + "中。" + "后" * 500))
    quote = span_of(document, "中。")

    around = widened_to_paragraphs(document, quote, limit=100)

    assert quote in around
    assert len(around) == 100


def test_the_sentence_at_an_offset_is_found():
    """The last one that begins by it, in the document asked for."""
    one, other = written((Part.TEXT, "", "甲。乙。")), written((Part.TEXT, "", "丙。丁。"))
    sentences = cut(one, other)

    assert [sentences.at(0, offset) for offset in (0, 1, 2, 3)] == [0, 0, 1, 1]
    assert [sentences.at(1, offset) for offset in (0, 2)] == [2, 3]


def test_what_stands_beside_a_sentence_is_of_its_run():
    """Not beyond the ends of the table, not of another section, not of another document."""
    one = written((Part.TEXT, "", "甲。"), (Part.TEXT, "", "乙。"), (Part.TEXT, "二", "丙。"))
    sentences = cut(one, written((Part.TEXT, "", "丁。戊。")))
    rows = np.arange(5)

    assert sentences.beside(rows, -1).tolist() == [False, True, False, False, True]
    assert sentences.beside(rows, 1).tolist() == [True, False, False, True, False]
    assert sentences.beside(rows, 5).tolist() == [False] * 5
    assert sentences.beside(rows[:0], 1).tolist() == []


@pytest.mark.parametrize("limit", [1, 50, 199, 200, 201])
def test_a_quote_longer_than_the_limit_is_shown_whole(limit):
    """Nothing that was quoted is missing in what stands around it."""
    document = written((Part.TEXT, "", "前。" + "中" * 199 + "。" + "后。" * 300))
    quote = span_of(document, "中" * 199 + "。")
    highlight = Span(quote.end - 20, quote.end)

    around = widened_to_paragraphs(document, quote, limit=limit)

    assert quote in around
    assert highlight in around
    assert len(around) == max(limit, len(quote))


@pytest.mark.parametrize("edge", ["首。", "尾。"])
def test_a_long_paragraph_is_never_left(edge):
    """At its beginning and at its end there is less to show on one side."""
    document = written((Part.TEXT, "", "上。"), (Part.TEXT, "", "首。" + "中" * 500 + "。尾。"))
    block = document.blocks[1].span

    around = widened_to_paragraphs(document, span_of(document, edge), limit=100)

    assert around in block
    assert span_of(document, edge) in around
    assert len(around) <= 100
