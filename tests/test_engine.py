import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import CORPUS
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Abstention, Answer, Engine, Span, build
from index.static_encoder import StaticEncoder

# fmt: off
WORDS = [
    "青石桥", "青石橋", "耗资", "多少", "市长", "林市長", "說", "開放", "公交", "重型货车",
    "限重", "日全食", "全食帶", "185公里", "索托", "緬因州", "脚注", "来源", "谁", "什么时候",
    "那他呢", "strike ", "ferry ", "Gull Island ", "union ", "who ", "when ", "Mr. Hale ",
    "музей ", "карт ", "сколько ", "директор ", "Лебедева ", "2024年4月8日", "5月2日", "[1]",
    "[2]", "。", "?", "June 12", "\n",
]
# fmt: on
questions = st.one_of(st.lists(st.sampled_from(WORDS), max_size=8).map("".join), st.text())
NEW = "---\ntitle: 塔\npublisher: 河州日报\npublished: 2024-06-01\nlanguage: zh-Hans\n---\n"


@pytest.fixture
def model(tiny_model):
    return str(tiny_model)


@pytest.fixture
def engine(data_dir, model):
    """An engine of the test's own, which it may swap."""
    return Engine.open(data_dir, model=model)


def shown(reply):
    return reply.quotes if isinstance(reply, Answer) else reply.nearest


def overlap(one, other):
    return one.document == other.document and (
        one.span.start < other.span.end and other.span.start < one.span.end
    )


@settings(max_examples=60, deadline=None)
@given(questions, st.one_of(st.none(), questions), st.integers(1, 6), st.booleans())
def test_every_quote_is_its_documents_own_characters(tiny_engine, question, context, limit, one):
    """Whatever is asked: verbatim, highlighted within, cited, verified, apart from each other."""
    documents = {document.id: document for document in tiny_engine.documents()}

    reply = tiny_engine.answer(question, context=context, limit=limit, distinct=one)

    quotes = shown(reply)
    assert len(quotes) <= limit
    for quote in quotes:
        document = documents[quote.document]
        assert quote.text == document.text[quote.span.start : quote.span.end]
        assert quote.span.start <= quote.highlight.start < quote.highlight.end <= quote.span.end
        assert quote.highlighted == document.text[quote.highlight.start : quote.highlight.end]
        assert quote.text == quote.text.strip()
        assert quote.citation.title == document.title
        assert tiny_engine.verify(quote, generation=reply.generation)
    for at, quote in enumerate(quotes):
        assert not any(overlap(quote, other) for other in quotes[:at])
    if one:
        assert len({quote.document for quote in quotes}) == len(quotes)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("青石桥工程耗资多少亿元?", "耗资3.2亿元"),
        ("青石橋什麼時候重新開放?", "5月2日重新开放"),
        ("全食带有多宽?", "全食帶寬約185公里"),
        ("How many days did the strike in Port Alder last?", "after nine days"),
        ("Сколько карт в зале древних карт?", "120 карт"),
    ],
)
def test_the_best_quote_holds_the_answer(tiny_engine, question, expected):
    """A question in the words of a document, in either script, finds its place."""
    assert expected in shown(tiny_engine.answer(question))[0].text


def test_a_question_in_the_words_of_the_source_is_answered(tiny_engine):
    """It is quoted with its citation, and a probability above the threshold."""
    reply = tiny_engine.answer("青石桥工程历时多少个月，耗资多少亿元？")

    assert isinstance(reply, Answer)
    assert reply.question == "青石桥工程历时多少个月，耗资多少亿元？"
    assert 0.0 < reply.confidence <= 1.0
    citation = reply.quotes[0].citation
    assert (citation.title, citation.publisher) == ("青石桥重新开放", "河州日报")
    assert citation.published.isoformat() == "2024-05-03"
    assert citation.url == "https://example.org/bridge"


@pytest.mark.parametrize(
    "question",
    [
        *("", " \n\t", "\u200b", "🙂", "👩‍👩‍👧🇨🇳", "???"),
        *("你好", "早安！", "Good morning", "Привет", "谁？为什么？"),
        "光合作用需要什么条件？",
    ],
)
def test_what_the_sources_do_not_tell_is_not_answered(tiny_engine, question):
    """An abstention shows nothing as an answer, and keeps what came closest."""
    reply = tiny_engine.answer(question)

    assert isinstance(reply, Abstention)
    assert 0.0 <= reply.confidence < 1.0
    assert len(reply.nearest) <= 3


