"""/timeline: what the documents date, sentence by sentence, in the order of time."""

from __future__ import annotations

import asyncio
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import InlineKeyboardMarkup, Message, MessageEntity, Update
from telegram.ext import ContextTypes

from index import Document, Engine, Moment, Quote, Timeline

from .addressing import asked
from .answering import Answering
from .buttons import Action, Press, pager, timeline_keyboard
from .delivery import Target
from .fragments import at_sentence
from .languages import texts_of
from .pages import Draft, Page, one_line
from .plots import COLORS, ROWS, Sight, date_label, draw_timeline, mark
from .presses import notify
from .recalling import Recalling
from .texts import Texts

Context = ContextTypes.DEFAULT_TYPE

SENTENCES = 5
CHARACTERS = 1200
"""On one page, of all sentences together, so that they fit with their citations."""
ALL, ASKED = "all", "asked"
"""A button's target: the whole timeline, or the part that the command asked for."""
NAME_UNITS = 60
JUMPS = 8
"""Months with a button; two rows of them."""
_MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?")


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a timeline that somebody asked for."""

    month: tuple[int, int] | None = None
    name: str = ""

    @classmethod
    def parse(cls, words: str) -> Part:
        """Read what follows the command: a month in digits, or else a name.

        >>> Part.parse("2025年8月"), Part.parse(" 普京 ")
        (Part(month=(2025, 8), name=''), Part(month=None, name='普京'))
        """
        match = _MONTH.fullmatch(words.strip())
        return cls((int(match[1]), int(match[2]))) if match else cls(None, words.strip())


@dataclass(frozen=True, slots=True)
class Timelines:
    """The callbacks of /timeline and its buttons."""

    answering: Answering

    async def on_timeline(self, update: Update, context: Context) -> None:
        """Show the first page of the timeline, or of the part that was asked for."""
        if (message := asked(update, context.bot)) is None:
            return
        part = asked_part(message)
        page, keyboard = await self._page(part, 0, texts_of(message.from_user))
        await self.answering.delivery.send(context.bot, Target.of(message), page, keyboard=keyboard)

    async def on_page(self, update: Update, context: Context) -> None:
        """Turn to another page, in place, or send the timeline as a picture."""
        query = update.callback_query
        press = Press.parse(query.data) if query is not None else None
        if query is None or query.message is None or press is None:
            return
        texts = texts_of(query.from_user)
        part = _pressed_part(query.message, press)
        if part is None:
            await notify(query, texts.expired)
            return
        await notify(query)
        target = Target.of(query.message)
        if press.action is Action.PICTURE:
            page, keyboard = await self._picture(part, texts), None
        else:
            target = replace(target, edits=query.message.message_id)
            page, keyboard = await self._page(part, press.number, texts)
        await self.answering.delivery.send(context.bot, target, page, keyboard=keyboard)

    async def _page(
        self, part: Part, number: int, texts: Texts
    ) -> tuple[Page, InlineKeyboardMarkup | None]:
        timeline = await self._timeline(part)
        pages = split(timeline.moments)
        if not pages:
            return Page(texts.timeline_empty), None
        # The corpus may have become smaller since the buttons were sent.
        number = min(number, len(pages) - 1)
        shown = await asyncio.to_thread(quotes_of, timeline, pages[number], self.answering.engine)
        page = render_timeline(timeline, shown, part=part, texts=texts)
        target = ALL if part == Part() else ASKED
        keyboard = pager(Action.TIME, target, page=number, pages=len(pages), texts=texts)
        months = jumps(timeline.moments, pages) if len(pages) > 1 and part.month is None else []
        return page, timeline_keyboard(keyboard, target, months=months, texts=texts)

    async def _picture(self, part: Part, texts: Texts) -> Page:
        timeline = await self._timeline(part)
        if not timeline.moments:
            return Page(texts.timeline_empty)
        engine = self.answering.engine
        # Drawing takes longer than answering.
        picture = await asyncio.to_thread(picture_of, timeline, engine)
        known = {document.id: document for document in engine.documents()}
        shown = [known[document] for document in in_order(timeline) if document in known]
        return replace(render_legend(timeline, shown, part=part, texts=texts), picture=picture)

    async def _timeline(self, part: Part) -> Timeline:
        engine = self.answering.engine
        return await asyncio.to_thread(engine.timeline, month=part.month, name=part.name)


def quotes_of(timeline: Timeline, numbers: range, engine: Engine) -> list[tuple[int, Quote]]:
    """Return the sentences with these numbers, without those that can't be checked any more."""
    recalling, found = Recalling(engine), []
    for number in numbers:
        moment = timeline.moments[number]
        quote = engine.quote(timeline.generation, moment.document, moment.span, moment.span)
        sound = recalling.sound([quote] if quote else [], timeline.generation)
        found += [(number, quote) for quote in sound]
    return found


