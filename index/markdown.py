"""Find the blocks of a Markdown text: which characters are content, and under which headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .types import Block, Part, Span

REFERENCE_HEADINGS = frozenset(
    (
        *("references", "sources", "bibliography", "notes", "footnotes"),
        *("参考文献", "參考文獻", "參考文献", "参考资料", "參考資料", "资料来源", "資料來源"),
        *("注释", "註釋", "注釋", "脚注", "腳註"),
        *("примечания", "источники", "литература", "ссылки"),
    )
)
"""Headings, casefolded, under which an ordered list is the document's list of references."""

MAX_NESTING = 100
"""Containers around a line; the parser gives up beyond, a person long before."""

_IMAGE = re.compile(r"!\[(?P<caption>.*)\]\([^()]*\)")
_CLOSING_HASHES = re.compile(r"[ \t]+#+\s*$")
_CONTAINER_PREFIX = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")
_BACK_LINKS = re.compile(r"(?:\d+\.\d+\s+)+")
_CONTAINERS = {"blockquote", "ordered_list", "bullet_list", "table"}


@dataclass(frozen=True, slots=True)
class Structure:
    """The blocks of a text in its order, and where its references stand, by number."""

    blocks: tuple[Block, ...]
    references: Mapping[str, Span]


def read_structure(text: str) -> Structure:
    r"""Split `text`, whose line ends are ``\n``, into blocks that never overlap.

    Nothing that a reader sees is left out: what Markdown would hide (raw HTML, link definitions)
    counts as a paragraph. The first heading of level 1 is the title and names no section.

    Raises:
        ValueError: If quotations and lists are nested so deep that content would be left out.
    """
    walk = _Walk(text)
    for token in _parser().parse(text):
        if token.level >= MAX_NESTING - 1:
            where = f"line {_first_line(token) + 1} of the text"
            raise ValueError(f"expected fewer than {MAX_NESTING} nested containers in {where}")
        walk.visit(token)
    return Structure(tuple(walk.blocks), walk.references)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    parser.enable("table").disable(["reference", "html_block"])
    # Inline markup is left as printed, and parsing it would be most of the work.
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


@dataclass(slots=True)
class _Walk:
    """What is known at one token: the open containers, the headings above."""

    text: str
    lines: list[str] = field(init=False)
    starts: list[int] = field(init=False)
    blocks: list[Block] = field(default_factory=list)
    references: dict[str, Span] = field(default_factory=dict)
    containers: list[str] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    level: int = 0
    """Level of the open heading; 0 outside of headings."""
    hashed: bool = False
    """The open heading stands behind hashes, and others may close it; it is not underlined."""
    number: int = 0
    """Number of the last list item of the open outermost ordered list."""
    opens_item: bool = False
    titled: bool = False

    def __post_init__(self) -> None:
        self.lines = self.text.split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))

    def visit(self, token: Token) -> None:
        kind = token.type
        container = kind.removesuffix("_open").removesuffix("_close")
        if container in _CONTAINERS:
            self._cross(container, token)
        elif kind in ("heading_open", "heading_close"):
            self.level = int(token.tag[1:]) if token.nesting == 1 else 0
            self.hashed = token.nesting == 1 and token.markup.startswith("#")
        elif kind == "list_item_open":
            self.number += self.containers == ["ordered_list"]
            self.opens_item = self.containers == ["ordered_list"]
        elif kind == "tr_open":
            self._add(Part.TABLE, self._row(_first_line(token)))
        elif kind in ("fence", "code_block"):
            for span in self._line_spans(token, skip=kind == "fence"):
                self._add(self._text_part(), span)
        elif kind == "inline" and "table" not in self.containers:
            self._visit_text(token)

    def _cross(self, container: str, token: Token) -> None:
        if token.nesting == -1:
            self.containers.pop()
            return
        if container == "ordered_list" and not self.containers:
            start = token.attrGet("start")
            self.number = 0 if start is None else int(start) - 1
        self.containers.append(container)

    def _visit_text(self, token: Token) -> None:
        spans = list(self._line_spans(token))
        images = [_IMAGE.fullmatch(self.text, span.start, span.end) for span in spans]
        opens_item, self.opens_item = self.opens_item, False
        if not spans:
            return
        whole = Span(spans[0].start, spans[-1].end)
        if self.level and not self.containers:
            self._add_heading(whole)
        elif all(images):
            for image in filter(None, images):
                self._add(Part.CAPTION, _span(*image.span("caption")))
        elif self._text_part() is Part.POST:
            for span in spans:
                self._add(Part.POST, span)
        elif opens_item and self._lists_references():
            self._add_reference(whole)
        else:
            self._add(Part.TEXT, whole)

    def _add_heading(self, span: Span) -> None:
        while self.headings and self.headings[-1][0] >= self.level:
            self.headings.pop()
        self._add(Part.HEADING, span)
        if self.level == 1 and not self.titled:
            self.titled = True
        else:
            self.headings.append((self.level, span.of(self.text)))

    def _add_reference(self, span: Span) -> None:
        back_links = _BACK_LINKS.match(span.of(self.text))
        entry = Span(span.start + (back_links.end() if back_links else 0), span.end)
        self._add(Part.REFERENCE, entry)
        self.references.setdefault(str(self.number), entry)

    def _add(self, part: Part, span: Span | None) -> None:
        if span:
            section = " › ".join(heading for _, heading in self.headings)
            self.blocks.append(Block(part, span, section))

    def _text_part(self) -> Part:
        return Part.POST if "blockquote" in self.containers else Part.TEXT

    def _lists_references(self) -> bool:
        return any(heading.casefold() in REFERENCE_HEADINGS for _, heading in self.headings)

    def _line_spans(self, token: Token, *, skip: bool = False) -> Iterator[Span]:
        """Yield the span of each line of content, which markup can only precede or close."""
        row = _first_line(token) + skip
        for content in token.content.split("\n"):
            wanted = content.strip()
            if wanted:
                # The parser drops lines at the start that hold other spaces than its own.
                while not self._line(row).endswith(wanted):
                    row += 1
                end = self.starts[row] + len(self._line(row))
                yield Span(end - len(wanted), end)
            row += 1

    def _line(self, row: int) -> str:
        line = _CLOSING_HASHES.sub("", self.lines[row]) if self.hashed else self.lines[row]
        return line.rstrip()

    def _row(self, row: int) -> Span | None:
        line = self.lines[row]
        prefix = _CONTAINER_PREFIX.match(line) if len(self.containers) > 1 else None
        begin = prefix.end() if prefix else 0
        cells = line[begin:].strip(" \t|")
        begin += len(line[begin:]) - len(line[begin:].lstrip(" \t|"))
        return _span(self.starts[row] + begin, self.starts[row] + begin + len(cells))


def _first_line(token: Token) -> int:
    if token.map is None:
        raise ValueError(f"a {token.type} token must carry its lines")
    return token.map[0]


def _span(start: int, end: int) -> Span | None:
    return Span(start, end) if start < end else None
