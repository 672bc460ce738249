"""Files of other kinds become documents of the corpus, or one clear line says why not."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from foreign import write_docx, write_pdf
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from index import (
    Imported,
    Reason,
    RefusedError,
    add_document,
    file_name,
    read_foreign,
)
from index.conversion.paragraphs import paragraphs
from index.corpus import read_document
from index.languages import language_of

ROOT = Path(__file__).parent.parent
PAGE = """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">
<title>青石桥重新开放 - 河州日报</title><meta property="og:title" content="青石桥重新开放">
<meta property="og:site_name" content="河州日报">
<meta property="article:published_time" content="2024-05-03T08:00:00+08:00">
<link rel="canonical" href="https://example.org/bridge"></head>
<body><nav><a href="/">首页</a></nav><div class="sidebar">相关新闻</div><article>
<h1>青石桥重新开放</h1><p>青石桥5月2日重新开放。<b>工程</b>耗资<a href="/x">3.2亿元</a>。[1]</p>
<h2>背景</h2><p>旧桥建于1932年。<br>它在洪水中受损。</p>
<table><tr><th>项目</th><th>数</th></tr><tr><td>长度</td><td>320米</td></tr></table>
<blockquote><p>桥通了。</p></blockquote>
<h2>参考文献</h2><ol><li>Young, Ann. Bridge reopens. 2024-05-02.</li></ol></article>
<footer>版权所有</footer><script>var x = "脚本";</script></body></html>"""
PDF, DOCX = ("its name says pdf, its content", "its name says docx, its content")
MARKDOWN = """# 青石桥重新开放

青石桥5月2日重新开放。工程耗资3.2亿元。[1]

## 背景

旧桥建于1932年。

它在洪水中受损。

| 项目 | 数 |
|---|---|
| 长度 | 320米 |

> 桥通了。

## 参考文献

1. Young, Ann. Bridge reopens. 2024-05-02.
"""


def test_a_page_becomes_a_document_with_what_its_head_tells(tmp_path):
    """What surrounds the text is gone, and no space or letter came into a sentence."""
    path = tmp_path / "page.html"
    path.write_text(PAGE, "utf-8")

    added = add_document(read_foreign(path), tmp_path / "corpus")

    document = read_document(added)
    assert added.name == "2024-05-03-青石桥重新开放.md"
    assert document.text.lstrip("\n") == MARKDOWN
    assert (document.title, document.publisher) == ("青石桥重新开放", "河州日报")
    assert (document.published, document.language) == (date(2024, 5, 3), "zh-Hans")
    assert document.url == "https://example.org/bridge"
    assert list(document.references) == ["1"]


@pytest.mark.parametrize(
    ("encoding", "text", "language"),
    [
        ("utf-8", "青石桥重新开放了。大家都来看。\n第二段说的是旧桥的历史。\n", "zh-Hans"),
        ("utf-8-sig", "青石桥重新开放了。大家都来看。\n第二段说的是旧桥的历史。\n", "zh-Hans"),
        ("gb18030", "青石桥重新开放了。大家都来看。\n第二段说的是旧桥的历史。\n", "zh-Hans"),
        ("big5", "青石橋重新開放了。大家都來看。\n第二段說的是舊橋的歷史。\n", "zh-Hant"),
        ("utf-16", "青石橋重新開放了。大家都來看。\n第二段說的是舊橋的歷史。\n", "zh-Hant"),
        ("cp1251", "Мост снова открыт для всех.\nВторой абзац о старом мосте.\n", "ru"),
    ],
)
def test_a_texts_encoding_and_language_are_found(tmp_path, encoding, text, language):
    """Every line that ends like a sentence is a paragraph; its letters are as they were."""
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))

    document = read_foreign(path)

    assert document.text.split() == text.split() or language == "ru"
    assert document.text == text.replace("\n", "\n\n", 1)
    assert document.language == language
    assert (document.publisher, document.published, document.url) == (None, None, None)


def test_what_a_file_does_not_tell_is_marked_for_people(tmp_path):
    """Nothing is invented: the publisher reads as not told, and the comments say so."""
    path = tmp_path / "2025-08-15 talks.txt"
    path.write_text("Talks\n\nThe talks of the two took place in the city.\n", "utf-8")

    added = add_document(read_foreign(path), tmp_path)

    assert added.read_text("utf-8") == (
        "---\n# Its publisher is not told.\ntitle: Talks\npublisher: not told\n"
        "published: 2025-08-15\nlanguage: en\n---\n\n# Talks\n\n"
        "The talks of the two took place in the city.\n"
    )


def test_front_matter_of_a_markdown_file_is_kept(tmp_path):
    """And its text is not touched."""
    path = tmp_path / "a.md"
    path.write_text(
        "---\ntitle: A\npublisher: B\npublished: 2020-01-02\nlanguage: en\n---\n# A\n\n*x* text\n"
    )

    document = read_foreign(path)

    assert (document.title, document.publisher, document.published) == ("A", "B", date(2020, 1, 2))
    assert document.text == "# A\n\n*x* text\n"


def test_a_word_document_keeps_its_headings(tmp_path):
    """The title style is the title; when it was made is not when it was published."""
    core = (
        '<c xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">'
        "<dc:title>Report</dc:title><dc:creator>Ann</dc:creator>"
        "<t:created>2024-01-05T10:00:00Z</t:created></c>"
    )
    blocks = [("Title", "Report"), ("Heading1", "Part"), ("Normal", "She said it &amp; went.")]

    document = read_foreign(write_docx(tmp_path / "a.docx", blocks, core))

    assert document.text == "# Report\n\n# Part\n\nShe said it & went.\n"
    assert (document.title, document.publisher, document.published) == ("Report", None, None)
    assert document.made == date(2024, 1, 5)


def test_a_printed_page_becomes_paragraphs(tmp_path):
    """Lines that were broken for the page's width are joined again."""
    lines = ["The bridge in the city opened again on", "the second of May. It was a fine day."]

    document = read_foreign(write_pdf(tmp_path / "a.pdf", lines))

    assert document.text == " ".join(lines) + "\n"
    assert document.title == "A printed report"
    assert document.published is None


