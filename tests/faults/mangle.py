"""Import COUNT mangled files, as an upload is imported: ``python tests/faults/mangle.py COUNT``.

Each must become a document of the corpus or be refused in one line; anything else is a failure.
``--first SEED`` begins elsewhere; Ctrl-C ends early, with the counts so far.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from mangling import Mangled, mangled, well_formed  # noqa: E402 - Found through the line above.

from index import IndexingError, add_document, read_foreign  # noqa: E402 - As above.


@dataclass
class Tally:
    """What became of the files."""

    files: int = 0
    failures: int = 0
    fates: collections.Counter[str] = field(default_factory=collections.Counter)
    slowest: tuple[float, str] = (0.0, "")

    def note(self, seed: int, file: Mangled, folder: Path) -> None:
        """Import a file and count what became of it."""
        began, name = time.monotonic(), f"seed {seed} ({file.how})"
        try:
            self.fates[fate(file, folder).split(":")[0][:60]] += 1
        except Exception as error:
            self.failures += 1
            print(f"{name}: {type(error).__name__}: {error}", flush=True)
        self.files += 1
        self.slowest = max(self.slowest, (time.monotonic() - began, name))


def fate(file: Mangled, folder: Path) -> str:
    """Import a file; return ``added``, or the problem. An error of any other kind comes through."""
    path = folder / file.name
    path.write_bytes(file.content)
    try:
        add_document(read_foreign(path), folder / "corpus")
    except IndexingError as error:
        line = str(error)
        assert "\n" not in line, line
        assert len(line) < 500, line
        return str(getattr(error, "problem", line))
    finally:
        path.unlink()
    return "added"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0)
    arguments = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        files = well_formed(Path(folder))
        for seed in range(arguments.first, arguments.first + arguments.count):
            tally.note(seed, mangled(seed, files), Path(folder))
    for problem, number in tally.fates.most_common():
        print(f"{number:6}  {problem}")
    seconds, file = tally.slowest
    print(f"{tally.files} files, {tally.failures} failures; slowest {seconds:.1f} s, {file}")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
