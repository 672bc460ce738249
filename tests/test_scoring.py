import json
from dataclasses import replace

import numpy as np
import pytest

from index.aliases import Aliases
from index.dates import PartialDate
from index.encoder import SentenceTransformerEncoder
from index.fusion import DENSE_WEIGHT
from index.generations import current
from index.live import Live
from index.normalization import fold
from index.querying import make_query
from index.scoring import (
    FEATURES,
    LIKELY,
    UNLIKELY,
    Candidates,
    Ranker,
    add_readings,
    features,
    telling,
)
from index.terms import Term
from index.types import Part
from index.views import Together, View, presence

PUBLISHED = PartialDate(2024, 5, 3)


@pytest.fixture(scope="module")
def resources(built_data_dir, tiny_model):
    return Live(current(built_data_dir), SentenceTransformerEncoder(str(tiny_model))).resources


NOBODY = Aliases({})


def view(text, *, part=Part.TEXT):
    return View(fold(text), part, NOBODY, PUBLISHED)


def candidate(text, *, part=Part.TEXT, before=None, after=None, heading="题"):
    """Return one sentence with what surrounds it."""
    around = {"own": view(text, part=part)}
    around |= {name: view(its) for name, its in (("before", before), ("after", after)) if its}
    places = {name: np.array([at]) for at, name in enumerate(around)}
    nowhere = np.array([-1])
    measured = {"lexical": 0.25, "cosine": 0.5, "window": 0.6, "chunk": 0.4}
    return Candidates(
        sentences=np.array([0]),
        passages=np.array([0]),
        views=list(around.values()),
        own=places["own"],
        before=places.get("before", nowhere),
        after=places.get("after", nowhere),
        headings=[view(heading, part=Part.HEADING)],
        above=np.array([0]),
        affinities=np.empty((1, 0), np.float32),
        **{name: np.array([value], np.float32) for name, value in measured.items()},
    )


def asked(query, one, *, affinity=0.0):
    """Return a candidate as it meets a query: each of its terms as near as `affinity`."""
    return replace(one, affinities=np.full((1, len(query.terms)), affinity, np.float32))


def scored(resources, question, *candidates, context=None, affinity=0.0):
    query = make_query(question, resources, context=context)
    tables = [features(query, asked(query, one, affinity=affinity)) for one in candidates]
    return [dict(zip(FEATURES, table[0].tolist(), strict=True)) for table in tables]


def test_no_candidates_make_an_empty_table(resources):
    """Its width is still that of the features."""
    query = make_query("桥", resources)
    none = asked(query, candidate("桥。")).taken(np.array([False]))

    assert features(query, none).shape == (0, len(FEATURES))


def test_a_sentence_is_covered_by_what_it_holds(resources):
    """All, some and none of the words: coverage falls from 1 to 0."""
    question = "重型货车绕行"

    full, some, none = scored(
        resources,
        question,
        candidate("重型货车仍须绕行。"),
        candidate("货车很多。"),
        candidate("天晴。"),
    )

    assert full["coverage"] > some["coverage"] > none["coverage"] == 0.0
    assert full["coverage"] <= 1.0


def test_what_the_sentence_lacks_is_sought_around_it(resources):
    """The neighbors count for context, title and headings for section, each word once."""
    beside, above, inside = scored(
        resources,
        "货车",
        candidate("天晴。", before="货车绕行。", heading="货车"),
        candidate("天晴。", heading="货车"),
        candidate("货车绕行。", after="货车绕行。", heading="货车"),
    )

    assert (beside["coverage"], beside["section"]) == (0.0, 0.0)
    assert beside["context"] == pytest.approx(1.0)
    assert above["section"] == pytest.approx(1.0)
    assert (inside["context"], inside["section"]) == (0.0, 0.0)


def test_borrowed_words_count_less(resources):
    """What the question before named is looked for, but does not decide."""
    own, lent = scored(
        resources, "那限重呢?", candidate("限重。"), candidate("货车。"), context="货车?"
    )

    assert 0.0 < lent["coverage"] < own["coverage"] < 1.0


def test_dates_agree_contradict_or_do_neither(resources):
    """A day without a month is taken in the month of the document."""
    same, other, undated = scored(
        resources,
        "5月2日谁来了?",
        candidate("2日开放。"),
        candidate("5月6日开放。"),
        candidate("重新开放。"),
    )

    assert (same["date"], same["contradiction"]) == (1.0, 0.0)
    assert (other["date"], other["contradiction"]) == (0.0, 1.0)
    assert (undated["date"], undated["contradiction"]) == (0.0, 0.0)


