import unicodedata
from collections import Counter
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from index import corpus
from index.alias_file import read_aliases
from index.corpus import corpus_paths, read_corpus, read_document
from index.errors import DocumentError, IndexingError, MetadataError
from index.normalization import fold
from index.refusals import Reason
from index.tokenization import units
from index.types import Part

CORPUS = Path(__file__).parent.parent / "corpus"
REASONS = {
    "front matter": Reason.FRONT_MATTER,
    "language": Reason.LANGUAGE,
    "published": Reason.DATE,
    "url": Reason.ADDRESS,
}
FRONT_MATTER = "title: 峰會\npublisher: 新华社\npublished: 2025-08-15\nlanguage: zh-Hant\n"


@pytest.fixture
def write(tmp_path):
    """Write a document of the given front matter and text; return its path."""

    def write(text="峰會。\n", front_matter=FRONT_MATTER, name="summit.md"):
        path = tmp_path / name
        path.write_text(f"---\n{front_matter}---\n{text}", encoding="utf-8", newline="")
        return path

    return write


@pytest.fixture(scope="module")
def documents():
    """Return the documents that come with the project, by id."""
    return {document.id: document for document in read_corpus(CORPUS)}


def without(field: str) -> str:
    lines = FRONT_MATTER.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(field))


def test_a_document_is_its_metadata_and_all_after_them(write):
    """The text starts right after the front matter and is kept to the last character."""
    document = read_document(write(text="\n# 峰會\n\n---\n\n停火  。[1]\n"))
    assert document.text == "\n# 峰會\n\n---\n\n停火  。[1]\n"
    assert (document.id, document.title, document.publisher) == ("summit", "峰會", "新华社")
    assert (document.published, document.language) == (date(2025, 8, 15), "zh-Hant")
    assert document.url is None
    assert [block.span.of(document.text) for block in document.blocks] == ["峰會", "停火  。[1]"]


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2025-08-15", date(2025, 8, 15)),
        ("'2025-08-15'", date(2025, 8, 15)),
        ("2025-08-15T10:22:00Z", date(2025, 8, 15)),
    ],
)
def test_a_date_may_be_quoted_and_may_have_a_time(write, written, published):
    """What YAML makes of the date does not matter."""
    front_matter = without("published") + f"published: {written}\n"
    assert read_document(write(front_matter=front_matter)).published == published


def test_an_address_is_kept_and_unknown_fields_are_ignored(write):
    """Other tools may keep their own fields in the front matter."""
    path = write(front_matter=FRONT_MATTER + "url: https://example.org/a\ndraft: true\n")
    assert read_document(path).url == "https://example.org/a"


def test_text_is_brought_to_nfc_and_plain_line_ends(write):
    """Offsets count in the text as it is after that; no other character changes."""
    decomposed = unicodedata.normalize("NFD", "Solcyré 與é")
    document = read_document(write(text=f"{decomposed},\r\n日军。\r　\n"))
    assert document.text == "Solcyré 與é,\n日军。\n　\n"


def test_a_byte_order_mark_is_no_part_of_a_document(tmp_path):
    """Some editors write one before the front matter."""
    path = tmp_path / "summit.md"
    path.write_text(f"\ufeff---\r\n{FRONT_MATTER}---\r\n文\r\n", encoding="utf-8", newline="")
    assert read_document(path).text == "文\n"


@pytest.mark.parametrize(
    ("front_matter", "field", "problem"),
    [
        (without("title"), "title", "expected a text, found nothing"),
        (without("publisher"), "publisher", "expected a text, found nothing"),
        (without("language"), "language", "expected a text, found nothing"),
        (without("published"), "published", "expected a date such as 2025-08-15, found nothing"),
        (without("title") + "title: 2025\n", "title", "found '2025'; put it in quotes"),
        (without("title") + "title: '  '\n", "title", "expected a text"),
        (without("published") + "published: 2025\n", "published", "found '2025'"),
        (without("published") + "published: 15.8.2025\n", "published", "found '15.8.2025'"),
        (without("language") + "language: Chinese!\n", "language", "such as zh-Hant"),
        (FRONT_MATTER + "url: example.org\n", "url", "expected an http address"),
        (without("published") + "published: 2025-02-30\n", "front matter", "day"),
        ("title: [峰會\n", "front matter", "not valid YAML in line 2 of it"),
        ("title: a: b\n", "front matter", "not valid YAML in line 1 of it"),
        pytest.param(
            f"title: {'[' * 100_000}{']' * 100_000}\n", "front matter", "recursion", id="nested"
        ),
        ("- title\n", "front matter", "expected fields, found \"['title']\""),
        ("", "front matter", "expected fields, found nothing"),
    ],
)
def test_wrong_metadata_are_refused_by_name(write, front_matter, field, problem):
    """The error is one line with the file, the field and what is wrong with it."""
    path = write(front_matter=front_matter)
    with pytest.raises(MetadataError) as raised:
        read_document(path)
    assert (raised.value.path, raised.value.field) == (path, field)
    assert str(raised.value).startswith(f"{path}: {field}: ")
    assert problem in str(raised.value)
    assert "\n" not in str(raised.value)
    no_text = problem.startswith("expected a text")
    expected = Reason.FIELD if no_text else REASONS.get(field, Reason.FIELD)
    assert raised.value.refusal.reason is expected


