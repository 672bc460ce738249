import pytest

from index.lexicon import BLOCK_LINES, FILE, Lexicon
from index.normalization import fold

LINES = [
    "foreign\t外国 0.90",
    "foreign minist\t外长 0.92 外相 0.08",
    "minist\t部长 1.00",
    "путин\t普京 1.00",
]


def test_the_longest_phrase_wins():
    """A phrase of the lexicon is translated whole, before its words."""
    translations = Lexicon.of(LINES).translate("the foreign ministers")

    assert [(t.source, t.options) for t in translations] == [
        ("foreign ministers", (("外长", 0.92), ("外相", 0.08)))
    ]


def test_translations_say_where_they_stand():
    """Start and end are offsets in the folded text; words that are not listed are left out."""
    folded = fold("Что сказал Путин министру? Foreign, foreign.")

    translations = Lexicon.of(LINES).translate(folded)

    assert [t.source for t in translations] == ["путин", "foreign", "foreign"]
    assert all(folded[t.start : t.end] == t.source for t in translations)


def test_a_chinese_word_has_its_foreign_stems():
    """Stems of one phrase come with spaces between them; what is not listed has none."""
    lexicon = Lexicon.of(["停火\tceas_fire 0.40 ceasefir 0.60"])

    assert lexicon.abroad("停火") == (("ceas fire", 0.4), ("ceasefir", 0.6))
    assert lexicon.abroad("停") == ()


def test_every_line_that_ships_can_be_read():
    """No word has a space that would part it from its probability."""
    lexicon = Lexicon.load()

    for line in lexicon.lines():
        key, _, options = line.partition("\t")
        words, chances = options.split(" ")[::2], options.split(" ")[1::2]
        assert key
        assert words
        assert all(0 <= float(chance) <= 1 for chance in chances), line


@pytest.mark.parametrize("text", ["", "普京", "?!", "foreigners-"])
def test_text_without_listed_words_has_no_translation(text):
    """Nothing listed, nothing found."""
    assert Lexicon.of(["путин\t普京 1.00"]).translate(text) == []


def test_a_file_is_read_as_it_was_written(tmp_path):
    """Loading gives the lines of the compressed table; equal lines make equal files."""
    for name in ("one.npz", "other.npz"):
        Lexicon.of(LINES).save(tmp_path / name)

    assert list(Lexicon.load(tmp_path / "one.npz").lines()) == LINES
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_the_shipped_lexicon_is_in_order():
    """Lines are sorted, as looking them up by halves needs."""
    lines = list(Lexicon.load(FILE).lines())

    assert len(lines) > 100_000
    assert lines == sorted(lines)


def test_every_block_is_found():
    """The first, the last and the middle lines of the blocks are, and nothing between them."""
    numbers = sorted(str(number) for number in range(1, 6 * BLOCK_LINES, 2))
    lexicon = Lexicon.of([f"{number}\t桥{number} 1.00" for number in numbers])

    for number in numbers:
        assert lexicon.abroad(number) == ((f"桥{number}", 1.0),)
    assert not any(lexicon.abroad(str(number)) for number in range(0, 6 * BLOCK_LINES, 2))
    assert lexicon.abroad("") == lexicon.abroad("桥") == ()


def test_of_two_lines_with_a_key_the_first_counts():
    """Also where the one ends a block and the other begins the next."""
    lines = [f"a{row:04}\t桥 1.00" for row in range(BLOCK_LINES - 1)]
    lexicon = Lexicon.of([*lines, "b\t一 1.00", "b\t二 1.00"])

    assert lexicon.abroad("b") == (("一", 1.0),)


@pytest.mark.parametrize(
    ("word", "chinese"),
    [
        ("ceasefire", "停火"),
        ("Security Council", "安理会"),
        ("Putin's", "普京"),
        ("U.S.", "美国"),
        ("Moscow", "莫斯科"),
        ("переговоров", "谈判"),
        ("президентом", "总统"),
        ("Москве", "莫斯科"),
        ("США", "美国"),
    ],
)
def test_the_shipped_lexicon_knows_the_news(word, chinese):
    """Words of reports on diplomacy have their Chinese among the options."""
    (translation,) = Lexicon.load(FILE).translate(fold(word))

    assert chinese in {option for option, _ in translation.options}
