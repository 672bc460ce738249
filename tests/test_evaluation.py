import json
from datetime import date

import pytest

from index.errors import IndexingError
from index.evaluation import (
    Gold,
    Outcome,
    Score,
    below,
    judge,
    measures,
    read_floors,
    read_gold,
    scores,
)
from index.types import Abstention, Answer, Citation, Quote, Reference, Span

TEXT = "会谈于15日举行。双方谈了3小时。15日还下了雨。"
RAW = {
    "id": "q1",
    "question": "会谈哪天举行?",
    "lang": "zh-Hans",
    "kind": "date",
    "answerable": True,
    "doc": "a",
    "answers": ["15日"],
    "gold_sentence": ["会谈于15日举行。"],
    "group": "g1",
}
GOLD = Gold("q1", "会谈哪天举行?", "zh-Hans", "date", "g1", True, pairs=(("15日", TEXT[:9]),))


def quote(text, *, highlight=None, references=()):
    start = TEXT.index(text)
    lit = start + text.index(highlight or text)
    return Quote(
        document="a",
        text=text,
        span=Span(start, start + len(text)),
        highlight=Span(lit, lit + len(highlight or text)),
        score=1.0,
        citation=Citation("t", "p", date(2024, 1, 1), "", None, references=references),
    )


def answer(*quotes):
    return Answer("?", quotes, 0.9, "g", {"total": 2.0})


def judged(gold, reply, *, verbatim=True):
    return judge(gold, reply, lambda _: verbatim)


def outcome(gold=GOLD, **fields):
    return Outcome(
        **{
            "gold": gold,
            "abstained": False,
            "answer_at_1": False,
            "answer_at_3": False,
            "highlight_at_1": False,
            "reference_at_1": False,
            "verbatim": True,
            "length": 10,
            "milliseconds": 1.0,
            **fields,
        }
    )


def by_name(outcomes):
    return {score.name: score for score in scores(outcomes)}


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("会谈于15日举行。", True),
        ("会谈于15日举行。双方谈了3小时。", True),
        ("15日举行", True),
        ("双方谈了3小时。", False),
        ("15日还下了雨。", False),
        ("双方谈了3小时。15日还下了雨。", False),
    ],
)
def test_an_answer_counts_in_its_right_place_only(text, hit):
    """The strict score wants the gold sentence in the quote, or the quote in the sentence."""
    assert judged(GOLD, answer(quote(text))).answer_at_1 is hit


def test_the_first_three_quotes_count_apart_from_the_first():
    """A right second quote is no first answer; a fourth one is too late."""
    wrong, right = quote("双方谈了3小时。"), quote("会谈于15日举行。")

    second = judged(GOLD, answer(wrong, right))
    fourth = judged(GOLD, answer(wrong, wrong, wrong, right))

    assert (second.answer_at_1, second.answer_at_3) == (False, True)
    assert (fourth.answer_at_1, fourth.answer_at_3) == (False, False)


def test_the_highlight_is_judged_by_itself():
    """A quote that holds the answer may light up the wrong sentence."""
    text = "会谈于15日举行。双方谈了3小时。"

    assert judged(GOLD, answer(quote(text, highlight="会谈于15日举行。"))).highlight_at_1
    assert not judged(GOLD, answer(quote(text, highlight="双方谈了3小时。"))).highlight_at_1


def test_a_reference_counts_by_number_and_title():
    """Both must be shown with the first quote."""
    source = Reference("36", "Talks", "Reuters", "", None, Span(0, 1))
    gold = Gold("q", "?", "zh", "footnote", "g", True, references=(("36", "Talks"),))
    other = Gold("q", "?", "zh", "footnote", "g", True, references=(("37", "Talks"),))
    reply = answer(quote("双方谈了3小时。", references=(source,)))

    assert judged(gold, reply).reference_at_1
    assert not judged(other, reply).reference_at_1
    assert not judged(gold, answer(quote("双方谈了3小时。"))).reference_at_1


def test_an_abstention_answers_nothing():
    """What it holds as nearest does not count."""
    found = judged(GOLD, Abstention("?", (quote("会谈于15日举行。"),), 0.1, "g", {"total": 2.0}))

    assert found == outcome(abstained=True, length=0, milliseconds=2.0)


def test_a_quote_that_is_not_verbatim_is_counted():
    """One is enough to break the promise."""
    reply = answer(quote("会谈于15日举行。"))

    assert judged(GOLD, reply, verbatim=True).verbatim
    assert not judged(GOLD, reply, verbatim=False).verbatim


OFF = Gold("q2", "你好", "zh-Hans", "fact", "g2", False, unanswerable="off")
NEAR = Gold("q3", "?", "en", "fact", "g3", False, unanswerable="near")


