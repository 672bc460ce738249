"""What is lost and gained where common characters are counted and not looked up.

``python tests/benchmarks/rescoring.py FOLDER 1000000`` makes an archive of so many paragraphs from
the public question sets of FOLDER, builds it, and searches its words in several ways, side by side.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean, median

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from benchmarks.archives import read_material, write_archive  # noqa: E402 - Behind the path.
from benchmarks.measuring import table  # noqa: E402 - As above.

from index import Engine, build, live, rescoring  # noqa: E402 - As above.
from index.querying import make_query  # noqa: E402 - As above.
from index.ranking import RETRIEVED  # noqa: E402 - As above.
from index.rescoring import RescoredSearch  # noqa: E402 - As above.

QUESTIONS = 150
WAYS = ((100, 0.08), (200, 0.08), (400, 0.08), (800, 0.08), (400, 0.16), (400, 0.04), (400, 0.02))
"""Chunks that are found without common characters, and the share of chunks that makes one so."""
Tokens = Mapping[str, float]


def main() -> int:
    """Print a table, one way a row."""
    parser = argparse.ArgumentParser(prog="rescoring.py")
    parser.add_argument("folder", type=Path)
    parser.add_argument("size", type=int)
    parser.add_argument("--data", type=Path, help="an index of such an archive, already built")
    options = parser.parse_args()
    material = read_material(options.folder)
    asked = random.Random(2).sample(material.questions, QUESTIONS)  # noqa: S311 - It has to repeat.
    with tempfile.TemporaryDirectory() as scratch:
        corpus, data = Path(scratch) / "corpus", options.data or Path(scratch) / "data"
        if not options.data:
            write_archive(corpus, material, options.size)
            build(corpus, data)
        _measure(data, asked)
    return 0


def _measure(data: Path, asked: Sequence[str]) -> None:
    live.MANY = 1
    opened = Engine.open(data)._live
    search = opened.lexical
    assert isinstance(search, RescoredSearch)
    tokens = [make_query(question, opened.resources).tokens() for question in asked]
    print(f"{len(search):,} chunks")
    head = ["found", "common from", "50 best", "10 best", "score off", "ms", "all words, ms"]
    print(table(head, list(_rows(search, tokens))))


def _rows(search: RescoredSearch, asked: Sequence[Tokens]) -> Iterator[list[str]]:
    for found, common in WAYS:
        rescoring.FOUND, rescoring.COMMON = found, common
        told = [_compared(search, tokens) for tokens in asked]
        fifty, ten, off, ours, theirs = zip(*told, strict=True)
        yield [
            str(found),
            f"{common:.2f}",
            f"{mean(fifty):.4f}",
            f"{mean(ten):.4f}",
            f"{max(off):.1e}",
            f"{median(ours):.1f}",
            f"{median(theirs):.1f}",
        ]


def _compared(search: RescoredSearch, tokens: Tokens) -> tuple[float, float, float, float, float]:
    """Return what share of the best is found, how far scores are off, and the ms of both ways."""
    began = time.perf_counter()
    ours = dict(search.search(tokens, RETRIEVED))
    between = time.perf_counter()
    theirs = dict(search.whole.search(tokens, RETRIEVED))
    ended = time.perf_counter()
    shares = []
    for count in (RETRIEVED, 10):
        best = list(theirs)[:count]
        shares.append(len({*best} & {*list(ours)[:count]}) / max(1, len(best)))
    apart = (abs(ours[row] / score - 1) for row, score in theirs.items() if row in ours)
    off = max(apart, default=0.0)
    return shares[0], shares[1], off, 1000 * (between - began), 1000 * (ended - between)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