def test_the_kind_asked_for_is_looked_for(resources):
    """A sentence with a number gives what a question after one wants."""
    with_number, without = scored(
        resources, "限重多少?", candidate("限重20吨。"), candidate("限重很严。")
    )

    assert with_number["figure"] > without["figure"]
    assert with_number["kind"] == without["kind"] == 0.0


def test_a_post_tells_whose_account_it_is(resources):
    """By what is written in it or beside it; other sentences have to name a platform."""
    post, told, other = scored(
        resources,
        "哪个账号发的?",
        candidate("限重20吨。", part=Part.POST),
        candidate("他在推特发文。"),
        candidate("限重20吨。"),
    )

    assert (post["kind"], told["kind"], other["kind"]) == (1.0, 1.0, 0.0)


@pytest.mark.parametrize("part", [Part.HEADING, Part.CAPTION, Part.TABLE, Part.REFERENCE])
def test_the_part_of_a_document_is_known(resources, part):
    """Exactly the feature of its name is set."""
    (found,) = scored(resources, "桥", candidate("桥。", part=part))

    names = {"heading", "caption", "table", "reference"}
    assert {name for name in names if found[name]} == {part.name.lower()}


def test_the_searches_pass_their_scores_on(resources):
    """What was measured before is a feature as it is."""
    chinese = replace(resources, scripts={"han": 1.0})

    (found,) = scored(chinese, "bridge", candidate("桥。"))

    assert (found["lexical"], found["cosine"], found["window"], found["chunk"]) == (
        pytest.approx((0.25, 0.5, 0.6, 0.4))
    )
    assert found["crossing_cosine"] == pytest.approx(0.5)


def test_features_are_finite_for_any_question(resources):
    """A question without a term, or of a single mark, divides by nothing."""
    for question in ("", "?", "🙂", "谁"):
        query = make_query(question, resources)
        assert np.isfinite(features(query, asked(query, candidate("桥。")))).all()


def test_a_word_is_held_whole_and_a_han_string_anywhere():
    """Stems are compared as stems; Han words are found inside the text."""
    held = view("The ferries run to 青石桥.")
    forms = [("ferri",), ("nothing", "石桥"), ("ferr",), ("桥石",)]

    found = presence([Term(each, 1.0) for each in forms], [held])

    assert found.tolist() == [[True, True, False, False]]


def test_the_fitted_weights_are_read_by_name(tmp_path):
    """A feature that the file lacks has weight 0, whatever the order."""
    path = tmp_path / "ranking.json"
    path.write_text(
        json.dumps({"weights": {"cosine": 2.0, "coverage": 3.0}, "before": {"kind": 0.01}}), "utf-8"
    )
    row = np.zeros((1, len(FEATURES)), dtype=np.float32)
    row[0, [FEATURES.index("coverage"), FEATURES.index("cosine")]] = 1.0, 0.5
    row[0, FEATURES.index("kind")] = 100.0

    ranker = Ranker.load(path)
    assert ranker.score(row).tolist() == [4.0]
    assert ranker.overlap(row).tolist() == pytest.approx([1.0])
    assert ranker.dense_weight == DENSE_WEIGHT


def test_readings_are_written_where_they_belong():
    """Bounded on both sides; what was not read is as unlikely as can be."""
    table = np.zeros((4, len(FEATURES)), dtype=np.float32)
    table[:, FEATURES.index("crossing")] = [1.0, 0.5, 1.0, 0.0]

    add_readings(table, range(4), {0: 1.5, 1: 99.0, 2: -99.0})

    columns = [FEATURES.index("reading"), FEATURES.index("crossing_reading")]
    assert table[:, columns[0]].tolist() == [1.5, LIKELY, UNLIKELY, UNLIKELY]
    assert table[:, columns[1]].tolist() == [1.5, LIKELY / 2, UNLIKELY, 0.0]


def test_a_sentence_in_the_question_s_language_is_not_crossed(resources):
    """In a corpus of another language it is met by its words, as it is."""
    chinese = replace(resources, scripts={"han": 1.0})

    foreign, own = scored(chinese, "heavy trucks", candidate("货车。"), candidate("Trucks pass."))
    (same,) = scored(chinese, "货车", candidate("Trucks pass."))

    assert (foreign["crossing"], own["crossing"], same["crossing"]) == (1.0, 0.0, 0.0)


