"""The weight of vectors against words follows from what finds the answers."""

import json
import sys

import pytest

from index.building import build
from index.training.fusion_weight import (
    GRID,
    Found,
    Retrieval,
    best_weight,
    main,
    merged,
    retrievals,
    scored,
)
from index.training.worlds import Asked, World

TOWNS = ["莫斯科", "伦敦", "巴黎", "东京"]
SMALL = [
    World(
        ((town, f"{town}去年办了展览。来的人有{day * 7}名。"),),
        (Asked(f"{town}来的人有多少名?", 0, f"{day * 7}名"),),
    )
    for day, town in enumerate(TOWNS, start=11)
]


def crowd(first, count, score):
    return tuple((row, score) for row in range(first, first + count))


LEXICAL = Retrieval(crowd(0, 40, 0.9), (*crowd(50, 12, 1.0), (99, 0.9)), 1.0, frozenset({99}))
"""Found by words, at the end of a crowd that vectors and words like each on their own."""
DENSE = Retrieval((*crowd(0, 12, 1.0), (99, 0.9)), crowd(50, 40, 0.9), 1.0, frozenset({99}))


def test_words_find_what_they_match_best():
    """Where the right chunks are the words', the least weight of vectors is the best."""
    assert best_weight([LEXICAL] * 3) == min(GRID)


def test_vectors_find_what_they_match_best():
    """Where they are the vectors', the weight has to be large enough to see them."""
    weight = best_weight([DENSE] * 3)

    assert scored([DENSE], weight) > scored([DENSE], min(GRID))
    assert DENSE.place(weight) is not None


def test_the_weight_serves_the_most_questions():
    """More questions of one kind than of the other decide."""
    assert best_weight([LEXICAL] * 3 + [DENSE]) < best_weight([LEXICAL] + [DENSE] * 3)


def test_recall_counts_before_rank():
    """A weight that finds more is better than one that finds the same ones earlier."""
    assert Found(0.9, 0.1) > Found(0.8, 0.9)
    assert Found(0.9, 0.2) > Found(0.9, 0.1)


def test_a_chunk_that_is_not_found_has_no_place():
    """It counts as nothing, in recall and in rank."""
    lost = Retrieval(crowd(0, 5, 0.5), crowd(0, 5, 0.5), 1.0, frozenset({99}))

    assert lost.place(0.3) is None
    assert scored([lost], 0.3) == Found(0.0, 0.0)


def test_nothing_to_weigh_is_an_error():
    """No weight is made up."""
    with pytest.raises(ValueError, match="found none"):
        best_weight([])


def test_worlds_are_merged_with_their_questions():
    """Each question goes on pointing at its own paragraph."""
    world = merged(SMALL)

    assert [title for title, _ in world.paragraphs] == TOWNS
    for question in world.asked:
        assert question.answer in world.paragraphs[question.paragraph][1]


def test_questions_go_through_both_searches(tmp_path, tiny_model):
    """The right chunks are those that hold the answer; what none holds is passed over."""
    world = merged(SMALL)
    world.write(tmp_path / "corpus")
    build(tmp_path / "corpus", tmp_path / "data", model=str(tiny_model))
    asked = [*world.asked, Asked("莫斯科?", 0, "没有写的")]

    found = list(retrievals(asked, tmp_path / "data", model=str(tiny_model)))

    assert [retrieval.right for retrieval in found] == [frozenset({row}) for row in range(4)]
    assert scored(found, 0.3) == Found(1.0, 1.0)


def test_the_command_prints_the_weight(tmp_path, tiny_model, monkeypatch, capsys):
    """A line for each weight that was tried, and last the one to take."""
    paragraphs = [
        {
            "context": f"{town}去年办了展览{number}。来的人有{number + 7}名。",
            "qas": [
                {
                    "question": f"{town}展览{number}来了多少名?",
                    "answers": [{"text": f"{number + 7}名"}],
                }
            ],
        }
        for number in range(20)
        for town in TOWNS
    ]
    questions = {"data": [{"title": "t", "paragraphs": paragraphs}]}
    (tmp_path / "cmrc2018_dev.json").write_text(json.dumps(questions), "utf-8")
    row = {"doc": "paper.1", "en": "It rained", "ru": "Шёл дождь", "zh_cn": "下雨了。"}
    (tmp_path / "ntrex_en_ru_zh.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    arguments = ["fusion_weight", str(tmp_path), "--model", str(tiny_model)]
    monkeypatch.setattr(sys, "argv", arguments)

    assert main() == 0

    *lines, last = capsys.readouterr().out.splitlines()
    assert [float(line.split()[0]) for line in lines] == list(GRID)
    assert float(last.removeprefix("DENSE_WEIGHT = ")) in GRID
