"""The bot, running: in a thread with a fake engine, or as the real program."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from botapi import BotApi, Call, Params, Refusal
from fakes import FakeBuild, FakeEngine

from bot.app import build_application
from bot.lifecycle import App, Lifecycle
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
SECRET = "loopback-secret"


@dataclass
class Scene:
    """A bot and the server that it talks to."""

    server: BotApi
    engine: FakeEngine
    build: FakeBuild
    settings: Settings
    app: App
    lifecycle: Lifecycle
    admin: Mapping[str, object]
    loop: asyncio.AbstractEventLoop

    def press(self, person: Params, message: Params, data: str) -> Call:
        """Let a person press a button and return the bot's answer to the press."""
        query = self.server.press(person, message, data)
        return self.server.expect(
            "answerCallbackQuery", where=lambda call: call.params["callback_query_id"] == query
        )


@contextmanager
def bot_in_thread(
    data_dir: Path,
    *,
    mode: str = "polling",
    engine: FakeEngine | None = None,
    refused: Mapping[str, Refusal] | None = None,
    server: BotApi | None = None,
    **env: str,
) -> Iterator[Scene]:
    """Run the bot against a loopback server until the body ends; one admin exists.

    A `server` that runs already is used instead of a new one.
    """
    with BotApi().running() if server is None else nullcontext(server) as server:
        admin = server.private_chat()
        for method, refusal in (refused or {}).items():
            server.fail(method, refusal, times=100)
        settings = Settings.from_env(environment(server, data_dir, mode, admin["id"]) | env)
        engine, build = engine or FakeEngine(), FakeBuild()
        lifecycle = build_application(settings, engine, build=build)
        lifecycle.admin.edit_seconds = (0.2, 0.4)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=_serve, args=(loop, lifecycle))
        thread.start()
        try:
            server.wait_for_bot()
            yield Scene(server, engine, build, settings, lifecycle.app, lifecycle, admin, loop)
        finally:
            # Some scenarios end the bot themselves.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(lifecycle.stop)
            thread.join(20)
            assert not thread.is_alive()


def wait_until(done: Callable[[], object], *, seconds: float = 15.0) -> None:
    """Wait until something is so, and fail when it takes too long."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def environment(server: BotApi, data_dir: Path, mode: str, admin_id: int) -> dict[str, str]:
    """Return the variables of a bot that talks to `server`."""
    env = {
        "TELEGRAM_BOT_TOKEN": server.token,
        "TELEGRAM_API_BASE_URL": server.url,
        "DATA_DIR": str(data_dir),
        "ADMIN_IDS": str(admin_id),
    }
    if mode == "webhook":
        port = str(free_port())
        env |= {
            "WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
            "WEBHOOK_PORT": port,
            "WEBHOOK_SECRET": SECRET,
        }
    return env


def start_program(
    env: Mapping[str, str],
    *arguments: str,
    cwd: Path,
    stdin: int = subprocess.DEVNULL,
    program: Sequence[str] = ("-m", "bot"),
) -> subprocess.Popen[str]:
    """Start ``python -m bot`` with this environment and no other settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - the command is this very program
        [sys.executable, *program, *arguments],
        env={**kept, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **env},
        cwd=cwd,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(loop: asyncio.AbstractEventLoop, lifecycle: Lifecycle) -> None:
    asyncio.set_event_loop(loop)
    loop.run_until_complete(lifecycle.run(signals=()))
    loop.close()
