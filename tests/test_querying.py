from dataclasses import replace

import pytest

from index.encoder import SentenceTransformerEncoder
from index.generations import current
from index.kinds import Kind
from index.lexicon import Lexicon
from index.live import Live
from index.naming import take_apart
from index.querying import MOST_TERMS, make_query
from index.synonyms import Synonyms
from index.terms import terms


@pytest.fixture(scope="module")
def resources(built_data_dir, tiny_model):
    return Live(current(built_data_dir), SentenceTransformerEncoder(str(tiny_model))).resources


def forms(query, *, borrowed=False):
    return {form for term in query.terms if term.borrowed is borrowed for form in term.forms}


def test_spellings_of_a_question_make_one_query(resources):
    """Script, width and case make no difference to what is looked for."""
    one = make_query("青石桥什么时候重新开放？", resources)
    other = make_query("青石橋什麼時候重新開放?", resources)

    assert one.terms == other.terms
    assert one.tokens() == other.tokens()


@pytest.mark.parametrize("name", ["林若海", "林市長", "Lin Ruohai", "Линь Жохай"])
def test_the_names_of_an_entity_make_one_term(resources, name):
    """Whoever is asked about, the same term is looked up."""
    (term,) = [t for t in make_query(f"{name}?", resources).terms if t.forms[0].startswith("@")]

    assert term.forms == ("@0",)
    assert term.weight > 0


def test_words_that_only_ask_are_not_looked_for(resources):
    """A question of nothing else has no terms."""
    assert make_query("谁？为什么？", resources).terms == ()
    assert "谁" not in forms(make_query("谁建了桥?", resources))


@pytest.mark.parametrize("question", ["", " ", "🙂", "?!", "\u200b"])
def test_an_empty_question_looks_for_nothing(resources, question):
    """It has a vector, and no token."""
    query = make_query(question, resources)

    assert (query.terms, query.tokens(), query.dates) == ((), {}, ())
    assert query.crossing == 0.0


def test_a_phrase_that_asks_lends_no_character_to_a_word(resources):
    """The dictionary has 谈到; who asks until when they talked asks for 谈."""
    query = make_query("谈到几点结束", resources)

    assert {"谈", "结束"} <= forms(query)
    assert "谈到" not in forms(query)
    assert query.kinds == {Kind.CLOCK, Kind.UNTIL}


def test_an_english_word_is_looked_for_in_chinese_too(resources):
    """The lexicon's words stand beside the word itself, as forms of one term."""
    query = make_query("Was the bridge reopened?", resources)

    (term,) = [term for term in query.terms if "bridg" in term.forms]
    assert any("桥" in form for form in term.forms)


def test_weights_are_never_negative(resources):
    """No word of a question is evidence against a sentence."""
    query = make_query("青石桥 the bridge of 的 музей 15 2024年", resources)

    assert all(term.weight >= 0 for term in query.terms)
    assert all(weight > 0 for weight in query.tokens().values())


def test_a_follow_up_borrows_what_it_lacks(resources):
    """The terms of the question before are marked, and looked up with less weight."""
    query = make_query("那限重呢?", resources, context="青石桥有多宽?")

    alone = make_query("青石桥有多宽?", resources)
    assert "@2" in forms(query, borrowed=True)
    assert "@2" not in forms(query)
    assert 0 < query.tokens()["@2"] < alone.tokens()["@2"]


def test_a_follow_up_borrows_nothing_that_it_names_itself(resources):
    """Its own term keeps its full weight."""
    query = make_query("那青石桥呢?", resources, context="青石桥有多宽?")

    assert "@2" in forms(query)
    assert "@2" not in forms(query, borrowed=True)


def test_who_is_named_takes_the_place_of_who_was(resources):
    """Of one kind the thing named now replaces the one before; other kinds are borrowed."""
    query = make_query("那索托呢?", resources, context="林若海几点到青石桥的?")

    lent = forms(query, borrowed=True)
    assert "@2" in lent
    assert "@0" not in lent


def test_a_whole_question_borrows_nothing(resources):
    """What was asked before is another subject."""
    query = make_query("索托建議觀測者前往哪裡看日全食?", resources, context="青石桥限重多少?")

    assert forms(query, borrowed=True) == set()
    assert query.vector.tolist() == (
        make_query("索托建議觀測者前往哪裡看日全食?", resources).vector.tolist()
    )


