from hypothesis import given
from hypothesis import strategies as st

from index.normalization import fold
from index.tokenization import text_tokens, tokens, units

mixed_text = st.text(st.one_of(st.sampled_from("停火的普京々 ,。ab12дж"), st.characters()))


def test_units_are_han_characters_stems_and_numbers():
    """Each kind of unit says where it stands; marks and spaces are none."""
    found = units("普京's talks, 15日 переговорах")

    assert [(unit.text, unit.han) for unit in found] == [
        ("普", True),
        ("京", True),
        ("s", False),
        ("talk", False),
        ("15", False),
        ("日", True),
        ("переговор", False),
    ]
    assert [(unit.start, unit.end) for unit in found[:2]] == [(0, 1), (1, 2)]


def test_touching_han_characters_make_pairs():
    """A pair needs two Han characters with nothing between them."""
    assert tokens(units("停火,普 京a天")) == [*"停火普京a天", "停火"]


def test_rare_han_characters_count_as_one():
    """A character beyond the basic plane is a unit like any other."""
    assert tokens(units("𠀀火")) == ["𠀀", "火", "𠀀火"]


@given(mixed_text)
def test_units_stand_in_order_without_overlap(text):
    """Units come by offset, within the text, and never share a character."""
    folded = fold(text)

    found = units(folded)

    ends = [0, *(unit.end for unit in found)]
    starts = [*(unit.start for unit in found), len(folded)]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
    assert all(unit.start < unit.end for unit in found)


@given(mixed_text)
def test_a_han_unit_is_its_own_character(text):
    """A Han unit is what stands at its place."""
    folded = fold(text)

    assert all(u.text == folded[u.start : u.end] for u in units(folded) if u.han)


@given(mixed_text)
def test_the_quick_way_gives_the_same_tokens(text):
    """In whatever order: they are counted."""
    folded = fold(text)

    assert sorted(text_tokens(folded)) == sorted(tokens(units(folded)))
