import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.__main__ import main
from index.generations import current

ROOT = Path(__file__).parent.parent
QUESTION = "青石桥工程历时多少个月，耗资多少亿元？"
TOP_KEYS = {"question", "abstained", "confidence", "quotes", "nearest", "timing_ms"}
QUOTE_KEYS = {
    "document",
    "text",
    "start",
    "end",
    "highlight",
    "highlight_start",
    "highlight_end",
    "score",
    "citation",
}
CITATION_KEYS = {"title", "publisher", "published", "section", "url", "references"}
REFERENCE_KEYS = {"number", "title", "publisher", "published", "url"}


@pytest.fixture
def places(corpus_dir, data_dir, tiny_model):
    return {
        "CORPUS_DIR": str(corpus_dir),
        "DATA_DIR": str(data_dir),
        "EMBEDDING_MODEL": str(tiny_model),
    }


@pytest.fixture
def run(places, monkeypatch, capsys, tmp_path):
    """Run a command line in this process; return exit code, standard output and error."""
    for name, value in places.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)  # Where no .env is.

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["index", *map(str, arguments)])
        try:
            code = main()
        except SystemExit as stop:
            code = stop.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def run_program(places, *arguments):
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "index", *arguments],
        cwd=ROOT,
        env={**os.environ, **places},
        capture_output=True,
        check=False,
    )


def one_error_line(err):
    """Return the only line of an error output, which must be one that a person can read."""
    (line,) = err.strip().splitlines()
    assert "Traceback" not in line
    return line


def test_the_first_question_builds_the_index(places, tmp_path):
    """A new machine: one command builds and answers, with nothing but JSON on its output."""
    empty = {**places, "DATA_DIR": str(tmp_path / "new"), "PYTHONIOENCODING": "ascii"}

    found = run_program(empty, "ask", "--json", QUESTION)

    assert found.returncode == 0, found.stderr.decode()
    assert QUESTION in found.stdout.decode("utf-8")
    assert json.loads(found.stdout)["question"] == QUESTION
    assert current(tmp_path / "new").manifest.exists()


def test_an_unknown_model_is_one_line(places, tmp_path):
    """Whatever the libraries below have to say, the program says one line and exits with 1."""
    found = run_program({**places, "EMBEDDING_MODEL": str(tmp_path)}, "ask", QUESTION)

    assert found.returncode == 1
    assert found.stdout == b""
    assert one_error_line(found.stderr.decode()).startswith("error: EMBEDDING_MODEL: can't load")


def check_quote(quote, documents):
    assert set(quote) >= QUOTE_KEYS
    assert set(quote["citation"]) >= CITATION_KEYS
    assert all(set(entry) >= REFERENCE_KEYS for entry in quote["citation"]["references"])
    assert quote["text"] in documents[quote["document"]]
    assert quote["end"] - quote["start"] == len(quote["text"])
    inside = quote["highlight_start"] - quote["start"]
    assert quote["text"][inside:].startswith(quote["highlight"])
    assert quote["highlight_end"] - quote["highlight_start"] == len(quote["highlight"])


def test_the_object_of_an_answer_has_its_keys(run, corpus_dir):
    """They are the interface that is measured from outside."""
    documents = {path.stem: path.read_text("utf-8") for path in corpus_dir.glob("*.md")}

    code, out, _ = run("ask", "--json", QUESTION)

    reply = json.loads(out)
    assert code == 0
    assert set(reply) >= TOP_KEYS
    assert reply["abstained"] is False
    assert reply["nearest"] == []
    assert 0 < reply["confidence"] <= 1
    assert reply["quotes"][0]["citation"]["published"] == "2024-05-03"
    assert set(reply["timing_ms"]) == {"encode", "dense", "lexical", "quote", "read", "total"}
    for quote in reply["quotes"]:
        check_quote(quote, documents)


def test_the_object_of_an_abstention_has_the_same_shape(run, corpus_dir):
    """No quote, and what came closest in its place."""
    documents = {path.stem: path.read_text("utf-8") for path in corpus_dir.glob("*.md")}

    code, out, _ = run("ask", "--json", "光合作用需要什么条件？")

    reply = json.loads(out)
    assert code == 0
    assert (reply["abstained"], reply["quotes"]) == (True, [])
    for quote in reply["nearest"]:
        check_quote(quote, documents)


def test_references_are_printed_with_the_quote(run):
    """The footnotes inside a quote are resolved, in both forms of output."""
    question = "全食帶寬約多少公里,有多少3100萬人住在其中"
    _, out, _ = run("ask", "--json", question)
    reply = json.loads(out)
    quote = next(q for q in reply["quotes"] + reply["nearest"] if "185公里" in q["text"])

    references = quote["citation"]["references"]

    assert references[-1] == {
        "number": "2",
        "title": references[-1]["title"],
        "publisher": "Weather Daily",
        "published": "2024-04-07",
        "url": None,
    }


