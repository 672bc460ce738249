"""How what a kill left in hand is begun again, so that one at fault is told from the others.

At the first start after the kill a few at once, as any of them may be at fault; at the two after
that alone, before all others; at last when the program has run for a while. An update that was only
near when somebody else ended the program is not killed at each of these by chance.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from .journal import MOST_TRIES, Entry

COMPANY = 8
"""So many at once keep line and pace busy, and are under suspicion after another kill."""
PATIENCE_SECONDS = 5.0
"""What takes longer, such as a chat that is closed for a while, holds up others no more."""
LATE_SECONDS = 60.0
"""The last attempt comes so long after the start: few programs are killed then by chance."""
ALONE = "alone"
LATE = "late"


def lane_apart(entry: Entry) -> Hashable:
    """Return the lane of what is handled apart from its chat; None for all else."""
    if not entry.tries:
        return None
    return LATE if entry.tries == MOST_TRIES - 1 else ALONE


@dataclass(slots=True)
class Replays:
    """Those in hand that an earlier run had begun."""

    _in_hand: dict[int, Hashable] = field(default_factory=dict, init=False)

    def admits(self, entry: Entry) -> bool:
        """Tell whether an update may be begun beside them."""
        if ALONE in self._in_hand.values():
            return False
        if lane_apart(entry) is ALONE:
            return not self._in_hand
        return entry.tries is None or len(self._in_hand) < COMPANY

    def begin(self, entry: Entry) -> bool:
        """Note that an update is in hand; tell whether it is one of them."""
        if entry.tries is not None:
            self._in_hand[entry.seq] = lane_apart(entry)
        return entry.tries is not None

    def end(self, entry: Entry) -> None:
        """Note that an update is in hand no more, or need not be waited for."""
        self._in_hand.pop(entry.seq, None)
