"""The same answers without Telegram: a question a line, quotes below."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence

from telegram import MessageEntity

from index import Abstention, Engine, Quote, Reply, SearchDownError

from .addressing import has_words
from .pages import Page
from .rendering import render_card
from .texts import Texts, texts_for

QUOTES = 3
PROMPT = "? "
BAR = "┃ "
BOLD, PLAIN = "\033[1m", "\033[0m"
QUOTATIONS = frozenset({MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE})


def chat(
    engine: Engine, questions: Iterable[str], *, texts: Texts, styled: bool = False
) -> Iterator[str]:
    """Give one text an answer, for each line that asks something; bold where `styled`."""
    for line in questions:
        question = line.strip()
        if not question:
            continue
        if not has_words(question):
            yield texts.no_words
            continue
        try:
            reply = engine.answer(question, limit=QUOTES)
        except SearchDownError as error:
            yield f"{texts.search_down}\n{error}"
            continue
        yield _answer(engine, reply, texts, styled=styled)


def _answer(engine: Engine, reply: Reply, texts: Texts, *, styled: bool) -> str:
    # There are no buttons here: the nearest passage is shown at once, and named as no answer.
    abstained = isinstance(reply, Abstention)
    offered = reply.nearest[:1] if isinstance(reply, Abstention) else reply.quotes
    quotes = [q for q in offered if engine.verify(q, generation=reply.generation)]
    if not quotes:
        return texts.not_found if abstained else texts.failed
    shown = _card(quotes, texts, styled=styled)
    return f"{texts.not_found}\n\n{texts.button_nearest}:\n{shown}" if abstained else shown


def _card(quotes: Sequence[Quote], texts: Texts, *, styled: bool) -> str:
    return readable(render_card(quotes, texts=texts).page, styled=styled)


def readable(page: Page, *, styled: bool) -> str:
    """Return a page as a terminal shows it: a bar before each quoted line, bold if `styled`."""
    marks: dict[int, str] = {}
    for entity in page.entities:
        start, end = entity.offset, entity.offset + entity.length
        if entity.type in QUOTATIONS:
            marks[start] = BAR + marks.get(start, "")
        elif entity.type == MessageEntity.BOLD and styled:
            marks[start] = marks.get(start, "") + BOLD
            marks[end] = PLAIN + marks.get(end, "")
    return _marked(page, marks)


def _marked(page: Page, marks: Mapping[int, str]) -> str:
    """Put marks in at UTF-16 offsets, and a bar before each further line of a quotation."""
    quoted = {
        at
        for entity in page.entities
        if entity.type in QUOTATIONS
        for at in range(entity.offset, entity.offset + entity.length)
    }
    written, at = [], 0
    for character in page.text:
        written.append(marks.get(at, "") + character)
        if character == "\n" and at in quoted:
            written.append(BAR)
        at += 1 + (character > "\uffff")
    return "".join(written) + marks.get(at, "")


def texts_of_terminal(env: Mapping[str, str] = os.environ) -> Texts:
    """Return the sentences in the language that the terminal is set to."""
    locale = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return texts_for(locale.partition(".")[0])


def lines() -> Iterator[str]:
    """Read lines from the terminal until its end."""
    while True:
        try:
            yield input(PROMPT)
        except (EOFError, KeyboardInterrupt):
            return