def test_an_answer_is_readable(run):
    """A person sees the quote and under it where it stands; no colors where no terminal is."""
    code, out, _ = run("ask", "-k", "1", *QUESTION.partition("，"))

    quote, citation = out.splitlines()[:2]
    assert code == 0
    assert quote.startswith("┃ ")
    assert "耗资3.2亿元" in quote
    assert citation == "— 青石桥重新开放 · 河州日报 · 2024-05-03"
    assert "\033" not in out


def test_an_abstention_is_readable(run):
    """It says in one line that the sources don't answer, then what came closest."""
    code, out, _ = run("ask", "你好")

    assert code == 0
    assert out.splitlines()[0].endswith("The sources don't answer this question.")


def batch(path, *questions):
    path.write_text("".join(json.dumps(question) + "\n" for question in questions), "utf-8")
    return path


def test_a_batch_is_answered_in_order(run, tmp_path):
    """One object a line, with the ids as given, contexts heard, blank lines passed over."""
    path = batch(
        tmp_path / "questions.jsonl",
        {"id": "b", "question": QUESTION},
        {"id": 2, "question": "那限重多少?", "context": "青石桥的重型货车怎么走?"},
        {"id": "", "question": ""},
        {"id": "half", "question": "\ud83d?", "context": None},
        {"id": "a", "question": "ferry", "lang": "en"},
    )
    path.write_text("\n" + path.read_text("utf-8"), "utf-8")

    code, out, _ = run("ask", "--batch", path, "-k", "2")

    replies = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [reply["id"] for reply in replies] == ["b", 2, "", "half", "a"]
    assert all(set(reply) >= {"id", *TOP_KEYS} for reply in replies)
    assert all(len(reply["quotes"] + reply["nearest"]) <= 2 for reply in replies)
    assert "限重20吨" in (replies[1]["quotes"] + replies[1]["nearest"])[0]["text"]


def test_distinct_quotes_come_from_distinct_documents(run, tmp_path):
    """With --distinct a batch shows at most one quote of a document."""
    path = batch(tmp_path / "questions.jsonl", {"id": "1", "question": "桥 strike карт 日全食"})

    _, out, _ = run("ask", "--batch", path, "-k", "10", "--distinct")

    reply = json.loads(out)
    documents = [quote["document"] for quote in reply["quotes"] + reply["nearest"]]
    assert sorted(documents) == ["bridge", "eclipse", "ferry", "museum"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "1",
        "null",
        '"text"',
        "{}",
        '{"id": "1"}',
        '{"question": "?"}',
        '{"id": "1", "question": 5}',
        '{"id": "1", "question": null}',
        '{"id": "1", "question": "?", "context": 5}',
        '{"id": "1", "question": "\xff"}',
    ],
)
def test_a_broken_line_of_a_batch_is_named(run, tmp_path, line):
    """What came before is answered; then one line names file and line."""
    path = batch(tmp_path / "questions.jsonl", {"id": "1", "question": "?"})
    path.write_bytes(path.read_bytes() + line.encode("latin-1") + b"\n")

    code, out, err = run("ask", "--batch", path)

    assert code == 1
    assert len(out.splitlines()) == 1
    assert one_error_line(err).startswith(f"error: {path}:2: expected")


def test_a_batch_that_is_missing_is_named(run, tmp_path):
    """No file, no traceback."""
    code, _, err = run("ask", "--batch", tmp_path / "nowhere.jsonl")

    assert code == 1
    assert "nowhere.jsonl" in one_error_line(err)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["ask"],
        ["ask", " "],
        ["ask", "", "--json"],
        ["ask", "-k", "0", "?"],
        ["ask", "-k", "many", "?"],
        ["ask", "?", "--batch", "questions.jsonl"],
        ["evaluate"],
        ["nothing"],
    ],
)
def test_misuse_is_told_by_its_exit_code(run, arguments):
    """The program exits with 2 and says what was expected, before it loads anything."""
    code, out, err = run(*arguments)

    assert (code, out) == (2, "")
    assert "error: " in err
    assert "Traceback" not in err


def test_a_build_prints_what_changed(run, corpus_dir):
    """Counts first, then each document that is not as it was."""
    (corpus_dir / "ferry.md").rename(corpus_dir / "boat.md")

    code, out, _ = run("build")

    first, *rest = out.splitlines()
    assert code == 0
    assert "chunks" in first
    assert rest == ["  added: boat", "  removed: ferry", "  unchanged: 3"]