def encrypted(path: Path) -> Path:
    writer = PdfWriter()
    source = write_pdf(path.with_name("plain.pdf"), ["secret"])
    for page in PdfReader(io.BytesIO(source.read_bytes())).pages:
        writer.add_page(page)
    writer.encrypt("password", algorithm="RC4-128")
    writer.write(path)
    return path


@pytest.mark.parametrize(
    ("name", "content", "problem", "reason"),
    [
        ("a.txt", b"", "it is empty", Reason.EMPTY),
        ("a.docx", b" \n", "it is empty", Reason.EMPTY),
        ("a.txt", b"%PDF-1.7 ...", "its name says txt, its content pdf", Reason.MISNAMED),
        ("a.pdf", b"<html>no</html>", f"{PDF} something else", Reason.MISNAMED_UNKNOWN),
        ("a.docx", b"PK\x03\x04 of another kind", f"{DOCX} zip archive", Reason.MISNAMED),
        ("a.md", b"\x7fELF\x00\x00", "its name says md, its content", Reason.MISNAMED_UNKNOWN),
        ("a.pdf", b"%PDF-1.7 broken", "it is damaged", Reason.DAMAGED),
        ("a.docx", b"PK\x03\x04word/ broken", "it is damaged", Reason.DAMAGED),
        ("a.exe", b"words", "expected .txt, .md, .html, .pdf or .docx", Reason.FORMAT),
        (
            "a.html",
            b"<html><body><script>x</script></body></html>",
            "it holds no text",
            Reason.NO_TEXT,
        ),
        ("a.txt", b"a" * 5_000_001, "expected at most 5000000 characters", Reason.TOO_LONG),
        ("a.txt", b"\x00\x81\xff" * 50, "it is in no encoding that is known", Reason.ENCODING),
        ("a.md", b"---\ntitle: [\n---\ntext", "its front matter is not", Reason.FRONT_MATTER),
    ],
)
def test_what_is_no_document_is_refused_in_one_line(tmp_path, name, content, problem, reason):
    """The line names the file, what was expected and what was found; a program reads the reason."""
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(RefusedError) as caught:
        read_foreign(path)

    assert caught.value.refusal.reason is reason
    assert str(caught.value).startswith(f"{path}: {problem}")
    assert "\n" not in str(caught.value)


def test_an_encrypted_file_and_a_bomb_are_refused(tmp_path):
    """Neither a password nor a disk full of zeros is needed to say so."""
    secret = encrypted(tmp_path / "secret.pdf")
    bomb = write_docx(tmp_path / "bomb.docx", [("Normal", "x")], pad=200_000_000)

    with pytest.raises(RefusedError, match="it is encrypted: save it without a password") as locked:
        read_foreign(secret)
    with pytest.raises(RefusedError, match="it unpacks to 2000") as unpacked:
        read_foreign(bomb)

    assert locked.value.refusal.reason is Reason.ENCRYPTED
    assert unpacked.value.refusal.reason is Reason.BOMB