def test_dates_are_borrowed_only_where_none_is_named(resources):
    """A follow-up with a date of its own leaves the other one."""
    before = "5月2日发生了什么?"

    assert [d.day for d in make_query("那谁去了?", resources, context=before).dates] == [2]
    assert [d.day for d in make_query("那6日呢?", resources, context=before).dates] == [6]


@pytest.mark.parametrize(
    ("question", "crossing"),
    [("桥呢", 0.25), ("bridge", 0.75), ("мост", 1.0), ("桥 bb 桥 bb", 0.25), ("15", 0.0)],
)
def test_crossing_is_the_share_in_scripts_that_the_corpus_has_not(resources, question, crossing):
    """A question in its languages, as they are mixed there, doesn't cross; figures are neutral."""
    mixed = replace(resources, scripts={"han": 0.75, "latin": 0.25})

    assert make_query(question, mixed).crossing == crossing


def test_a_chinese_word_is_looked_for_in_other_languages(resources):
    """Its translations that the corpus holds are forms of its term."""
    lexicon = Lexicon.of(["大桥\tstrike 0.60 rais_strike 1.00 absent 0.60"])

    query = make_query("大桥", replace(resources, lexicon=lexicon))

    assert forms(query) == {"大桥", "strike", "rais strike"}


@pytest.mark.parametrize("question", ["2024年5月的桥", "bridge of May 2024", "мост, май 2024"])
def test_a_date_is_one_term_in_every_language(resources, question):
    """It is held by its token, and looked up as the languages write it."""
    query = make_query(question, resources)

    (term,) = [term for term in query.terms if term.written]
    assert term.forms == ("#2024-5-*",)
    assert {"5", "月", "may"} <= set(term.written)
    assert query.tokens().keys() >= {"5", "月"}
    assert "#2024-5-*" not in query.tokens()
    assert not any({"2024", "may"} & set(each.forms) for each in query.terms)


def test_kinds_are_read_from_the_question_itself(resources):
    """The question before asked for something else."""
    query = make_query("那几点呢?什么时候?", resources, context="谁来了?")

    assert query.kinds == {Kind.CLOCK}
    assert Kind.WHO not in query.kinds


@pytest.mark.parametrize(
    "greeting",
    ["你好", "您好！", "早安", "早上好", "Good morning!", "hello", "Привет", "Доброе утро", "謝謝"],
)
def test_a_greeting_names_nothing(resources, greeting):
    """There is nothing to look for in it, with or without a question behind it."""
    asked = make_query(f"{greeting} 青石桥限重多少?", resources)

    assert make_query(greeting, resources).terms == ()
    assert asked.terms == make_query("青石桥限重多少?", resources).terms


def translating(resources, line):
    """Return the resources with a dictionary of one line."""
    return replace(resources, lexicon=Lexicon.of([line]))


def looked_for(question, resources):
    (term,) = make_query(question, resources).terms
    return term.forms


def test_unlikely_translations_are_not_looked_for(resources):
    """An option with a small share of the best one's probability would only mislead."""
    tiny = translating(resources, "bridg\t桥梁 0.6 大桥 0.3 鼻梁 0.01")

    assert looked_for("bridge", tiny) == ("bridg", "桥梁", "大桥")


def test_a_single_character_is_looked_for_only_where_nothing_longer_is(resources):
    """It stands in too many sentences to tell anything."""
    assert looked_for("bridge", translating(resources, "bridg\t桥 0.7 桥梁 0.3")) == (
        "bridg",
        "桥梁",
    )
    assert looked_for("bridge", translating(resources, "bridg\t桥 0.7 梁 0.3")) == (
        "bridg",
        "桥",
        "梁",
    )


def test_a_very_long_question_keeps_what_tells_most(resources):
    """As many terms as are worth their time, in the question's order; rare words win."""
    common = " ".join(f"{number}" for number in range(200))
    short = make_query("ferry", resources).terms[0]

    found = make_query(f"{common} ferry", resources).terms

    assert len(found) == MOST_TERMS
    everything = [make_query(str(number), resources).terms for number in range(200)]
    weights = sorted((t.weight for terms in everything for t in terms), reverse=True)
    assert min(term.weight for term in found) >= weights[MOST_TERMS]
    assert (found[-1] == short) is (short.weight >= weights[MOST_TERMS - 1])
    assert len(make_query("青石桥重新开放", resources).terms) < MOST_TERMS


def test_what_is_named_is_also_looked_up_as_it_is_spelled(resources):
    """Its tokens have their full weight; names and asking words have none of their own."""
    query = make_query("谁说林市长开放了展览?", resources)

    assert {"开放", "展览", "开", "放"} <= set(query.spelled)
    assert not {"谁", "林", "市长", "林市"} & set(query.spelled)
    assert all(query.tokens()[token] == 1.0 for token in query.spelled)


