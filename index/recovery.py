"""Opening the current generation, and where that one is damaged, the newest sound one besides."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .canaries import canary_faults
from .errors import GenerationError, MismatchError, NoGenerationError, SearchDownError
from .generations import Layout, current
from .live import Live
from .retention import finished
from .verification import faults as file_faults

logger = logging.getLogger(__name__)

OpenLive = Callable[[Layout], Live]
"""Opens one generation, after its hashes were found right."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation that may serve."""

    live: Live
    fault: str | None = None
    """Why this is not the current one, as one line; None if it is."""


def require_built(data_dir: Path) -> None:
    """Raise `NoGenerationError` where nothing was built, before a model is loaded in vain."""
    try:
        current(data_dir)
    except NoGenerationError:
        raise
    except GenerationError:
        return  # Another generation may be sound.


def open_sound(data_dir: Path, open_live: OpenLive) -> Opened:
    """Open the current generation; if it is damaged, the newest other one that is sound.

    The pointer stays: it is the next build, or a rollback, that mends what is current.

    Raises:
        NoGenerationError: Nothing has been built in `data_dir`.
        MismatchError: The current one is of another model or format: one must build.
        GenerationError: The current one is damaged, and there is no other.
    """
    try:
        layout = current(data_dir)
    except NoGenerationError:
        raise
    except GenerationError as error:
        return _other(data_dir, open_live, error, None)
    try:
        return Opened(_proven(layout, open_live))
    except MismatchError:
        raise
    except GenerationError as error:
        return _other(data_dir, open_live, error, layout)


def live_faults(live: Live) -> list[str]:
    """Return a line for each fault that an open generation has by now; none if it is sound."""
    found = list(file_faults(live.layout, live.manifest))
    # That the search engine is down is no damage, and told where it is asked.
    with suppress(SearchDownError):
        found.extend(canary_faults(live))
    return found


def _proven(layout: Layout, open_live: OpenLive) -> Live:
    live = open_live(layout)
    # A search engine that is down may be up when it is asked: that is no fault of the generation.
    with suppress(SearchDownError):
        for fault in canary_faults(live):
            raise GenerationError(f"{fault}; run `python -m index build`")
    return live


def _other(
    data_dir: Path, open_live: OpenLive, problem: GenerationError, damaged: Layout | None
) -> Opened:
    for layout in reversed(finished(data_dir)):
        if layout == damaged:
            continue
        try:
            live = _proven(layout, open_live)
        except GenerationError:
            continue
        fault = f"{problem} (until then {live.id} is served)"
        logger.error("%s", fault)
        return Opened(live, fault)
    raise problem