def test_every_reason_of_the_converting_process_is_known():
    """It doesn't import the list of them, so that a name could be misspelled."""
    folder = ROOT / "index" / "conversion"
    calls = [
        node
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ConversionError"
    ]

    named = {call.args[1].value for call in calls}

    assert len(named) > 10
    assert named <= set(Reason)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"language": "zh_CN"}, Reason.LANGUAGE),
        ({"url": "example.org"}, Reason.ADDRESS),
        ({"title": "a\x1bb"}, Reason.STRUCTURE),
    ],
)
def test_what_a_person_tells_wrongly_is_refused_with_its_reason(tmp_path, told, reason):
    """Nothing is left in the corpus."""
    document = Imported("Some text.\n", "T", "P", None, "en", None).with_fields(told)

    with pytest.raises(RefusedError) as caught:
        add_document(document, tmp_path)

    assert caught.value.refusal.reason is reason
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("{}{}", Reason.OVERRUN),
        ('{"error": "it is odd", "reason": "odd"}', Reason.UNKNOWN),
        ('{"error": "it is odd"}', Reason.UNKNOWN),
    ],
)
def test_what_the_process_says_amiss_is_a_refusal_too(tmp_path, monkeypatch, told, expected):
    """A hostile file may have chosen its words."""
    path = tmp_path / "a.txt"
    path.write_text("words")
    monkeypatch.setattr("index.converting.PROGRAM", f"print({told!r})")

    with pytest.raises(RefusedError) as caught:
        read_foreign(path)

    assert caught.value.refusal.reason is expected


def test_a_file_that_is_too_large_or_gone_is_refused(tmp_path):
    """Without being read."""
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(21 * 1024 * 1024)

    with pytest.raises(RefusedError, match="at most 20971520 bytes, found 22020096") as large:
        read_foreign(path)
    with pytest.raises(RefusedError, match="can't be read: No such file") as gone:
        read_foreign(tmp_path / "b.txt")

    refusal = large.value.refusal
    assert (refusal.reason, refusal.expected, refusal.found) == (Reason.TOO_LARGE, "20", "21.0")
    assert gone.value.refusal.reason is Reason.GONE


def test_a_name_is_never_taken_twice(tmp_path):
    """Nor does a title lead out of the folder."""
    document = Imported("Some text.\n", "../../etc/passwd", "P", None, "en", None)

    added = [add_document(document, tmp_path) for _ in range(3)]

    assert [path.name for path in added] == [
        "etc-passwd.md",
        "etc-passwd-2.md",
        "etc-passwd-3.md",
    ]
    assert sorted(tmp_path.iterdir()) == sorted(added)


def test_many_documents_at_once_get_each_their_own_file(tmp_path):
    """Two admins may press their buttons together; what a killed import left goes."""
    (tmp_path / ".import-old.tmp").write_text("half")
    os.utime(tmp_path / ".import-old.tmp", (0, 0))
    documents = [Imported(f"Text {n}.\n", "T", "P", None, "en", None) for n in range(40)]

    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda document: add_document(document, tmp_path), documents))

    assert sorted(tmp_path.iterdir()) == sorted(added)
    for document, path in zip(documents, added, strict=True):
        assert document.text in path.read_text("utf-8")


@given(st.text(max_size=300))
def test_a_file_name_is_always_plain(title):
    """Whatever a title holds: no path, no hidden file, no name that is none."""
    stem = file_name(Imported("x", title, None, None, "en", None))

    assert stem
    assert stem == Path(stem).name
    assert not stem.startswith(".")
    assert len(f"{stem}-999.md".encode()) <= 255
    assert stem.lower() != "readme"


@given(st.lists(st.text("aB.。 -中\t", max_size=30), max_size=8))
def test_paragraphs_lose_no_character(lines):
    """Only white space changes."""
    assert "".join("".join(paragraphs(lines)).split()) == "".join("".join(lines).split())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("これは日本語の文章です", "ja"),
        ("한국어 문장입니다", "ko"),
        ("Він приїхав до їхнього міста", "uk"),
        ("Das ist ein Satz, der nicht englisch ist", "und"),
        ("12345", "und"),
    ],
)
def test_other_languages_are_told_or_left_open(text, language):
    """What the letters don't tell is not guessed."""
    assert language_of(text) == language


def test_fields_that_a_person_tells_come_first():
    """An unknown field and a date that is none are refused."""
    document = Imported("x", "t", None, None, "en", None)

    told = document.with_fields({"publisher": " The  Times ", "published": "2025-01-02"})

    assert (told.publisher, told.published) == ("The Times", date(2025, 1, 2))
    with pytest.raises(ValueError, match="found 'author'"):
        document.with_fields({"author": "x"})
    with pytest.raises(ValueError, match="a date such as 2025-08-15"):
        document.with_fields({"published": "yesterday"})


def test_the_command_line_imports_what_it_can(tmp_path):
    """A line for each file: where it went and what to mend, or why not; then exit code 1."""
    good, bad = tmp_path / "page.html", tmp_path / "bad.pdf"
    good.write_text(PAGE.replace('content="河州日报"', 'content=""'), "utf-8")
    bad.write_text("no PDF")
    environment = {**os.environ, "CORPUS_DIR": str(tmp_path / "corpus"), "PYTHONPATH": str(ROOT)}

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "index", "import", str(bad), str(good), "--title", "新桥"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    added = tmp_path / "corpus" / "2024-05-03-新桥.md"
    assert done.returncode == 1
    assert done.stderr == f"error: {bad}: its name says pdf, its content something else\n"
    assert done.stdout.splitlines()[0].startswith(f"{good} -> {added}; its publisher is not told")
    assert read_document(added).publisher == "未注明"