def test_what_is_borrowed_is_not_spelled(resources):
    """Words of the question before count less than those of this one."""
    query = make_query("那限重呢?", resources, context="货车走哪?")

    assert "货车" not in query.spelled
    assert 0 < query.tokens()["货车"] < query.tokens()["限重"]


def test_a_short_question_borrows_without_pointing_back(resources):
    """Of a question that names next to nothing, the one before is part."""
    assert "@2" in forms(make_query("限重?", resources, context="青石桥有多宽?"), borrowed=True)


def test_a_borrowed_term_is_never_the_questions_own(resources):
    """What both questions name is taken from the second."""
    query = make_query("他何时绕行?", resources, context="重型货车绕行吗?")

    own, lent = forms(query), forms(query, borrowed=True)
    assert "绕行" in own
    assert not own & lent


def test_a_lone_letter_names_nothing(resources):
    """Scraps of markup hold nothing to look for; a digit does."""
    assert make_query('<b>&"', resources).terms == ()
    assert [term.forms[0] for term in make_query("b 2", resources).terms] == ["2"]


def weight(question, form, resources):
    (term,) = [t for t in make_query(question, resources).terms if form in t.forms]
    return term.weight


def test_words_that_nearly_mean_it_are_looked_up_too(resources):
    """Those that the corpus holds, with less weight than the word itself."""
    like = replace(resources, synonyms=Synonyms(["绕路\t绕行 0.80 迂回 0.90"]))

    (term,) = make_query("绕路", like).terms

    assert term.akin == (("绕行", 0.8),)
    tokens = make_query("绕路", like).tokens()
    assert 0 < tokens["绕行"] < tokens["绕路"]
    assert "迂回" not in tokens


def test_synonyms_of_a_translation_count_by_its_probability(resources):
    """An unlikely translation's synonyms are less like what was asked."""
    like = replace(
        resources,
        lexicon=Lexicon.of(["detour\t绕路 0.80 回路 0.40"]),
        synonyms=Synonyms(["回路\t重新 1.00", "绕路\t绕行 0.80"]),
    )

    (term,) = make_query("detour", like).terms

    assert dict(term.akin) == pytest.approx({"绕行": 0.8, "重新": 0.5})


def test_a_word_that_says_what_kind_of_thing_is_asked_for_weighs_less(resources):
    """The answer to a question after the place need not say "place"."""
    named = take_apart("展览地点", resources.aliases)

    exhibition, place = terms(named, resources)
    plain = list(terms(replace(named, typing=frozenset()), resources))

    assert (exhibition, place.source) == (plain[0], "地点")
    assert 0 < place.weight < plain[1].weight


def test_a_foreign_word_without_a_translation_weighs_less(resources):
    """It can't be looked for, so that it is lacking tells little; a known one tells more."""
    mixed = replace(resources, scripts={"han": 1.0})
    latin = replace(resources, scripts={"latin": 1.0})

    unknown = weight("xyzzyx", "xyzzyx", mixed)

    assert unknown < weight("xyzzyx", "xyzzyx", latin) / 2


def test_lone_characters_are_joined_where_the_corpus_holds_them_so(resources):
    """An unknown name is met by its pairs, an accident of two words is not looked for."""
    assert "石桥" in forms(make_query("限石桥", resources)) | forms(make_query("石桥", resources))
    assert "离谈" not in forms(make_query("离谈拢", resources))


def test_the_question_before_is_kept(resources):
    """Where it was leaned on, so that its answer is known; else there is none."""
    followed = make_query("那限重呢?", resources, context="青石桥有多宽?")

    assert followed.before.terms == make_query("青石桥有多宽?", resources).terms
    assert followed.context == "青石桥有多宽?"
    assert make_query("那限重呢?", resources).before is None


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("默克尔什么时候去深圳", {"默克尔", "深圳"}),
        ("When did Merkel cross the bridge?", {"merkel"}),
        ("Когда Меркель открыла мост?", {"меркель"}),
        ("WHEN DID MERKEL CROSS", set()),
        ("When Did Merkel Cross The Bridge", set()),
        ("when did merkel cross", set()),
    ],
)
def test_names_are_told_from_other_words(resources, question, named):
    """Chinese ones by the dictionary, others by a capital where not every word has one."""
    found = make_query(question, resources).terms

    assert {term.source for term in found if term.name} == named
