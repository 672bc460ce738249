import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from index.lexicon import Lexicon
from index.normalization import fold
from index.training.__main__ import main
from index.training.alignment import align
from index.training.evaluation import score
from index.training.export import load_encode
from index.training.fitting import EncodedPairs, Plan, draw_batch
from index.training.glosses import phrases
from index.training.ragged import Ragged
from index.training.recipe import Recipe, measure, train
from index.training.sources import SOURCES, DataError, Source, verify
from index.training.vocabulary import Sizes

CITIES = {"莫斯科": ("Moscow", "Москва"), "伦敦": ("London", "Лондон"), "巴黎": ("Paris", "Париж")}
EVENTS = {
    "會談": ("talks", "переговоры"),
    "停火": ("ceasefire", "перемирие"),
    "選舉": ("election", "выборы"),
    "演說": ("speech", "речь"),
}
SCENES = [(city, event) for city in CITIES for event in EVENTS]
TINY = Recipe(
    dim=16,
    threads=1,
    sizes=Sizes(chinese=200, english=200, russian=200, numbers=20, fragments=50),
    plan=Plan(steps=30, batch=8),
)


def question_set(scenes):
    paragraphs = [
        {
            "context": f"星期{day}雙方在{city}舉行{event}。記者{day}人在場。會後沒有聲明。",
            "qas": [{"question": f"{event}在哪裏舉行?", "answers": [{"text": city}]}],
        }
        for day, (city, event) in enumerate(scenes, start=1)
    ]
    return {
        "data": [
            {"title": event, "paragraphs": [p]}
            for (_, event), p in zip(scenes, paragraphs, strict=True)
        ]
    }


def news():
    for number, (city, event) in enumerate(SCENES * 2):
        for verb in ("held", "expected"):
            yield {
                "doc": f"paper.{number}",
                "en": f"{EVENTS[event][0]} {verb} in {CITIES[city][0]}",
                "ru": f"{EVENTS[event][1]} в городе {CITIES[city][1]}",
                "zh_cn": f"{fold(event)}在{city}举行",
            }


def tables():
    names = ["en\tru(:count)\tzh(:count)", "putin\tпутин:9\t普京:9", "trump\tтрамп:9\t特朗普:9"]
    places = ["kind\tcode\ten\tru\tzh_hans\tzh_hant\tzh_hant_hk"]
    places += [f"cities\tX\t{en}\t{ru}\t{zh}\t{zh}\t{zh}" for zh, (en, ru) in CITIES.items()]
    variants = [
        "group\toriginal\tzh_cn\tzh_tw\tzh_hk\tall",
        "People\tTrump\t特朗普\t川普\t特朗普\t特朗普|川普",
    ]
    words = {**CITIES, **EVENTS}
    cedict = [
        "# a comment",
        *(f"{zh} {fold(zh)} [x] /{en}/to hold {en}/" for zh, (en, _) in words.items()),
    ]
    russian = ["pos\tbare\taccented\ten\tde\tforms"]
    russian += [f"noun\t{ru}\t{ru}\t{en}\t\t{ru}|{ru}м" for en, ru in words.values()]
    return {
        "names_en_ru_zh.tsv": names,
        "cldr_names_en_ru_zh.tsv": places,
        "zhwiki_name_variants.tsv": variants,
        "cc-cedict-2025-02-19.txt.gz": cedict,
        "openrussian_ru_en.tsv.gz": russian,
    }


