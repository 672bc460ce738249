"""The text and the fields of a file of another kind, told by a process of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .confinement import Bounds, OverrunError, run_confined
from .errors import RefusedError
from .refusals import Reason, Refusal, disk_refusal, reason_named

BOUNDS = Bounds(seconds=90.0, memory=2 * 1024**3, output=64 * 1024**2)
MEGABYTE = 1024 * 1024
FILE_BYTES = 20 * MEGABYTE
TOO_MUCH = "it needs more time or memory than a document may"

PROGRAM = (
    "import runpy, sys; sys.path.append(sys.argv.pop(1)); "
    "runpy.run_module('conversion', run_name='__main__')"
)


def converted(path: Path) -> dict[str, Any]:
    """Return what the converting process tells of a file: its text, and the fields it found.

    Raises:
        RefusedError: The file is no document, or one that can't be read.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        problem = f"can't be read: {error.strerror}"
        raise RefusedError(path, problem, disk_refusal(error)) from error
    if size > FILE_BYTES:
        limit, found = f"{FILE_BYTES / MEGABYTE:.0f}", f"{size / MEGABYTE:.1f}"
        refusal = Refusal(Reason.TOO_LARGE, limit, found)
        raise RefusedError(path, f"expected at most {FILE_BYTES} bytes, found {size}", refusal)
    told = _told(path)
    if "error" in told:
        named = {name: str(told.get(name, "")) for name in ("expected", "found")}
        refusal = Refusal(reason_named(told.get("reason")), **named)
        raise RefusedError(path, str(told["error"]), refusal)
    return told


def _told(path: Path) -> dict[str, Any]:
    # The folder comes last on the path, since its modules have names that others have too.
    arguments = [str(Path(__file__).parent), str(path.absolute())]
    try:
        told: dict[str, Any] = json.loads(run_confined(PROGRAM, arguments, BOUNDS))
    except OverrunError as error:
        raise RefusedError(path, str(error), Refusal(Reason.OVERRUN)) from None
    except ValueError:
        raise RefusedError(path, TOO_MUCH, Refusal(Reason.OVERRUN)) from None
    return told
