"""Which kind of file it is, and its text with the fields that it tells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from .markup import blocks
from .pages import main_part, told_by
from .paragraphs import ENDS, paragraphs

TEXT_CHARACTERS = 5_000_000
UNPACKED_BYTES = 100 * 1024 * 1024
PACKED_RATIO = 100
"""A real document is packed to a tenth; a bomb to a thousandth."""
PAGES = 3000
ENCODINGS = ("gb18030", "big5", "cp1251", "koi8_r", "cp1252", "shift_jis", "euc_kr")
NO_TEXT = (b"\x7fELF", b"MZ", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11")

_CORE = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")

Fields = dict[str, Any]


class ConversionError(Exception):
    """What is wrong with a file: one clause, and its reason with what was expected and found.

    The reason is a value of `index.refusals.Reason`, which this process doesn't import.
    """

    def __init__(
        self, clause: str, reason: str, *, expected: object = "", found: object = ""
    ) -> None:
        super().__init__(clause)
        self.reason, self.expected, self.found = reason, str(expected), str(found)


def convert(path: Path) -> Fields:
    """Return the text and the fields that a file tells; raise `ConversionError`."""
    content = path.read_bytes()
    if not content.strip():
        raise ConversionError("it is empty", "empty")
    kind = path.suffix.lower().removeprefix(".")
    kind = {"htm": "html", "markdown": "md"}.get(kind, kind)
    found = _kind_of(content)
    readers: dict[str, Callable[[bytes], Fields]] = {
        "txt": _read_text,
        "md": _read_markdown,
        "html": _read_html,
        "pdf": _read_pdf,
        "docx": _read_docx,
    }
    if kind not in readers:
        raise ConversionError("expected .txt, .md, .html, .pdf or .docx", "format")
    if (found or kind in {"pdf", "docx"}) and found != kind:
        raise _misnamed(kind, found)
    fields = readers[kind](content)
    text = _CONTROL.sub("", fields["text"].replace("\x0c", "\n").replace("\x0b", "\n"))
    if not text.strip():
        clause = "it holds no text; a scan must be read by a text recognizer first"
        raise ConversionError(clause, "no-text")
    if len(text) > TEXT_CHARACTERS:
        clause = f"expected at most {TEXT_CHARACTERS} characters, found {len(text)}"
        raise ConversionError(clause, "too-long", expected=TEXT_CHARACTERS, found=len(text))
    return {**fields, "text": text}


def _misnamed(kind: str, found: str | None) -> ConversionError:
    clause = f"its name says {kind}, its content {found or 'something else'}"
    if found in (None, "something else"):
        return ConversionError(clause, "misnamed-unknown", expected=kind)
    return ConversionError(clause, "misnamed", expected=kind, found=found.split()[0])


def _kind_of(content: bytes) -> str | None:
    """Return what a file's first bytes say that it is; None for plain text."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return "docx" if b"word/" in content else "zip archive"
    if content.startswith(NO_TEXT):
        return "something else"
    return None


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    from charset_normalizer import from_bytes

    best = from_bytes(content, cp_isolation=list(ENCODINGS)).best()
    if best is None or b"\x00" in content:
        raise ConversionError("it is in no encoding that is known, or no text", "encoding")
    return str(best)


def _read_text(content: bytes) -> Fields:
    lines = _decoded(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = paragraphs(lines)
    first = found[0] if found else ""
    # A first line that ends like a sentence is the text's beginning, no title.
    titled = len(first) <= 80 and not first.endswith(ENDS) and len(found) > 1
    return {"title": first if titled else None, "text": "\n\n".join(found)}


def _read_markdown(content: bytes) -> Fields:
    text = _decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    fields: Fields = {}
    if match := re.match(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", text, re.DOTALL | re.MULTILINE):
        import yaml

        try:
            told = yaml.safe_load(match[1])
        except (yaml.YAMLError, ValueError) as error:
            raise ConversionError("its front matter is not valid YAML", "front-matter") from error
        names = ("title", "publisher", "published", "language", "url")
        fields = {n: str(told[n]) for n in names if isinstance(told, dict) and told.get(n)}
        text = text[match.end() :]
    heading = re.search(r"^#\s+(.+?)\s*#*$", text, re.MULTILINE)
    return {"title": heading[1] if heading else None, **fields, "text": text}


def _read_html(content: bytes) -> Fields:
    from lxml import html

    # Where the page names its encoding, the parser knows best; else it is found as for a text.
    named = re.search(rb"charset", content[:4000])
    page = html.document_fromstring(content if named else _decoded(content))
    told = told_by(page)
    return {**told, "text": "\n\n".join(blocks(main_part(page)))}


def _read_pdf(content: bytes) -> Fields:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ConversionError("it is encrypted: save it without a password", "encrypted")
    if len(reader.pages) > PAGES:
        clause = f"expected at most {PAGES} pages, found {len(reader.pages)}"
        raise ConversionError(clause, "pages", expected=PAGES, found=len(reader.pages))
    pages = [(page.extract_text() or "").splitlines() for page in reader.pages]
    told = reader.metadata
    return {
        "title": (told.title if told else None) or None,
        "made": told.creation_date.date().isoformat() if told and told.creation_date else None,
        "text": "\n\n".join(paragraphs(_without_furniture(pages))),
    }


def _read_docx(content: bytes) -> Fields:
    import mammoth
    from lxml import html

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > min(UNPACKED_BYTES, max(PACKED_RATIO * len(content), 10 * 1024 * 1024)):
            clause = f"it unpacks to {unpacked} bytes: no document does"
            raise ConversionError(clause, "bomb", found=unpacked)
        if "word/document.xml" not in packed.namelist():
            clause = "its name says docx, its content is another archive"
            raise ConversionError(clause, "misnamed", expected="docx", found="zip")
        told = _properties(packed)
    converted = mammoth.convert_to_html(
        io.BytesIO(content), style_map="p[style-name='Title'] => h1:fresh"
    ).value
    body = html.fromstring(f"<div>{converted}</div>")
    return {**told, "text": "\n\n".join(blocks(body))}


def _properties(packed: zipfile.ZipFile) -> Fields:
    """Return what a docx says of itself. Its author is no publisher."""
    if "docProps/core.xml" not in packed.namelist():
        return {}
    # expat, which parses this, bounds what entities may grow to; memory is bounded besides.
    core = ElementTree.fromstring(packed.read("docProps/core.xml"))  # noqa: S314 - As said.
    made = core.findtext(f"{_TERMS}created") or ""
    return {
        "title": core.findtext(f"{_CORE}title") or None,
        "publisher": core.findtext(f"{_CORE}publisher") or None,
        "made": made[:10] or None,
    }


def _without_furniture(pages: Sequence[Sequence[str]]) -> list[str]:
    """Leave out page numbers, and lines that head or foot most of the pages."""
    edges = [{line.strip() for line in (*page[:1], *page[-1:])} for page in pages]
    often = {
        line
        for line in set().union(*edges)
        if len(pages) > 2 and sum(line in edge for edge in edges) > len(pages) / 2
    }
    return [
        line
        for page in pages
        for line in page
        if line.strip() not in often and not line.strip(" -–—·/").isdigit()
    ]
