"""Files that are not what a well-meaning program writes: seeded, so that each can be made again."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from foreign import write_docx, write_pdf

TEXT = (
    "青石桥重新开放\n\n青石桥5月2日重新开放。工程耗资3.2亿元。\n\nThe bridge is 320 metres long.\n"
    * 5
)
MARKDOWN = (
    "---\ntitle: 桥\npublisher: 日报\npublished: 2024-05-03\nlanguage: zh\n---\n# 桥\n\n"
    "青石桥5月2日重新开放。[1]\n\n> 桥通了。\n\n| 项 | 数 |\n|---|---|\n| 长 | 320 |\n\n"
    "## 参考文献\n\n1. Young, Ann. Bridge reopens. 2024-05-02.\n"
)
PAGE = (
    '<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>桥</title>'
    '<meta property="article:published_time" content="2024-05-03T08:00:00+08:00"></head><body>'
    "<article><h1>桥</h1><p>青石桥<b>重新</b>开放。</p><table><tr><td>长</td><td>320</td></tr>"
    "</table><ul><li>一</li><li>二</li></ul></article></body></html>"
)
PLAIN_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
    b"/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R"
    b"/Resources<</Font<</F 5 0 R>>>>>>endobj\n4 0 obj<</Length 49>>stream\n"
    b"BT /F 12 Tf 10 200 Td (The bridge reopened.) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    b"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n"
)
KINDS = ("txt", "md", "html", "pdf", "docx")

Mangle = Callable[[random.Random, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Mangled:
    """A file's name and content, and what was done to it."""

    name: str
    content: bytes
    how: str


def well_formed(folder: Path) -> dict[str, list[bytes]]:
    """Return small files of each kind, by kind."""
    pdf = write_pdf(folder / "a.pdf", ["The bridge in the city opened again.", "A fine day."])
    blocks = [("Title", "Report"), ("Heading1", "Part"), ("Normal", "She said it &amp; went.")]
    return {
        "txt": [TEXT.encode(), TEXT.encode("gb18030"), TEXT.encode("utf-16")],
        "md": [MARKDOWN.encode()],
        "html": [PAGE.encode()],
        "pdf": [pdf.read_bytes(), PLAIN_PDF],
        "docx": [write_docx(folder / "a.docx", blocks, "<c><t>2024</t></c>").read_bytes()],
    }


def mangled(seed: int, files: dict[str, list[bytes]]) -> Mangled:
    """Return the file of a seed: of some kind, mangled once or more, now and then misnamed."""
    rng = random.Random(seed)  # noqa: S311 - To be made again, not to be secret.
    kind = rng.choice(KINDS)
    content, done = rng.choice(files[kind]), []
    for _ in range(rng.choice((1, 1, 2, 4))):
        mangle = rng.choice([*ANY, *SPECIAL[kind]])
        content = mangle(rng, content)
        done.append(mangle.__name__)
    named = rng.choice(KINDS) if rng.random() < 0.1 else kind
    return Mangled(f"{seed}.{named}", content, f"{kind}: {', '.join(done)}")


def truncated(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def flipped(rng: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 3, 30, 300)) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut_out(rng: random.Random, content: bytes) -> bytes:
    start, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return content[:start] + content[end:]


def repeated(rng: random.Random, content: bytes) -> bytes:
    start, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    times = rng.choice((2, 50, 1000)) if end - start < 2000 else 2
    return content[:start] + content[start:end] * times + content[end:]


