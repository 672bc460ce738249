"""Numbers that were fitted for another model are used with that model alone."""

import json

import pytest

from index import Engine
from index.fitted import BUILT_IN, files_for, fitted_files


def save(files, *, bias):
    """Save a copy of the built-in numbers with another bias of the probability."""
    files.ranking.parent.mkdir(parents=True, exist_ok=True)
    files.ranking.write_bytes(BUILT_IN.ranking.read_bytes())
    content = json.loads(BUILT_IN.abstention.read_text("utf-8"))
    files.abstention.write_text(json.dumps({**content, "bias": bias}), "utf-8")


def test_without_a_fit_the_built_in_numbers_serve(tmp_path):
    """So they do where only one of the two files is there."""
    files_for(tmp_path, "other").ranking.parent.mkdir(parents=True)
    files_for(tmp_path, "other").ranking.touch()

    assert fitted_files(tmp_path, "built-in@1") == BUILT_IN
    assert fitted_files(tmp_path, "other") == BUILT_IN


def test_a_fit_serves_its_own_model(tmp_path):
    """Another model does not take its numbers for its own."""
    save(files_for(tmp_path, "a/b@1"), bias=0.0)

    assert fitted_files(tmp_path, "a/b@1") == files_for(tmp_path, "a/b@1")
    assert fitted_files(tmp_path, "a/b@2") == BUILT_IN


@pytest.mark.parametrize(("bias", "confidence"), [(-60.0, 0.0), (60.0, 1.0)])
def test_an_engine_answers_by_the_fit_of_its_model(data_dir, tiny_model, bias, confidence):
    """What was fitted for the model in use decides how sure an answer is."""
    encoder = Engine.open(data_dir, model=str(tiny_model))._encoder
    save(files_for(data_dir, encoder.id), bias=bias)

    reply = Engine.open(data_dir, model=str(tiny_model)).answer("青石桥耗资多少亿元?")

    assert reply.confidence == pytest.approx(confidence, abs=1e-3)
