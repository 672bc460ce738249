import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.markdown import MAX_NESTING, read_structure
from index.types import Block, Part

LINES = [
    "{}",
    "# {}",
    "### {} ###",
    "> {}",
    "> > {}",
    "> - {}",
    "- {}",
    "  - {}",
    "36. {}",
    "    {}",
    "![{}](picture.png)",
    "{}\n===",
    "{}\n{}",
    "> {}\n>\n> {}",
    "- {}\n  {}",
    "> {}\n{}",
    "```text\n{}\n\n{}\n```",
    "| {} | {} |\n|---|---|\n| {} | {} |",
    "> | {} | {} |\n> |---|---|",
    "***\n{}",
]


@st.composite
def marked_up_texts(draw):
    """A text of numbered phrases under every kind of markup, and how many there are."""
    patterns = draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=12))
    count, groups = 0, []
    for pattern in patterns:
        phrases = [f"句{count + i}。" for i in range(pattern.count("{}"))]
        count += len(phrases)
        groups.append(pattern.format(*phrases))
    return "\n\n".join(groups) + "\n", count


def printed(text: str) -> list[tuple[Part, str, str]]:
    return [
        (block.part, block.section, block.span.of(text)) for block in read_structure(text).blocks
    ]


def assert_in_order(blocks: tuple[Block, ...], text: str) -> None:
    ends = [0, *(block.span.end for block in blocks)]
    assert all(end <= block.span.start for end, block in zip(ends, blocks, strict=False))
    assert ends[-1] <= len(text)


@settings(deadline=None)
@given(marked_up_texts())
def test_every_phrase_is_in_one_block_that_starts_with_it_or_another(text_and_count):
    """No markup hides a phrase or begins a block, and blocks follow each other."""
    text, count = text_and_count
    blocks = read_structure(text).blocks
    for number in range(count):
        holding = [block for block in blocks if f"句{number}。" in block.span.of(text)]
        assert len(holding) == 1
    assert all(block.span.of(text)[0] == "句" for block in blocks)
    assert all(block.span.of(text)[-1] == "。" for block in blocks)
    assert_in_order(blocks, text)


@settings(deadline=None)
@example("　\n1")
@example("> 　\n> 1")
@given(st.text(st.sampled_from("字。 \n\t　>#-*+1.)|[]()!`=_~<a:&\\"), max_size=60))
def test_no_text_breaks_the_order_of_blocks(text):
    """Whatever the markup, blocks are trimmed, in order, and inside the text."""
    blocks = read_structure(text).blocks
    assert_in_order(blocks, text)
    assert all(block.span.of(text) == block.span.of(text).strip() for block in blocks)


@settings(deadline=None)
@example("　\n1")
@example("> 　\n> 1")
@example("字 #\n-")
@given(st.text(st.sampled_from("字。 \n>#-1."), max_size=60))
def test_no_character_of_the_content_is_left_out(text):
    """Every Han character stands in a block."""
    blocks = read_structure(text).blocks
    found = "".join(block.span.of(text) for block in blocks)
    assert found.count("字") == text.count("字")


def test_sections_are_the_headings_above_without_the_title():
    """The title names no section, and a heading closes those of its level and below."""
    text = "# 題\n\n## 甲\n\n### 乙\n\n文一\n\n## 丙 ##\n\n文二\n\n# 丁\n\n文三\n"
    assert printed(text) == [
        (Part.HEADING, "", "題"),
        (Part.HEADING, "", "甲"),
        (Part.HEADING, "甲", "乙"),
        (Part.TEXT, "甲 › 乙", "文一"),
        (Part.HEADING, "", "丙"),
        (Part.TEXT, "丙", "文二"),
        (Part.HEADING, "", "丁"),
        (Part.TEXT, "丁", "文三"),
    ]


def test_hashes_at_the_end_of_an_underlined_heading_are_content():
    """Only a heading behind hashes is closed by hashes."""
    assert printed("甲 #\n---\n\n文\n") == [
        (Part.HEADING, "", "甲 #"),
        (Part.TEXT, "甲 #", "文"),
    ]


def test_a_quotation_gives_a_block_for_each_line():
    """Lines of a post stay apart, and two posts with a blank line between do too."""
    text = "> The tour\n>\n> — RT\n> GUM now\n\n> 🖇️footage\n"
    assert [found for _, _, found in printed(text)] == ["The tour", "— RT", "GUM now", "🖇️footage"]
    assert {part for part, _, _ in printed(text)} == {Part.POST}


def test_a_caption_is_what_stands_in_the_brackets_of_an_image():
    """Images alone in a paragraph are captions; one within a sentence stays as printed."""
    text = "![普京和川普]()\n![]()\n\n![甲](a.png)\n![乙](b.png)\n\n見 ![圖](c.png) 。\n"
    assert printed(text) == [
        (Part.CAPTION, "", "普京和川普"),
        (Part.CAPTION, "", "甲"),
        (Part.CAPTION, "", "乙"),
        (Part.TEXT, "", "見 ![圖](c.png) 。"),
    ]


def test_an_image_without_caption_is_no_block():
    """There is nothing to read in it."""
    assert printed("![](map.png)\n\n文\n") == [(Part.TEXT, "", "文")]


def test_a_table_gives_a_block_for_each_row():
    """A row runs from its first cell to its last; the outer bars and empty cells are markup."""
    text = "| 2025年俄美峰会 | |\n|---|---|\n| 日期 | 2025年8月15日 |\n| | |\n"
    assert printed(text) == [
        (Part.TABLE, "", "2025年俄美峰会"),
        (Part.TABLE, "", "日期 | 2025年8月15日"),
    ]


def test_what_markdown_would_hide_is_text():
    """Raw HTML and link definitions are printed somewhere, so they count."""
    text = "<div>\n文\n</div>\n\n[1]: http://example.org\n"
    assert [found for _, _, found in printed(text)] == [
        "<div>\n文\n</div>",
        "[1]: http://example.org",
    ]


@pytest.mark.parametrize("heading", ["參考文献", "参考资料", "References", "ПРИМЕЧАНИЯ"])
def test_references_are_the_ordered_list_below_a_usual_heading(heading):
    """Entries are numbered by position, and their back links are not part of them."""
    text = f"1. 不是\n\n## {heading}\n\n1. 1.0 1.1 甲. 乙.\n2. 丙.\n   續\n\n- 丁\n"
    structure = read_structure(text)
    assert {number: span.of(text) for number, span in structure.references.items()} == {
        "1": "甲. 乙.",
        "2": "丙.\n   續",
    }
    parts = [block.part for block in structure.blocks]
    assert parts == [Part.TEXT, Part.HEADING, Part.REFERENCE, Part.REFERENCE, Part.TEXT]


def test_a_list_of_references_may_start_later_and_hold_lists():
    """The first number counts; a list inside an entry is text and has no number."""
    text = "## References\n\n7. A.\n   1. note\n8. B.\n\n## References\n\n7. Again.\n"
    references = read_structure(text).references
    assert {number: span.of(text) for number, span in references.items()} == {"7": "A.", "8": "B."}


@pytest.mark.parametrize("deep", [">" * MAX_NESTING + " x", "> " * (MAX_NESTING * 3) + "x"])
def test_what_is_nested_too_deep_is_refused(deep):
    """Rather an error than a text that silently misses a part."""
    with pytest.raises(ValueError, match=r"fewer than 100 nested containers in line 3 of the text"):
        read_structure(f"文\n\n{deep}\n")
