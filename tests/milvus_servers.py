"""Milvus servers on loopback ports: the one that tests need, and those of tests/engines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from running import free_port

START_SECONDS = 180.0


@dataclass
class Server:
    """A server that can be killed and started again, at the same port and with the same data."""

    command: Sequence[str]
    """With ``{port}`` where the port goes."""
    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and return when it answers."""
        arguments = [part.format(port=self.port) for part in self.command]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - Written above.
                arguments,
                env={**os.environ, **self.env},
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError((self.folder / "log").read_text("utf-8", "replace")[-2000:])
            time.sleep(0.1)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and to what it started."""
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End it at once, as a failing machine does."""
        if self.process is not None:
            self.signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        from index.address import Address
        from index.errors import SearchDownError
        from index.milvus import Milvus

        milvus = Milvus(Address(self.uri))
        try:
            milvus.names()
        except SearchDownError:
            return False
        finally:
            milvus.close()
        return True


@contextmanager
def running(server: Server) -> Iterator[Server]:
    server.folder.mkdir(parents=True, exist_ok=True)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def lite(folder: Path) -> Server:
    """Milvus Lite 3, which is written in Python."""
    command = [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1"]
    return Server([*command, "--port", "{port}", "--data-dir", str(folder / "data")], folder)


def lite_of_2(folder: Path) -> Server:
    """Milvus Lite 2.5, the last one with the engine of the real server."""
    library = next(installed("lite").glob("lib/python*/site-packages/milvus_lite/lib"))
    command = [str(library / "milvus"), str(folder / "milvus.db"), "127.0.0.1:{port}", "ERROR"]
    return Server(command, folder, {"LD_LIBRARY_PATH": str(library)})


def standalone(folder: Path) -> Server:
    """Milvus 2.3, a real server with its storage and its coordinators, in one process."""
    command = [str(installed("server") / "bin" / "milvus-server"), "--data", str(folder / "data")]
    return Server([*command, "--proxy-port", "{port}"], folder)


def installed(name: str) -> Path:
    """Return one of the environments that ``tests/engines/install.py`` made."""
    folder = os.environ.get("ENGINES_DIR")
    if not folder:
        pytest.fail("run tests/engines/install.py FOLDER, and set ENGINES_DIR to the folder")
    return Path(folder) / name
