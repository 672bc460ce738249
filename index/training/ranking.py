"""Fit both models of the ranking, or show how well such a fit does.

`python -m index.training.ranking FOLDER --gold GOLD.jsonl` writes them into `index/builtin`;
`--validate` prints what the same fit scores on gold questions that it has not seen.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from ..building import build
from ..encoder import load_encoder
from ..evaluation import read_gold
from ..fitted import BUILT_IN, files_for
from ..generations import current
from ..live import Live
from .fusion_weight import best_weight, public_retrievals
from .validation import report
from .weights import fit, gathered


def main() -> int:
    """Fit, and write or validate."""
    options = _parser().parse_args()
    encoder = load_encoder(options.model)
    gold = read_gold(options.gold)
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch)
        build(options.corpus, data, model=options.model)
        live = Live(current(data), encoder)
        material = gathered(options.folder, gold, live, model=options.model)
        if options.validate:
            report(material, live, data)
        else:
            fitted = fit(material, gold, live)
            if options.model:
                weight = best_weight(public_retrievals(options.folder, model=options.model))
                ranker = replace(fitted.ranker, dense_weight=weight)
                own = files_for(options.data, encoder.id)
                replace(fitted, ranker=ranker).save(own)
            else:
                fitted.save(BUILT_IN)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index.training.ranking", description=__doc__)
    parser.add_argument("folder", type=Path, help="the public data")
    parser.add_argument("--gold", type=Path, required=True, help="gold questions on the corpus")
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--model", help="fit for this embedding model, not for the built-in one")
    parser.add_argument(
        "--data", type=Path, default=Path("data"), help="DATA_DIR, where such a fit is kept"
    )
    parser.add_argument("--validate", action="store_true", help="cross-validate, write nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
