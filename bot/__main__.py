"""`python -m bot`: settings, logging, the index, then Telegram or the terminal."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Sequence
from functools import partial

from dotenv import dotenv_values
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError

from index import BuildReport, Engine, IndexingError, NoGenerationError, build

from .app import build_application
from .archive import ArchiveError
from .backup import add_backup_commands, back_up, in_use, restore
from .database import StorageError
from .heartbeat import Heartbeat
from .lifecycle import SIGNALS, Lifecycle
from .redaction import configure_logging, redacted
from .settings import Settings, SettingsError
from .terminal import chat, lines, texts_of_terminal

OK, FAILED, MISCONFIGURED = 0, 1, 2
TOKENLESS = "TELEGRAM_BOT_TOKEN is not set: set it (or TELEGRAM_BOT_TOKEN_FILE) to run in Telegram"

logger = logging.getLogger("bot")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bot and return the exit code: 0 normal, 1 can't run, 2 wrong settings."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument("--healthy", action="store_true", help="tell whether a running bot is well")
    add_backup_commands(parser)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(OK))
    try:
        settings = Settings.from_env({**_dotenv(), **os.environ})
    except SettingsError as error:
        return _fail(str(error), MISCONFIGURED)
    if options.healthy:
        problem = Heartbeat(settings.data_dir / "heartbeat").problem()
        return OK if problem is None else _fail(problem, FAILED)
    if options.command is not None:
        return _keep(options, settings)
    if not settings.token and not sys.stdin.isatty():
        return _fail(TOKENLESS, MISCONFIGURED)
    structured = settings.log_format == "json"
    configure_logging(settings.log_level, secrets=settings.secrets, structured=structured)
    return _run(settings)


def serve(lifecycle: Lifecycle, signals: Sequence[signal.Signals] = SIGNALS) -> None:
    """Run until a signal."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(lifecycle.run(signals))
    finally:
        # It doesn't wait for threads, as `asyncio.run` would do for a rebuild that goes on.
        loop.close()


def open_engine(settings: Settings) -> Engine:
    """Open the index, building it first if there is none yet."""
    open_index = partial(
        Engine.open,
        settings.data_dir,
        model=settings.embedding_model,
        reranker=settings.reranker_model,
        search_engine=settings.search_engine,
    )
    try:
        return open_index()
    except NoGenerationError:
        logger.info("There is no index yet: building it from %s", settings.corpus_dir)
    report = _builder(settings)()
    logger.info("Built %s in %.1f s", report.generation, report.seconds)
    return open_index()


def _keep(options: argparse.Namespace, settings: Settings) -> int:
    """Make a backup, or bring one back."""
    work = back_up if options.command == "backup" else restore
    try:
        line = work(options.file, settings.data_dir, settings.corpus_dir, replace=options.replace)
    except (ArchiveError, IndexingError, OSError, sqlite3.Error) as error:
        return _fail(" ".join(f"error: {error}".split()), FAILED)
    print(line)
    return OK


def _run(settings: Settings) -> int:
    try:
        if not settings.token:
            return _chat(open_engine(settings))
        # Before the index: a refused token must not cost the minutes of a first build.
        asyncio.run(_check_token(settings))
        with in_use(settings.data_dir):
            return _talk(settings, open_engine(settings))
    except InvalidToken:
        return _fail("Telegram refused the token in TELEGRAM_BOT_TOKEN", FAILED)
    except (IndexingError, StorageError, ArchiveError) as error:
        return _fail(" ".join(str(error).split()), FAILED)
    except TelegramError as error:
        line = f"Telegram can't be reached at {settings.server}: {error}"
        return _fail(redacted(line, settings.secrets), FAILED)
    except OSError as error:
        return _fail(redacted(f"Can't start: {error}", settings.secrets), FAILED)
    except KeyboardInterrupt:
        return OK


async def _check_token(settings: Settings) -> None:
    # A server that doesn't answer is tried again, patiently, when the application starts.
    with contextlib.suppress(NetworkError, RetryAfter):
        async with Bot(settings.token, settings.base_url, settings.base_file_url):
            return


def _talk(settings: Settings, engine: Engine) -> int:
    lifecycle = build_application(settings, engine, build=_builder(settings))
    serve(lifecycle)
    if not lifecycle.stopped:
        # A thread can't be stopped from outside. What it writes is current only when sealed.
        logger.warning("Leaving while a cancelled rebuild is still at work")
        logging.shutdown()
        os._exit(OK)
    return OK


def _chat(engine: Engine) -> int:
    print(TOKENLESS)
    texts = texts_of_terminal()
    # The commands that follow are Telegram's.
    print(texts.start.partition("\n")[0])
    for answer in chat(engine, lines(), texts=texts, styled=sys.stdout.isatty()):
        print(f"\n{answer}\n")
    return OK


def _builder(settings: Settings) -> partial[BuildReport]:
    return partial(
        build,
        settings.corpus_dir,
        settings.data_dir,
        model=settings.embedding_model,
        search_engine=settings.search_engine,
    )


def _dotenv() -> dict[str, str]:
    return {name: value for name, value in dotenv_values(".env").items() if value is not None}


def _fail(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