@pytest.mark.parametrize(
    "source", ["峰會\n", "", "---\ntitle: 峰會\n", "\n---\ntitle: 峰會\n---\n"]
)
def test_a_file_without_front_matter_is_refused(tmp_path, source):
    """It has to open the file and be closed."""
    path = tmp_path / "summit.md"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(MetadataError, match="front matter: expected it between two lines"):
        read_document(path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "expected a text after the front matter, found none"),
        (" \n　\n", "expected a text after the front matter, found none"),
        ("文\n\x00", r"control character U\+0000 in line 8"),
        ("文\x1b[0m\n", r"control character U\+001B in line 7"),
        ("> " * 200 + "文\n", "expected fewer than 100 nested containers in line 1 of the text"),
    ],
)
def test_a_text_that_is_none_is_refused(write, text, problem):
    """Nothing unreadable or empty enters the index."""
    with pytest.raises(DocumentError, match=problem):
        read_document(write(text=text))


def test_a_fault_of_encoding_is_named_with_its_place(write):
    """The byte and its offset in the file let a person find it."""
    path = write(text="abc")
    before = path.read_bytes()
    path.write_bytes(before + "普京".encode("gb18030"))
    with pytest.raises(DocumentError, match=f"UTF-8, found byte 0xc6 at offset {len(before)}"):
        read_document(path)


def test_a_file_that_is_too_large_is_refused(write, monkeypatch):
    """Its size is looked at before it is read."""
    monkeypatch.setattr(corpus, "MAX_BYTES", 100)
    with pytest.raises(DocumentError, match="expected at most 100 bytes, found 293") as caught:
        read_document(write(text="文" * 70))
    assert caught.value.refusal.reason is Reason.TOO_LARGE


def test_a_file_that_is_gone_is_named(tmp_path):
    """The error is ours and says why."""
    with pytest.raises(DocumentError, match=r"summit\.md: can't be read: No such file") as caught:
        read_document(tmp_path / "summit.md")
    assert caught.value.refusal.reason is Reason.GONE


def test_documents_come_in_the_order_of_their_names(write, tmp_path):
    """Notes for people, hidden files, other files and folders are no documents."""
    for name in ("b.md", "a.md", "c.md", "README.md", ".hidden.md", "notes.txt"):
        write(name=name)
    (tmp_path / "folder.md").mkdir()
    assert [document.id for document in read_corpus(tmp_path)] == ["a", "b", "c"]


def test_a_folder_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    """It is not taken for an empty one."""

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(IndexingError, match=r"can't be read: Permission denied") as caught:
        corpus_paths(tmp_path)
    assert str(caught.value).startswith(str(tmp_path))


def test_a_missing_or_empty_folder_is_named(tmp_path):
    """The error comes before the first document is asked for."""
    with pytest.raises(IndexingError, match="nowhere: expected the corpus folder"):
        read_corpus(tmp_path / "nowhere")
    (tmp_path / "README.md").write_text("notes", encoding="utf-8")
    with pytest.raises(IndexingError, match=r"expected documents in files named \*\.md, found non"):
        corpus_paths(tmp_path)


def test_aliases_are_read_list_by_list(tmp_path):
    """The heading is the kind of what is named; order is kept."""
    path = tmp_path / "aliases.yaml"
    path.write_text("a:\n- [普京, ' Putin ']\nb:\n- [基辅, Kyiv]\n", encoding="utf-8")
    assert read_aliases(path) == {"a": [["普京", "Putin"]], "b": [["基辅", "Kyiv"]]}


