"""What several tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before any library is loaded: threads of small matrix products only get in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows the characters of tests/corpus and nothing of their meaning."""
    from models import make_tiny_model

    return make_tiny_model(tmp_path_factory.mktemp("model") / "tiny")
