"""How the progress of a rebuild is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.progress import progress_text
from bot.texts import CATALOGUE, Texts
from index import Progress, build

CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture(scope="module")
def told(tiny_model, tmp_path_factory) -> list[Progress]:
    """What a real build tells of its progress, in order."""
    told: list[Progress] = []
    data_dir = tmp_path_factory.mktemp("data")
    build(CORPUS, data_dir, model=str(tiny_model), on_progress=told.append)
    return told


@pytest.mark.parametrize("texts", CATALOGUE.values(), ids=CATALOGUE)
def test_every_stage_of_a_build_has_a_name(told: list[Progress], texts: Texts) -> None:
    """A person reads what is being done, in their language."""
    stages = list(dict.fromkeys(progress.stage for progress in told))
    names = [texts.stage_read, texts.stage_encode, texts.stage_index, texts.stage_verify]

    last_lines = [progress_text(Progress(s, 1, 4), texts).splitlines()[-1] for s in stages]

    assert last_lines == [f"{name} 1/4" for name in names]


def test_the_bar_never_goes_back(told: list[Progress]) -> None:
    """It begins near the left end, and is full when the build is done."""
    bars = [progress_text(p, CATALOGUE["en"]).splitlines()[1].count("▰") for p in told]

    assert bars == sorted(bars)
    assert bars[0] == 0
    assert "100%" in progress_text(told[-1], CATALOGUE["en"])
    assert 0 < progress_text(Progress("encode", 1, 2), CATALOGUE["en"]).count("▰") < max(bars)


def test_an_unknown_stage_goes_by_its_own_name() -> None:
    """A build of a later version may have more."""
    assert progress_text(Progress("polish", 2, 4), CATALOGUE["en"]).endswith("50%\npolish 2/4")


def test_nothing_is_counted_before_the_build_has_begun() -> None:
    """The bar is empty, and no stage is named."""
    text = progress_text(Progress("", 0, 0), CATALOGUE["en"])

    assert text == "Rebuilding the index…\n▱▱▱▱▱▱▱▱▱▱▱▱ 0%"
