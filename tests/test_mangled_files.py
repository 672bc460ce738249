"""Whatever a file holds, it becomes a document or is refused in one line."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from foreign import write_docx
from mangling import mangled, well_formed

from index import IndexingError, add_document, read_foreign

ROOT = Path(__file__).parent.parent
FEW = 12


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return well_formed(tmp_path_factory.mktemp("files"))


@pytest.mark.parametrize("seed", range(FEW))
def test_a_mangled_file_is_taken_or_refused(tmp_path, files, seed):
    """No other error leaves the door, and nothing is left in the corpus but documents."""
    file = mangled(seed, files)
    path = tmp_path / file.name
    path.write_bytes(file.content)
    corpus = tmp_path / "corpus"

    refusal = ""
    try:
        add_document(read_foreign(path), corpus)
    except IndexingError as error:
        refusal = str(error)

    assert "\n" not in refusal
    left = list(corpus.iterdir()) if corpus.exists() else []
    assert all(document.suffix == ".md" and document.name[0] != "." for document in left)


def test_entities_are_no_way_to_other_files(tmp_path):
    """A Word document that names a file of the machine as an entity doesn't get its text."""
    secret = tmp_path / "secret"
    secret.write_text("root:x:0:0")
    head = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file://{secret}">]>'
    path = write_docx(tmp_path / "a.docx", [("Normal", "before &f; after")])
    content = path.read_bytes()
    path.unlink()
    rewritten = tmp_path / "b.docx"
    rewritten.write_bytes(_with_head(content, head))

    try:
        text = read_foreign(rewritten).text
    except IndexingError as error:
        text = str(error)

    assert "root:" not in text


def _with_head(content, head):
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as to:
        for name in source.namelist():
            part = source.read(name)
            to.writestr(name, head.encode() + part if name == "word/document.xml" else part)
    return packed.getvalue()


@pytest.mark.fault
def test_two_hundred_mangled_files_harm_nothing():
    """The script that takes any number of them tells the same."""
    script = ROOT / "tests" / "faults" / "mangle.py"

    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, script, "200"], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout
    assert "200 files, 0 failures" in done.stdout
