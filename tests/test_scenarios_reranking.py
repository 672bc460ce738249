"""The bot with a second reader behind it: what a person sees of it, and when it fails."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from botapi import utf16_slice
from rerankers import BrokenReranker, FakeReranker
from running import bot_in_thread

from index import Engine
from index.encoder import SentenceTransformerEncoder
from index.generations import current
from index.live import Live
from index.reranking import Reranker

QUESTION = "青石桥工程耗资多少亿元?"

pytestmark = pytest.mark.parametrize("mode", ["polling", "webhook"])


@pytest.fixture(scope="module")
def live(built_data_dir: Path, tiny_model: Path) -> Live:
    return Live(current(built_data_dir), SentenceTransformerEncoder(str(tiny_model)))


def bold(data_dir: Path, live: Live, reranker: Reranker, mode: str) -> str:
    """Return what is bold in the answer of a bot with this reranker."""
    engine = Engine(data_dir, live.resources.encoder, live, reranker=reranker)
    with bot_in_thread(data_dir, mode=mode, engine=engine) as scene:
        answer = scene.server.answer_to(scene.server.private_chat(), QUESTION)
    entities = answer.params["entities"]
    return next(utf16_slice(answer.text, each) for each in entities if each["type"] == "bold")


def test_a_person_is_shown_what_the_second_reader_prefers(data_dir, live, mode):
    """Its sentence is the bold one, in the document's own characters."""
    shown = bold(data_dir, live, FakeReranker("属于每一个人"), mode)

    assert shown == "市长林若海说：“这座桥属于每一个人。”"


def test_a_person_is_answered_when_the_second_reader_fails(data_dir, live, mode, caplog):
    """As without it; the log tells the operator, and not what was asked."""
    with caplog.at_level(logging.ERROR):
        shown = bold(data_dir, live, BrokenReranker(), mode)

    assert "3.2亿元" in shown
    assert "RERANKER_MODEL failed (RuntimeError)" in caplog.text
    assert QUESTION not in caplog.text
