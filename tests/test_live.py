import numpy as np
import pytest

from index.encoder import SentenceTransformerEncoder
from index.fusion import Hit
from index.generations import current
from index.live import Live
from index.querying import make_query
from index.types import Part


@pytest.fixture(scope="module")
def encoder(tiny_model):
    return SentenceTransformerEncoder(str(tiny_model))


@pytest.fixture(scope="module")
def live(built_data_dir, encoder):
    return Live(current(built_data_dir), encoder)


def every_candidate(live, question="青石桥"):
    hits = [Hit(chunk, 0.1 * chunk, 0.5) for chunk in range(live.manifest.chunks)]
    return live.candidates(make_query(question, live.resources), hits)


def text(live, row):
    return live.sentences.span(row).of(live.documents[live.sentences.document(row)].text)


def test_the_sentences_of_all_chunks_are_all_sentences(live):
    """None is left out, none comes twice."""
    assert every_candidate(live).sentences.tolist() == list(range(live.manifest.sentences))


def test_candidates_come_in_the_order_of_the_hits(live):
    """Each carries the scores of its chunk."""
    query = make_query("桥", live.resources)

    found = live.candidates(query, [Hit(3, 0.7, 0.2), Hit(1, 0.4, 0.9)])

    first, second = (len(live.sentences_of(chunk)) for chunk in (3, 1))
    assert found.passages.tolist() == [3] * first + [1] * second
    assert found.lexical.tolist() == pytest.approx([0.7] * first + [0.4] * second)
    assert found.chunk.tolist() == pytest.approx([0.2] * first + [0.9] * second)
    assert len(live.candidates(query, [])) == 0


def test_the_cosine_is_that_of_the_sentence(live, encoder):
    """Stored at half precision, close to what encoding it now would give."""
    question = encoder.encode_question("青石桥")

    found = every_candidate(live)
    for row, cosine in zip(found.sentences.tolist(), found.cosine.tolist(), strict=True):
        expected = float(encoder.encode([text(live, row)])[0] @ question)
        assert cosine == pytest.approx(expected, abs=2e-3)


def test_the_window_is_the_better_of_sentence_and_pairs(live, encoder):
    """A pair's vector is the mean direction of its two; it counts where it is the closer one."""
    question = encoder.encode_question("青石桥")
    found = every_candidate(live)

    def paired(row, other):
        joined = encoder.encode([text(live, row), text(live, other)]).sum(axis=0)
        return float(joined @ question / np.linalg.norm(joined))

    for at, row in enumerate(found.sentences.tolist()):
        cosines = [found.cosine[at]]
        cosines += [paired(row, row - 1)] if found.before[at] >= 0 else []
        cosines += [paired(row, row + 1)] if found.after[at] >= 0 else []
        assert found.window[at] == pytest.approx(max(cosines), abs=2e-3)
    assert (found.window > found.cosine + 1e-2).any()


def test_neighbors_are_of_the_same_section(live):
    """Nothing is beside a reference, and no neighbor belongs to another document."""
    found = every_candidate(live)
    for at, row in enumerate(found.sentences.tolist()):
        for place, step in ((found.before[at], -1), (found.after[at], 1)):
            if place >= 0:
                assert found.views[place] is live.view(row + step)
                assert live.sentences.document(row) == live.sentences.document(row + step)
        if found.own_views()[at].part is Part.REFERENCE:
            assert found.before[at] == found.after[at] == -1
    assert found.before[0] == found.after[-1] == -1


def test_a_view_reads_names_numbers_and_dates(live):
    """Dates are resolved against the document's, names are one token in every spelling."""
    row = next(r for r in range(live.manifest.sentences) if "5月2日重新开放" in text(live, r))

    view = live.view(row)

    assert "@2" in view.held
    assert [(d.year, d.month, d.day) for d in view.dates] == [(2024, 5, 2)]
    assert view.part is Part.TEXT


def test_a_candidate_knows_what_stands_above_it(live):
    """Title and headings are read as one."""
    found = every_candidate(live)
    at = next(at for at, view in enumerate(found.own_views()) if "限重20吨" in view.folded)

    heading = found.headings[found.above[at]].folded
    assert "青石桥重新开放" in heading
    assert "交通" in heading


def test_the_references_of_a_sentence_are_found(live):
    """Its marks lead to the rows of their entries."""
    row = next(r for r in range(live.manifest.sentences) if "令人失望" in text(live, r))

    assert [text(live, marked)[:4] for marked in live.marked(row)] == ["Soto"]
