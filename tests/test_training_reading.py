import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from index.affinity import Affinity
from index.chunking import document_sentences
from index.corpus import read_corpus
from index.normalization import fold
from index.reader_network import Network as ArrayNetwork
from index.reading import FILE, LONGEST_PASSAGE, LONGEST_QUESTION, Alphabet, Passage, Reader
from index.training import lessons
from index.training.fitting import Translator
from index.training.lessons import Course, parallel_course, question_course
from index.training.padding import padded_inputs
from index.training.ragged import Ragged
from index.training.reader_network import NOWHERE, Network
from index.training.reading import ReaderPlan, fit_reader, save_reader

TOWNS = ["莫斯科", "伦敦", "巴黎", "东京", "柏林", "罗马", "开罗", "利马"]
NUMBERS = ["三", "五", "七", "九"]
ROOT = Path(__file__).parent.parent
CORPUS, GOLD = ROOT / "corpus", ROOT / "tests" / "quality" / "dev.jsonl"
PLAN = ReaderPlan(epochs=12, batch=8)


def question_set():
    paragraphs = []
    for town in TOWNS:
        for number in NUMBERS:
            text = f"{town}举办了展览。天气很好。{number}万人参加了{town}的展览。没有声明。"
            answer = f"{number}万人"
            paragraphs.append(
                {
                    "context": text,
                    "qas": [
                        {
                            "question": f"多少人参加了{town}的展览?",
                            "answers": [{"text": answer, "answer_start": text.index(answer)}],
                        },
                        {
                            "question": "这里没有答案?",
                            "answers": [{"text": "无处可寻", "answer_start": 0}],
                        },
                    ],
                }
            )
    return {"data": [{"title": "展览", "paragraphs": paragraphs}]}


@pytest.fixture(scope="module")
def alphabet():
    return Alphabet(Affinity.load())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("public")
    (path / "set.json").write_text(json.dumps(question_set()), "utf-8")
    rows = [
        {
            "doc": f"paper.{number // 12}",
            "en": f"Exhibition number {number} was opened by the mayor of the town",
            "ru": f"Выставку номер {number} открыл мэр этого города",
            "zh_cn": f"第{number}个展览由该市市长揭幕。",
        }
        for number in range(120)
    ]
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (path / "ntrex_en_ru_zh.jsonl").write_text(lines, "utf-8")
    for part in ("dev", "test"):
        (path / f"un_{part}.en").write_text("The council met in the city today\n" * 50, "utf-8")
        (path / f"un_{part}.zh").write_text("理事会 今天 在 市 里 开会 。\n" * 50, "utf-8")
    return path


@pytest.fixture(scope="module")
def asked(folder, alphabet):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lessons, "QUESTION_SETS", ("set.json",))
        return question_course(folder, alphabet)


def text_of(alphabet, pieces):
    vocabulary = Affinity.load().vocabulary
    return "".join(vocabulary.id_to_token(int(piece)) for piece in pieces)


def test_the_answer_is_where_the_set_says(asked, alphabet):
    """The pieces of a place hold the answer, and are of its sentence; without one no lesson."""
    assert len(asked.lessons) == len(TOWNS) * len(NUMBERS)
    for lesson in asked.lessons:
        for place in lesson.right:
            passage = asked.passages[place.passage]
            assert "万" in text_of(alphabet, passage.pieces[place.start : place.end])
            assert set(passage.sentences[place.start : place.end].tolist()) == {place.sentence}


def test_wrong_passages_hold_no_answer(asked):
    """They come from retrieval, and are others than the right ones."""
    for lesson in asked.lessons:
        assert lesson.wrong
        assert not {place.passage for place in lesson.right} & set(lesson.wrong)


def test_translations_are_looked_for_among_their_neighbors(folder, alphabet):
    """The place is the whole sentence that a piece of its translation asks for."""
    course = parallel_course(folder, alphabet)

    assert len(course.lessons) > 300
    for lesson in course.lessons:
        (place,) = lesson.right
        inside = np.flatnonzero(course.passages[place.passage].sentences == place.sentence)
        assert (inside[0], inside[-1] + 1) == (place.start, place.end)


def test_courses_are_joined_with_their_rows(folder, alphabet):
    """A lesson still names its own passages."""
    one, other = parallel_course(folder, alphabet), parallel_course(folder, alphabet)
    before, last = len(one.passages), other.lessons[-1]

    one.add(other)

    moved = one.lessons[-1]
    assert one.passages[moved.right[0].passage] is other.passages[last.right[0].passage]
    assert all(row >= before for row in moved.wrong)


@pytest.fixture(scope="module")
def translators(alphabet):
    pieces = [alphabet.pieces(word)[0] for word in ("展览", "参加")]
    count = np.zeros(len(Affinity.load().rows), dtype=np.int64)
    first = np.zeros_like(count)
    count[pieces], first[pieces] = 1, [0, 1]
    said = [alphabet.pieces(fold(word)).tolist() for word in ("exhibition", "take part")]
    return {"en": Translator(Ragged.of(said), first, count)}