@pytest.mark.parametrize("question", ["", "🙂", "你好", "Привет!", "谁？为什么？"])
def test_nothing_is_near_to_what_names_nothing(tiny_engine, question):
    """Where there is nothing to look for, nothing has come close."""
    assert tiny_engine.answer(question).nearest == ()


@pytest.mark.parametrize(
    "question",
    [
        '<b>&"',
        "青石桥" * 3333,
        "a" * 10_000,
        "strike " * 1500,
        "桥" + "\u0300" * 9999,
        "(" * 10_000,
        "\0\ud800",
        "AND OR NOT * ~ ^ : \\ field:桥",
    ],
    ids=["markup", "long", "one word", "words", "marks", "brackets", "not text", "query syntax"],
)
def test_a_strange_question_gets_a_reply(tiny_engine, question):
    """Nothing that a person can send makes an error."""
    reply = tiny_engine.answer(question)

    assert reply.question == question
    assert all(tiny_engine.verify(q, generation=reply.generation) for q in shown(reply))


def test_a_follow_up_borrows_from_the_question_before(tiny_engine):
    """A question that points back finds the place of the one before it."""
    reply = tiny_engine.answer("那限重多少?", context="青石桥的重型货车怎么走?")

    assert "限重20吨" in shown(reply)[0].text


@pytest.mark.parametrize("question", ["那限重多少?", "xyzzy?"])
def test_a_reply_tells_which_question_it_was_read_with(tiny_engine, question):
    """An answer and an abstention alike name the question before, where they lean on it."""
    before = "青石桥的重型货车怎么走?"

    assert tiny_engine.answer(question, context=before).understood_with == before
    assert tiny_engine.answer(question).understood_with is None


def test_a_question_with_enough_words_of_its_own_borrows_none(tiny_engine):
    """The question before is left out, and the reply says so."""
    question = "青石桥工程耗资多少亿元重新开放限重货车吨?"

    assert tiny_engine.answer(question, context="渡轮罢工何时结束?").understood_with is None


def test_a_question_says_itself_that_it_goes_on(tiny_engine):
    """Words that point back tell it; a keyword of its own doesn't."""
    assert tiny_engine.leans("那限重多少?")
    assert not tiny_engine.leans("限重多少?")


def test_the_footnotes_of_a_quote_are_resolved(tiny_engine):
    """The marks inside it become the sources behind it, in their order."""
    quote = next(
        quote
        for quote in shown(tiny_engine.answer("全食帶寬約多少公里,有多少人住在其中?"))
        if "185公里" in quote.text
    )

    references = quote.citation.references
    assert [(r.number, r.publisher) for r in references][-1] == ("2", "Weather Daily")
    assert len({r.number for r in references}) == len(references)


def test_fewer_quotes_are_shown_where_fewer_are_asked_for(tiny_engine):
    """The limit cuts the same ranking."""
    many = shown(tiny_engine.answer("青石桥", limit=5))
    one = shown(tiny_engine.answer("青石桥", limit=1))

    assert len(many) == 5
    assert [quote.highlight for quote in one] == [many[0].highlight]


def test_distinct_quotes_come_from_distinct_documents(tiny_engine):
    """At most one a document, as many documents as there are."""
    quotes = shown(tiny_engine.answer("桥 strike карт 日全食", limit=10, distinct=True))

    assert sorted(quote.document for quote in quotes) == ["bridge", "eclipse", "ferry", "museum"]


def test_the_same_question_gets_the_same_quotes(tiny_engine, built_data_dir, model):
    """Answers repeat, also over a restart."""
    again = Engine.open(built_data_dir, model=model)

    for question in ("青石桥耗资多少?", "索托说了什么?", "ferry", ""):
        assert shown(again.answer(question)) == shown(tiny_engine.answer(question))


def test_the_time_of_each_stage_is_told(tiny_engine):
    """Milliseconds by stage; together no more than the total."""
    timing = dict(tiny_engine.answer("青石桥耗资多少?").timing_ms)

    assert sorted(timing) == ["dense", "encode", "lexical", "quote", "read", "total"]
    assert all(spent >= 0 for spent in timing.values())
    total = timing.pop("total")
    assert sum(timing.values()) <= total + 0.01


