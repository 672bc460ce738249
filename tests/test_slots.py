"""Slots stay with their chunks while documents come, go and change places."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.slots import Slots

CORPUS = st.lists(st.integers(0, 8), max_size=7, unique=True)
"""Documents by number; a document's chunks are as many as `chunks_of` says."""


def key(document):
    return document.to_bytes(16, "big")


def chunks_of(document):
    return document % 4


def told(corpus):
    return [key(document) for document in corpus], [chunks_of(document) for document in corpus]


def chunks(corpus):
    return [(document, at) for document in corpus for at in range(chunks_of(document))]


@given(st.lists(CORPUS, min_size=1, max_size=8))
def test_a_slot_leads_to_the_row_of_its_chunk(corpora):
    """After each of several amendments, applied to a plain dictionary as to an index."""
    slots = Slots.of(*told(corpora[0]))
    indexed = dict(enumerate(chunks(corpora[0])))

    for before, corpus in pairwise(corpora):
        amendment = slots.amendment(*told(corpus))
        slots = amendment.slots
        for start, end in amendment.gone:
            for slot in range(start, end):
                del indexed[slot]
        new = chunks([corpus[row] for row in amendment.added])
        indexed |= dict(enumerate(new, amendment.first))

        assert [corpus[row] for row in amendment.added] == [
            document for document in corpus if document not in before
        ]
        assert len(indexed) == len(slots) == len(chunks(corpus))
        rows = slots.rows(list(indexed)).tolist()
        assert [chunks(corpus)[row] for row in rows] == list(indexed.values())


def test_slots_are_read_back(tmp_path):
    """As they were written, keys of any bytes included, and none at all."""
    for keys in ([], [b"\0" * 16, b"\xff" * 16, bytes(range(16))]):
        slots = Slots.of(keys, range(len(keys)))
        slots.write(tmp_path / "slots.npy")

        found = Slots.read(tmp_path / "slots.npy")

        assert len(found) == sum(range(len(keys)))
        assert found.rows(range(len(found))).tolist() == list(range(len(found)))
        assert found.amendment(keys, list(range(len(keys)))).added == ()


def test_the_same_document_is_met_once_for_each_time_it_was_there():
    """Two of one key are one that was there and one that is new."""
    amendment = Slots.of([key(1)], [2]).amendment([key(1), key(1)], [2, 2])

    assert amendment.added == (1,)
    assert amendment.gone == ()
    assert amendment.slots.rows([0, 1, 2, 3]).tolist() == [0, 1, 2, 3]


def test_rows_of_no_slots_are_none():
    """Also where there are none."""
    assert Slots.of([], []).rows([]).dtype == np.int64