def test_fitting_lowers_the_loss_and_repeats(asked, folder, alphabet, translators, tmp_path):
    """A few steps learn what a small course has to teach; what is saved reads the same."""
    losses = []

    network = fit_reader(
        asked,
        parallel_course(folder, alphabet),
        alphabet,
        translators,
        PLAN,
        on_step=lambda step, steps, loss: losses.append(loss),
    )

    assert np.mean(losses[-8:]) < 0.7 * np.mean(losses[:8])
    save_reader(network, tmp_path / "reader.safetensors")
    reader = Reader.load(tmp_path / "reader.safetensors")
    sentences = ["巴黎举办了展览。", "天气很好。", "七万人参加了巴黎的展览。", "没有声明。"]
    (odds,) = reader.read("多少人参加了巴黎的展览?", [reader.alphabet.passage(sentences)])
    assert int(odds.argmax()) == 2


def test_a_course_without_translations_will_do(asked, alphabet):
    """The same seed then gives the same losses."""
    found = []
    for _ in range(2):
        losses = []
        fit_reader(
            asked,
            Course([], []),
            alphabet,
            {},
            ReaderPlan(epochs=0.5, batch=8),
            on_step=lambda step, steps, loss, losses=losses: losses.append(loss),
        )
        found.append(losses)

    assert found[0] == pytest.approx(found[1], rel=1e-4)


def test_padding_is_nowhere(alphabet):
    """No piece, no answer."""
    passages = [alphabet.passage(["大桥。"]), alphabet.passage(["大桥全长三公里。"])]
    short = len(passages[0].pieces)
    inputs = padded_inputs(alphabet, [alphabet.pieces("大桥?")], passages, [0, 0])

    logits = Network().eval()(inputs)

    assert (logits[0, short:] == NOWHERE).all()
    assert (logits[1] > NOWHERE).all()


def test_a_network_begins_as_overlap(alphabet, tmp_path):
    """Before it is fitted, the sentence that shares more with the question is the likelier."""
    torch.manual_seed(3)
    save_reader(Network(), tmp_path / "reader.safetensors")
    reader = Reader.load(tmp_path / "reader.safetensors")

    passage = alphabet.passage(["今天天气很好。", "大桥全长三公里。"])
    (odds,) = reader.read("大桥全长多少?", [passage])

    assert odds[1] > odds[0]


def fitted():
    """Return the layers in torch with the weights that ship."""
    network = Network().eval()
    network.load_state_dict({name: each.float() for name, each in load_file(FILE).items()})
    return network


def both_ways(alphabet, network, question, passages):
    """Return the logits of each passage's pieces, by torch and by the arrays."""
    arrays = ArrayNetwork({name: each.numpy() for name, each in network.state_dict().items()})
    with torch.inference_mode():
        inputs = padded_inputs(alphabet, [question], passages, [0] * len(passages))
        expected = network(inputs).numpy()
    found = arrays.logits(alphabet.known(question), alphabet.text(passages))
    lengths = [len(passage.pieces) for passage in passages]
    return [row[:size] for row, size in zip(expected, lengths, strict=True)], np.split(
        found, np.cumsum(lengths)[:-1]
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_arrays_are_the_torch_layers(alphabet, seed):
    """Both give the same logits to pieces drawn at random, by random weights and by the fitted."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    network = fitted() if seed % 2 else Network().eval()
    question = rng.integers(0, 5000, size=1 + 8 * seed).astype(np.int32)
    passages = []
    for size in rng.integers(1, LONGEST_PASSAGE, size=4):
        sentences = np.sort(rng.integers(0, 1 + size // 20, size=size)).astype(np.int32)
        pieces = rng.integers(0, 5000, size=size).astype(np.int32)
        pieces[rng.random(size) < 0.2] = question[0]
        passages.append(Passage(pieces, sentences, int(sentences[-1]) + 1))

    expected, found = both_ways(alphabet, network, question, passages)

    for one, other in zip(expected, found, strict=True):
        assert one == pytest.approx(other, abs=1e-4)


def test_the_arrays_are_the_torch_layers_on_real_questions(alphabet):
    """Both read the development questions with the documents alike."""
    document = next(iter(read_corpus(CORPUS)))
    found = document_sentences(document.text, document.blocks)
    texts = [fold(sentence.span.of(document.text)) for sentence in found]
    passages = [alphabet.passage(texts[at : at + 4]) for at in range(0, 40, 4)]
    asked = [json.loads(line)["question"] for line in GOLD.read_text("utf-8").splitlines()]

    for question in asked[::4]:
        pieces = alphabet.pieces(fold(question))[:LONGEST_QUESTION]
        for one, other in zip(*both_ways(alphabet, fitted(), pieces, passages), strict=True):
            assert one == pytest.approx(other, abs=1e-4)