def test_no_aliases_are_fine(tmp_path):
    """A corpus need not have the file, nor the file a list."""
    assert read_aliases(tmp_path / "aliases.yaml") == {}
    (tmp_path / "aliases.yaml").write_text("# none yet\n", encoding="utf-8")
    assert read_aliases(tmp_path / "aliases.yaml") == {}


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("- [a, b]\n", "expected headings with lists of names"),
        ("people: Putin\n", "people: expected a list of lists, found 'Putin'"),
        ("people:\n", "people: expected a list of lists, found nothing"),
        ("people:\n- Putin\n", "people, entry 1: expected a list of names, found 'Putin'"),
        ("people:\n- [a]\n- []\n", "people, entry 2: expected a list of names"),
        ("people:\n- [a, 24]\n", "people, entry 1: expected a name, found '24'"),
        ("people:\n- [a, ' ']\n", "people, entry 1: expected a name"),
        ("people: [\n", "aliases: not valid YAML in line 2"),
    ],
)
def test_wrong_aliases_are_refused_with_their_place(tmp_path, source, problem):
    """The error names the file, the heading and the entry."""
    path = tmp_path / "aliases.yaml"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(DocumentError) as raised:
        read_aliases(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert problem in str(raised.value)


def test_no_name_of_ours_means_two_things():
    """After folding and stemming, which is how names are compared, each is in one list only."""
    owners: dict[tuple[str, ...], str] = {}
    for names in chain.from_iterable(read_aliases(CORPUS / "aliases.yaml").values()):
        assert len(set(names)) == len(names), f"{names[0]}: a name is listed twice"
        for name in names:
            form = tuple(unit.text for unit in units(fold(name)))
            assert form, f"{name}: folding leaves nothing of it"
            assert owners.setdefault(form, names[0]) == names[0], f"{name} is in two lists"


@pytest.mark.parametrize(
    "name", ["川普", "普丁", "蒲亭", "澤倫斯基", "盧比歐", "Witkoff", "Трамп", "安克雷奇", "НАТО"]
)
def test_usual_spellings_are_known(name):
    """A name that readers type belongs to a list with others."""
    known = chain.from_iterable(read_aliases(CORPUS / "aliases.yaml").values())
    lists = [names for names in known if name in names]
    assert [len(names) > 3 for names in lists] == [True]


def test_the_first_documents_have_their_parts(documents):
    """Headings, infobox, captions, posts and references are told from the text."""
    parts = {
        id_: Counter(block.part for block in document.blocks) for id_, document in documents.items()
    }
    assert parts == {
        "2025-03-18-trump-putin-call": {Part.HEADING: 7, Part.CAPTION: 3, Part.TEXT: 33},
        "2025-12-02-kremlin-talks": {Part.HEADING: 3, Part.POST: 12, Part.TEXT: 9},
        "2025-us-russia-summit": {
            Part.HEADING: 11,
            Part.TABLE: 4,
            Part.CAPTION: 2,
            Part.TEXT: 24,
            Part.REFERENCE: 50,
        },
    }


def test_the_first_documents_are_as_printed(documents):
    """Faults of extraction, spaces and footnote marks stay, each in one block."""
    for id_, printed in [
        ("2025-03-18-trump-putin-call", "并已向日军下达相关指令。"),
        ("2025-03-18-trump-putin-call", "作为冲突方之一，“没"),
        ("2025-12-02-kremlin-talks", "— RT (@RT_com) December 2, 2025"),
        ("2025-us-russia-summit", "[2] 克里姆林宮助手尤里·乌沙科夫後來證實了此次會談"),
        ("2025-us-russia-summit", "「尊重、建設性和相互尊重的氣氛 」"),
    ]:
        document = documents[id_]
        assert any(printed in block.span.of(document.text) for block in document.blocks)
        assert document.text == unicodedata.normalize("NFC", document.text)


def test_blocks_of_the_first_documents_carry_no_markup(documents):
    """A block starts after the marks of its line, and blocks follow each other."""
    for document in documents.values():
        end = 0
        for block in document.blocks:
            assert block.span.start >= end
            end = block.span.end
            assert block.span.of(document.text)[0] not in "#>|![ \n"
            assert block.span.of(document.text)[-1] not in "|( \n"
            line_start = document.text.rfind("\n", 0, block.span.start) + 1
            prefix = document.text[line_start : block.span.start]
            assert not prefix.strip("#>|![ .0123456789")
        assert end <= len(document.text)


def test_every_footnote_mark_of_the_article_has_its_reference(documents):
    """References are numbered as the article numbers them, and their fields are its characters."""
    article = documents["2025-us-russia-summit"]
    assert list(article.references) == [str(number) for number in range(1, 51)]
    for reference in article.references.values():
        entry = reference.span.of(article.text)
        assert reference.title in entry
        assert reference.publisher in entry
        assert reference.published in entry


@pytest.mark.parametrize(
    ("number", "title", "publisher", "published"),
    [
        ("1", "美俄领导人将于8月15日在美国阿拉斯加州会晤", "新華網", "2025-08-09"),
        (
            "13",
            "Trump says he could meet Putin'very soon' ahead of Riyadh talks"
            " on ending war in Ukraine",
            "",
            "2025-02-17",
        ),
        (
            "18",
            "How much territory does Russia control in Ukraine?",
            "Reuters",
            "August 15, 2025",
        ),
        (
            "24",
            "Putin Tells U.S. He'll Halt War in Exchange for Eastern Ukraine",
            "The Wall Street Journal",
            "",
        ),
        (
            "36",
            "August 15, 2025: Trump-Putin summit ends without concrete deal",
            "CNN",
            "2025-08-15",
        ),
        (
            "38",
            "Trump meets Putin in Alaska with future of Ukraine war hanging in balance",
            "PBS News",
            "2025-08-15",
        ),
        (
            "50",
            "Trump-Putin meeting in Alaska: How is China viewing it?",
            "Deutsche Welle",
            "2025-08-18",
        ),
    ],
)
def test_references_of_the_article_are_read_right(documents, number, title, publisher, published):
    """Titles that hold dates, dots and question marks are kept whole."""
    reference = documents["2025-us-russia-summit"].references[number]
    assert (reference.title, reference.publisher) == (title, publisher)
    assert reference.published == published
