"""Generated updates for the running bot: nothing may fail, and nothing malformed may leave it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from botapi import BotApi, Call, Params
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from running import Scene, bot_in_thread, wait_until
from updates import CONTENTS, PEOPLE, settle

from bot import limits, pacing
from index import Engine

EXPECTED = (
    *("not modified", "query is too old", "member not found", "to edit not found"),
    # The admin's commands are named once the admin has written.
    "setMyCommands: Bad Request: chat not found",
)
"""Refusals that Telegram gives to well-formed requests."""
FREELY = 1e-6
MOST_AT_ONCE = 200


class Faults(logging.Handler):
    """Counts what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.found[f"{record.name}: {record.msg}: {error!r}"] += 1


def unlimited(patch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for a turn, and limit nobody."""
    patch.setattr(pacing, "OVERALL", pacing.Pace(1, FREELY))
    patch.setattr(pacing, "PRIVATE", pacing.Pace(1, FREELY))
    patch.setattr(pacing, "GROUP", pacing.Pace(1, FREELY))
    patch.setattr(limits, "PERSON", limits.Rate(1, FREELY))
    patch.setattr(limits, "CHAT", limits.Rate(1, FREELY))


@contextmanager
def unhurried_bot(
    folder: Path, patch: pytest.MonkeyPatch, *, mode: str, engine: Engine
) -> Iterator[Scene]:
    """Run a bot that limits nobody, among all that the generated updates speak of, an admin too."""
    unlimited(patch)
    admin = str(PEOPLE[0]["id"])
    with (
        BotApi().running() as server,
        bot_in_thread(folder, mode=mode, engine=engine, server=server, ADMIN_IDS=admin) as scene,  # type: ignore[arg-type]  # The real one.
    ):
        # What an admin begins comes to its end.
        scene.build.finish.set()
        settle(server)
        yield scene


def feed(scene: Scene, count: int) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Feed so many generated updates; count them, the bot's requests, and what went wrong."""
    faults, kinds = Faults(), Counter[str]()
    requests, malformed = Counter[str](), Counter[str]()
    logging.getLogger().addHandler(faults)

    @settings(
        max_examples=max(1, count // 8),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(CONTENTS, min_size=8, max_size=8))
    def run(contents: list[tuple[str, Params]]) -> None:
        for kind, content in contents:
            scene.server.await_answer(content.get("guest_query_id") or content.get("id"))
            scene.server.push(kind, content)
            kinds[kind] += 1
        if kinds.total() % MOST_AT_ONCE < len(contents):
            settle_down()

    def settle_down() -> None:
        wait_until(lambda: is_done(scene), seconds=120)
        calls = list(scene.server.calls)
        del scene.server.calls[: len(calls)]
        requests.update(call.method for call in calls)
        malformed.update(filter(None, map(refusal, calls)))

    try:
        run()
        settle_down()
        assert scene.server.answer_to(scene.server.private_chat(), "/help")
    finally:
        logging.getLogger().removeHandler(faults)
    return kinds, requests, malformed + faults.found


def is_done(scene: Scene) -> bool:
    """Tell whether the bot has dealt with all that was for it."""
    return (
        scene.server.is_idle()
        and not scene.lifecycle.dispatch.in_hand + scene.lifecycle.dispatch.waiting
    )


def refusal(call: Call) -> str | None:
    """Return what the bot should not have sent; None for what is in order."""
    if call.error is None:
        return None
    said = f"{call.method}: {call.error}"
    return None if any(words in said for words in EXPECTED) else said
