"""People who go on asking while things go wrong, and the count of what they got."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from botapi import BotApi, Call

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "corpus"
WAITING = "你排在第"
"""What the bot says to who waits."""


def questions() -> list[str]:
    """Return the development questions that lean on no other."""
    lines = (ROOT / "tests" / "quality" / "dev.jsonl").read_text("utf-8").splitlines()
    read = [json.loads(line) for line in lines if line.strip()]
    return [gold["question"] for gold in read if not gold.get("context")]


@dataclass
class Crowd:
    """Every question comes from a person of its own, so that no limit of theirs matters."""

    server: BotApi
    asked: dict[tuple[int, int], float] = field(default_factory=dict)
    """When each question was asked, by chat and message."""
    _texts: Iterator[str] = field(default_factory=lambda: itertools.cycle(questions()))

    def ask(self) -> None:
        """Let a new person ask the next question, which is delivered until it is taken."""
        person = self.server.private_chat("zh-hans")
        message = self.server.store(person["id"], {"from": person, "text": next(self._texts)})
        self.asked[person["id"], message["message_id"]] = time.monotonic()
        self.server.push("message", message)

    @contextmanager
    def asking(self, rate: float) -> Iterator[None]:
        """Ask so many questions a second while the body runs."""
        ended = threading.Event()

        def go_on() -> None:
            while not ended.wait(1 / rate):
                # A webhook that is down is called again and again: the next one doesn't wait.
                threading.Thread(target=self.ask, daemon=True).start()

        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def answers(self) -> dict[tuple[int, int], list[Call]]:
        """Return what was sent in reply to each question."""
        found: dict[tuple[int, int], list[Call]] = {place: [] for place in self.asked}
        for call in self.server.done("sendMessage"):
            place = call.chat_id or 0, call.params.get("reply_parameters", {}).get("message_id", 0)
            if place in found:
                found[place].append(call)
        return found

    def wait(self, seconds: float) -> None:
        """Wait until every question has an answer, or none has come for so long."""
        open_before, deadline = -1, time.monotonic() + seconds
        while time.monotonic() < deadline:
            still = len(self.unanswered())
            if not still:
                return
            if still != open_before:
                open_before, deadline = still, time.monotonic() + seconds
            time.sleep(0.5)

    def _is_answered(self, call: Call) -> bool:
        """Tell whether a message is more than a place in the line, by what it became."""
        message = self.server.messages[call.chat_id or 0, call.result["message_id"]]
        return WAITING not in message["text"]

    def unanswered(self) -> list[tuple[int, int]]:
        """Return the chat and message of each question without an answer."""
        answers = self.answers().items()
        return [place for place, sent in answers if not any(map(self._is_answered, sent))]

    def tally(self) -> Counter[str]:
        """Count questions, lost ones, further answers to one, and quotes of no document."""
        texts = [path.read_text("utf-8") for path in CORPUS.glob("*.md")]
        counted = Counter(asked=len(self.asked), lost=len(self.unanswered()), twice=0, wrong=0)
        for sent in self.answers().values():
            counted["twice"] += max(0, len(sent) - 1)
            for quote in (quote for call in sent for quote in call.quoted()):
                counted["wrong"] += not any(quote in text for text in texts)
        return counted
