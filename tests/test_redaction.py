"""No secret gets through the log's formatter."""

from __future__ import annotations

import json
import logging
import sys
import threading

import pytest

from bot.redaction import RedactingFormatter, configure_logging

TOKEN = "123456:AAbb-ccdd_eeff"


@pytest.mark.parametrize("structured", [False, True])
@pytest.mark.parametrize(
    "text", [TOKEN, "https://host/bot123456%3AAAbb-ccdd_eeff/getMe", "AAbb-ccdd_eeff"]
)
def test_every_form_of_a_token_is_replaced(text, structured):
    """As it is, percent-encoded, or its secret part alone."""
    record = logging.LogRecord("x", logging.INFO, "f", 1, "said %s", (text,), None)

    line = RedactingFormatter([TOKEN], structured=structured).format(record)

    assert "AAbb" not in line
    assert "<secret>" in line


@pytest.mark.parametrize("structured", [False, True])
def test_a_traceback_is_redacted_too(structured):
    """The library repeats a refused token in its exception."""
    try:
        int(f"The token `{TOKEN}` was rejected")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "failed", (), (ValueError, error, error.__traceback__)
        )

    line = RedactingFormatter([TOKEN], structured=structured).format(record)

    assert "Traceback" in line
    assert "AAbb" not in line


@pytest.fixture
def configured():
    """Logging as the program configures it, for one test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    configure_logging("DEBUG", secrets=[TOKEN])
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("configured")
def test_all_logs_go_to_one_redacted_stream(capsys):
    """The library's address with the token is quiet, and redacted where it is not."""
    configure_logging("DEBUG", secrets=[TOKEN])
    logging.getLogger("telegram.Bot").debug("Set Bot API URL: https://host/bot%s", TOKEN)
    logging.getLogger("httpx").info("HTTP Request: POST https://host/bot%s", TOKEN)

    error = capsys.readouterr().err
    assert "Set Bot API URL: https://host/bot<secret>" in error
    assert "HTTP Request" not in error


def fall(*_: object) -> None:
    raise ValueError(f"The token {TOKEN} was rejected")


class Falling:
    """Raises where nobody can catch it."""

    __del__ = fall


def end_the_program() -> None:
    try:
        fall()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)


def end_a_thread() -> None:
    thread = threading.Thread(target=fall)
    thread.start()
    thread.join()


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("end", [end_the_program, end_a_thread, lambda: Falling() and None])
def test_what_nobody_catches_is_redacted_too(capsys, end):
    """The interpreter itself would print it past every handler."""
    configure_logging("DEBUG", secrets=[TOKEN])

    end()

    error = capsys.readouterr().err
    assert "CRITICAL bot.redaction: Nobody expected this error" in error
    assert "ValueError: The token <secret> was rejected" in error
    assert "AAbb" not in error


def test_a_short_secret_does_not_eat_words():
    """One letter would be found everywhere."""
    record = logging.LogRecord("x", logging.INFO, "f", 1, "index", (), None)

    assert RedactingFormatter(["1:x"]).format(record).endswith("index")


def test_what_looks_like_a_token_is_one():
    """Somebody else's, in what a library says, or one that was refused."""
    other = "987654321:" + "Zz_-" * 9
    record = logging.LogRecord("x", logging.INFO, "f", 1, "bot%s/getMe at 12:30", (other,), None)

    line = RedactingFormatter([]).format(record)

    assert line.endswith("bot<secret>/getMe at 12:30")


def test_a_structured_line_is_one_object():
    """A traceback and line breaks stay inside of it."""
    try:
        int("first\nsecond")
    except ValueError as error:
        record = logging.LogRecord(
            "bot", logging.ERROR, "f", 1, "失敗\n%d", (7,), (ValueError, error, error.__traceback__)
        )

    line = RedactingFormatter([], structured=True).format(record)

    fields = json.loads(line)
    assert "\n" not in line
    assert (fields["level"], fields["logger"], fields["message"]) == ("ERROR", "bot", "失敗\n7")
    assert fields["traceback"].startswith("Traceback")
    assert fields["at"].endswith("+00:00")
