from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunking import CHUNK_CHARACTERS, chunks, document_sentences, runs, sentences
from index.corpus import read_corpus
from index.types import Block, Part, Span

CORPUS = Path(__file__).parent / "corpus"
# What the rules look at: terminators, closers, marks, commas, white space, the case of letters.
rich_text = st.text(
    st.sampled_from("天地。！？｡.!?”’」』）)》]\"'»[123]，、；,;:  \t\n\u3000aAдДé—“«Mr")
)


def cut(text):
    return [span.of(text) for span in sentences(text)]


def block(text, *, part=Part.TEXT, section=""):
    return Block(part, Span(0, len(text)), section)


def laid_out(*pieces):
    """Return a text and its blocks, one for each ``(part, section, content)``."""
    text, blocks = "", []
    for part, section, content in pieces:
        blocks.append(Block(part, Span(len(text), len(text) + len(content)), section))
        text += content + "\n"
    return text, blocks


@given(st.one_of(st.text(), rich_text))
def test_sentences_tile_the_text(text):
    """Joining the sentences gives back the text, character for character."""
    assert "".join(cut(text)) == text


@given(rich_text)
def test_only_the_last_sentence_may_be_blank(text):
    """A sentence holds something to read, unless nothing but white space is left."""
    assert all(sentence.strip() for sentence in cut(text)[:-1])


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(["好。", "不好！", "真的？", "嗯"], id="chinese stops"),
        pytest.param(["真的吗？！", "对。"], id="several stops"),
        pytest.param(["他说：“走吧。”", "众人散去。"], id="closing quotation mark"),
        pytest.param(["他說：「走吧。」", "眾人散去。"], id="closing corner bracket"),
        pytest.param(["他说“走吧。”，然后离开。", "天黑了。"], id="comma after a closing quote"),
        pytest.param(["他问“走吗？”、“去哪？”，没人回答。"], id="list of quoted questions"),
        pytest.param(["會議結束。[16][37]", "雙方離開。"], id="footnote marks"),
        pytest.param(["會議結束。[16] [37] ", "雙方離開。"], id="spaced footnote marks"),
        pytest.param(["他说：“走。”[2]", "天黑了。"], id="mark after a closing quote"),
        pytest.param(["第一行。\n", "第二行。"], id="line end"),
        pytest.param(["Is it over? ", "It is! ", "Good."], id="ascii stops"),
        pytest.param(["It ended. ", "“Fine,” he said. ", "Rain fell."], id="opening quote"),
        pytest.param(['He called it "over." ', "Nobody spoke."], id="ascii closing quote"),
        pytest.param(["Talks ended.[3] ", "Rain fell."], id="english footnote mark"),
        pytest.param(["Зал открыт. ", "Карт 120! ", "Много? ", "«Да»."], id="russian"),
        pytest.param(["Mr. Hale met Dr. Soto. ", "They spoke."], id="titles"),
        pytest.param(["J. B. Young wrote it. ", "It sold."], id="initials"),
        pytest.param(["А. С. Лебедева в г. Мурманске. ", "Она там."], id="russian initials"),
        pytest.param(["It rose 4.5 percent. ", "Good."], id="decimal"),
        pytest.param(["See https://example.org/a.b?c=d!e for more. ", "Bye."], id="address"),
        pytest.param(["见example.com/?q=1。", "完。"], id="address in chinese"),
        pytest.param(["It was approx. two miles."], id="lower case goes on"),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(parts):
    """Each list is cut exactly at its seams."""
    assert cut("".join(parts)) == parts


def test_an_ascii_mark_before_han_text_ends_a_sentence():
    """Traditional pages often print ``!`` and ``?`` without width."""
    assert cut("真的嗎?當然!好") == ["真的嗎?", "當然!", "好"]


@pytest.mark.parametrize("part", [Part.REFERENCE, Part.TABLE, Part.HEADING])
def test_what_is_no_prose_is_not_divided(part):
    """A reference, a table row and a heading are one sentence, whatever they hold."""
    text = "Young, Ann. What now? Sky Journal. 完了。真的！"

    found = document_sentences(text, [block(text, part=part)])

    assert [sentence.span.of(text) for sentence in found] == [text]


@pytest.mark.parametrize("part", [Part.TEXT, Part.CAPTION, Part.POST])
def test_prose_is_divided_without_the_space_around_it(part):
    """Quotable sentences begin and end with a character that prints, and know their block."""
    text, blocks = laid_out((Part.HEADING, "", "题"), (part, "题", "  好。 \u3000坏。  "))

    found = document_sentences(text, blocks)

    assert [(s.block, s.span.of(text)) for s in found] == [(0, "题"), (1, "好。"), (1, "坏。")]


def test_a_blank_block_has_no_sentence():
    """White space alone can't be quoted."""
    assert document_sentences(" \u3000 ", [block(" \u3000 ")]) == []


