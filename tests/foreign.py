"""Files of other kinds, small and well formed."""

from __future__ import annotations

import zipfile
from pathlib import Path

from matplotlib.figure import Figure

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def write_pdf(path: Path, lines: list[str]) -> Path:
    figure = Figure()
    figure.text(0.1, 0.5, "\n".join(lines))
    figure.savefig(path, format="pdf", metadata={"Title": "A printed report"})
    return path


def write_docx(path: Path, paragraphs: list[tuple[str, str]], core: str = "", pad: int = 0) -> Path:
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown}"/></w:style>'
        for name, shown in (("Heading1", "heading 1"), ("Title", "Title"))
    )
    kinds = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{kinds}/relationships"><Relationship Id="r" '
            f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        packed.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{kinds}/relationships"><Relationship Id="s" '
            f'Type="{office}/styles" Target="styles.xml"/></Relationships>',
        )
        packed.writestr("word/styles.xml", f"<w:styles {WORD}>{styles}</w:styles>")
        packed.writestr(
            "word/document.xml", f"<w:document {WORD}><w:body>{body}</w:body></w:document>"
        )
        if core:
            packed.writestr("docProps/core.xml", core)
        if pad:
            packed.writestr("word/media/bomb", b"\0" * pad)
    return path
