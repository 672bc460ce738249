import gzip

from index.synonyms import FILE, Synonyms

LINES = ["会晤\t会议 0.98 会面 0.87", "到\t抵达 0.61"]


def test_a_word_has_its_synonyms_the_likest_first():
    """Each with how like it is; a word that is not listed has none, nor has part of one."""
    synonyms = Synonyms(LINES)

    assert synonyms.of("会晤") == (("会议", 0.98), ("会面", 0.87))
    assert synonyms.of("会") == synonyms.of("至") == synonyms.of("到达") == ()


def test_the_built_in_table_holds_what_people_say_for_what_papers_write():
    """The verb of one character, and the formal one of two."""
    assert dict(Synonyms.load().of("到"))["抵达"] > 0.5
    assert "会晤" in dict(Synonyms.load().of("会议"))


def test_the_built_in_table_is_sorted_as_it_is_searched():
    """Every line is found, and every likeness is a share."""
    lines = gzip.decompress(FILE.read_bytes()).decode("utf-8").split("\n")
    synonyms = Synonyms.load()

    assert lines == sorted(lines)
    for line in lines[::97]:
        assert all(0 < like <= 1 for _, like in synonyms.of(line.split("\t")[0]))
