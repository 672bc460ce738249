"""Which update the task at hand handles, and what became of it so far."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

Statement = tuple[str, tuple[object, ...]]


@dataclass(slots=True)
class Handling:
    """One update in the hands of one task."""

    seq: int
    """Its number in the journal."""
    notice: int | None = None
    """A message that told the asker to wait, which the answer takes the place of."""
    postpone_seconds: float | None = None
    """Set when Telegram could not be reached: the update is handled again after so long."""
    again: bool = False
    """It was let in before, and its handling did not come to an end."""
    maybe_sent: bool = False
    """A message went out and its fate is not known."""
    has_sent: bool = False

    def sent(self, message_id: int) -> Statement:
        """Note that a message was sent; return the statement by which it is remembered."""
        self.has_sent = True
        change = "UPDATE incoming SET sent = ? WHERE seq = ? AND sent IS NULL"
        return change, (message_id, self.seq)

    def told(self, message_id: int) -> Statement:
        """Note the message that tells the asker to wait; return its statement."""
        self.notice = message_id
        return "UPDATE incoming SET notice = ? WHERE seq = ?", (message_id, self.seq)


# Each update is handled in a task of its own, whose context this is: it never mixes two updates.
_current: ContextVar[Handling | None] = ContextVar("current", default=None)


def begin(handling: Handling) -> None:
    """Make an update the one that this task handles."""
    _current.set(handling)


def current() -> Handling | None:
    """Return what this task handles; None outside of any update."""
    return _current.get()
