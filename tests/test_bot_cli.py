"""`python -m bot` up to the point where Telegram or the terminal takes over."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from fakes import FakeEngine
from telegram.error import InvalidToken, NetworkError

from bot import __main__ as program
from bot.database import StorageError
from bot.heartbeat import Heartbeat
from bot.settings import Settings
from index import BuildReport, GenerationError, NoGenerationError


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path) -> Iterator[None]:
    """Keep the test's process as it was: its folder, environment, logging and signals."""
    monkeypatch.chdir(tmp_path)
    for name in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN_FILE", "DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(program, "configure_logging", lambda *_, **__: None)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_a_terminal_without_a_token_gets_a_chat(monkeypatch, capsys):
    """It is told so in one line, asked in its language, and answered with quotes."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(program, "open_engine", lambda _: FakeEngine())
    monkeypatch.setattr(program, "lines", lambda: ["會談後雙方舉行了聯合記者會"])

    code = program.main([])

    out = capsys.readouterr().out
    assert code == 0
    assert out.startswith("TELEGRAM_BOT_TOKEN is not set")
    assert "會談後雙方舉行了聯合記者會。\n2025年俄美峰會" in out


def test_settings_may_stand_in_a_file(monkeypatch, capsys, tmp_path):
    """The environment comes before `.env`."""
    (tmp_path / ".env").write_text("LOG_LEVEL=loud\nADMIN_IDS=ann\n")
    monkeypatch.setenv("ADMIN_IDS", "1")

    code = program.main([])

    assert code == 2
    assert capsys.readouterr().err.startswith("LOG_LEVEL must be one of")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (InvalidToken("The token `1:x` was rejected"), 1, "Telegram refused the token"),
        (NetworkError("no way to /bot1:secret/getMe"), 1, "Telegram can't be reached at https"),
        (NetworkError("Bad Gateway"), 1, "Telegram can't be reached at https://api.telegram.org"),
        (StorageError("data/bot.sqlite3: file is not a database"), 1, "data/bot.sqlite3: file"),
        (OSError(98, "Address already in use"), 1, "Can't start: [Errno 98] Address already"),
        (KeyboardInterrupt(), 0, ""),
    ],
)
def test_what_ends_a_run_sets_its_exit_code(monkeypatch, capsys, error, code, line):
    """Each gets a line of its own, without the token; Ctrl-C is no failure."""

    def serve(*_: object) -> None:
        raise error

    async def accept(_: Settings) -> None:
        """Stand in for Telegram's answer."""

    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    monkeypatch.setattr(program, "_check_token", accept)
    monkeypatch.setattr(program, "open_engine", lambda _: FakeEngine())
    monkeypatch.setattr(program, "serve", serve)

    assert program.main([]) == code
    err = capsys.readouterr().err
    assert err.startswith(line)
    assert err.count("\n") == (1 if line else 0)
    assert "1:x" not in err
    assert "1:secret" not in err


def test_an_unusable_index_ends_with_one_line(monkeypatch, capsys):
    """The exit code is 1, and the reason stays on its line."""

    def refuse(_: Settings) -> FakeEngine:
        raise GenerationError("data/g1: made by\nanother model")

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(program, "open_engine", refuse)

    code = program.main([])

    assert code == 1
    assert capsys.readouterr().err == "data/g1: made by another model\n"


def test_a_damaged_index_is_not_served(monkeypatch, capsys, data_dir, tiny_model):
    """A truncated file of the generation ends the start with a line that names it."""
    files = [path for path in (data_dir / "generations").rglob("*") if path.is_file()]
    largest = max(files, key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:100])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    monkeypatch.setenv("EMBEDDING_MODEL", str(tiny_model))

    code = program.main([])

    error = capsys.readouterr().err
    assert code == 1
    assert error.count("\n") == 1
    assert largest.name in error


def test_a_fresh_heartbeat_is_healthy(capsys, tmp_path):
    """The health check says nothing then."""
    Heartbeat(tmp_path / "data" / "heartbeat").beat()

    code = program.main(["--healthy"])

    assert code == 0
    assert capsys.readouterr().err == ""


def test_the_first_start_builds(monkeypatch):
    """Without a generation one is built from the settings' folders, and opened with its models."""
    built, engine = [], FakeEngine()

    def open_index(data_dir, *, model, reranker, search_engine):
        assert (model, reranker, search_engine) == ("m", "r", settings.search_engine)
        if not built:
            raise NoGenerationError(f"{data_dir}: empty")
        return engine

    def build(corpus_dir, data_dir, *, model, search_engine):
        assert search_engine is settings.search_engine
        built.append((str(corpus_dir), str(data_dir), model))
        return BuildReport("g1", (), (), (), (), 0, 0, 0, 0.0)

    monkeypatch.setattr(program.Engine, "open", open_index)
    monkeypatch.setattr(program, "build", build)
    models = {"EMBEDDING_MODEL": "m", "RERANKER_MODEL": "r"}
    settings = Settings.from_env({"CORPUS_DIR": "c", "DATA_DIR": "d", **models})

    assert program.open_engine(settings) is engine
    assert built == [("c", "d", "m")]
