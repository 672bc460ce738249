"""An HTML tree as Markdown, its sentences as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

BLOCKS = frozenset(
    {
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table", "div"),
        *("section", "article", "main", "figure", "figcaption", "header", "pre", "dl", "dt", "dd"),
    }
)


def blocks(root: Any) -> Iterator[str]:  # noqa: ANN401 - lxml has no types.
    """Yield the blocks of an HTML tree as Markdown."""
    inline: list[str] = []
    for node in root:
        tag = node.tag if isinstance(node.tag, str) else ""
        if not inline and node is root[0]:
            inline.append(root.text or "")
        if tag in BLOCKS or (len(node) and any(child.tag in BLOCKS for child in node.iter())):
            yield from _flushed(inline)
            yield from _block(node, tag)
        else:
            # Bold words and links among plain text are one paragraph with it.
            inline.append("\x00" if tag == "br" else "\x00".join(_lines(node, joined=False)))
        inline.append(node.tail or "")
    yield from _flushed(inline if len(root) else [root.text or ""])


def _flushed(inline: list[str]) -> list[str]:
    lines = (" ".join(line.split()) for line in "".join(inline).split("\x00"))
    found = [line for line in lines if line]
    inline.clear()
    return found


def _block(node: Any, tag: str) -> Iterator[str]:  # noqa: ANN401 - As above.
    if re.fullmatch(r"h[1-6]", tag):
        yield from (f"{'#' * int(tag[1])} {line}" for line in _lines(node))
    elif tag in {"ul", "ol"}:
        yield _list(node, numbered=tag == "ol")
    elif tag == "blockquote":
        yield "\n".join(f"> {line}" for line in _lines(node))
    elif tag == "table":
        yield from _table(node)
    elif tag == "p":
        yield from _lines(node)
    else:
        yield from blocks(node)


def _lines(node: Any, *, joined: bool = True) -> list[str]:  # noqa: ANN401 - As above.
    """Return the text of an element, cut at its line breaks.

    White space is as a browser shows it if `joined`, else as it stands in the source.
    """
    pieces = [node.text or ""]
    for child in node.iterdescendants():
        breaks = child.tag in {"br", "p", "li", "div"}
        inner = child.text or "" if isinstance(child.tag, str) else ""
        pieces += ["\x00" if breaks else "", inner, child.tail or ""]
    lines = "".join(pieces).split("\x00")
    shown = (" ".join(line.split()) for line in lines)
    return [line for line in shown if line] if joined else lines


def _list(node: Any, *, numbered: bool) -> str:  # noqa: ANN401 - As above.
    items = (" ".join(_lines(item)) for item in node.iterchildren("li"))
    shown = enumerate((item for item in items if item), start=1)
    return "\n".join(f"{number}. {item}" if numbered else f"- {item}" for number, item in shown)


def _table(node: Any) -> Iterator[str]:  # noqa: ANN401 - As above.
    rows = [
        [" ".join(_lines(cell)).replace("|", "/") for cell in row.iterchildren("td", "th")]
        for row in node.iter("tr")
    ]
    rows = [row for row in rows if any(row)]
    if rows:
        width = max(map(len, rows))
        lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
        yield "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])
