"""The command line: ``python -m index build | ask | check | evaluate``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from tqdm import tqdm

from . import evaluation
from .building import build
from .checking import check
from .engine import Engine
from .errors import IndexingError, NoGenerationError
from .types import Abstention, Answer, BuildReport, OnProgress, Progress, Quote, Reply

FAILED = 1
MISUSED = 2
BOLD, DIM, PLAIN = "\033[1m", "\033[2m", "\033[0m"


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are, by the environment or the file ``.env``."""

    corpus: Path
    data: Path
    model: str | None

    @classmethod
    def from_env(cls, environ: dict[str, str | None]) -> Places:
        """Read ``CORPUS_DIR``, ``DATA_DIR`` and ``EMBEDDING_MODEL``; refuse what comes later."""
        engine, reranker = (environ.get(n) for n in ("SEARCH_ENGINE_URI", "RERANKER_MODEL"))
        if engine not in {None, "", "local"}:
            raise IndexingError(f"SEARCH_ENGINE_URI: this version has 'local' only, got {engine!r}")
        if reranker:
            raise IndexingError(f"RERANKER_MODEL: this version has none, got {reranker!r}")
        return cls(
            corpus=Path(environ.get("CORPUS_DIR") or "corpus"),
            data=Path(environ.get("DATA_DIR") or "data"),
            model=environ.get("EMBEDDING_MODEL") or None,
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
    build.add_argument("--full", action="store_true", help="encode every text again")
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
    evaluate = commands.add_parser("evaluate", help="scores on gold questions")
    evaluate.add_argument("gold", type=Path, metavar="GOLD.jsonl")
    evaluate.add_argument("--floors", type=Path, default=Path("tests/quality/floors.json"))
    evaluate.set_defaults(run=_evaluate)
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to 100, got {text!r}")
    return int(text)


def _build(arguments: argparse.Namespace, places: Places) -> int:
    _print_report(_built(places, full=arguments.full))
    return 0


def _built(places: Places, *, full: bool = False) -> BuildReport:
    with tqdm(unit=" texts", disable=None, file=sys.stderr) as bar:
        return build(
            places.corpus, places.data, model=places.model, full=full, on_progress=_shown_on(bar)
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


def _print_report(report: BuildReport) -> None:
    print(
        f"{report.generation}: {report.chunks} chunks, {report.sentences} sentences, "
        f"{report.encoded} texts encoded, {report.seconds:.1f} s"
    )
    changes = (("added", report.added), ("changed", report.changed), ("removed", report.removed))
    for verb, names in changes:
        for name in names:
            print(f"  {verb}: {name}")
    print(f"  unchanged: {len(report.unchanged)}")


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
            print(_json({"id": line["id"], **_as_object(reply)}), flush=True)
        return 0
    reply = answer(question, context=arguments.context)
    print(_json({"id": None, **_as_object(reply)}) if arguments.json else _readable(reply))
    return 0


def _engine(places: Places) -> Engine:
    """Open the live generation, building the first one if there is none yet."""
    try:
        return Engine.open(places.data, model=places.model)
    except NoGenerationError:
        _built(places)
        return Engine.open(places.data, model=places.model)


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


def _as_object(reply: Reply) -> dict[str, Any]:
    quotes = reply.quotes if isinstance(reply, Answer) else ()
    nearest = reply.nearest if isinstance(reply, Abstention) else ()
    return {
        "question": reply.question,
        "abstained": isinstance(reply, Abstention),
        "confidence": round(reply.confidence, 4),
        "quotes": [_quote_object(quote) for quote in quotes],
        "nearest": [_quote_object(quote) for quote in nearest],
        "generation": reply.generation,
        "timing_ms": dict(reply.timing_ms),
    }


def _quote_object(quote: Quote) -> dict[str, Any]:
    citation = asdict(quote.citation)
    citation["published"] = quote.citation.published.isoformat()
    citation["part"] = quote.citation.part.name.lower()
    for reference in citation["references"]:
        del reference["span"]
    return {
        "document": quote.document,
        "text": quote.text,
        "start": quote.span.start,
        "end": quote.span.end,
        "highlight": quote.highlighted,
        "highlight_start": quote.highlight.start,
        "highlight_end": quote.highlight.end,
        "score": quote.score,
        "citation": citation,
    }


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _readable(reply: Reply) -> str:
    if isinstance(reply, Answer):
        return "\n\n".join(_readable_quote(quote) for quote in reply.quotes)
    lines = "资料里没有回答这个问题的原话。 The sources don't answer this question."
    if not reply.nearest:
        return lines
    return f"{lines}\n\nNearest:\n\n{_readable_quote(reply.nearest[0])}"


def _readable_quote(quote: Quote) -> str:
    bold, dim, plain = (BOLD, DIM, PLAIN) if sys.stdout.isatty() else ("", "", "")
    start, end = (at - quote.span.start for at in (quote.highlight.start, quote.highlight.end))
    text = f"{quote.text[:start]}{bold}{quote.text[start:end]}{plain}{quote.text[end:]}"
    citation = quote.citation
    names = (citation.title, citation.section, citation.publisher, str(citation.published))
    lines = [f"┃ {text}", f"{dim}— {' · '.join(name for name in names if name)}{plain}"]
    for reference in citation.references:
        about = (reference.title, reference.publisher, reference.published)
        described = " · ".join(part for part in about if part)
        lines.append(f"{dim}  [{reference.number}] {described}{plain}")
    return "\n".join(lines)


def _check(_: argparse.Namespace, places: Places) -> int:
    faults = list(check(places.corpus, places.data))
    for fault in faults:
        print(fault)
    if not faults:
        print("corpus and index are sound")
    return FAILED if faults else 0


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
        low, high = score.interval
        print(f"{score.name:32} {score.value:6.3f}  [{low:.3f}, {high:.3f}]  n={score.count}")
    for name, value in measured.items():
        print(f"{name:32} {value:6.1f}")
    floors = evaluation.read_floors(arguments.floors) if arguments.floors.exists() else {}
    missed = list(evaluation.below(found, measured, floors))
    for line in missed:
        print(line, file=sys.stderr)
    return FAILED if missed else 0


if __name__ == "__main__":
    sys.exit(main())
