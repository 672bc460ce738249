import pytest

from index.synonyms import Synonyms
from index.training.frequencies import Frequencies, with_usage
from index.training.readers import Entry
from index.training.thesaurus import meanings, save_synonyms, synonyms
from index.training.usage import usual_shares

ENTRIES = [
    Entry("抵达", ("to arrive", "to reach")),
    Entry("到", ("to arrive", "until")),
    Entry("桥", ("bridge",)),
    Entry("王", ("surname Wang", "bridge")),
    Entry("古语", ("bridge",)),
]
SHARES = {"抵达": 0.1, "到": 0.5, "桥": 0.1, "王": 0.1}


def test_the_first_sense_weighs_most():
    """Probabilities of a word sum to one; rare words and surnames are left out."""
    found = meanings(ENTRIES, SHARES)

    assert set(found) == {"抵达", "到", "桥"}
    assert found["抵达"]["arriv"] > found["抵达"]["reach"]
    assert sum(found["抵达"].values()) == pytest.approx(1.0)


def test_words_are_alike_by_the_meanings_they_share(tmp_path):
    """Both ways alike, never with themselves; what is written is what is read."""
    likeness = synonyms(meanings(ENTRIES, SHARES))

    assert likeness["到"]["抵达"] == likeness["抵达"]["到"] > 0.5
    assert likeness["桥"] == {}
    save_synonyms(likeness, tmp_path / "synonyms.tsv.gz")
    assert [word for word, _ in Synonyms.load(tmp_path / "synonyms.tsv.gz").of("到")] == ["抵达"]


def test_usage_only_adds_to_what_was_counted():
    """A word that people say is counted, though the paragraphs lack it; no count falls."""
    counted = Frequencies({"桥": 50.0}, {}, paragraphs=100, questions=10)

    found = with_usage(counted, {"桥": 0.01, "干嘛": 0.04, "稀": 0.001})

    assert found.told == {"桥": 50.0, "干嘛": 4.0}


def test_people_say_some_words_more_than_others():
    """Shares are of passages, for all languages, foreign words by their stems."""
    shares = usual_shares()

    assert 1 > shares["觉得"] > shares["午餐"] > shares["收手"] > 0
    assert shares["walk"] > shares["settlement"] > 0
    assert shares["встреч"] > 0
