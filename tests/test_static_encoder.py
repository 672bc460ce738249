import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from models import make_tiny_model, make_tiny_transformer
from safetensors.numpy import load_file, save_file

from index.corpus import read_corpus
from index.encoder import SentenceTransformerEncoder, load_encoder
from index.errors import ModelError
from index.model_files import BUILT_IN
from index.static_encoder import StaticEncoder, is_static

ROOT = Path(__file__).parent.parent
ODD = ["", " ", "\n", "🙂", "🙂 и 橋", "\ud800", "x", "ё", "字" * 5000, "a b " * 3000, "１２３"]


@pytest.fixture(scope="module")
def texts():
    lines = [line for each in read_corpus(ROOT / "corpus") for line in each.text.splitlines()]
    gold = (ROOT / "tests" / "quality" / "dev.jsonl").read_text("utf-8").splitlines()
    return [*ODD, *filter(None, lines), *(json.loads(line)["question"] for line in gold)]


def assert_alike(ours, theirs, texts):
    assert ours.id == theirs.id
    assert ours.dim == theirs.dim
    one, other = ours.encode(texts), theirs.encode(texts)
    assert one.dtype == other.dtype == np.float32
    assert one == pytest.approx(other, abs=2e-5)
    cosines = np.einsum("ij,ij->i", one, other)
    assert ((cosines > 0.99999) | ((one == 0).all(1) & (other == 0).all(1))).all()
    for text in texts[:40]:
        asked = ours.encode_question(text)
        assert asked == pytest.approx(theirs.encode_question(text), abs=2e-5)


def test_the_built_in_model_is_read_as_the_library_reads_it(texts):
    """The same vectors and the same id, so that caches and fitted weights stay valid."""
    ours = load_encoder()

    assert isinstance(ours, StaticEncoder)
    assert_alike(ours, SentenceTransformerEncoder(), texts)


@pytest.mark.parametrize("name", ["plain", "multilingual-e5-small"])
@pytest.mark.parametrize("prompts", [None, {"query": "问: ", "passage": "文: "}])
def test_a_table_of_somebody_else_too(tmp_path, texts, name, prompts):
    """With its prompts, and with those that its family wants."""
    folder = str(make_tiny_model(tmp_path / name, prompts=prompts))
    ours = load_encoder(folder)

    assert isinstance(ours, StaticEncoder)
    assert_alike(ours, SentenceTransformerEncoder(folder), texts[: len(ODD) + 50])


@pytest.mark.parametrize(
    "change",
    [
        {"default_prompt_name": "query", "prompts": {"query": "?"}},
        {"truncate_dim": 8},
    ],
)
def test_what_asks_for_more_is_left_to_the_library(tmp_path, change):
    """A folder with a setting that isn't read here is none of these."""
    folder = make_tiny_model(tmp_path / "model")
    settings = folder / "config_sentence_transformers.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text("utf-8")), **change}), "utf-8")

    assert not is_static(folder)
    assert isinstance(load_encoder(str(folder)), SentenceTransformerEncoder)


def test_another_kind_of_table_is_left_to_the_library(tmp_path):
    """Numbers of another precision are summed otherwise."""
    folder = make_tiny_model(tmp_path / "model")
    table = load_file(folder / "model.safetensors")
    save_file({k: v.astype(np.float16) for k, v in table.items()}, folder / "model.safetensors")

    assert not is_static(folder)


def test_other_models_are_not_taken_for_a_table(tmp_path):
    """A transformer, a name of a hub and an empty folder are for the library."""
    folder = make_tiny_transformer(tmp_path / "transformer", pooling="mean")

    assert not is_static(folder)
    assert not is_static(tmp_path)
    assert not is_static(Path("intfloat/multilingual-e5-small"))


def test_a_damaged_table_is_one_line(tmp_path):
    """The setting and the folder are named, however far the reading came."""
    folder = Path(shutil.copytree(BUILT_IN, tmp_path / "model"))
    (folder / "tokenizer.json").write_text("{}", "utf-8")

    with pytest.raises(ModelError, match="EMBEDDING_MODEL: can't load") as caught:
        load_encoder(str(folder))

    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_asking_the_default_index_loads_no_torch(tmp_path):
    """Neither torch nor what stands on it: loading them takes longer than a thousand answers."""
    script = (
        "import sys; from pathlib import Path; import bot.app, index;"
        f"index.build(Path({str(ROOT / 'tests' / 'corpus')!r}), Path({str(tmp_path)!r}));"
        f"index.Engine.open(Path({str(tmp_path)!r})).answer('青石桥何时开放?');"
        "print(*{'torch', 'transformers', 'sentence_transformers', 'scipy'} & {*sys.modules})"
    )

    done = subprocess.run(  # noqa: S603 - The interpreter that runs this, and the line above.
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )

    assert done.stdout.split() == []
