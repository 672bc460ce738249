"""Ask the same questions of local files and of Milvus: the share of equal answers, and the times.

    PYTHONPATH=.:tests python tests/benchmarks/engines.py FOLDER [--uri URI] [--questions 1000]

FOLDER holds public question sets in SQuAD's format: cmrc2018_dev.json and xquad.{zh,en,ru}.json.
Without an address a Milvus Lite of the tests' packages is started.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import milvus_servers
from measuring import table
from tqdm import tqdm

from index import Abstention, Engine, Reply, SearchDownError, build, search_engine
from index.public_tasks import read_question_set, write_corpus

PARAGRAPHS = ("cmrc2018_dev.json", "xquad.zh.json")
QUESTIONS = (*PARAGRAPHS, "xquad.en.json", "xquad.ru.json")
STAGES = ("dense", "lexical", "total")


@dataclass(frozen=True, slots=True)
class Pair:
    """What the two engines say to one question."""

    question: str
    local: Reply
    remote: Reply

    @property
    def same(self) -> bool:
        """Whether both show the same quotes, or abstain with the same nearest ones."""
        return shown(self.local) == shown(self.remote)


def main() -> int:
    options = parsed()
    with ExitStack() as opened:
        scratch = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        uri = options.uri
        if not uri:
            server = milvus_servers.lite(scratch / "server")
            uri = opened.enter_context(milvus_servers.running(server)).uri
        pairs = list(compared(options.folder, scratch, uri, options.questions))
    report(pairs)
    return 0


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--uri", help="of a Milvus that runs")
    parser.add_argument("--questions", type=int, default=1000)
    return parser.parse_args()


def compared(folder: Path, scratch: Path, uri: str, count: int) -> Iterator[Pair]:
    sets = [read_question_set(folder / name) for name in PARAGRAPHS]
    texts = [" ".join(text.split()) for one in sets for text in one.paragraphs]
    write_corpus(scratch / "corpus", [("x", text) for text in texts])
    engines = []
    for number, engine in enumerate((search_engine(None), search_engine(uri))):
        data = scratch / f"data{number}"
        made = build(scratch / "corpus", data, search_engine=engine)
        print(f"{made.chunks} chunks, built in {made.seconds:.1f} s", flush=True)
        engines.append(Engine.open(data, search_engine=engine))
    asked = [q.text for name in QUESTIONS for q in read_question_set(folder / name).questions]
    step = max(1, len(asked) // count)
    for question in tqdm(asked[::step][:count], disable=None):
        yield Pair(question, *(answer(engine, question) for engine in engines))


def answer(engine: Engine, question: str) -> Reply:
    """Ask again where a busy machine's engine took longer than a person is let wait."""
    for _ in range(5):
        try:
            return engine.answer(question)
        except SearchDownError as error:
            print(f"asked again: {error}", flush=True)
            time.sleep(6)
    return engine.answer(question)


def shown(reply: Reply) -> tuple[object, ...]:
    quotes = reply.nearest if isinstance(reply, Abstention) else reply.quotes
    return type(reply), *((quote.document, quote.span, quote.highlight) for quote in quotes)


def report(pairs: list[Pair]) -> None:
    same = sum(pair.same for pair in pairs)
    print(f"{same} of {len(pairs)} answers are the same ({same / len(pairs):.1%})")
    apart = max(abs(pair.local.confidence - pair.remote.confidence) for pair in pairs)
    print(f"confidences differ by {apart:.2g} at most")
    for pair in pairs:
        if not pair.same:
            print(f"- {pair.question}\n  {shown(pair.local)}\n  {shown(pair.remote)}")
    rows = [
        [name, *(median(pairs, name, stage) for stage in STAGES)] for name in ("local", "remote")
    ]
    print(table(["engine", *STAGES], rows))


def median(pairs: list[Pair], name: str, stage: str) -> str:
    return f"{statistics.median(getattr(pair, name).timing_ms[stage] for pair in pairs):.1f}"


if __name__ == "__main__":
    sys.exit(main())
