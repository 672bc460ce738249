"""The application: all its parts put together, and every handler in matching order."""

from __future__ import annotations

from telegram import LinkPreviewOptions, Update
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    Defaults,
    MessageHandler,
    TypeHandler,
    filters,
)

from index import Engine

from .admin import Admin, Build
from .alarms import Alarms
from .answering import Answering
from .browsing import Browsing
from .delivery import Delivery
from .dispatch import Dispatch
from .error_handler import ErrorHandler
from .flood_control import Counts, FloodControl
from .group_settings import GroupBook
from .handlers import Handlers
from .heartbeat import Heartbeat, PollingRequest
from .index_watch import IndexWatch
from .journal import Journal
from .languages import Languages
from .lifecycle import App, Lifecycle
from .line import Line
from .management import register_management
from .metrics import Metrics
from .questions import Questions
from .readers import register_readers
from .recent_errors import RecentErrors
from .settings import Settings
from .storage import Storage

READ_SECONDS = 20.0
"""A message whose request times out may have been sent: waiting is better than asking again."""


def build_application(settings: Settings, engine: Engine, *, build: Build) -> Lifecycle:
    """Assemble the bot; nothing is opened or sent before it runs."""
    storage = Storage(settings.data_dir / "bot.sqlite3")
    groups = GroupBook(storage)
    delivery = Delivery(storage, groups)
    languages = Languages(storage, groups)
    metrics, polling = Metrics(), PollingRequest()
    flood_control = FloodControl(counts=_counts(metrics))
    line = Line(lambda: flood_control.queued)
    answering = Answering(engine, delivery, line=line, metrics=metrics)
    admin = Admin(engine, delivery, build, settings.admin_ids)
    alarms = Alarms(delivery, languages, settings.admin_ids)
    lifecycle = Lifecycle(
        _application(settings, polling, flood_control),
        settings,
        storage,
        Journal(storage),
        admin,
        alarms,
        IndexWatch(engine, alarms),
        polling,
        RecentErrors(settings.secrets),
        metrics,
        Heartbeat(settings.data_dir / "heartbeat"),
    )
    _show_queues(metrics, lifecycle.dispatch, line, flood_control)
    metrics.watch_generation(lambda: engine.generation)
    _register_all(lifecycle, answering, languages)
    return lifecycle


def _application(settings: Settings, polling: PollingRequest, flood_control: FloodControl) -> App:
    return (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(settings.base_url)
        .base_file_url(settings.base_file_url)
        .get_updates_request(polling)
        .read_timeout(READ_SECONDS)
        .connect_timeout(10)
        .pool_timeout(10)
        .rate_limiter(flood_control)
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
        # The library acknowledges updates before they are handled; `lifecycle` does not.
        .updater(None)
        .build()
    )


def _counts(metrics: Metrics) -> Counts:
    return Counts(
        on_sent=metrics.note_request,
        on_flood=lambda: metrics.note_trouble("429"),
        on_retry=lambda: metrics.note_trouble("tried again"),
        on_unsure=lambda: metrics.note_trouble("perhaps lost"),
    )


def _show_queues(
    metrics: Metrics, dispatch: Dispatch, line: Line, flood_control: FloodControl
) -> None:
    metrics.watch("updates_waiting", "Updates in nobody's hands yet", lambda: dispatch.waiting)
    metrics.watch("updates_in_hand", "Updates being handled", lambda: dispatch.in_hand)
    metrics.watch("questions_waiting", "Questions in line", lambda: line.length)
    metrics.watch("messages_waiting", "Messages waiting to go out", lambda: flood_control.queued)


def _register_all(lifecycle: Lifecycle, answering: Answering, languages: Languages) -> None:
    app, settings, admin = lifecycle.app, lifecycle.settings, lifecycle.admin
    dispatch, delivery = lifecycle.dispatch, answering.delivery
    register_management(
        app,
        settings,
        answering.engine,
        delivery,
        admin=admin,
        errors=lifecycle.errors,
        waiting=lambda: dispatch.waiting + dispatch.in_hand,
    )
    allowed = settings.allowed_chat_ids
    # An admin is served everywhere.
    register_readers(
        app, answering, languages, allowed_ids=allowed and allowed | settings.admin_ids
    )
    handlers = Handlers(answering, languages, settings.admin_ids, allowed)
    questions = Questions(answering, languages.groups)
    _register(app, handlers, questions, Browsing(answering), admin)
    app.add_error_handler(ErrorHandler(delivery).on_error)


def _register(
    app: App, handlers: Handlers, questions: Questions, browsing: Browsing, admin: Admin
) -> None:
    # Without this filter an edited message would run a command a second time.
    new = filters.UpdateType.MESSAGE
    private = new & filters.ChatType.PRIVATE
    app.add_handler(TypeHandler(Update, handlers.guard), group=-2)
    app.add_handler(CommandHandler("ask", questions.on_question, new))
    app.add_handler(CommandHandler("start", handlers.on_start, new))
    app.add_handler(CommandHandler("help", handlers.on_help, new))
    app.add_handler(CommandHandler("privacy", handlers.on_privacy, new))
    app.add_handler(CommandHandler("rebuild", admin.on_rebuild, new))
    app.add_handler(MessageHandler(private & filters.COMMAND, handlers.on_unknown_command))
    app.add_handler(MessageHandler(new & filters.StatusUpdate.MIGRATE, handlers.on_migration))
    words = (filters.TEXT | filters.CAPTION) & ~filters.COMMAND
    app.add_handler(MessageHandler(new & words, questions.on_question))
    edited = filters.UpdateType.EDITED_MESSAGE
    app.add_handler(CommandHandler("ask", questions.on_edited_question, edited))
    app.add_handler(MessageHandler(edited & words, questions.on_edited_question))
    app.add_handler(
        MessageHandler(private & ~filters.COMMAND & ~filters.StatusUpdate.ALL, handlers.on_not_text)
    )
    app.add_handler(CallbackQueryHandler(admin.on_cancel, pattern="^v1:cancel:"))
    app.add_handler(CallbackQueryHandler(browsing.on_press))
    app.add_handler(ChatMemberHandler(handlers.on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
