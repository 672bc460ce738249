"""`python -m index.training FOLDER`: make everything in `index/builtin` from public data."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ..vocabulary import load_vocabulary
from .card import model_card
from .collection import read_collection
from .recipe import DEFAULT, make_lexicon, make_tables, measure, train
from .sources import MEASURED_ON, SOURCES, DataError, verify

OUT = Path(__file__).parent.parent / "builtin"


def main(arguments: Sequence[str] | None = None) -> int:
    """Train into a folder, then measure what was written; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.tables:
            verify(options.folder, SOURCES)
            collection = read_collection(options.folder)
            make_tables(collection, options.out)
            make_lexicon(collection, load_vocabulary(), options.out)
            return 0
        if not options.evaluate:
            verify(options.folder, SOURCES)
            train(options.folder, options.out, DEFAULT)
        verify(options.folder, MEASURED_ON)
    except DataError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    model = options.out / "model"
    scores = measure(options.folder, model)
    (model / "README.md").write_text(model_card(scores), encoding="utf-8")
    sys.stdout.write(scores)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index.training", description=__doc__)
    parser.add_argument(
        "folder", type=Path, help="the public data, files as `sources.py` lists them"
    )
    parser.add_argument(
        "--out", type=Path, default=OUT, help="where to write (default: %(default)s)"
    )
    parser.add_argument(
        "--evaluate", action="store_true", help="only measure what is in --out, for its card"
    )
    parser.add_argument(
        "--tables",
        action="store_true",
        help="only make the frequencies, the synonyms and the lexicon",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
