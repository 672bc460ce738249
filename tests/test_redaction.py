"""No secret gets through the log's formatter."""

from __future__ import annotations

import json
import logging

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


def test_all_logs_go_to_one_redacted_stream(capsys):
    """The library's address with the token is quiet, and redacted where it is not."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure_logging("DEBUG", secrets=[TOKEN])
        logging.getLogger("telegram.Bot").debug("Set Bot API URL: https://host/bot%s", TOKEN)
        logging.getLogger("httpx").info("HTTP Request: POST https://host/bot%s", TOKEN)
    finally:
        logging.captureWarnings(False)
        root.handlers[:] = handlers
        root.setLevel(level)

    error = capsys.readouterr().err
    assert "Set Bot API URL: https://host/bot<secret>" in error
    assert "HTTP Request" not in error


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
