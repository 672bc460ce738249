"""Public question sets are scored through the real search, from tiny files made here."""

import json
import sys

import pytest

from index.__main__ import main
from index.errors import IndexingError
from index.public_tasks import TASKS, public_scores, read_question_set
from index.scoring import Ranker

FILES = {name for task in TASKS for name in (task.questions, task.paragraphs, *task.distractors)}
TOWNS = ["莫斯科", "伦敦", "巴黎", "东京", "柏林", "罗马"]


def squad(rows):
    """Return a question set of one paragraph a row: its text, a question, the answer."""
    paragraphs = [
        {
            "context": context,
            "qas": [
                {
                    "question": question,
                    "answers": [{"text": answer, "answer_start": context.find(answer)}],
                }
            ],
        }
        for context, question, answer in rows
    ]
    return {"data": [{"title": "t", "paragraphs": paragraphs}]}


def chinese():
    for day, town in enumerate(TOWNS, start=11):
        text = f"{town}去年办了展览。来的人有{day * 7}名。{town}下了雨。"
        yield text, f"{town}来的人有多少名?", f"{day * 7}名"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Every file that a task names, with six Chinese paragraphs."""
    folder = tmp_path_factory.mktemp("public")
    for name in FILES:
        (folder / name).write_text(json.dumps(squad(chinese())), "utf-8")
    return folder


@pytest.fixture(scope="module")
def scored(folder, tiny_model):
    return list(public_scores(folder, model=str(tiny_model), ranker=Ranker.load()))


def test_each_task_has_three_scores(scored):
    """Paragraph found, found first, answer marked: shares of the task's six questions."""
    names = [f"{t.name}: {part}" for t in TASKS for part in ("nDCG@10", "recall@1", "highlight")]
    assert [score.name for score in scored] == names
    assert all(score.count == len(TOWNS) for score in scored)
    assert all(0 <= score.interval[0] <= score.value <= score.interval[1] for score in scored)


def test_a_paragraph_that_names_what_is_asked_is_found(scored):
    """Alone in its set it comes first, and the sentence with the answer is marked."""
    values = {score.name: score.value for score in scored}

    assert values["XQuAD zh: recall@1"] == values["XQuAD zh: nDCG@10"] == 1.0
    assert values["XQuAD zh: highlight"] == 1.0


@pytest.mark.parametrize("content", ["{", "[]", '{"data": [{"paragraphs": [{"qas": [{}]}]}]}'])
def test_what_is_no_question_set_is_named(tmp_path, content):
    """The error says which file, in one line."""
    (tmp_path / "set.json").write_text(content, "utf-8")

    with pytest.raises(IndexingError, match=r"set\.json: not a question set") as caught:
        read_question_set(tmp_path / "set.json")

    assert "\n" not in str(caught.value)


@pytest.fixture
def run(monkeypatch, capsys, data_dir, tiny_model, tmp_path):
    """Run `evaluate` with one gold question; return exit code, standard output and error."""
    gold = tmp_path / "gold.jsonl"
    question = {"id": "1", "question": "青石桥耗资多少亿元?", "lang": "zh", "kind": "number"}
    answers = {"answers": ["3.2亿元"], "gold_sentence": ["工程历时14个月，耗资3.2亿元。"]}
    row = {**question, **answers, "answerable": True, "group": "1"}
    gold.write_text(json.dumps(row) + "\n", "utf-8")
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    monkeypatch.setenv("EMBEDDING_MODEL", str(tiny_model))
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["index", "evaluate", str(gold), *map(str, arguments)])
        try:
            code = main()
        except SystemExit as stop:
            code = stop.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_the_command_prints_them_under_the_gold_scores(run, folder):
    """With --public both tables are printed, the gold one first; without it, that alone."""
    code, both, _ = run("--public", folder)
    _, alone, _ = run()

    assert code == 0
    assert both.splitlines()[0] == alone.splitlines()[0]
    assert both.splitlines()[0].startswith("answer@1 ")
    printed = [line.split("  ")[0] for line in both.splitlines()[len(alone.splitlines()) :]]
    assert printed == [
        f"{t.name}: {part}" for t in TASKS for part in ("nDCG@10", "recall@1", "highlight")
    ]
    assert not any(task.name in alone for task in TASKS)


def test_a_public_folder_that_is_missing_is_misuse(run, tmp_path):
    """It is said before minutes are spent on the gold questions."""
    code, out, err = run("--public", tmp_path / "nowhere")

    assert (code, out) == (2, "")
    assert "nowhere" in err


def test_a_public_file_that_is_missing_is_one_line(run, tmp_path):
    """The folder must hold every file that a task names."""
    (tmp_path / "empty").mkdir()

    code, _, err = run("--public", tmp_path / "empty")

    assert code == 1
    assert "xquad.zh.json: not a question set" in err
    assert "Traceback" not in err
