"""The program by a clock that somebody sets: ``python jumping.py FILE``.

The file says how many seconds it is ahead of the machine's.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

_true_time = time.time


def _set_time() -> float:
    return _true_time() + float(Path(sys.argv[1]).read_text())


if __name__ == "__main__":
    # Before the program is loaded, which keeps the function as a default.
    time.time = _set_time
    from bot.__main__ import main

    sys.exit(main([]))