def test_the_rarest_word_that_is_lacking_is_known(resources):
    """By its weight; a word beside it, above it or near it in meaning makes up for it."""
    (gone,) = scored(resources, "大桥限重", candidate("天晴。"))
    (half,) = scored(resources, "大桥限重", candidate("天晴。"), affinity=0.5)
    (there,) = scored(resources, "大桥限重", candidate("大桥。", after="限重。"))

    rarest = max(term.weight for term in make_query("大桥限重", resources).terms)
    assert gone["lacking"] == pytest.approx(rarest, rel=1e-4)
    assert half["lacking"] == pytest.approx(gone["lacking"] / 2)
    assert there["lacking"] == 0.0


def test_the_built_in_weights_are_of_known_features():
    """None was fitted for a feature that is gone."""
    from index.scoring import MODEL

    assert set(json.loads(MODEL.read_text("utf-8"))["weights"]) <= set(FEATURES)


@pytest.mark.parametrize(
    ("forms", "there"),
    [
        (("货车",), True),
        (("客车", "重型"), True),
        (("客车",), False),
        (("truck",), True),
        (("tru",), False),
        (("heavi truck",), True),
        (("light truck",), False),
        (("@3",), True),
        (("@4", "5"), False),
    ],
)
def test_a_term_is_there_in_any_of_its_forms(forms, there):
    """A Han string inside the text, a stem or an entity as such, a phrase with all of its stems."""
    names = Aliases({"places": [["a"], ["b"], ["c"], ["青石桥"]]})
    one = View("青石桥 重型货车 heavy trucks", Part.TEXT, names, PUBLISHED)

    assert presence([Term(forms, 1.0)], [one]).tolist() == [[there]]


def test_the_shares_of_a_question_add_up(resources):
    """Each of its terms is found in one place at most, so that the shares are at most 1."""
    (found,) = scored(
        resources,
        "货车绕行限重多少?",
        candidate("货车。", before="绕行。", after="限重。货车。", heading="货车绕行限重"),
    )

    shares = [found[name] for name in ("coverage", "context", "section")]
    assert sum(shares) == pytest.approx(1.0)
    assert shares[0] > 0.0
    assert shares[1] > 0.0


def test_a_missing_word_counts_by_its_nearest_one(resources):
    """What a sentence holds counts whole, what it lacks by affinity, and never below nothing."""
    near, far = (
        scored(resources, "货车绕行", candidate("重型货车须改道"), affinity=value)[0]
        for value in (0.5, -0.5)
    )

    assert 0 < far["affinity"] == far["coverage"] < near["affinity"] < 1
    assert near["affinity"] == pytest.approx((1 + near["coverage"]) / 2)


@pytest.mark.parametrize(
    ("question", "text", "echo"),
    [
        ("青石桥", "青石桥", True),
        ("Bluestone Bridge", "青石桥", True),
        ("青石桥限重多少", "限重", True),
        ("青石桥", "青石桥限重20吨", False),
        ("林若海", "青石桥", False),
    ],
)
def test_what_only_repeats_the_question_is_told(
    question, text, echo, resources, built_data_dir, tiny_model
):
    """A bare name or title answers nothing, in whatever spelling it was asked for."""
    live = Live(current(built_data_dir), SentenceTransformerEncoder(str(tiny_model)))
    seen = View(fold(text), Part.TEXT, live.resources.aliases, PUBLISHED)

    told = telling(make_query(question, resources), replace(candidate(text), views=[seen]))

    assert len(told) == (0 if echo else 1)


def test_a_name_that_is_nowhere_is_told_from_other_words(resources):
    """Who is asked about and never written of says more than a word that could be another."""
    (row,) = scored(resources, "重型货车和默克尔", candidate("货车绕行。"))
    (there,) = scored(resources, "重型货车和默克尔", candidate("货车绕行。", before="默克尔来了。"))
    (plain,) = scored(resources, "重型货车", candidate("绕行。"))

    assert row["nameless"] > 0.0
    assert there["nameless"] == plain["nameless"] == 0.0
    assert plain["lacking"] > 0.0


def test_the_sentence_that_was_told_before_is_marked(resources):
    """By its row; without a question before, none is."""
    query = make_query("货车", resources)
    rows = [
        replace(asked(query, candidate("货车绕行。")), sentences=np.array([row])) for row in (3, 4)
    ]

    column = FEATURES.index("told")
    assert [features(query, row, told=4)[0, column] for row in rows] == [0.0, 1.0]
    assert [features(query, row)[0, column] for row in rows] == [0.0, 0.0]


def test_a_text_is_as_like_as_its_likest_word():
    """Words that are not there count nothing."""
    texts = Together(["重型货车绕行。", "天晴。"])

    found = texts.likeness((("绕行", 0.6), ("货车", 0.4), ("桥", 0.9)))

    assert found.tolist() == pytest.approx([0.6, 0.0])
    assert texts.likeness(()).tolist() == [0.0, 0.0]
