"""Fifty people ask at the same moment, and one of their chats is slow: who waits for how long?"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from benchmarks.measuring import table
from benchmarks.passages import CORPUS
from botapi import Refusal
from running import bot_in_thread

from index import Answer, Engine, build
from index.evaluation import read_gold

QUESTIONS = Path(__file__).parent.parent / "quality" / "dev.jsonl"
PEOPLE = 50
SLOW_SECONDS = 5

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the first corpus."""
    data = tmp_path_factory.mktemp("crowd") / "data"
    build(CORPUS, data)
    return data


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_fifty_people_ask_at_once(data_dir: Path, mode: str):
    """Each gets the one answer to the own question; a chat that is told to wait delays itself."""
    engine = Engine.open(data_dir)
    asked = [gold.question for gold in read_gold(QUESTIONS) if not gold.context][:PEOPLE]
    with bot_in_thread(data_dir, mode=mode, engine=engine) as scene:  # type: ignore[arg-type]  # The real one.
        server = scene.server
        people = [server.private_chat() for _ in asked]
        slow = people[0]["id"]
        server.fail("sendMessage", Refusal("wait", 429, retry_after=SLOW_SECONDS), chat_id=slow)
        server.answer_to(server.private_chat(), "谁参加了会谈?")

        began: dict[int, float] = {}
        for person, question in zip(people, asked, strict=True):
            began[person["id"]] = time.monotonic()
            server.says(person, question)
        answers = {
            person["id"]: server.expect("sendMessage", person["id"], timeout=60)
            for person in people
        }
        time.sleep(1)

        for person, question in zip(people, asked, strict=True):
            reply = engine.answer(question)
            expected = [reply.quotes[0].text] if isinstance(reply, Answer) else []
            assert answers[person["id"]].quoted()[:1] == expected
            assert len(server.done("sendMessage", person["id"])) == 1
    waits = {chat: answers[chat].at - since for chat, since in began.items()}
    others = [wait for chat, wait in waits.items() if chat != slow]
    row = [mode, median(others), float(np.percentile(others, 95)), max(others), waits[slow]]
    head = ["mode", "median", "p95", "longest", "the slow chat"]
    print(f"\n{PEOPLE} people at once, seconds from the message to the answer\n")
    print(table(head, [[str(row[0]), *(f"{float(each):.2f}" for each in row[1:])]]))
    assert max(others) < waits[slow]
