"""What is there for readers besides asking: registered here, in matching order."""

from __future__ import annotations

from typing import Any

from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from .answering import Answering
from .buttons import Action
from .feedback import VERDICTS, Feedback, FeedbackBook
from .inline import Elsewhere
from .languages import Languages
from .opening import COMMAND, Opening
from .personal import Personal
from .sources import Sources
from .timeline import Timelines

App = Application[Any, Any, Any, Any, Any, Any]

# Without this filter an edited message would run a command a second time.
NEW = filters.UpdateType.MESSAGE


def register_readers(
    app: App, answering: Answering, languages: Languages, *, allowed_ids: frozenset[int]
) -> None:
    """Register the commands and buttons for readers; they precede what takes all the rest."""
    delivery = answering.delivery
    sources = Sources(answering.engine, delivery)
    feedback = Feedback(answering, FeedbackBook(delivery.storage))
    elsewhere = Elsewhere(answering, allowed_ids)
    timelines = Timelines(answering)
    personal = Personal(answering, languages)
    shared = NEW & filters.Regex(COMMAND)
    guest = filters.UpdateType.GUEST_MESSAGE
    app.add_handler(MessageHandler(shared, Opening(answering).on_link))
    app.add_handler(InlineQueryHandler(elsewhere.on_inline_query))
    app.add_handler(MessageHandler(guest, elsewhere.on_guest_message))
    app.add_handler(CommandHandler("sources", sources.on_sources, NEW))
    app.add_handler(CallbackQueryHandler(sources.on_page, pattern=_pattern(Action.SOURCE)))
    app.add_handler(CommandHandler("timeline", timelines.on_timeline, NEW))
    turned = _pattern(Action.TIME, Action.PICTURE)
    app.add_handler(CallbackQueryHandler(timelines.on_page, pattern=turned))
    app.add_handler(CommandHandler("language", personal.on_language, NEW))
    app.add_handler(CommandHandler("forget", personal.on_forget, NEW))
    app.add_handler(CallbackQueryHandler(personal.on_choice, pattern=_pattern(Action.LANGUAGE)))
    app.add_handler(CallbackQueryHandler(feedback.on_verdict, pattern=_pattern(*VERDICTS)))


def _pattern(*actions: Action) -> str:
    return f"^v1:(?:{'|'.join(actions)}):"