def picture_of(timeline: Timeline, engine: Engine) -> bytes:
    """Return a timeline as a PNG."""
    moments = timeline.moments
    # Beyond that, no words are shown that would have to be verified.
    numbers = range(len(moments) if len(moments) <= ROWS else 0)
    said = {number: quote.text for number, quote in quotes_of(timeline, numbers, engine)}
    languages = {document.id: document.language for document in engine.documents()}
    sights = [
        Sight(moment, said.get(number, ""), languages.get(moment.document, ""))
        for number, moment in enumerate(moments)
    ]
    return draw_timeline(sights, in_order(timeline))


def in_order(timeline: Timeline) -> list[str]:
    """Return the ids of the documents in the order in which a timeline comes to them."""
    return list(dict.fromkeys(moment.document for moment in timeline.moments))


def asked_part(message: Message) -> Part:
    """Return the part of the timeline that a command asks for."""
    _, _, words = (message.text or "").partition(" ")
    return Part.parse(words)


def split(moments: Sequence[Moment]) -> list[range]:
    """Divide the moments into pages."""
    pages: list[range] = []
    start = length = 0
    for at, moment in enumerate(moments):
        if at > start and (at - start == SENTENCES or length + len(moment.span) > CHARACTERS):
            pages.append(range(start, at))
            start, length = at, 0
        length += len(moment.span)
    return [*pages, range(start, len(moments))] if moments else []


def jumps(moments: Sequence[Moment], pages: Sequence[range]) -> list[tuple[str, int]]:
    """Return the months that have the most sentences, in order, each with its first page."""
    labels = [date_label(moment, parts=2) for moment in moments]
    busiest = [label for label, _ in Counter(labels).most_common(JUMPS)]
    starts = [page.start for page in pages]
    return [(m, bisect_right(starts, labels.index(m)) - 1) for m in sorted(busiest)]


def render_timeline(
    timeline: Timeline, shown: Sequence[tuple[int, Quote]], *, part: Part, texts: Texts
) -> Page:
    """Show dated sentences as quotations, each with its number, date and source."""
    draft = Draft(_header(timeline, part, texts))
    for number, quote in shown:
        entry = Draft()
        date = date_label(timeline.moments[number])
        entry.add(f"{number + 1}. {date}", MessageEntity.BOLD)
        entry.add("\n")
        entry.add(quote.text, MessageEntity.BLOCKQUOTE)
        entry.add("\n")
        _add_source(entry, quote)
        draft = draft.join(entry, "\n\n")
    return draft.join(Draft(texts.timeline_hint), "\n\n").page()


def render_legend(
    timeline: Timeline, documents: Sequence[Document], *, part: Part, texts: Texts
) -> Page:
    """Return the picture's caption: which color is which document."""
    draft = Draft(_header(timeline, part, texts) + f"\n{texts.timeline_picture}")
    for place, document in enumerate(documents[: len(COLORS)]):
        draft.add(f"\n{mark(place)} ")
        draft.add_linked(one_line(document.title, 80), document.url)
        draft.add(f" · {one_line(document.publisher, 20)}")
    if len(documents) > len(COLORS):
        draft.add(f"\n{mark(len(COLORS))} +{len(documents) - len(COLORS)}")
    return draft.page()


def _header(timeline: Timeline, part: Part, texts: Texts) -> str:
    first, last = (date_label(timeline.moments[at], parts=2) for at in (0, -1))
    span = first if first == last else f"{first} – {last}"
    count = len(timeline.moments)
    if part.month is not None or not part.name:
        return texts.timeline.format(count=count, span=span)
    what = one_line(part.name, NAME_UNITS)
    return texts.timeline_of.format(what=what, count=count, span=span)


def _add_source(draft: Draft, quote: Quote) -> None:
    citation = quote.citation
    url = citation.url and at_sentence(citation.url, quote.text)
    draft.add_linked(one_line(citation.title, 80), url)
    if citation.section:
        draft.add(f" › {one_line(citation.section, 60)}")
    parts = (one_line(citation.publisher, 40), citation.published.isoformat())
    draft.add("".join(f" · {part}" for part in parts if part))


def _pressed_part(message: object, press: Press) -> Part | None:
    """Return the part that a button belongs to; None where Telegram hides what was asked."""
    if press.target == ALL:
        return Part()
    replied = message.reply_to_message if isinstance(message, Message) else None
    return asked_part(replied) if replied is not None else None
