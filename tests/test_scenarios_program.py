"""The real program with the real engine over a tiny corpus, from its start to its end."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from botapi import BotApi, Call, Refusal
from running import ROOT, environment, start_program

QUESTION = "青石桥工程历时多久，耗资多少？"
START_SECONDS = 60.0


@pytest.fixture
def server() -> Iterator[BotApi]:
    with BotApi().running() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> dict[str, str]:
    """Return the settings of an index that the program builds when it first starts."""
    folder = tmp_path_factory.mktemp("program")
    shutil.copytree(ROOT / "tests" / "corpus", folder / "corpus")
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


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_the_program_builds_answers_rebuilds_and_ends(server, built, tmp_path, mode):
    """From an empty folder to an answer, through a rebuild, to a clean end on SIGTERM."""
    admin, user = server.private_chat(), server.private_chat("zh-hans")
    env = environment(server, Path(built["DATA_DIR"]), mode, admin["id"]) | built

    with program(env | {"LOG_LEVEL": "DEBUG"}, tmp_path) as process:
        server.wait_for_bot(START_SECONDS)
        answer = server.answer_to(user, QUESTION)
        server.says(admin, "/rebuild")
        server.expect(
            "editMessageText", where=lambda call: call.text.startswith("The index was rebuilt")
        )
        again = server.answer_to(user, QUESTION)
        context = server.press(user, again.result, again.button("上下文"))
        server.expect(
            "answerCallbackQuery",
            where=lambda call: call.params["callback_query_id"] == context,
        )
        healthy = run_program(env, tmp_path, "--healthy")
        seconds, output = stop(process)

    assert_verbatim(answer)
    assert_verbatim(again)
    assert healthy.returncode == 0
    assert process.returncode == 0
    assert seconds < 10
    assert server.token not in output
    assert server.token.partition(":")[2] not in output


def assert_verbatim(answer: Call) -> None:
    document = (ROOT / "tests" / "corpus" / "bridge.md").read_text("utf-8")
    assert answer.quoted()
    assert any("3.2亿元" in quote for quote in answer.quoted())
    assert all(quote in document for quote in answer.quoted())


def test_a_killed_program_comes_back_with_its_buttons(server, built, tmp_path):
    """SIGKILL loses neither the index nor the answers that were remembered."""
    user = server.private_chat()
    env = environment(server, Path(built["DATA_DIR"]), "polling", 1) | built

    with program(env, tmp_path):
        server.wait_for_bot(START_SECONDS)
        card = server.answer_to(user, QUESTION)
    with program(env, tmp_path):
        query = server.press(user, card.result, card.button("Context"))
        notice = server.expect(
            "answerCallbackQuery",
            where=lambda call: call.params["callback_query_id"] == query,
            timeout=START_SECONDS,
        )

    assert notice.text in {"", "The quote is the whole paragraph already."}


@pytest.mark.parametrize(
    ("changes", "code", "line"),
    [
        ({"TELEGRAM_BOT_TOKEN": ""}, 2, "TELEGRAM_BOT_TOKEN is not set"),
        ({"ADMIN_IDS": "ann"}, 2, "ADMIN_IDS must be whole numbers"),
        ({"TELEGRAM_BOT_TOKEN": "1:" + "x" * 35}, 1, "Telegram refused the token"),
        ({"TELEGRAM_BOT_TOKEN": "nonsense"}, 1, "Telegram refused the token"),
        ({"EMBEDDING_MODEL": "", "CORPUS_DIR": "nowhere", "DATA_DIR": "new"}, 1, "nowhere"),
    ],
    ids=["no token", "setting", "refused token", "malformed token", "no corpus"],
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


def test_a_damaged_index_is_not_served(server, built, tmp_path):
    """A truncated file of the generation ends the start with one line."""
    data = tmp_path / "data"
    shutil.copytree(built["DATA_DIR"], data)
    generation = (data / "generations" / "CURRENT").read_text("utf-8").strip()
    files = (data / "generations" / generation).rglob("*")
    largest = max((path for path in files if path.is_file()), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:100])
    env = environment(server, data, "polling", 1) | built | {"DATA_DIR": str(data)}

    ended = run_program(env | {"LOG_LEVEL": "ERROR"}, tmp_path)

    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert server.calls == []


def test_a_server_that_fails_at_the_start_is_tried_again(server, built, tmp_path):
    """One bad gateway doesn't end the program."""
    server.fail("getMe", Refusal("Bad Gateway", 502))
    user = server.private_chat()
    env = environment(server, Path(built["DATA_DIR"]), "polling", 1) | built

    with program(env, tmp_path):
        server.wait_for_bot(START_SECONDS)
        answer = server.answer_to(user, QUESTION)

    assert_verbatim(answer)


def test_a_terminal_gets_a_chat_without_a_token(built, tmp_path):
    """A question typed there is answered with a quote."""
    leader, follower = pty.openpty()
    env = {**built, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "en_US.UTF-8"}

    process = start_program(env, cwd=tmp_path, stdin=follower)
    os.write(leader, f"{QUESTION}\n\x04".encode())
    out, _ = process.communicate(timeout=START_SECONDS)
    os.close(leader)
    os.close(follower)

    assert process.returncode == 0
    assert "TELEGRAM_BOT_TOKEN is not set" in out
    assert "3.2亿元" in out


def test_no_heartbeat_is_not_healthy(tmp_path):
    """The health check of a bot that never started fails with one line."""
    ended = run_program({"DATA_DIR": str(tmp_path / "none")}, tmp_path, "--healthy")

    assert ended.returncode == 1
    assert "no heartbeat" in ended.stderr
