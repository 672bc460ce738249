"""The same answers without Telegram: a question a line, quotes below."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from index import Abstention, Engine

from .addressing import has_words
from .rendering import render_card
from .texts import Texts, texts_for

QUOTES = 3
PROMPT = "? "


def chat(engine: Engine, questions: Iterable[str], *, texts: Texts) -> Iterator[str]:
    """Give one text an answer, for each line that asks something."""
    for line in questions:
        question = line.strip()
        if not question:
            continue
        if not has_words(question):
            yield texts.no_words
            continue
        reply = engine.answer(question, limit=QUOTES)
        if isinstance(reply, Abstention):
            yield texts.not_found
            continue
        quotes = [q for q in reply.quotes if engine.verify(q, generation=reply.generation)]
        yield render_card(quotes, texts=texts).page.text if quotes else texts.failed


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
