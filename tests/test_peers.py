"""The comparison with other libraries counts, cuts and tabulates as it says."""

import math

import pytest
from benchmarks.contenders import plain, sqlite_index, yuanhua
from benchmarks.contenders.contender import CONTENDERS, OURS, QUOTE_CHARACTERS, quoted
from benchmarks.contenders.process import Failed, Process
from benchmarks.contenders.scores import Figures, gain, holds, overview, same_work, times, worth
from benchmarks.contenders.trials import Trial, evenly

from index.public_tasks import Question

TOWNS = ("莫斯科", "伦敦", "巴黎")
ABOUT = [f"{town}去年办了展览。来{town}的人有{count}名。" for count, town in enumerate(TOWNS, 7)]
OTHERS = ("天气很好。", "河水很清。")
TRIAL = Trial(
    name="towns",
    documents=((ABOUT[0],), OTHERS, (ABOUT[1],), (ABOUT[2],)),
    questions=tuple(
        Question(f"来{town}的人有多少名?", row, f"{count}名")
        for count, (row, town) in enumerate(zip((0, 3, 4), TOWNS, strict=True), 7)
    ),
)


def told(row, *, quote, sentence="", cpu=0.001):
    return {
        "passages": [row],
        "quote": quote,
        "sentence": sentence,
        "search": {"cpu": cpu, "clock": 2 * cpu},
        "cut": {"cpu": cpu, "clock": cpu},
    }


def figures(name, milliseconds):
    took = times([told(0, quote="", cpu=milliseconds / 1000)] * 3)
    return Figures(name, 1.0, 2.0, 3.0, took, worth([], [], []))


@pytest.mark.parametrize(("place", "value"), [(0, 1.0), (1, 1 / math.log2(3)), (10, 0.0)])
def test_a_passage_gains_less_the_later_it_comes(place, value):
    """Of ten places the first is worth one, and what comes after them nothing."""
    passages = [*range(1, place + 1), 0]

    assert gain(passages, 0) == pytest.approx(value)


def test_an_answer_is_found_whatever_the_white_space():
    """Public sets break lines where passages have spaces."""
    assert holds("来的\n人有7 名", Question("", 0, "人有7\n名"))
    assert not holds("来的人有8名", Question("", 0, "7名"))


def test_shares_are_of_all_questions():
    """A declined question counts against whoever declined it."""
    rows = [
        told(0, quote="来的人有7名。", sentence="来的人有7名。"),
        told(4, quote=""),
        told(4, quote="巴黎去年办了展览。来的人有9名。", sentence="巴黎去年办了展览。"),
    ]

    found = worth(rows, TRIAL.questions, TRIAL.passages)

    assert found.gain == found.passage == found.quote == pytest.approx(2 / 3)
    assert (found.sentence, found.silent) == (pytest.approx(1 / 3), pytest.approx(1 / 3))


def test_the_first_questions_are_not_timed():
    """What is loaded once would otherwise stand in the 95 %."""
    rows = [told(0, quote="", cpu=1.0)] * 20 + [told(0, quote="", cpu=0.001)] * 40

    found = times(rows)

    assert (found.search, found.whole, found.late) == pytest.approx((1, 2, 2))
    assert found.clock == pytest.approx(3)


def test_a_passage_is_cut_around_the_sentence_that_shares_most_words():
    """The quote grows by whole sentences, and never beyond what ours may have."""
    passage = "一" * 150 + "。" + "来伦敦的人有八名。" + "二" * 150 + "。"

    found = quoted("来伦敦的人有多少名?", passage)

    assert found.sentence == "来伦敦的人有八名。"
    assert found.quote == "来伦敦的人有八名。" + "二" * 150 + "。"
    assert len(found.quote) <= QUOTE_CHARACTERS


def test_tables_hold_everyone_and_compare_the_same_work():
    """Ours stands in the table of ratios as the measure only."""
    ours = [figures(name, 2.0) for name in OURS.values()]
    other = figures("SQLite FTS5", 6.0)

    everyone, ratios = overview([*ours, other]), same_work([*ours, other])

    assert len(everyone.splitlines()) == 2 + len(OURS) + 1
    (row,) = ratios.splitlines()[2:]
    assert [part.strip() for part in row.split("|")[1:5]] == [
        "SQLite FTS5",
        OURS["words"],
        "3.00",
        "+0.000",
    ]


def test_questions_are_taken_evenly():
    """A part of a set is of its whole length; of a short one all are taken."""
    assert evenly(range(10), 5) == [0, 2, 4, 6, 8]
    assert evenly(range(3), 5) == [0, 1, 2]


@pytest.mark.parametrize(
    "kind",
    [
        plain.Words,
        plain.Vectors,
        plain.Both,
        sqlite_index.Words,
        yuanhua.Words,
        yuanhua.Vectors,
        yuanhua.Both,
        yuanhua.Answers,
    ],
)
def test_those_that_need_nothing_installed_find_the_passage(kind, tmp_path):
    """Rows are counted over documents of one passage and of several alike."""
    TRIAL.write(tmp_path)
    contender = kind()
    contender.build(tmp_path, TRIAL.documents)

    for question in TRIAL.questions:
        found = contender.find(question.text)
        assert contender.passages(question.text, found)[0] == question.paragraph
        assert question.answer in contender.quote(question.text, found).quote


def test_a_process_builds_answers_and_tells_its_memory(tmp_path):
    """One that can't go on says why."""
    documents = TRIAL.write(tmp_path)

    with Process("SQLite FTS5", tmp_path / "log") as process:
        cost = process.build(documents, tmp_path)
        heard = [process.ask(question.text) for question in TRIAL.questions]
        memory = process.memory()
        with pytest.raises(Failed, match="already exists"):
            process.build(documents, tmp_path)

    assert cost["cpu"] > 0
    assert worth(heard, TRIAL.questions, TRIAL.passages).sentence == 1.0
    assert 0 < memory["MB"] <= memory["peak MB"]


def test_every_contender_has_one_of_ours_beside_it():
    """So that a ratio compares the same work."""
    assert {entry.work for entry in CONTENDERS.values()} == set(OURS)
