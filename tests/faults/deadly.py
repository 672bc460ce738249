"""The program, except that a question about a skull ends it at once."""

from __future__ import annotations

import os
import signal
import sys

from bot import dispatch
from bot.__main__ import main
from index import Engine, Reply

SKULL = "骷髅"
_answer = Engine.answer


def _answer_or_end(engine: Engine, question: str, **options: object) -> Reply:
    if SKULL in question:
        os.kill(os.getpid(), signal.SIGKILL)
    return _answer(engine, question, **options)  # type: ignore[arg-type]  # Passed on as they come.


if __name__ == "__main__":
    dispatch.LATE_SECONDS = 1.0
    Engine.answer = _answer_or_end  # type: ignore[method-assign]  # It is what this is for.
    sys.exit(main())
