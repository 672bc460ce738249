import pytest

from index.aliases import Aliases, entity_token
from index.normalization import fold
from index.tokenization import units

NAMES = Aliases(
    {
        "people": [
            ["特朗普", "川普", "唐纳德·特朗普", "Donald Trump", "Trump", "Трамп"],
            ["泽连斯基", "澤倫斯基", "Zelenskyy", "Зеленский"],
        ],
        "others": [
            ["纽约", "New York", "Нью-Йорк"],
            ["纽约时报", "New York Times"],
            ["青石桥", "Bluestone Bridge"],
            ["!?"],
        ],
    }
)


def named(text):
    folded = fold(text)
    sequence = units(folded)
    return [
        (mention.entity, folded[sequence[mention.first].start : sequence[mention.last - 1].end])
        for mention in NAMES.find(folded, sequence)
    ]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("川普见了澤倫斯基", [0, 1]),
        ("特朗普見了泽连斯基", [0, 1]),
        ("Ｔｒｕｍｐ met ZELENSKYY", [0, 1]),
        ("Trump's visit", [0]),
        ("Трамп позвонил Зеленскому", [0, 1]),
        ("с Трампом и Зеленским", [0, 1]),
        ("trumpet and 朗普", []),
        ("nothing here", []),
        ("", []),
    ],
)
def test_a_name_is_found_in_any_spelling(text, entities):
    """Script, width, case and Russian endings make no difference; parts of words are no names."""
    assert [entity for entity, _ in named(text)] == entities


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("纽约时报说", [(3, "纽约时报")]),
        ("纽约的时报", [(2, "纽约")]),
        ("The New York Times wrote", [(3, "new york times")]),
        ("唐纳德·特朗普", [(0, "唐纳德·特朗普")]),
        ("唐納德．特朗普", [(0, "唐纳德.特朗普")]),
        ("в Нью-Йорке", [(2, "нью-йорке")]),
    ],
)
def test_the_longest_name_wins(text, mentions):
    """One mention covers the whole name, with the dots, hyphens and spaces inside it."""
    assert named(text) == mentions


@pytest.mark.parametrize(
    "text", ["纽。约", "New, York", "青石，桥", "New. York Times? no", "new\n\n\n\nyork"]
)
def test_a_name_does_not_run_across_a_sentence(text):
    """What only stands together by accident names nothing; a dot may be an initial's."""
    found = [entity for entity, _ in named(text)]

    assert found == ([3] if text.startswith("New.") else [])


def test_mentions_do_not_overlap():
    """After a mention the search goes on behind it."""
    assert named("纽约纽约时报纽约") == [(2, "纽约"), (3, "纽约时报"), (2, "纽约")]


def test_entities_have_tokens_that_no_text_can_hold():
    """The token of an entity is none that text is cut into."""
    assert entity_token(0) != entity_token(1)
    assert units(fold(entity_token(0)))[0].text != entity_token(0)


def test_a_name_of_an_entity_that_has_no_letters_is_no_name():
    """Marks alone are never found."""
    assert named("!? !?") == []


def test_a_name_typed_by_ear_is_found_on_request_only():
    """Characters that sound alike stand for a longer name in a question, never in a document."""
    text = fold("特郎普说了什么")

    assert NAMES.find(text, units(text)) == []
    assert [m.entity for m in NAMES.find(text, units(text), by_sound=True)] == [0]


def test_a_short_name_is_not_taken_by_its_sound():
    """Two syllables sound like too many other words."""
    names = Aliases({"places": [["缅因"]]})
    text = fold("棉印")

    assert names.find(text, units(text), by_sound=True) == []


@pytest.mark.parametrize("name", ["Bluestone Bridges", "дающий мост", "青石桥", "lying", "3M"])
def test_what_names_an_entity_may_name_one(name):
    """A stem begins as its words do, so that no text with a name is passed over."""
    aliases = Aliases({"places": [[name]]})
    folded = fold(f"about {name}, said")

    assert aliases.find(folded, units(folded))
    assert aliases.may_be_in(folded)
    assert not aliases.may_be_in(fold("??"))
