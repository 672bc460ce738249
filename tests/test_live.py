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
    rows = [candidate.sentence for candidate in every_candidate(live)]

    assert rows == list(range(live.manifest.sentences))


def test_candidates_come_in_the_order_of_the_hits(live):
    """Each carries the scores of its chunk."""
    query = make_query("桥", live.resources)

    found = live.candidates(query, [Hit(3, 0.7, 0.2), Hit(1, 0.4, 0.9)])

    assert [(c.lexical, c.chunk) for c in found] == sorted(
        ((c.lexical, c.chunk) for c in found), reverse=True
    )
    assert {(c.lexical, c.chunk) for c in found} == {(0.7, 0.2), (0.4, 0.9)}
    assert live.candidates(query, []) == []


def test_the_cosine_is_that_of_the_sentence(live, encoder):
    """Stored at half precision, close to what encoding it now would give."""
    question = encoder.encode_question("青石桥")

    for candidate in every_candidate(live):
        expected = float(encoder.encode([text(live, candidate.sentence)])[0] @ question)
        assert candidate.cosine == pytest.approx(expected, abs=2e-3)


def test_the_window_is_the_better_of_sentence_and_pairs(live, encoder):
    """A pair's vector is the mean direction of its two; it counts where it is the closer one."""
    question = encoder.encode_question("青石桥")
    found = every_candidate(live)

    def paired(row, other):
        joined = encoder.encode([text(live, row), text(live, other)]).sum(axis=0)
        return float(joined @ question / np.linalg.norm(joined))

    for candidate in found:
        row = candidate.sentence
        cosines = [candidate.cosine]
        cosines += [paired(row, row - 1)] if candidate.before else []
        cosines += [paired(row, row + 1)] if candidate.after else []
        assert candidate.window == pytest.approx(max(cosines), abs=2e-3)
    assert any(candidate.window > candidate.cosine + 1e-2 for candidate in found)


def test_neighbors_are_of_the_same_section(live):
    """Nothing is beside a reference, and no neighbor belongs to another document."""
    for candidate in every_candidate(live):
        row = candidate.sentence
        for neighbor, step in ((candidate.before, -1), (candidate.after, 1)):
            if neighbor is not None:
                assert neighbor == live.view(row + step)
                assert live.sentences.document(row) == live.sentences.document(row + step)
        if candidate.view.part is Part.REFERENCE:
            assert candidate.before is candidate.after is None
    assert every_candidate(live)[0].before is None
    assert every_candidate(live)[-1].after is None


def test_a_view_reads_names_numbers_and_dates(live):
    """Dates are resolved against the document's, names are one token in every spelling."""
    row = next(r for r in range(live.manifest.sentences) if "5月2日重新开放" in text(live, r))

    view = live.view(row)

    assert "@2" in view.held
    assert [(d.year, d.month, d.day) for d in view.dates] == [(2024, 5, 2)]
    assert view.part is Part.TEXT


def test_a_candidate_knows_what_stands_above_it(live):
    """Title and headings are read as one."""
    candidate = next(c for c in every_candidate(live) if "限重20吨" in text(live, c.sentence))

    assert "青石桥重新开放" in candidate.heading.folded
    assert "交通" in candidate.heading.folded


def test_the_references_of_a_sentence_are_found(live):
    """Its marks lead to the rows of their entries."""
    row = next(r for r in range(live.manifest.sentences) if "令人失望" in text(live, r))

    assert [text(live, marked)[:4] for marked in live.marked(row)] == ["Soto"]