def best(engine):
    reply = engine.answer("青石桥耗资多少?")
    return shown(reply)[0], reply.generation


def test_a_remembered_quote_is_made_again(tiny_engine):
    """Generation, document and place are enough; only the score is not remembered."""
    quote, generation = best(tiny_engine)

    again = tiny_engine.quote(generation, quote.document, quote.span, quote.highlight)

    assert again == replace(quote, score=0.0)


@pytest.mark.parametrize(
    "change",
    [
        {"document": "nowhere"},
        {"document": "../bridge"},
        {"span": Span(0, 10**9)},
        {"span": Span(10**8, 10**9), "highlight": Span(10**8, 10**9)},
        {"highlight": Span(10**8, 10**9)},
        {"generation": "20010101T000000.000000Z"},
        {"generation": "../generations"},
        {"generation": ".."},
        {"generation": "."},
        {"generation": ""},
        {"generation": "CURRENT"},
        {"generation": "/etc"},
        {"generation": "a\0b"},
        {"generation": "x" * 5000},
    ],
    ids=lambda change: repr(change)[:60],
)
def test_a_quote_that_is_not_there_is_not_made(tiny_engine, change):
    """An unknown generation, document or place gives None, wherever the name points."""
    quote, generation = best(tiny_engine)
    place = {
        "generation": generation,
        "document": quote.document,
        "span": quote.span,
        "highlight": quote.highlight,
    }

    assert tiny_engine.quote(**{**place, **change}) is None


@pytest.mark.parametrize("generation", ["20010101T000000.000000Z", "..", "", "../x"])
def test_a_quote_of_an_unknown_generation_has_no_surroundings(tiny_engine, generation):
    """There is no text to take them from, and nothing to verify it by."""
    quote, _ = best(tiny_engine)

    assert tiny_engine.surroundings(quote, generation=generation) is None
    assert not tiny_engine.verify(quote, generation=generation)


def test_a_quote_that_differs_is_not_verified(tiny_engine):
    """One character, one place or one name off is enough."""
    quote, generation = best(tiny_engine)
    start, end = quote.span.start, quote.span.end

    assert tiny_engine.verify(quote, generation=generation)
    for other in (
        replace(quote, text=quote.text.replace("桥", "橋")),
        replace(quote, text=quote.text + " "),
        replace(quote, span=Span(start + 1, end + 1)),
        replace(quote, span=Span(start, 10**9)),
        replace(quote, highlight=Span(end, end + 1)),
        replace(quote, document="ferry"),
        replace(quote, document="nowhere"),
    ):
        assert not tiny_engine.verify(other, generation=generation)


def test_surroundings_show_the_whole_paragraph(tiny_engine):
    """They hold the quote, with its highlight, and are verbatim themselves."""
    reply = tiny_engine.answer("重型货车绕行哪里?", limit=1)
    (quote,) = shown(reply)

    around = tiny_engine.surroundings(quote, generation=reply.generation)

    assert around.text.startswith("从5月6日起")
    assert quote.span in around.span
    assert around.highlight == quote.highlight
    assert tiny_engine.verify(around, generation=reply.generation)


@pytest.mark.parametrize("limit", [60, 200, 1500])
def test_surroundings_hold_the_quote(tiny_engine, limit):
    """Whatever is cut away at the limit, it is not the quote."""
    quote, generation = best(tiny_engine)

    around = tiny_engine.surroundings(quote, generation=generation, limit=limit)

    assert quote.span in around.span


def test_a_place_in_no_paragraph_has_no_surroundings(tiny_engine):
    """What stands between the blocks of a document is nothing that a reader was shown."""
    quote, generation = best(tiny_engine)
    document = next(d for d in tiny_engine.documents() if d.id == quote.document)
    gap = document.blocks[0].span.end
    lost = replace(quote, span=Span(gap, gap + 1), highlight=Span(gap, gap + 1))

    assert tiny_engine.surroundings(lost, generation=generation) is None
    assert tiny_engine.quote(generation, document.id, lost.span, lost.highlight) is None


def test_nobody_waits_for_what_the_first_answer_loads(built_data_dir, model, monkeypatch):
    """Opening an engine answers once, after it has been proven, before anyone asks."""
    asked = []

    class Listening(StaticEncoder):
        def encode_question(self, text):
            asked.append(text)
            return super().encode_question(text)

    listening = Listening(Path(model), name=model)
    monkeypatch.setattr("index.engine.load_encoder", lambda _: listening)

    engine = Engine.open(built_data_dir, model=model)

    assert asked.pop() == "?"
    asked.clear()
    engine.answer("桥")
    assert asked == ["桥"]


