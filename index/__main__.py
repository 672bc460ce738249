"""The command line: ``python -m index build | ask | check | import | evaluate``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from tqdm import tqdm

from . import evaluation
from .building import build
from .checking import check
from .choosing import search_engine
from .encoder import load_encoder
from .engine import Engine
from .errors import IndexingError, NoGenerationError
from .generations import Layout
from .importing import FIELDS, import_file
from .live import Live
from .presentation import as_object, readable, report_lines, score_line
from .public_tasks import public_scores
from .searching import SearchEngine
from .types import BuildReport, OnProgress, Progress, Quote

FAILED = 1
MISUSED = 2


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are, by the environment or the file ``.env``."""

    corpus: Path
    data: Path
    model: str | None
    reranker: str | None
    search_engine: SearchEngine

    @classmethod
    def from_env(cls, environ: dict[str, str | None]) -> Places:
        """Read the variables of the README's table; the first that is wrong is an error."""
        return cls(
            corpus=Path(environ.get("CORPUS_DIR") or "corpus"),
            data=Path(environ.get("DATA_DIR") or "data"),
            model=environ.get("EMBEDDING_MODEL") or None,
            reranker=environ.get("RERANKER_MODEL") or None,
            search_engine=search_engine(environ.get("SEARCH_ENGINE_URI")),
        )


def main() -> int:
    """Run the command of the command line; return the exit code."""
    arguments = _parser().parse_args()
    if isinstance(sys.stdout, TextIOWrapper):
        # Quotes are in any script, whatever the terminal; a question may hold half a character.
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        places = Places.from_env({**dotenv_values(".env"), **os.environ})
        code: int = arguments.run(arguments, places)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads, `head` for one, wants no more; at its end Python would try once again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (IndexingError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return FAILED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index", description="Verbatim quotes from a corpus."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="corpus -> new index")
    build.add_argument("--full", action="store_true", help="read and encode everything again")
    build.set_defaults(run=_build)
    ask = commands.add_parser("ask", help="question -> quotes with citations")
    ask.add_argument("question", nargs="*", help="the question, in any of the four languages")
    ask.add_argument("--batch", type=Path, metavar="FILE", help="one JSON question a line")
    ask.add_argument("--json", action="store_true", help="print one JSON object")
    ask.add_argument("--context", metavar="PREVIOUS", help="the question before this one")
    ask.add_argument("-k", type=_count, default=3, metavar="N", help="quotes at most (3)")
    ask.add_argument("--distinct", action="store_true", help="at most one quote a document")
    ask.set_defaults(run=_ask)
    check = commands.add_parser("check", help="prove corpus and index sound")
    check.set_defaults(run=_check)
    add = commands.add_parser("import", help=".txt .md .html .pdf .docx -> the corpus")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    for field in FIELDS:
        add.add_argument(f"--{field}", help="what the file doesn't tell, or tells wrong")
    add.set_defaults(run=_import)
    evaluate = commands.add_parser("evaluate", help="scores on gold questions")
    evaluate.add_argument("gold", type=Path, metavar="GOLD.jsonl")
    evaluate.add_argument("--floors", type=Path, default=Path("tests/quality/floors.json"))
    evaluate.add_argument(
        "--public", type=_folder, metavar="FOLDER", help="score its public question sets too"
    )
    evaluate.set_defaults(run=_evaluate)
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to 100, got {text!r}")
    return int(text)


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"expected a folder, found none at {text!r}")
    return Path(text)


def _build(arguments: argparse.Namespace, places: Places) -> int:
    for line in report_lines(_built(places, full=arguments.full)):
        print(line)
    return 0


def _built(places: Places, *, full: bool = False) -> BuildReport:
    with tqdm(unit=" texts", disable=None, file=sys.stderr) as bar:
        return build(
            places.corpus,
            places.data,
            model=places.model,
            search_engine=places.search_engine,
            full=full,
            on_progress=_shown_on(bar),
        )