def lines_of_text():
    english = [f"The {EVENTS[event][0]} in {CITIES[city][0]}." for city, event in SCENES]
    chinese = [f"{city} 的 {fold(event)} 。" for city, event in SCENES]
    rubq = [{"question_text": "Где переговоры?", "question_eng": "Where are the talks?"}]
    evidence = [
        {"question": "誰?", "evidences": ["普京。"]},
        {"question": "何時?", "evidences": []},
    ]
    return {
        "tatoeba_cmn-eng.txt": [f"{e}\t{c}\tby us" for e, c in zip(english, chinese, strict=True)],
        "un_dev.en": english,
        "un_dev.zh": chinese,
        "un_test.en": english,
        "un_test.zh": chinese,
        "ntrex_en_ru_zh.jsonl": [json.dumps(row) for row in news()],
        "RuBQ_1.0_dev.jsonl": map(json.dumps, rubq),
        "RuBQ_1.0_test.jsonl": map(json.dumps, rubq),
        "RuBQ_2.0_dev.jsonl": map(json.dumps, [{"question_text": "Кто?"}]),
        "expmrc_cmrc_train_evidence.jsonl.gz": map(json.dumps, evidence),
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A folder with every file that training reads, each a few rows long."""
    folder = tmp_path_factory.mktemp("data")
    for file, lines in {**tables(), **lines_of_text()}.items():
        content = ("\n".join(lines) + "\n").encode()
        (folder / file).write_bytes(gzip.compress(content) if file.endswith(".gz") else content)
    for source in SOURCES:
        if source.file.startswith(("cmrc", "drcd")):
            content = json.dumps(question_set(SCENES))
            (folder / source.file).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    """What training on the tiny folder writes."""
    out = tmp_path_factory.mktemp("out")
    train(data, out, TINY)
    return out


def digests(folder: Path):
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".md"
    }


def test_the_model_is_an_ordinary_folder(trained):
    """sentence-transformers loads the folder; vectors have length 1 and the recipe's width."""
    vectors = load_encode(trained / "model")([fold("會談在哪裏舉行?"), "talks"])

    assert vectors.shape == (2, TINY.dim)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_translations_come_near_each_other(trained):
    """After training a word is nearer to its translation than to another word's."""
    talks, ceasefire, chinese = load_encode(trained / "model")(["talks", "ceasefire", "停火"])

    assert chinese @ ceasefire > chinese @ talks


def test_training_twice_gives_the_same_files(data, trained, tmp_path):
    """Equal data and recipe give equal bytes."""
    train(data, tmp_path, TINY)

    assert digests(tmp_path) == digests(trained)


def test_the_lexicon_translates_words_of_both_languages(trained):
    """English and Russian words find their Chinese, inflected or not."""
    lexicon = Lexicon.load(trained / "lexicon.npz")

    found = {t.source: t.options[0][0] for t in lexicon.translate("talks of trump in москве")}

    assert found["talks"] == "会谈"
    assert found["trump"] in {"特朗普", "川普"}
    assert found["москве"] == "莫斯科"


def test_the_frequencies_tell_texts_from_questions(trained):
    """The table counts terms in paragraphs and in questions apart."""
    with np.load(trained / "frequencies.npz") as table:
        terms = bytes(table["terms"]).decode().split("\n")
        told = dict(zip(terms, table["paragraphs"], strict=True))
        asked = dict(zip(terms, table["questions"], strict=True))

    assert told["记者"] > asked["记者"] == 0
    assert asked["在哪"] > told["在哪"] == 0


def test_scores_are_told_for_each_task(data, trained):
    """Measuring prints one line a task under a heading."""
    lines = measure(data, trained / "model", final=False).splitlines()

    assert lines[1].startswith("CMRC dev")
    assert len(lines) == 5


def test_a_file_of_other_bytes_is_refused(tmp_path):
    """A wrong checksum gives one line with the path, what was expected and what was found."""
    (tmp_path / "a.txt").write_bytes(b"other")
    source = Source("a.txt", "somewhere", "CC0", "train", "0" * 64)

    with pytest.raises(DataError) as caught:
        verify(tmp_path, (source,))

    assert str(caught.value).startswith(f"{tmp_path / 'a.txt'}: expected sha256 {'0' * 64}, found ")


def test_a_missing_file_is_one_clear_line(tmp_path, capsys):
    """Without the data the command says which file it lacks and fails."""
    status = main([str(tmp_path)])

    error = capsys.readouterr().err
    assert status == 1
    assert error.count("\n") == 1
    assert SOURCES[0].file in error


def test_a_batch_holds_one_pair_of_a_group():
    """Pairs that may answer for each other never meet as each other's wrong answers."""
    rows = Ragged.of([[n + 1] for n in range(20)])
    pairs = EncodedPairs("x", 1.0, rows, rows, np.arange(20) // 5)

    left, right = draw_batch(pairs, Plan(batch=10), np.random.default_rng(0))

    assert sorted((left.values - 1) // 5) == [0, 1, 2, 3]
    assert (left.values == right.values).all()


def test_replacing_values_keeps_the_rows():
    """Each value gives way to its own sequence, inside its own row."""
    texts = Ragged.of([[1, 2], [], [3]])

    replaced = texts.replace(Ragged.of([[10], [20, 21], []]))

    assert replaced.values.tolist() == [10, 20, 21]
    assert replaced.offsets.tolist() == [0, 3, 3, 3]


def test_alignment_learns_from_where_words_meet():
    """A word is aligned with the one that always comes with it."""
    sentences = [(("a", "b"), ("甲", "乙")), (("a", "c"), ("甲", "丙")), (("b", "c"), ("乙", "丙"))]

    counts = align(sentences * 5, {}, rounds=10)

    assert max(("甲", "乙", "丙"), key=lambda word: counts.get(("a", word), 0)) == "甲"


@pytest.mark.parametrize(
    ("gloss", "found"),
    [
        ("(United Nations) Security Council", ["Security Council"]),
        ("to cease fire", ["cease fire"]),
        ("variant of 裡|里[li3]", []),
        ("surname Wang", ["Wang"]),
        ("CL:個|个[ge4]", []),
        ("Vladimir Putin (1952-), president of Russia", ["Vladimir Putin", "Putin"]),
        ("a thing that takes very many words to say", []),
    ],
)
def test_glosses_give_translations_without_explanations(gloss, found):
    """Asides, cross-references and long descriptions are not translations."""
    assert list(phrases(gloss)) == found


def test_a_tie_is_no_success():
    """A model that puts all texts in one place scores nothing."""
    same = np.ones((3, 4), dtype=np.float32) / 2

    assert score("x", same, same, [0, 1, 2]).recall_1 == 0
