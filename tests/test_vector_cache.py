import sqlite3

import numpy as np
import pytest

from index.errors import BuildCancelledError
from index.vector_cache import open_cache

TEXTS = [f"text {number}" for number in range(1200)]


class CountingEncoder:
    """Makes a vector of a text's own characters, and remembers what it was asked for."""

    def __init__(self):
        self.asked = []

    def __call__(self, texts):
        self.asked += texts
        return np.array([vector(text) for text in texts], dtype=np.float32)


def vector(text):
    return [float(len(text)), float(sum(map(ord, text)))]


def encoded_by(path, texts, *, encoder="model", fresh=False, on_done=lambda _: None):
    encode = CountingEncoder()
    with open_cache(path, encoder) as cache:
        vectors, count = cache.vectors(texts, encode, fresh=fresh, on_done=on_done)
    assert vectors.tolist() == [vector(text) for text in texts]
    assert count == len(encode.asked)
    return encode.asked


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vectors.sqlite3"


def test_what_is_known_is_not_encoded_again(path):
    """A second call encodes nothing, and gives the same vectors in the order asked."""
    assert encoded_by(path, TEXTS) == TEXTS

    assert encoded_by(path, TEXTS[::-1]) == []


def test_only_what_is_new_is_encoded(path):
    """The cost grows with the change."""
    encoded_by(path, TEXTS)

    assert encoded_by(path, [*TEXTS[:3], "new", *TEXTS[3:]]) == ["new"]


def test_a_text_that_stands_twice_is_encoded_once(path):
    """Each place still gets its vector."""
    assert encoded_by(path, ["a", "b", "a"]) == ["a", "b"]


def test_fresh_encodes_everything(path):
    """What was known is replaced, and known again afterwards."""
    encoded_by(path, TEXTS[:5])

    assert encoded_by(path, TEXTS[:5], fresh=True) == TEXTS[:5]
    assert encoded_by(path, TEXTS[:5]) == []


def test_another_encoder_shares_nothing(path):
    """Vectors of two models never mix."""
    encoded_by(path, TEXTS[:5])

    assert encoded_by(path, TEXTS[:5], encoder="other") == TEXTS[:5]
    assert encoded_by(path, TEXTS[:5]) == []


def test_progress_is_told_up_to_the_end(path):
    """The last number is the number of texts, and none goes back."""
    told = []

    encoded_by(path, TEXTS, on_done=told.append)

    assert told == sorted(told)
    assert told[-1] == len(TEXTS)
    assert len(told) > 1


def test_what_was_encoded_before_a_stop_is_kept(path):
    """A cancelled build has not worked for nothing."""

    def stop(done):
        raise BuildCancelledError(f"after {done}")

    with pytest.raises(BuildCancelledError):
        encoded_by(path, TEXTS, on_done=stop)

    left = encoded_by(path, TEXTS)
    assert 0 < len(left) < len(TEXTS)


@pytest.mark.parametrize("content", [b"not a database" * 100, b"x", b"\0" * 5000])
def test_a_file_that_is_no_database_is_begun_anew(path, content):
    """The cache only saves time, so a broken one is no reason to fail."""
    path.write_bytes(content)

    assert encoded_by(path, TEXTS[:5]) == TEXTS[:5]
    assert encoded_by(path, TEXTS[:5]) == []


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_database_is_begun_anew(path, share):
    """A cache that lost its end is as good as none."""
    encoded_by(path, TEXTS)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    encoded_by(path, TEXTS)

    assert encoded_by(path, TEXTS) == []


def test_a_database_with_a_lost_page_is_begun_anew(path):
    """Damage in the middle is found when the cache is opened, not in the middle of a build."""
    encoded_by(path, TEXTS)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(content)

    assert encoded_by(path, TEXTS) == TEXTS
    assert encoded_by(path, TEXTS) == []


def test_a_database_of_another_shape_is_begun_anew(path):
    """A table that is not ours is replaced."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE vector (name TEXT)")
    connection.close()

    assert encoded_by(path, TEXTS[:5]) == TEXTS[:5]


def documents_by(path, documents, *, fresh=False):
    """Return the texts that had to be encoded for documents of these texts."""
    encode, heard = CountingEncoder(), []
    with open_cache(path, "model") as cache:
        found, count = cache.documents(documents, encode, fresh=fresh, on_done=heard.append)
    assert [vectors.tolist() for vectors in found] == [list(map(vector, d)) for d in documents]
    assert count == len(encode.asked)
    assert heard[-1] == sum(map(len, documents))
    return encode.asked


def test_the_vectors_of_a_document_are_kept_together(path):
    """Known ones are not encoded again, whatever stands around them; an empty one has none."""
    documents = [TEXTS[:3], [], TEXTS[2:700]]
    assert documents_by(path, documents) == TEXTS[:700]

    assert documents_by(path, documents[::-1]) == []
    assert documents_by(path, [TEXTS[:3]], fresh=True) == TEXTS[:3]
    assert documents_by(path, []) == []


def test_of_a_changed_document_only_the_new_text_is_encoded(path):
    """Its other texts are known by themselves."""
    documents_by(path, [TEXTS[:3]])

    assert documents_by(path, [[*TEXTS[:3], "new"]]) == ["new"]


def test_a_file_of_an_earlier_version_goes_on_being_used(path):
    """Its table of single texts is kept, the other is added."""
    encoded_by(path, TEXTS[:3])
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE document")
    connection.close()

    assert documents_by(path, [TEXTS[:3]]) == []