def rebuilt(corpus_dir, data_dir, model, text="新塔落成。塔高九十米。"):
    (corpus_dir / "tower.md").write_text(f"{NEW}{text}\n", "utf-8")
    return build(corpus_dir, data_dir, model=model).generation


def test_a_swap_makes_the_new_generation_live(engine, corpus_dir, data_dir, model):
    """Until then the old one answers; afterwards its quotes can still be shown."""
    quote, before = best(engine)
    made = rebuilt(corpus_dir, data_dir, model)
    assert engine.generation == before
    assert engine.swap() == engine.generation == made

    assert "九十米" in shown(engine.answer("新塔高多少米?"))[0].text
    assert engine.quote(before, quote.document, quote.span, quote.highlight) is not None
    assert engine.verify(quote, generation=before)


def test_a_quote_of_a_pruned_generation_is_gone(engine, corpus_dir, data_dir, model):
    """Its text is not kept, so it is not shown, and not guessed from another."""
    quote, before = best(engine)
    rebuilt(corpus_dir, data_dir, model)
    rebuilt(corpus_dir, data_dir, model)
    engine.swap()

    assert engine.quote(before, quote.document, quote.span, quote.highlight) is None
    assert not engine.verify(quote, generation=before)


def test_a_failed_swap_keeps_the_sound_generation_live(engine, data_dir):
    """A damaged generation never answers; what is wrong with it is told."""
    before = engine.generation
    (data_dir / "generations" / "CURRENT").write_text("gone", "utf-8")

    engine.swap()

    assert engine.generation == before
    assert "gone" in engine.fault
    assert isinstance(engine.answer("青石桥工程历时多少个月，耗资多少亿元？"), Answer)


def test_every_answer_is_wholly_of_one_generation(tmp_path, model):
    """While threads ask and the index swaps, no reply mixes the texts of two corpora."""
    corpus, data_dir = tmp_path / "corpus", tmp_path / "data"
    corpus.mkdir()
    generations = {}

    def rebuild(name):
        text = "".join(f"{name}第{n}层有{n}扇门。" for n in range(1, 9))
        text = "附注。" * len(generations) + text
        (corpus / "tower.md").write_text(f"{NEW}{text}\n", "utf-8")
        generation = build(corpus, data_dir, model=model).generation
        generations[generation] = text
        return generation

    rebuild("甲塔")
    engine, stop, replies, failures = Engine.open(data_dir, model=model), threading.Event(), [], []

    def ask():
        try:
            while not stop.is_set():
                reply = engine.answer("第3层有几扇门?", limit=3)
                verified = [engine.verify(q, generation=reply.generation) for q in shown(reply)]
                replies.append((reply, verified))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for name in ("乙塔", "丙塔", "甲塔", "丁塔"):
        rebuild(name)
        engine.swap()
    stop.set()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len({reply.generation for reply, _ in replies}) > 1
    for reply, _ in replies:
        text = generations[reply.generation]
        assert shown(reply)
        for quote in shown(reply):
            assert quote.text in text
            assert text[quote.span.start : quote.span.end] == quote.text
    pruned = set(generations) - {f.name for f in (data_dir / "generations").iterdir()}
    assert all(all(v) for reply, v in replies if reply.generation not in pruned)


def test_an_engine_answers_while_its_folder_is_gone(engine, data_dir):
    """A generation that is open needs its files no more."""
    shutil.rmtree(data_dir / "generations")

    assert shown(engine.answer("青石桥耗资多少?"))


@pytest.fixture(scope="module")
def real_engine(tmp_path_factory):
    data = tmp_path_factory.mktemp("real")
    build(CORPUS, data)
    return Engine.open(data)


@pytest.mark.parametrize(
    "question",
    [
        "How do I bake sourdough bread?",
        "光合作用需要什么条件?",
        "Who wrote this symphony?",
        "Какая самая длинная река Африки?",
        "Tesla Cybertruck",
        "курс Russian ruble",
    ],
)
def test_other_subjects_are_declined_in_a_corpus_of_three_languages(real_engine, question):
    """With the model that ships, whatever the question is written in."""
    assert isinstance(real_engine.answer(question), Abstention)