def test_scores_are_shares_of_the_questions_they_are_about():
    """Answers are counted over the answerable, abstentions over the abstained and the rest."""
    english = Gold("q4", "?", "en", "who", "g4", True)

    found = by_name(
        [
            outcome(answer_at_1=True, answer_at_3=True, highlight_at_1=True),
            outcome(english, answer_at_3=True),
            outcome(english, abstained=True),
            outcome(OFF, abstained=True),
            outcome(NEAR),
        ]
    )

    assert {name: (score.value, score.count) for name, score in found.items()} == {
        "answer@1": (pytest.approx(1 / 3), 3),
        "answer@3": (pytest.approx(2 / 3), 3),
        "highlight@1": (pytest.approx(1 / 3), 3),
        "verbatim": (1.0, 5),
        "abstain precision": (0.5, 2),
        "abstain recall off": (1.0, 1),
        "abstain recall near": (0.0, 1),
        "answer@1 zh": (1.0, 1),
        "highlight@1 zh": (1.0, 1),
        "answer@1 lang en": (0.0, 2),
        "answer@1 lang zh-Hans": (1.0, 1),
        "answer@1 kind date": (1.0, 1),
        "answer@1 kind who": (0.0, 2),
    }


def test_an_interval_holds_its_score_and_repeats():
    """It is drawn with a fixed seed, around the value, within [0, 1]."""
    many = [
        outcome(Gold("q", "?", "zh", "fact", str(row), True), answer_at_1=row % 2 == 0)
        for row in range(40)
    ]

    first, again = by_name(many)["answer@1"], by_name(many)["answer@1"]

    low, high = first.interval
    assert 0.3 < low < first.value == 0.5 < high < 0.7
    assert first == again


def test_questions_of_one_group_are_not_independent():
    """Forty questions on four facts tell less than forty on forty."""

    def width(groups):
        outcomes = [
            outcome(
                Gold("q", "?", "zh", "fact", str(row % groups), True),
                answer_at_1=row % groups < groups // 2,
            )
            for row in range(40)
        ]
        low, high = by_name(outcomes)["answer@1"].interval
        return high - low

    assert width(4) > 1.5 * width(40)


def test_length_and_time_are_measured():
    """An abstention has a time and no length."""
    outcomes = [
        outcome(length=100, milliseconds=1.0),
        outcome(length=50, milliseconds=3.0),
        outcome(abstained=True, length=0, milliseconds=2.0),
    ]

    found = measures(outcomes)

    assert found["mean first quote, characters"] == 75.0
    assert found["p50, ms"] == 2.0
    assert 2.0 < found["p95, ms"] <= 3.0
    assert measures([])["mean first quote, characters"] == 0.0


def test_a_score_must_reach_its_floor_and_a_measure_stay_below_its_ceiling():
    """Both bounds themselves are allowed; what was not scored at all misses its floor."""
    found = [Score("answer@1", 0.7, 10), Score("verbatim", 0.99, 10)]
    floors = {"answer@1": 0.7, "verbatim": 1.0, "p50, ms": 20.0, "p95, ms": 30.0, "lost": 0.1}

    lines = list(below(found, {"p50, ms": 20.0, "p95, ms": 31.0}, floors))

    assert lines == [
        "verbatim: 0.990 is below 1.0",
        "p95, ms: 31.0 is above 30.0",
        "lost: 0.000 is below 0.1",
    ]


def test_gold_questions_are_read(tmp_path):
    """Each answer is kept with the sentences that hold it, those of other documents included."""
    also = {"doc": "b", "answers": ["8月15日"], "gold_sentence": ["8月15日见。", "无关。"]}
    lines = [
        {**RAW, "also": [also], "context": "前\u2028一问"},
        {
            **RAW,
            "id": "q2",
            "answerable": False,
            "answers": [],
            "gold_sentence": [],
            "unans": "off",
        },
        {**RAW, "id": "q3", "ref": [{"number": 36, "title": "Talks"}]},
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")

    first, second, third = read_gold(path)

    assert first.pairs == (("15日", "会谈于15日举行。"), ("8月15日", "8月15日见。"))
    assert first.context == "前\u2028一问"
    assert (second.answerable, second.unanswerable, second.pairs) == (False, "off", ())
    assert third.references == (("36", "Talks"),)


@pytest.mark.parametrize("line", ["", "{", "[]", "null", '{"id": "x"}', '"text"', '"\xff"'])
def test_a_faulty_gold_line_is_named(tmp_path, line):
    """The error says in which line of which file."""
    path = tmp_path / "gold.jsonl"
    path.write_bytes(f"{json.dumps(RAW)}\n{line}\n".encode("latin-1"))

    with pytest.raises(IndexingError, match=r"gold\.jsonl:2: not a gold question"):
        read_gold(path)


def test_floors_are_read(tmp_path):
    """A file of them is a JSON object; what is none is an error that names it."""
    path = tmp_path / "floors.json"
    path.write_text('{"answer@1": 0.7}', "utf-8")
    assert read_floors(path) == {"answer@1": 0.7}

    path.write_text("{", "utf-8")
    with pytest.raises(IndexingError, match=r"floors\.json"):
        read_floors(path)
