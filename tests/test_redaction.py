"""No secret gets through the log's formatter."""

from __future__ import annotations

import logging

import pytest

from bot.redaction import RedactingFormatter, configure_logging

TOKEN = "123456:AAbb-ccdd_eeff"


@pytest.mark.parametrize(
    "text", [TOKEN, "https://host/bot123456%3AAAbb-ccdd_eeff/getMe", "AAbb-ccdd_eeff"]
)
def test_every_form_of_a_token_is_replaced(text):
    """As it is, percent-encoded, or its secret part alone."""
    record = logging.LogRecord("x", logging.INFO, "f", 1, "said %s", (text,), None)

    line = RedactingFormatter([TOKEN]).format(record)

    assert "AAbb" not in line
    assert "<secret>" in line


def test_a_traceback_is_redacted_too():
    """The library repeats a refused token in its exception."""
    try:
        int(f"The token `{TOKEN}` was rejected")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "failed", (), (ValueError, error, error.__traceback__)
        )

    line = RedactingFormatter([TOKEN]).format(record)

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
