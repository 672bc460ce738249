import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.irregular import BASES, SPELLINGS
from index.normalization import fold, fold_with_origins, stem, words, words_like

mixed_text = st.text(
    st.one_of(
        st.sampled_from("川普與澤倫斯基後裏乾麼著甚Ａ１ﬁ㍿…½é̀йёЁß’\u200b\u200d\ufe0f\u00ad İǅ"),
        st.characters(),
    )
)


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("川普", "川普"),
        ("澤倫斯基", "泽伦斯基"),
        ("以後，裏面", "以后,里面"),
        ("餅乾", "饼干"),
        ("甚麼", "什么"),
        ("ＴＲＵＭＰ　２０２５", "trump 2025"),
        ("停\u200b火\u00ad\ufe0f", "停火"),
        ("São Tomé", "sao tome"),
        ("Ещё Йошкар", "еще йошкар"),
        ("Zelenskyy’s", "zelenskyy's"),
    ],
)
def test_spellings_of_one_thing_fold_to_one_string(printed, folded):
    """Script, width, case, accents and invisible characters do not survive folding."""
    assert fold(printed) == folded


@given(mixed_text)
def test_keeping_origins_folds_the_same(text):
    """Folding with and without origins gives the same text."""
    assert fold_with_origins(text).text == fold(text)


@given(mixed_text)
def test_folding_twice_changes_nothing(text):
    """A folded text is its own folding."""
    assert fold(fold(text)) == fold(text)


@given(mixed_text, st.data())
def test_a_folded_span_maps_back(text, data):
    """The source range of a folded range folds to text that holds that range."""
    folded = fold_with_origins(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))

    source = folded.span(start, end).of(text)

    assert folded.text[start:end] in fold(source)


@given(mixed_text)
def test_each_folded_character_comes_from_its_origin(text):
    """Every folded character is part of the folding of the character it names as its origin."""
    folded = fold_with_origins(text)

    assert len(folded.origins) == len(folded.text)
    for character, origin in zip(folded.text, folded.origins, strict=True):
        assert character in fold(text[origin])


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 1), (-1, 1), (0, 4)])
def test_a_range_outside_the_text_is_refused(start, end):
    """A range that is empty or leaves the folded text is an error that names the bounds."""
    folded = fold_with_origins("停火嗎")

    with pytest.raises(ValueError, match=r"not within 0\.\.3"):
        folded.span(start, end)


def test_words_are_stemmed_in_both_alphabets():
    """English and Russian inflections meet in one stem; numbers stay as they are."""
    assert stem("meetings") == stem("meeting")
    assert stem("gave") == stem("given") == stem("giving")
    assert stem("closer") == stem("close")
    assert stem("переговорах") == stem("переговоры")
    assert [word.stem for word in words("trump's 15 talks, путина")] == [
        "trump",
        "15",
        "talk",
        "путин",
    ]


@given(mixed_text)
def test_words_know_where_they_stand(text):
    """Words come in text order, do not overlap, and never hold Han characters."""
    folded = fold(text)

    found = words(folded)

    ends = [0, *(word.end for word in found)]
    for before, word in zip(ends, found, strict=False):
        assert before <= word.start < word.end <= len(folded)
        assert word.stem


@given(st.text(alphabet="abeiy'12 普ёжить\n", max_size=40), st.data())
def test_the_words_of_a_stem_are_found_without_stemming_the_others(text, data):
    """Each of them, where it begins, and none that only holds it."""
    folded = fold(text)
    found = words(folded)
    sought = {word.stem for word in found} | {data.draw(st.sampled_from(["be", "1", "heavi"]))}

    for stemmed in sought:
        begin = [word.start for word in found if word.stem == stemmed]
        assert sorted(words_like(stemmed, folded)) == begin


@pytest.mark.parametrize(
    "word", ["heavy", "dying", "skies", "abilities", "nationalization", "took", "ломом", "centres"]
)
def test_a_stem_that_ends_otherwise_is_found(word):
    """Its last two letters need not be those of the word."""
    (found,) = words(fold(word))

    assert list(words_like(found.stem, f"no {fold(word)}")) == [3]


def test_irregular_forms_have_one_base_which_is_regular():
    """No form is a base itself, or it would depend on the order which stem it has."""
    assert not BASES.keys() & set(BASES.values())
    assert all(stem(form) == stem(base) for form, base in BASES.items())


def test_british_and_american_spellings_have_one_stem():
    """In all forms: organisations, too."""
    assert all(stem(british) == stem(american) for british, american in SPELLINGS.items())
    assert stem("organisations") == stem("organizations")
    assert stem("centres") == stem("center")
    assert stem("central") != stem("centre")