def test_a_full_build_encodes_everything(run):
    """Without --full nothing has to be encoded again."""
    assert " 0 texts encoded" in run("build")[1]
    assert " 0 texts encoded" not in run("build", "--full")[1]


def empty_corpus(corpus_dir, data_dir):
    for path in corpus_dir.glob("*.md"):
        path.unlink()
    return f"{corpus_dir}: expected documents"


def no_metadata(corpus_dir, data_dir):
    (corpus_dir / "new.md").write_text("没有元数据。", "utf-8")
    return f"{corpus_dir / 'new.md'}: front matter"


@pytest.mark.parametrize("spoil", [empty_corpus, no_metadata])
@pytest.mark.parametrize("command", [["build"], ["ask", "?"]])
def test_a_corpus_that_can_not_be_built_is_one_line(
    run, corpus_dir, tmp_path, monkeypatch, spoil, command
):
    """It names the file, also where the question only wanted the first build."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "new"))
    expected = spoil(corpus_dir, tmp_path / "new")

    code, out, err = run(*command)

    assert (code, out) == (1, "")
    assert f"error: {expected}" in err
    assert "Traceback" not in err


def test_a_damaged_generation_is_one_line(run, data_dir):
    """The answer never comes from files that are not as they were built."""
    path = current(data_dir).documents
    path.write_bytes(path.read_bytes()[:-1])

    code, out, err = run("ask", "?")

    assert (code, out) == (1, "")
    assert one_error_line(err).startswith(f"error: {path}: expected")


def test_check_says_that_all_is_well(run):
    """One line and exit code 0."""
    assert run("check") == (0, "corpus and index are sound\n", "")


def test_check_prints_a_line_for_each_fault(run, corpus_dir, data_dir):
    """And exits with 1."""
    (corpus_dir / "new.md").write_text("没有元数据。", "utf-8")
    current(data_dir).chunks.unlink()

    code, out, _ = run("check")

    assert code == 1
    assert [line.split(": ")[0] for line in out.splitlines()] == [
        str(corpus_dir / "new.md"),
        str(current(data_dir).chunks),
    ]


GOLD = {
    "id": "1",
    "question": QUESTION,
    "lang": "zh-Hans",
    "kind": "number",
    "answerable": True,
    "answers": ["3.2亿元"],
    "gold_sentence": ["工程历时14个月，耗资3.2亿元。"],
    "group": "1",
}


@pytest.mark.parametrize(("floor", "code"), [(0.5, 0), (1.1, 1)])
def test_evaluation_holds_the_floors(run, tmp_path, floor, code):
    """Scores are printed; below a floor the exit code is 1 and the floor is named."""
    gold = batch(tmp_path / "gold.jsonl", GOLD)
    floors = tmp_path / "floors.json"
    floors.write_text(json.dumps({"answer@1": floor}), "utf-8")

    found, out, err = run("evaluate", gold, "--floors", floors)

    assert found == code
    assert "answer@1 " in out
    assert "1.000" in out
    assert ("answer@1: 1.000 is below 1.1" in err) is (code == 1)


def test_settings_come_from_the_file_too(run, places, tmp_path, monkeypatch):
    """What the environment does not say is read from .env."""
    monkeypatch.delenv("DATA_DIR")
    (tmp_path / ".env").write_text(f"DATA_DIR={tmp_path / 'elsewhere'}\n", "utf-8")
    (tmp_path / "elsewhere" / "generations").mkdir(parents=True)
    (tmp_path / "elsewhere" / "generations" / "CURRENT").write_text("gone", "utf-8")

    code, _, err = run("ask", "?")

    assert code == 1
    assert "elsewhere" in one_error_line(err)


def test_a_wrong_address_of_a_search_engine_is_refused(monkeypatch, capsys):
    """What is no address is said in one line, not passed over."""
    monkeypatch.setenv("SEARCH_ENGINE_URI", "127.0.0.1:19530")
    monkeypatch.setattr(sys, "argv", ["index", "check"])

    assert main() == 1
    assert capsys.readouterr().err.startswith("error: SEARCH_ENGINE_URI must be ")


def test_whoever_reads_may_stop_reading(places):
    """As `head` does: no error is told, and nothing is thrown."""
    command = [sys.executable, "-m", "index", "ask", QUESTION]
    with subprocess.Popen(  # noqa: S603 - our own program
        command,
        cwd=ROOT,
        env={**os.environ, **places},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        program.stdout.close()
        errors = program.stderr.read()

    assert errors == b""
    assert program.returncode == 1
