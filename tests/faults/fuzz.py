"""Feed COUNT generated updates to the bot: ``python tests/faults/fuzz.py COUNT``.

No error may be logged, and no request may be one that Telegram would refuse as malformed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fuzzing import feed, unhurried_bot  # noqa: E402 - Found through the line above.

from index import Engine, build  # noqa: E402 - As above.


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how many there were of each kind, and what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("--mode", choices=["polling", "webhook"], default="polling")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        build(ROOT / "corpus", folder)
        engine = Engine.open(folder)
        with unhurried_bot(folder, patch, mode=options.mode, engine=engine) as scene:
            kinds, requests, wrong = feed(scene, options.count)
    shown = ", ".join(f"{kind} {number}" for kind, number in kinds.most_common())
    print(f"{kinds.total()} updates in {time.monotonic() - began:.0f} s: {shown}")
    shown = ", ".join(f"{method} {number}" for method, number in requests.most_common())
    print(f"{requests.total()} requests: {shown}")
    print(f"{wrong.total()} wrong")
    for what, number in wrong.most_common(20):
        print(f"{number:>8} {what}")
    return int(wrong.total() > 0)


if __name__ == "__main__":
    sys.exit(main())