def _shown_on(bar: tqdm[Any]) -> OnProgress:
    stage = ""

    def show(progress: Progress) -> None:
        nonlocal stage
        if progress.stage != stage:
            stage = progress.stage
            bar.reset(total=progress.total)
            bar.set_description(stage)
        bar.total = progress.total
        bar.update(progress.done - bar.n)

    return show


def _ask(arguments: argparse.Namespace, places: Places) -> int:
    question = " ".join(arguments.question)
    if bool(question.strip()) == bool(arguments.batch):
        print("error: ask takes a question, or --batch FILE", file=sys.stderr)
        return MISUSED
    engine = _engine(places)
    answer = partial(engine.answer, limit=arguments.k, distinct=arguments.distinct)
    if arguments.batch:
        for line in _batch(arguments.batch):
            reply = answer(line["question"], context=line["context"])
            print(_json({"id": line["id"], **as_object(reply)}), flush=True)
        return 0
    reply = answer(question, context=arguments.context)
    if arguments.json:
        print(_json({"id": None, **as_object(reply)}))
    else:
        print(readable(reply, styled=sys.stdout.isatty()))
    return 0


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _engine(places: Places) -> Engine:
    """Open the live generation, building the first one if there is none yet."""
    open_index = partial(
        Engine.open,
        places.data,
        model=places.model,
        reranker=places.reranker,
        search_engine=places.search_engine,
    )
    try:
        return open_index()
    except NoGenerationError:
        _built(places)
        return open_index()


def _batch(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield _asked(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise IndexingError(
                    f'{path}:{number}: expected {{"id": ..., "question": ...}} ({error!r})'
                ) from error


def _asked(line: dict[str, Any]) -> dict[str, Any]:
    question, context = line["question"], line.get("context")
    if not isinstance(question, str) or not isinstance(context, str | None):
        raise TypeError("question and context must be text")
    return {"id": line["id"], "question": question, "context": context}


def _check(_: argparse.Namespace, places: Places) -> int:
    def open_live(layout: Layout) -> Live:
        return Live(layout, load_encoder(places.model), places.search_engine)

    faults = list(check(places.corpus, places.data, open_live=open_live))
    for fault in faults:
        print(fault)
    if not faults:
        print("corpus and index are sound")
    return FAILED if faults else 0


def _import(arguments: argparse.Namespace, places: Places) -> int:
    told = {name: getattr(arguments, name) for name in FIELDS if getattr(arguments, name)}
    failed = False
    for path in arguments.paths:
        try:
            print(import_file(path, places.corpus, told))
        except IndexingError as error:
            failed = True
            print(f"error: {error}", file=sys.stderr)
    return FAILED if failed else 0


def _outcome(engine: Engine, gold: evaluation.Gold) -> evaluation.Outcome:
    reply = engine.answer(gold.question, context=gold.context)

    def is_verbatim(quote: Quote) -> bool:
        return engine.verify(quote, generation=reply.generation)

    return evaluation.judge(gold, reply, is_verbatim)


def _evaluate(arguments: argparse.Namespace, places: Places) -> int:
    gold = evaluation.read_gold(arguments.gold)
    engine = _engine(places)
    asked = tqdm(gold, unit=" questions", disable=None)
    outcomes = [_outcome(engine, question) for question in asked]
    found, measured = evaluation.scores(outcomes), evaluation.measures(outcomes)
    for score in found:
        print(score_line(score))
    for name, value in measured.items():
        print(f"{name:34} {value:6.1f}")
    if arguments.public:
        # As they come: all of them take minutes.
        for score in public_scores(arguments.public, model=places.model, ranker=engine.ranker):
            print(score_line(score), flush=True)
    floors = evaluation.read_floors(arguments.floors) if arguments.floors.exists() else {}
    missed = list(evaluation.below(found, measured, floors))
    for line in missed:
        print(line, file=sys.stderr)
    return FAILED if missed else 0


if __name__ == "__main__":
    sys.exit(main())