@given(st.lists(rich_text.filter(bool), max_size=5))
def test_sentences_leave_out_white_space_only(contents):
    """What lies between the sentences of a document is white space and nothing else."""
    text, blocks = laid_out(*((Part.TEXT, "", content) for content in contents))

    found = document_sentences(text, blocks)

    kept = "".join(sentence.span.of(text) for sentence in found)
    assert "".join(kept.split()) == "".join(text.split())
    assert all(sentence.span in blocks[sentence.block].span for sentence in found)


def grouped(*pieces):
    text, blocks = laid_out(*pieces)
    found = document_sentences(text, blocks)
    return [
        [sentence.span.of(text) for sentence in found[first:last]]
        for first, last in chunks(found, blocks)
    ]


def test_a_chunk_never_crosses_a_heading():
    """A heading stands alone, and the text below it is not joined with the text above."""
    assert grouped(
        (Part.TEXT, "", "甲。乙。"), (Part.HEADING, "", "题"), (Part.TEXT, "题", "丙。丁。")
    ) == [["甲。", "乙。"], ["题"], ["丙。", "丁。"]]


def test_a_chunk_never_crosses_from_one_section_to_another():
    """Another section ends a chunk even where no heading is printed between them."""
    assert grouped((Part.TEXT, "甲", "一。"), (Part.TEXT, "乙", "二。")) == [["一。"], ["二。"]]


def test_paragraphs_of_a_section_share_a_chunk():
    """Short neighbors are retrieved together."""
    assert grouped((Part.TEXT, "甲", "一。"), (Part.CAPTION, "甲", "图。")) == [["一。", "图。"]]


def test_each_reference_is_a_chunk():
    """A source is found by itself, not among its neighbors in the list."""
    assert grouped(
        (Part.TEXT, "", "甲。"), (Part.REFERENCE, "", "A. B. C."), (Part.REFERENCE, "", "D. E.")
    ) == [["甲。"], ["A. B. C."], ["D. E."]]


def test_a_chunk_ends_before_it_grows_too_long():
    """It stays within the cap, unless a single sentence is longer than that."""
    long, short = "长" * CHUNK_CHARACTERS + "。", "短" * 200 + "。"

    assert grouped((Part.TEXT, "", short + short + long + short)) == [
        [short],
        [short],
        [long],
        [short],
    ]


def test_a_chunk_may_be_exactly_as_long_as_the_cap():
    """The cap itself is allowed."""
    half = "半" * (CHUNK_CHARACTERS // 2 - 1) + "。"

    assert grouped((Part.TEXT, "", half + half + "了。")) == [[half, half], ["了。"]]


def test_no_sentences_make_no_chunks():
    """An empty document is an empty list."""
    assert chunks([], []) == []


@pytest.mark.parametrize("document", list(read_corpus(CORPUS)), ids=lambda document: document.id)
def test_chunks_hold_every_sentence_once(document):
    """Chunks follow each other without gap or overlap, each within one section."""
    found = document_sentences(document.text, document.blocks)

    groups = chunks(found, document.blocks)

    assert [row for first, last in groups for row in range(first, last)] == list(range(len(found)))
    for first, last in groups:
        assert len({document.blocks[s.block].section for s in found[first:last]}) == 1


def firsts(*pieces):
    text, blocks = laid_out(*pieces)
    return runs(document_sentences(text, blocks), blocks)


def test_the_sentences_of_a_section_are_one_run():
    """A reader reads on from paragraph to paragraph, captions and posts among them."""
    assert firsts(
        (Part.HEADING, "", "题"),
        (Part.TEXT, "题", "甲。乙。"),
        (Part.CAPTION, "题", "图。"),
        (Part.POST, "题", "帖。"),
        (Part.TEXT, "二", "丙。丁。"),
    ) == [0, 1, 1, 1, 1, 5, 5]


def test_a_reference_is_a_run_of_its_own():
    """Neither the text before it nor the next reference stands beside it."""
    assert firsts(
        (Part.TEXT, "", "甲。乙。"),
        (Part.REFERENCE, "", "A. B."),
        (Part.REFERENCE, "", "C. D."),
        (Part.TEXT, "", "丙。"),
    ) == [0, 0, 2, 3, 4]


def test_no_sentences_make_no_runs():
    """An empty document has none."""
    assert runs([], []) == []


@pytest.mark.parametrize("document", list(read_corpus(CORPUS)), ids=lambda document: document.id)
def test_a_chunk_lies_within_a_run(document):
    """What is retrieved together is read together, but for a heading above its text."""
    found = document_sentences(document.text, document.blocks)
    begins = runs(found, document.blocks)

    for first, last in chunks(found, document.blocks):
        assert len(set(begins[first:last])) == 1