def strewn(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.randbytes(rng.choice((1, 10, 1000))) + content[at:]


def numbered(rng: random.Random, content: bytes) -> bytes:
    """Replace numbers by huge, negative and broken ones."""
    other = (b"9" * 30, b"-1", b"0", b"4294967295", b"1e999", b"9" * 5000, b"\xef\xbc\x99")
    return re.sub(
        rb"\d+", lambda m: rng.choice(other) if rng.random() < 0.3 else m[0], content, count=400
    )


def nested_tags(rng: random.Random, content: bytes) -> bytes:
    tag = rng.choice((b"<div>", b"<table><tr><td>", b"<b>", b"<ul><li>", b"<blockquote>", b"<svg>"))
    return content.replace(b"<p>", tag * rng.choice((50, 2000, 50_000)) + b"<p>")


def nested_marks(rng: random.Random, content: bytes) -> bytes:
    mark = rng.choice((b"> ", b"- ", b"[", b"*", b"`", b"![", b"| ", b"\t", b"1. ", b"<!--", b"&"))
    return content + b"\n" + mark * rng.choice((50, 2000, 100_000)) + b"a\n"


def yaml_bomb(rng: random.Random, content: bytes) -> bytes:
    depth = rng.choice((5, 30))
    lines = [
        b"a0: &a0 [x, x]",
        *(b"a%d: &a%d [*a%d, *a%d]" % (i, i, i - 1, i - 1) for i in range(1, depth)),
    ]
    front = b"\n".join([b"---", *lines, b"title: *a%d" % (depth - 1), b"---", b"text"])
    return rng.choice((front, b"---\ntitle: " + b"[" * 5000 + b"\n---\ntext", b"---\n" + content))


def nested_objects(rng: random.Random, content: bytes) -> bytes:
    inner = rng.choice((b"[", b"<<", b"(", b"<</A ")) * rng.choice((100, 3000, 100_000))
    return content.replace(b"/MediaBox", b"/X " + inner + b" /MediaBox")


def looped(rng: random.Random, content: bytes) -> bytes:
    """Let the pages of a PDF be their own children, or an object refer to itself."""
    return content.replace(
        *rng.choice(
            (
                (b"/Kids[3 0 R]", b"/Kids[2 0 R 2 0 R]"),
                (b"/Contents 4 0 R", b"/Contents 3 0 R"),
                (b"/Length 49", b"/Length 4 0 R"),
                (b"/Count 1", b"/Count 999999999"),
                (b"/F 5 0 R", b"/F 3 0 R"),
                (b"trailer<<", b"trailer<</Prev 0/XRefStm 0"),
            )
        )
    )


def rewritten(rng: random.Random, content: bytes) -> bytes:
    """Mangle the parts of a Word document below its archive, whose checksums would hide it."""
    parts = _parts(content)
    change = rng.choice(
        (truncated, flipped, cut_out, repeated, strewn, numbered, deep_xml, entities)
    )
    for name in [name for name in parts if rng.random() < 0.6]:
        parts[name] = change(rng, parts[name])
    return _packed(rng, parts)


def deep_xml(rng: random.Random, content: bytes) -> bytes:
    tag = rng.choice(("w:p", "w:r", "w:tbl", "w:hyperlink", "x"))
    depth = rng.choice((100, 5000, 100_000))
    return content.replace(b"<w:body>", b"<w:body>" + f"<{tag}>".encode() * depth)


def entities(rng: random.Random, content: bytes) -> bytes:
    lines = [b'<!ENTITY a "aaaaaaaaaa">', b'<!ENTITY f SYSTEM "file:///etc/passwd">']
    lines += [b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in range(98, 102)]
    head = b"<!DOCTYPE x [" + b"".join(lines) + b"]>"
    return head + content.replace(b"<w:t>", b"<w:t>" + rng.choice((b"&e;", b"&f;")))


def bombed(rng: random.Random, content: bytes) -> bytes:
    parts = _parts(content)
    name = rng.choice(("word/media/bomb", "word/document.xml", "docProps/core.xml"))
    parts[name] = parts.get(name, b"") + b" " * rng.choice((1_000_000, 20_000_000))
    return _packed(rng, parts)


def _parts(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return {name: packed.read(name) for name in packed.namelist()}
    except Exception:  # Mangled before: what can't be unpacked is mangled as it is.
        return {"word/document.xml": content}


def _packed(rng: random.Random, parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as to:
        for name, part in parts.items():
            if rng.random() > 0.02:
                to.writestr(rng.choice((name, name, name, f"../../{name}")), part)
    return packed.getvalue()


ANY: tuple[Mangle, ...] = (truncated, flipped, cut_out, repeated, strewn, numbered)
SPECIAL: dict[str, tuple[Mangle, ...]] = {
    "txt": (nested_marks,),
    "md": (nested_marks, yaml_bomb),
    "html": (nested_tags, nested_tags),
    "pdf": (nested_objects, looped, looped),
    "docx": (rewritten, rewritten, rewritten, bombed),
}
