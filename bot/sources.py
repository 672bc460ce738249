"""/sources: the documents that are quoted from, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import ContextTypes

from index import Document, Engine

from .addressing import asked
from .buttons import Action, Press, pager
from .delivery import Delivery, Target
from .languages import texts_of
from .pages import Draft, Page, one_line
from .presses import notify
from .texts import Texts

Context = ContextTypes.DEFAULT_TYPE

DOCUMENTS_A_PAGE = 8
"""A page of them is about as high as a phone's screen, and within a message for sure."""
SECTIONS = " › "


@dataclass(frozen=True, slots=True)
class Sources:
    """The callbacks of /sources and its buttons."""

    engine: Engine
    delivery: Delivery

    async def on_sources(self, update: Update, context: Context) -> None:
        """List the documents, from the first page on."""
        if (message := asked(update, context.bot)) is None:
            return
        page, keyboard = self._page(0, texts_of(message.from_user))
        await self.delivery.send(context.bot, Target.of(message), page, keyboard=keyboard)

    async def on_page(self, update: Update, context: Context) -> None:
        """Turn to another page of the list, in place."""
        query = update.callback_query
        press = Press.parse(query.data) if query is not None else None
        if query is None or query.message is None or press is None:
            return
        await notify(query)
        page, keyboard = self._page(press.number, texts_of(query.from_user))
        target = replace(Target.of(query.message), edits=query.message.message_id)
        await self.delivery.send(context.bot, target, page, keyboard=keyboard)

    def _page(self, number: int, texts: Texts) -> tuple[Page, InlineKeyboardMarkup | None]:
        documents = self.engine.documents()
        if not documents:
            return Page(texts.no_sources), None
        pages = -(-len(documents) // DOCUMENTS_A_PAGE)
        # The corpus may have become smaller since the buttons were sent.
        number = min(number, pages - 1)
        keyboard = pager(Action.SOURCE, "all", page=number, pages=pages, texts=texts)
        return render_documents(documents, page=number, texts=texts), keyboard


def render_documents(documents: Sequence[Document], *, page: int, texts: Texts) -> Page:
    """List a page of the documents, each with date, size and sections."""
    draft = Draft(texts.sources.format(count=len(documents)))
    first = page * DOCUMENTS_A_PAGE
    shown = documents[first : first + DOCUMENTS_A_PAGE]
    for number, document in enumerate(shown, start=first + 1):
        draft = draft.join(_entry(number, document, texts), "\n\n")
    return draft.page()


def sections(document: Document) -> list[str]:
    """Return the document's outermost headings, in order."""
    outermost = (block.section.split(SECTIONS)[0] for block in document.blocks)
    return list(dict.fromkeys(heading for heading in outermost if heading))


def _entry(number: int, document: Document, texts: Texts) -> Draft:
    draft = Draft(f"{number}. ")
    draft.add_linked(one_line(document.title, 160), document.url)
    size = texts.source_size.format(characters=len(document.text))
    parts = (one_line(document.publisher, 80), document.published.isoformat(), size)
    draft.add("\n" + " · ".join(part for part in parts if part))
    if headings := sections(document):
        named = one_line(" · ".join(headings))
        draft.add("\n" + texts.source_sections.format(count=len(headings), names=named))
    return draft
