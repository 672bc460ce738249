"""What a person asked just before, in the same chat and topic: for questions that lean on it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

KEPT_SECONDS = 600.0
KEPT_ASKERS = 5_000
LONGEST = 300
"""Characters; of a chain of questions that is longer, the last one is kept."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A person in one place, where one question may lean on another."""

    chat_id: int
    thread_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class _Asked:
    message_id: int | None
    words: str
    at: float


@dataclass(frozen=True, slots=True)
class FollowUps:
    """The last two questions of each asker, for some minutes, and in memory only."""

    clock: Callable[[], float] = time.monotonic
    # In the order of the times, because an asker is moved to the end with each question.
    _asked: dict[Asker, tuple[_Asked, ...]] = field(default_factory=dict, init=False)

    def before(self, asker: Asker, *, message_id: int | None) -> str | None:
        """Return the asker's question before the one in a message, unless it is too long ago.

        A message that was edited does not lean on what it said itself.
        """
        now = self.clock()
        for asked in reversed(self._asked.get(asker, ())):
            if asked.message_id is None or asked.message_id != message_id:
                return asked.words if now - asked.at <= KEPT_SECONDS else None
        return None

    def note(
        self, asker: Asker, question: str, *, message_id: int | None, understood_with: str | None
    ) -> None:
        """Remember a question, with the words that it borrowed, for the next one to lean on."""
        chain = f"{understood_with} {question}" if understood_with else question
        words = chain if len(chain) <= LONGEST else question
        earlier = self._asked.pop(asker, ())
        kept = tuple(asked for asked in earlier if asked.message_id != message_id)[-1:]
        self._asked[asker] = (*kept, _Asked(message_id, words, self.clock()))
        while len(self._asked) > KEPT_ASKERS or self._is_old(next(iter(self._asked))):
            del self._asked[next(iter(self._asked))]

    def forget(self, person_id: int) -> int:
        """Drop the questions of a person everywhere; return how many places had one."""
        found = [asker for asker in self._asked if asker.person_id == person_id]
        for asker in found:
            del self._asked[asker]
        return len(found)

    def _is_old(self, asker: Asker) -> bool:
        return self.clock() - self._asked[asker][-1].at > KEPT_SECONDS
