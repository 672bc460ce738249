"""Quotes in chats that the bot is not in: inline queries, and mentions as a guest."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    Update,
)
from telegram.error import BadRequest
from telegram.ext import ContextTypes

from index import Quote, SearchDownError

from .addressing import Me, asked_text, has_words, may_ask
from .answering import Answering
from .arranging import arranged
from .citations import cited
from .deep_links import link_to
from .languages import texts_of
from .pages import Page, one_line
from .questions import QUESTION_CHARACTERS
from .recency import Recently
from .rendering import render_card
from .texts import Texts

Context = ContextTypes.DEFAULT_TYPE

PAUSE_SECONDS = 0.3
"""Every keystroke is a query: one is answered when its writer pauses for so long."""
CACHE_SECONDS = 10
GUEST_SECONDS = 3.0
"""A guest answers each person this often at most."""
DESCRIPTION_UNITS = 200
TOO_OLD = "query is too old"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The callbacks for chats that the bot is not in."""

    answering: Answering
    allowed_ids: frozenset[int]
    """People who are served; empty for everybody."""
    _latest: dict[int, str] = field(default_factory=dict, init=False)
    """The last query of each person who is writing one."""
    _guests: Recently = field(default_factory=lambda: Recently(GUEST_SECONDS), init=False)

    async def on_inline_query(self, update: Update, context: Context) -> None:
        """Offer quotes as cards; of a person's quick queries only the last one is looked up."""
        query = update.inline_query
        if query is None:
            return
        person_id, texts = query.from_user.id, texts_of(query.from_user)
        self._latest[person_id] = query.id
        await asyncio.sleep(PAUSE_SECONDS)
        if self._latest.get(person_id) != query.id:
            return
        del self._latest[person_id]
        if self.allowed_ids and person_id not in self.allowed_ids:
            results = [line("refused", texts.not_allowed)]
        elif not has_words(query.query):
            greeting = texts.start.partition("\n")[0]
            results = [line("hint", texts.inline_hint, greeting, texts.inline_hint_more)]
        else:
            results = await self._results(query.query, context.bot.username, texts)
        await _answer(query, results)

    async def on_guest_message(self, update: Update, context: Context) -> None:
        """Answer a mention in a chat that the bot is not in, with the one best card."""
        message = update.guest_message
        me = Me.of(context.bot)
        if message is None or not message.guest_query_id or not may_ask(message, me):
            return
        if message.from_user is None or self._guests.again(message.from_user.id):
            return
        texts = texts_of(message.from_user)
        question = _mentioned(message, me)
        if not has_words(question):
            result = line("hint", texts.empty_question)
        elif len(question) > QUESTION_CHARACTERS:
            result = line("long", _too_long(question, texts))
        else:
            result, *_ = await self._results(question, context.bot.username, texts)
        await context.bot.answer_guest_query(message.guest_query_id, result)

    async def _results(
        self, question: str, username: str, texts: Texts
    ) -> list[InlineQueryResultArticle]:
        try:
            quotes = await self.answering.find(question[:QUESTION_CHARACTERS])
        except SearchDownError as error:
            logger.error("%s", error)  # noqa: TRY400 - It says all there is; once a keystroke.
            return [line("down", texts.search_down)]
        logger.info("Found %d quotes for a chat elsewhere", len(quotes))
        if not quotes:
            return [line("none", texts.not_found)]
        ordered, _ = arranged(quotes, private=True)
        return cards(ordered, username=username, texts=texts)


def cards(
    quotes: Sequence[Quote], *, username: str, texts: Texts
) -> list[InlineQueryResultArticle]:
    """Return a card for each quote, ready to be sent, with a button that opens it in the bot."""
    results = []
    for number, quote in enumerate(quotes):
        page = render_card([quote], texts=texts, compact=True).page
        link = link_to(quote, username)
        button = link and InlineKeyboardButton(texts.button_open, url=link)
        results.append(
            InlineQueryResultArticle(
                f"quote{number}",
                one_line(quote.highlighted, DESCRIPTION_UNITS),
                _content(page),
                description=one_line(cited(quote.citation), DESCRIPTION_UNITS),
                reply_markup=InlineKeyboardMarkup([[button]]) if button else None,
            )
        )
    return results


def line(
    name: str, title: str, text: str | None = None, description: str | None = None
) -> InlineQueryResultArticle:
    """Return one of the bot's own sentences as a result."""
    content = _content(Page(text or title))
    return InlineQueryResultArticle(name, title, content, description=description)


def _content(page: Page) -> InputTextMessageContent:
    return InputTextMessageContent(page.text, entities=page.entities)


def _mentioned(message: Message, me: Me) -> str:
    return (asked_text(message, me) or "").strip()


def _too_long(question: str, texts: Texts) -> str:
    return texts.long_question.format(length=len(question), limit=QUESTION_CHARACTERS)


async def _answer(query: InlineQuery, results: Sequence[InlineQueryResultArticle]) -> None:
    try:
        # What one person is offered depends on their language, and on whether they are served.
        await query.answer(results, cache_time=CACHE_SECONDS, is_personal=True)
    except BadRequest as error:
        if TOO_OLD not in str(error).lower():
            raise
