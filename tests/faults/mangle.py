"""Import COUNT mangled files, as an upload is imported: ``python tests/faults/mangle.py COUNT``.

Each must become a document of the corpus or be refused in one line; anything else is a failure.
``--first SEED`` begins elsewhere.
"""

from __future__ import annotations

import argparse
import collections
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from mangling import Mangled, mangled, well_formed  # noqa: E402 - Found through the line above.

from index import IndexingError, add_document, read_foreign  # noqa: E402 - As above.


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
    fates, failures, slowest = collections.Counter[str](), 0, (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        files = well_formed(Path(folder))
        for seed in range(arguments.first, arguments.first + arguments.count):
            file, began = mangled(seed, files), time.monotonic()
            try:
                fates[fate(file, Path(folder)).split(":")[0][:60]] += 1
            except Exception as error:
                failures += 1
                print(f"seed {seed} ({file.how}): {type(error).__name__}: {error}", flush=True)
            slowest = max(slowest, (time.monotonic() - began, f"seed {seed} ({file.how})"))
    for problem, number in fates.most_common():
        print(f"{number:6}  {problem}")
    print(f"{arguments.count} files, {failures} failures; slowest {slowest[0]:.1f} s, {slowest[1]}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
