"""Sentences of a generation find themselves in it, and miss themselves where it is another's."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from index import Engine, GenerationError, build
from index.canaries import CANARIES, canary_faults, choose
from index.checking import check
from index.dense import DenseIndex
from index.encoder import load_encoder
from index.generations import Manifest, current, digests
from index.live import Live


@pytest.fixture(scope="module")
def encoder(tiny_model):
    return load_encoder(str(tiny_model))


def reseal(data_dir):
    """Seal a generation again after its files were changed: its hashes tell nothing then."""
    layout = current(data_dir)
    manifest = Manifest.read(layout.manifest)
    replace(manifest, files=digests(layout.folder)).write(layout.manifest)
    return layout


def test_a_build_keeps_canaries(built_data_dir, encoder):
    """They are the documents' own sentences, the same for the same corpus."""
    live = Live(current(built_data_dir), encoder)

    canaries = live.manifest.canaries

    assert len(canaries) == CANARIES
    assert canaries == choose(live)
    assert list(canary_faults(live)) == []
    assert len({canary.document for canary in canaries}) >= 3
    for canary in canaries:
        text = live.documents[live.rows[canary.document]].text
        assert text[canary.start : canary.end] == canary.question


def test_searches_of_another_corpus_are_found_out(data_dir, corpus_dir, encoder, tiny_model):
    """Though each file is as its manifest says, the words are those of other rows."""
    for name in ("bridge", "eclipse", "museum"):
        (corpus_dir / f"{name}.md").unlink()
    other = corpus_dir.parent / "other"
    build(corpus_dir, other, model=str(tiny_model))
    layout = current(data_dir)
    shutil.rmtree(layout.lexical)
    shutil.copytree(current(other).lexical, layout.lexical)
    shutil.copy(current(other).slots, layout.slots)
    shutil.copy(current(other).dense, layout.dense)
    reseal(data_dir)

    with pytest.raises(GenerationError, match=r"the canary at \w+\["):
        Engine.open(data_dir, model=str(tiny_model))


def test_vectors_in_another_order_are_found_out(data_dir, corpus_dir, encoder):
    """The cosine of a sentence with itself is that of the build."""
    layout = current(data_dir)
    np.save(layout.sentence_vectors, np.load(layout.sentence_vectors)[::-1])
    reseal(data_dir)

    lines = list(check(corpus_dir, data_dir, open_live=lambda layout: Live(layout, encoder)))

    assert lines
    assert all("has the cosine" in line for line in lines)


def test_texts_that_were_changed_and_sealed_again_are_found_out(data_dir, encoder):
    """A canary is a text, and stands where it stood."""
    layout = current(data_dir)
    canary = Manifest.read(layout.manifest).canaries[0]
    text = layout.documents.read_text("utf-8")
    layout.documents.write_text(text.replace(canary.question, canary.question[::-1]), "utf-8")
    reseal(data_dir)

    lines = list(canary_faults(Live(layout, encoder)))

    assert any(line.endswith("is not the text of its document") for line in lines)


def test_a_build_whose_searches_find_nothing_is_refused(data_dir, encoder, monkeypatch):
    """Where no sentence finds itself, nothing that is asked would be found."""
    live = Live(current(data_dir), encoder)
    monkeypatch.setattr("index.canaries.TRIED", 4)
    live.lexical = Nothing()
    live.dense = Nothing()

    with pytest.raises(GenerationError, match="sentences finds itself"):
        choose(live)


class Nothing:
    """Searches that find nothing."""

    def search(self, *_):
        return []

    def ideal(self, _):
        return 1.0


def test_a_dense_index_of_other_rows_is_found_out(data_dir, encoder):
    """The words still lead to the sentence, its chunk's vector is another one."""
    layout = current(data_dir)
    vectors = np.zeros((len(DenseIndex.read(layout.dense)), encoder.dim), np.float32)
    DenseIndex.of(vectors).write(layout.dense)
    reseal(data_dir)

    lines = list(canary_faults(Live(layout, encoder)))

    assert lines
    assert all("its chunk's cosine is 0.000, expected" in line for line in lines)
