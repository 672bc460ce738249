import json
import sys
from contextlib import nullcontext
from itertools import chain

import numpy as np
import pytest
from conftest import CORPUS

from index.abstention import Abstainer, signs
from index.building import build
from index.encoder import SentenceTransformerEncoder
from index.evaluation import read_gold
from index.fitted import FittedFiles
from index.generations import current
from index.live import Live
from index.querying import make_query
from index.ranking import rank
from index.scoring import FEATURES, Ranker
from index.training import ablation, examples, ranking, validation, weights, worlds

TOWNS = ["莫斯科", "伦敦", "巴黎", "东京", "柏林", "罗马", "开罗", "利马"]
EVENTS = {"展览": "exhibition", "选举": "election", "音乐会": "concert", "马拉松": "marathon"}
SCENES = [(town, event) for town in TOWNS for event in EVENTS]
PARAGRAPHS = 16
GOLD = [
    ("青石桥什么时候重新开放?", "5月2日", "河州市青石桥5月2日重新开放。"),
    ("市长说这座桥怎么样?", "属于每一个人", "市长林若海说：“这座桥属于每一个人。”"),
    ("公交12路从哪天起恢复?", "5月6日", "从5月6日起，公交12路恢复经过青石桥。"),
    ("全食帶有多寬?", "185公里", "全食帶寬約185公里,有3100萬人住在其中。[1][2]"),
    ("Who called the deal fair?", "Mr. Hale", 'Mr. Hale, called the deal "fair, but late".'),
    ("Когда нарисована самая старая карта?", "1587", "карта нарисована в 1587 году."),
]
UNSEEN = [
    ("青石桥工程耗资多少亿元?", "3.2亿元"),
    ("重型货车为什么须绕行北环路?", "限重20吨"),
    ("索托建議觀測者前往哪裡?", "緬因州"),
    ("How large a raise did the union accept?", "4.5 percent"),
    ("Что сообщила директор Анна Лебедева?", "120 карт"),
]
UNRELATED = [
    "光合作用需要什么条件?",
    "Who wrote this symphony?",
    "Какая самая длинная река Африки?",
]


def question_set(scenes):
    return {
        "data": [
            {
                "title": f"{town}的{event}",
                "paragraphs": [
                    {
                        "context": (
                            f"{town}去年举办了{event}。参加的人有{day * 13}名。"
                            f"第{day}天下了雨。组织者感谢了志愿者。"
                        ),
                        "qas": [
                            {
                                "question": f"参加{town}{event}的有多少人?",
                                "answers": [{"text": f"{day * 13}名"}],
                            },
                            {
                                "question": f"{town}{event}的组织者感谢了谁?",
                                "answers": [{"text": "志愿者"}],
                            },
                        ],
                    }
                ],
            }
            for day, (town, event) in enumerate(scenes, start=2)
        ]
    }


def news():
    for number in range(60):
        town, event = SCENES[number % len(SCENES)]
        for verb, russian, english in (("举行", "прошла", "held"), ("推迟", "отложена", "delayed")):
            yield {
                "doc": f"paper.{number}",
                "en": f"The {EVENTS[event]} was {english} after {number} days of heavy rain",
                "ru": f"Встреча была {russian} после {number} дней сильного дождя",
                "zh_cn": f"{town}的{event}在{number}天大雨后{verb}。",
            }


def chat():
    for number in range(40):
        yield f"I have {number} apples.\t我有{number}个苹果。\tCC-BY"


def rivers():
    for number in range(40):
        yield {"question_text": f"Где течёт река {number}?", "question_eng": f"Where is {number}?"}


