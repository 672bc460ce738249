"""What an admin sees of a document before it is added, and what is told in reply."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from index import FIELDS, Imported, file_name

from .pages import Draft, Page, one_line
from .texts import Texts

SAMPLE_CHARACTERS = 400

_FIELD = re.compile(rf"\s*({'|'.join(FIELDS)})\s*[:：]\s*(\S.*?)\s*", re.IGNORECASE)


def safe_name(name: str) -> str:
    r"""Return the last part of a file's name, of letters, digits, dots and dashes alone.

    >>> safe_name("../../etc/pass wd.txt"), safe_name("C:\\x\\..md")
    ('pass_wd.txt', 'file.md')
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    stem, dot, suffix = last.rpartition(".")
    stem = re.sub(r"[^\w-]+", "_", stem).strip("_")[:60]
    return f"{stem or 'file'}{dot}{re.sub(r'[^A-Za-z0-9]', '', suffix)[:10]}"


def fields_in(text: str) -> dict[str, str]:
    """Return the fields of lines such as ``title: ...``; empty if a line is none."""
    matches = [_FIELD.fullmatch(line) for line in text.splitlines() if line.strip()]
    if not all(matches):
        return {}
    return {match[1].lower(): match[2] for match in matches if match is not None}


def missing(document: Imported) -> bool:
    """Tell whether a field that a citation needs is not told."""
    return document.publisher is None or document.published is None


def preview(document: Imported, token: str, *, texts: Texts) -> tuple[Page, InlineKeyboardMarkup]:
    """Return what an admin sees of a document before it is added, with its buttons."""
    said = texts.management
    untold = said.upload_untold
    draft = Draft()
    head = said.upload_preview.format(
        title=one_line(document.title),
        publisher=one_line(document.publisher or untold),
        published=document.published or untold,
        language=document.language,
        url=one_line(document.url or untold),
        characters=len(document.text),
        paragraphs=len(re.findall(r"\n\s*\n", document.text.strip())) + 1,
        file=f"{file_name(document)}.md",
    )
    draft.add(f"{head}\n\n")
    draft.add(document.text[:SAMPLE_CHARACTERS].strip(), MessageEntity.EXPANDABLE_BLOCKQUOTE)
    draft.add(f"\n\n{said.upload_missing if missing(document) else said.upload_complete}")
    labels = [("drop", said.button_drop)]
    if not missing(document):
        labels.insert(0, ("add", said.button_add))
    row = [InlineKeyboardButton(label, callback_data=f"a1:{do}:{token}") for do, label in labels]
    return draft.page(), InlineKeyboardMarkup([row])
