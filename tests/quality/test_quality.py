"""The gold questions on the real corpus, through the command line, against the stored floors."""

import json
import re
import sys
from pathlib import Path

import pytest

import index.__main__ as command_line
from index import Answer, Engine, build

HERE = Path(__file__).parent
CORPUS = HERE.parent.parent / "corpus"

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def real_data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


def run(monkeypatch, data_dir, *arguments):
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    monkeypatch.setenv("CORPUS_DIR", str(CORPUS))
    monkeypatch.delenv("EMBEDDING_MODEL", raising=False)
    monkeypatch.setattr(sys, "argv", ["index", *arguments])
    return command_line.main()


def test_the_scores_hold_their_floors(monkeypatch, real_data_dir, capsys):
    """No score is below its floor, and the first quote is no longer than its bound."""
    gold, floors = str(HERE / "dev.jsonl"), str(HERE / "floors.json")

    code = run(monkeypatch, real_data_dir, "evaluate", gold, "--floors", floors)

    output = capsys.readouterr()
    print(output.out)
    assert (code, output.err) == (0, "")


@pytest.mark.parametrize("corpus", [CORPUS, HERE.parent / "corpus"], ids=["shipped", "tests"])
def test_questions_of_everyday_life_are_declined(corpus, tmp_path):
    """Of either corpus, at most one in ten finds something like an answer."""
    build(corpus, tmp_path)
    engine = Engine.open(tmp_path)
    questions = (HERE / "elsewhere.txt").read_text("utf-8").splitlines()

    answered = [q for q in questions if isinstance(engine.answer(q), Answer)]

    print(answered)
    assert len(questions) > 50
    assert len(answered) <= len(questions) / 10


def test_a_floor_that_is_not_held_fails(monkeypatch, real_data_dir, tmp_path, capsys):
    """A floor above what is scored makes the command fail and names the score."""
    floors = tmp_path / "floors.json"
    floors.write_text('{"answer@1": 1.01}', "utf-8")

    code = run(
        monkeypatch,
        real_data_dir,
        "evaluate",
        str(HERE / "dev.jsonl"),
        "--floors",
        str(floors),
    )

    assert code == 1
    assert "answer@1" in capsys.readouterr().err


def test_the_real_corpus_and_its_index_are_sound(monkeypatch, real_data_dir, capsys):
    """`check` finds no fault in what is shipped."""
    run(monkeypatch, real_data_dir, "ask", "峰会在哪里举行")
    capsys.readouterr()

    code = run(monkeypatch, real_data_dir, "check")

    assert (code, capsys.readouterr().out) == (0, "corpus and index are sound\n")


def test_the_exchange_of_the_readme_is_real(monkeypatch, real_data_dir, capsys):
    """What the first screen shows is what is answered: the quote, its bold sentence, or none."""
    readme = (HERE.parent.parent / "README.md").read_text("utf-8").split("## Try it")[0]
    exchanges = re.findall(
        r"^> \*\*(.+)\*\*\n>\n> (?:> \*\*(.+?)\*\*(.*)\n)?", readme, re.MULTILINE
    )
    assert len(exchanges) == 3

    for question, highlight, rest in exchanges:
        run(monkeypatch, real_data_dir, "ask", question, "--json")
        reply = json.loads(capsys.readouterr().out.splitlines()[-1])
        first = reply["quotes"][0] if reply["quotes"] else {"text": "", "highlight": ""}
        assert (first["highlight"], first["text"]) == (highlight, highlight + rest)