def save_lines(path, rows):
    rows = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text("\n".join(rows) + "\n", "utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The public data, in small and made up."""
    folder = tmp_path_factory.mktemp("public")
    for name, scenes in (("cmrc2018_dev.json", SCENES), ("drcd_test.json", SCENES[::-1])):
        (folder / name).write_text(json.dumps(question_set(scenes)), "utf-8")
    save_lines(folder / "ntrex_en_ru_zh.jsonl", news())
    save_lines(folder / "tatoeba_cmn-eng.txt", chat())
    save_lines(folder / "RuBQ_2.0_dev.jsonl", rivers())
    return folder


@pytest.fixture(scope="module")
def gold_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    rows = [
        {
            "id": f"q{number}",
            "question": question,
            "lang": "zh-Hans",
            "kind": "fact",
            "answerable": True,
            "answers": [answer],
            "gold_sentence": [sentence],
            "group": f"g{number}",
        }
        for number, (question, answer, sentence) in enumerate(GOLD)
    ]
    rows += [
        {
            "id": f"u{number}",
            "question": question,
            "lang": "zh-Hans",
            "kind": "none",
            "answerable": False,
            "unans": "off",
            "answers": [],
            "gold_sentence": [],
            "group": f"v{number}",
        }
        for number, question in enumerate(["河州市有几座机场?", "Who paints maps?"])
    ]
    save_lines(path, rows)
    return path


@pytest.fixture(scope="module")
def small(folder):
    """Worlds of few paragraphs, and few questions of each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worlds, "PARAGRAPHS", PARAGRAPHS)
        patch.setattr(worlds, "UNRELATED", 30)
        patch.setattr(examples, "QUESTIONS", 20)
        patch.setattr(validation, "FOLDS", 2)
        patch.setattr(validation, "ROUNDS", 2)
        yield patch


@pytest.fixture(scope="module")
def public(folder, small):
    return examples.collect(folder)


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    data = tmp_path_factory.mktemp("real") / "data"
    build(CORPUS, data)
    return Live(current(data), SentenceTransformerEncoder())


@pytest.fixture(scope="module")
def material(folder, small, public, gold_file, live):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weights, "collect", lambda folder, *, model: public)
        return weights.gathered(folder, read_gold(gold_file), live, model=None)


@pytest.fixture(scope="module")
def fitted(material, gold_file, live):
    return weights.fit(material, read_gold(gold_file), live)


def ranked(question, live, ranker):
    return rank(make_query(question, live.resources), live, ranker, lambda _: nullcontext())


def text(live, row):
    return live.sentences.span(row).of(live.documents[live.sentences.document(row)].text)


def confidence(question, live, fitted):
    found = ranked(question, live, fitted.ranker)
    query = make_query(question, live.resources)
    return fitted.abstainer.confidence(signs(query, found.features, found.scores))


def test_examples_know_which_sentences_answer(public):
    """Most questions have one; no sentence of another paragraph is held to answer."""
    assert sum(bool(example.labels.any()) for example in public) > len(public) / 2
    assert all(len(e.labels) == len(e.features) == len(e.outside) for e in public)
    assert not any((example.labels * example.outside).any() for example in public)


@pytest.mark.parametrize(("question", "answer"), UNSEEN)
def test_a_fitted_ranker_prefers_what_answers(live, fitted, question, answer):
    """The sentence that answers a new question is above all others."""
    best, *_ = ranked(question, live, fitted.ranker).sentences

    assert answer in text(live, best)


def test_before_it_is_fitted_a_ranker_prefers_nothing(live):
    """Otherwise the fit would have nothing to show for itself."""
    found = ranked(UNSEEN[0][0], live, examples.FLAT)

    assert set(found.scores.tolist()) == {0.0}


def test_what_is_answered_is_more_likely_than_what_is_not(live, fitted):
    """Each new question about the corpus is above each one about other subjects."""
    own = [confidence(question, live, fitted) for question, _ in UNSEEN]
    others = [confidence(question, live, fitted) for question in UNRELATED]

    assert min(own) > max(others)


def test_a_saved_fit_is_read_back_as_it_was(fitted, small, tmp_path):
    """Both files give the numbers that were written."""
    files = FittedFiles(tmp_path / "ranking.json", tmp_path / "abstention.json")

    fitted.save(files)

    ranker, abstainer = Ranker.load(files.ranking), Abstainer.load(files.abstention)
    assert ranker.before.tolist() == pytest.approx(fitted.ranker.before.tolist(), abs=1e-4)
    assert ranker.weights.tolist() == pytest.approx(fitted.ranker.weights.tolist(), abs=1e-4)
    assert abstainer == fitted.abstainer
    assert set(json.loads((tmp_path / "ranking.json").read_text("utf-8"))["weights"]) == set(
        FEATURES
    )


def test_the_program_validates_without_writing(folder, gold_file, public, small, tmp_path, capsys):
    """Every gold question is scored by models that have not seen it; the files stay as they are."""
    small.setattr(weights, "collect", lambda folder, *, model: public)
    files = FittedFiles(tmp_path / "ranking.json", tmp_path / "abstention.json")
    small.setattr(ranking, "BUILT_IN", files)
    command = ["ranking", str(folder), "--gold", str(gold_file), "--corpus", str(CORPUS)]
    small.setattr(sys, "argv", [*command, "--validate"])

    assert ranking.main() == 0

    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line]
    assert [line[1] for line in lines if line[0] == "verbatim"] == ["1.000"]
    assert ["confidence", "questions", "mean", "answered"] in lines
    assert sum(line[0] == "threshold" for line in lines) == 2
    assert not (tmp_path / "ranking.json").exists()


def test_each_round_deals_every_group_once():
    """Into folds of nearly the same size, and each round into others."""
    groups = {f"g{number:03}" for number in range(20)}

    dealt = list(validation.dealt(groups))

    rounds = [dealt[at : at + validation.FOLDS] for at in range(0, len(dealt), validation.FOLDS)]
    assert len(rounds) == validation.ROUNDS > 1
    assert all(sorted(chain.from_iterable(folds)) == sorted(groups) for folds in rounds)
    assert max(map(len, dealt)) - min(map(len, dealt)) <= 1
    assert rounds[0] != rounds[1]


def test_each_part_left_out_has_its_line(material, small):
    """The table sets the whole beside the whole without a part, on questions not fitted on."""
    small.setattr(ablation, "PARTS", {"any": FEATURES})

    head, *lines = ablation.table(material)

    assert head.split() == ["without", "gold", "public", "public,", "crossing"]
    whole, without = ([float(share) for share in line.split()[-3:]] for line in lines)
    assert all(0 <= share <= 1 for share in (*whole, *without))
    assert sum(without) < sum(whole)


def made(query, *, right, told=None):
    """Return three sentences alike in all but their coverage, one of which answers."""
    table = np.zeros((3, len(FEATURES)), dtype=np.float32)
    table[:, FEATURES.index("coverage")] = (0.9, 0.6, 0.3)
    if told is not None:
        table[told, FEATURES.index("told")] = 1.0
    labels = np.eye(3, dtype=np.float32)[right]
    return examples.Example(query, table, labels, 1 - labels)


def test_a_part_of_the_ranking_never_saw_a_reading(live, monkeypatch):
    """The rest is the fit with readings; both parts together are what ranks."""
    asked = make_query("青石桥限重多少?", live.resources)
    shown = [made(asked, right=right) for right in (0, 1)]
    for example, row in zip(shown, (0, 1), strict=True):
        example.features[row, FEATURES.index("reading")] = 2.0

    monkeypatch.setattr(weights, "TRUST", 1.0)
    whole = weights.fit_ranker(shown, [1.0] * 2)
    monkeypatch.setattr(weights, "TRUST", 0.75)
    ranker = weights.fit_ranker(shown, [1.0] * 2)

    reading = FEATURES.index("reading")
    assert whole.weights[reading] > 0 == whole.before[reading]
    assert ranker.weights == pytest.approx(0.75 * whole.weights + 0.25 * whole.before, abs=1e-4)
    assert ranker.before.tolist() == whole.before.tolist()


def test_follow_ups_teach_what_was_told_and_nothing_else(live):
    """The other weights are those of questions that stand alone."""
    asked = make_query("青石桥限重多少?", live.resources)
    follows = make_query("那几点?", live.resources, context="青石桥限重多少?")
    alone = [made(asked, right=right) for right in (0, 0, 1)]
    after = [made(follows, right=1, told=0)] * 3

    without = weights.fit_ranker(alone, [1.0] * 3)
    ranker = weights.fit_ranker([*alone, *after], [1.0] * 6)

    told = FEATURES.index("told")
    assert ranker.weights[told] < 0 == without.weights[told]
    assert np.delete(ranker.weights, told).tolist() == np.delete(without.weights, told).tolist()
