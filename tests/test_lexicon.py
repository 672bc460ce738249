import gzip

import pytest

from index.lexicon import FILE, Lexicon
from index.normalization import fold

LINES = [
    "foreign\t外国 0.90",
    "foreign minist\t外长 0.92 外相 0.08",
    "minist\t部长 1.00",
    "путин\t普京 1.00",
]


def test_the_longest_phrase_wins():
    """A phrase of the lexicon is translated whole, before its words."""
    translations = Lexicon(LINES).translate("the foreign ministers")

    assert [(t.source, t.options) for t in translations] == [
        ("foreign ministers", (("外长", 0.92), ("外相", 0.08)))
    ]


def test_translations_say_where_they_stand():
    """Start and end are offsets in the folded text; words that are not listed are left out."""
    folded = fold("Что сказал Путин министру? Foreign, foreign.")

    translations = Lexicon(LINES).translate(folded)

    assert [t.source for t in translations] == ["путин", "foreign", "foreign"]
    assert all(folded[t.start : t.end] == t.source for t in translations)


def test_a_chinese_word_has_its_foreign_stems():
    """Stems of one phrase come with spaces between them; what is not listed has none."""
    lexicon = Lexicon(["停火\tceas_fire 0.40 ceasefir 0.60"])

    assert lexicon.abroad("停火") == (("ceas fire", 0.4), ("ceasefir", 0.6))
    assert lexicon.abroad("停") == ()


def test_every_line_that_ships_can_be_read():
    """No word has a space that would part it from its probability."""
    lexicon = Lexicon.load()

    for line in lexicon.lines:
        key, _, options = line.partition("\t")
        words, chances = options.split(" ")[::2], options.split(" ")[1::2]
        assert key
        assert words
        assert all(0 <= float(chance) <= 1 for chance in chances), line


@pytest.mark.parametrize("text", ["", "普京", "?!", "foreigners-"])
def test_text_without_listed_words_has_no_translation(text):
    """Nothing listed, nothing found."""
    assert Lexicon(["путин\t普京 1.00"]).translate(text) == []


def test_a_file_is_read_as_it_was_written(tmp_path):
    """Loading gives the lines of the compressed table."""
    path = tmp_path / "lexicon.tsv.gz"
    path.write_bytes(gzip.compress("\n".join(LINES).encode()))

    assert list(Lexicon.load(path).lines) == LINES


def test_the_shipped_lexicon_is_in_order():
    """Lines are sorted, as looking them up by halves needs."""
    lines = list(Lexicon.load(FILE).lines)

    assert lines == sorted(lines)


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
