"""The real program with the real engine over a tiny corpus, from its start to its end."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from botapi import BotApi, Call, Refusal
from running import ROOT, SECRET, environment, start_program

QUESTION = "青石桥工程历时多久，耗资多少？"
START_SECONDS = 180.0
YEAR = 365 * 24 * 3600.0


@pytest.fixture
def server() -> Iterator[BotApi]:
    with BotApi().running() as running:
        yield running


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, built_data_dir: Path, tiny_model: Path
) -> dict[str, str]:
    """Return the settings of a program with an index of the tiny corpus."""
    folder = tmp_path_factory.mktemp("program")
    shutil.copytree(ROOT / "tests" / "corpus", folder / "corpus")
    shutil.copytree(built_data_dir, folder / "data")
    return {
        "EMBEDDING_MODEL": str(tiny_model),
        "CORPUS_DIR": str(folder / "corpus"),
        "DATA_DIR": str(folder / "data"),
    }


@contextmanager
def program(env: Mapping[str, str], cwd: Path) -> Iterator[subprocess.Popen[str]]:
    process = start_program(env, cwd=cwd)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def run_program(
    env: Mapping[str, str], cwd: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    process = start_program(env, *arguments, cwd=cwd)
    out, err = process.communicate(timeout=START_SECONDS)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def stop(process: subprocess.Popen[str]) -> tuple[float, str]:
    """Ask the program to end; return how many seconds it took and all that it wrote."""
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    return time.monotonic() - asked, out + err


def test_the_program_answers_rebuilds_and_outlives_a_kill(server, built, tmp_path):
    """A question, a rebuild, SIGKILL, the other way of updates, the old buttons, SIGTERM."""
    admin, user = server.private_chat(), server.private_chat("zh-hans")
    data_dir = Path(built["DATA_DIR"])
    polling = environment(server, data_dir, "polling", admin["id"]) | built
    webhook = environment(server, data_dir, "webhook", admin["id"]) | built
    server.fail("getMe", Refusal("Bad Gateway", 502), times=2)

    with program(polling | {"LOG_LEVEL": "DEBUG"}, tmp_path) as process:
        wait_for_start(process, server)
        answer = server.answer_to(user, QUESTION)
        start = server.answer_to(admin, "/rebuild")
        during = server.answer_to(user, QUESTION)
        server.expect(
            "editMessageText", where=lambda call: call.text.startswith("The index was rebuilt")
        )
        after = server.answer_to(user, QUESTION)
        healthy = run_program(polling, tmp_path, "--healthy")
        process.kill()
        polling_output = "".join(process.communicate())
    server.done_polling()
    with program(webhook | {"LOG_LEVEL": "DEBUG"}, tmp_path) as process:
        wait_for_start(process, server)
        query = server.press(user, answer.result, answer.button("上下文"))
        notice = server.expect(
            "answerCallbackQuery", where=lambda call: call.params["callback_query_id"] == query
        )
        restarted = server.answer_to(user, QUESTION)
        server.answer_to(admin, "/rebuild")
        seconds, webhook_output = stop(process)

    assert start.text.startswith("Rebuilding the index")
    for card in (answer, during, after, restarted):
        assert_verbatim(card)
    assert healthy.returncode == 0
    assert notice.text in {"", "这段引文已经是完整的段落。"}
    assert process.returncode == 0
    assert seconds < 10
    for output in (polling_output, webhook_output):
        assert "Started as @yuanhua_bot" in output
        assert server.token.partition(":")[2] not in output
        assert SECRET not in output


def wait_for_start(process: subprocess.Popen[str], server: BotApi) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.is_heard():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def assert_verbatim(answer: Call) -> None:
    document = (ROOT / "tests" / "corpus" / "bridge.md").read_text("utf-8")
    assert answer.quoted()
    assert any("3.2亿元" in quote for quote in answer.quoted())
    assert all(quote in document for quote in answer.quoted())


@pytest.mark.parametrize(
    ("changes", "code", "line"),
    [
        ({"TELEGRAM_BOT_TOKEN": ""}, 2, "TELEGRAM_BOT_TOKEN is not set"),
        ({"ADMIN_IDS": "ann"}, 2, "ADMIN_IDS must be whole numbers"),
        ({"TELEGRAM_BOT_TOKEN": "1:" + "x" * 35}, 1, "Telegram refused the token"),
        ({"TELEGRAM_BOT_TOKEN": "nonsense"}, 1, "Telegram refused the token"),
        ({"EMBEDDING_MODEL": "", "CORPUS_DIR": "nowhere", "DATA_DIR": "new"}, 1, "nowhere"),
        ({"DATA_DIR": str(ROOT / "README.md")}, 1, "README.md"),
        ({"RERANKER_MODEL": "/nowhere"}, 1, "RERANKER_MODEL: can't load '/nowhere'"),
    ],
    ids=[
        "no token",
        "setting",
        "refused token",
        "malformed token",
        "no corpus",
        "no folder",
        "no reranker",
    ],
)
def test_what_makes_it_impossible_to_run_is_said_in_one_line(
    server, built, tmp_path, changes, code, line
):
    """The exit code tells a setting from a refusal; there is no traceback, and no token."""
    env = environment(server, Path(built["DATA_DIR"]), "polling", 1) | built | changes

    ended = run_program(env | {"LOG_LEVEL": "ERROR"}, tmp_path)

    assert ended.returncode == code
    assert ended.stderr.count("\n") == 1
    assert line in ended.stderr
    assert changes.get("TELEGRAM_BOT_TOKEN") or "x" * 9 not in ended.stderr


def test_a_clock_that_jumps_stops_no_answer(server, built, tmp_path):
    """A year ahead and a year back, while it runs and over a kill; old buttons go on working."""
    clock, user = tmp_path / "clock", server.private_chat("zh-hans")
    env = environment(server, Path(built["DATA_DIR"]), "polling", 1) | built
    program = (str(ROOT / "tests" / "jumping.py"), str(clock))

    for life in (0.0, -YEAR):
        server.done_polling()
        set_clock(clock, life)
        process = start_program(env, cwd=tmp_path, program=program)
        try:
            wait_for_start(process, server)
            for ahead in (life, life + YEAR, life - YEAR)[: 1 if life else 3]:
                set_clock(clock, ahead)
                answer = server.answer_to(user, QUESTION)
                assert_verbatim(answer)
                query = server.press(user, answer.result, answer.button("上下文"))
                server.expect(
                    "answerCallbackQuery",
                    where=lambda call, query=query: call.params["callback_query_id"] == query,
                )
        finally:
            process.kill()
            _, errors = process.communicate()

    assert "ERROR" not in errors


def set_clock(clock: Path, ahead: float) -> None:
    """Let the program's clock be so far ahead from now on, without a moment of none."""
    (draft := clock.with_suffix(".tmp")).write_text(str(ahead))
    draft.replace(clock)


def test_no_heartbeat_is_not_healthy(tmp_path):
    """The health check of a bot that never started fails with one line."""
    ended = run_program({"DATA_DIR": str(tmp_path / "none")}, tmp_path, "--healthy")

    assert ended.returncode == 1
    assert "no heartbeat" in ended.stderr
