"""What several tests share."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from clocks import Clock
from hypothesis import settings

if TYPE_CHECKING:
    from running import Scene

    from bot.journal import Journal
    from bot.storage import Storage
    from index import Engine

# Tests share their machine with others: a slow example is no failure.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Before any library is loaded: threads of small matrix products only get in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")

CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows the characters of tests/corpus and nothing of their meaning."""
    from models import make_tiny_model

    return make_tiny_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture(scope="session")
def built_data_dir(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one generation of tests/corpus. Shared: never change it."""
    from index import build

    folder = tmp_path_factory.mktemp("built") / "data"
    build(CORPUS, folder, model=str(tiny_model))
    return folder


@pytest.fixture(scope="session")
def tiny_engine(built_data_dir: Path, tiny_model: Path) -> Engine:
    """An engine on `built_data_dir`. Shared: never swap it."""
    from index import Engine

    return Engine.open(built_data_dir, model=str(tiny_model))


@pytest.fixture
def data_dir(built_data_dir: Path, tmp_path: Path) -> Path:
    """A data folder with one generation of tests/corpus, free to be damaged."""
    return Path(shutil.copytree(built_data_dir, tmp_path / "data"))


@pytest.fixture
def corpus_dir(tmp_path: Path) -> Path:
    """The documents of tests/corpus, free to be edited."""
    return Path(shutil.copytree(CORPUS, tmp_path / "corpus"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def storage(tmp_path: Path, clock: Clock) -> AsyncIterator[Storage]:
    """A database of its own, in a folder that it makes."""
    from bot.storage import Storage

    opened = Storage(tmp_path / "folder" / "bot.sqlite3", clock=clock)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def journal(storage: Storage, clock: Clock) -> Journal:
    from bot.journal import Journal

    return Journal(storage, clock)


@pytest.fixture(scope="module", params=["polling", "webhook"])
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """A bot that runs with the fake engine, by each of the two ways that updates come."""
    # Not for tests of the index alone: the bot's libraries take a second to load.
    from running import bot_in_thread

    with bot_in_thread(tmp_path_factory.mktemp("data"), mode=request.param) as running:
        yield running


@pytest.fixture
def user(scene: Scene) -> dict[str, object]:
    """A person who has a chat with the bot."""
    return scene.server.private_chat()


@pytest.fixture
def group(scene: Scene) -> int:
    """A group that the bot is in."""
    return scene.server.group()
