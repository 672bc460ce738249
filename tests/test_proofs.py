"""What was proven is not read again to open it; what was written to since is."""

import json
import os
import shutil
from dataclasses import replace

import pytest

from index import proofs, verification
from index.errors import GenerationError
from index.generations import FORMAT, Layout, Manifest, digests
from index.verification import checked, faults


@pytest.fixture(autouse=True)
def settled(monkeypatch, tmp_path):
    """Files may be younger than they'd have to be, and the machine tells its start."""
    monkeypatch.setattr(proofs, "SETTLED_NS", 0)
    boot = tmp_path / "boot_id"
    boot.write_text("one\n", "utf-8")
    monkeypatch.setattr(proofs, "BOOT", boot)
    return boot


@pytest.fixture
def layout(tmp_path):
    """A sealed folder of three files."""
    layout = Layout(tmp_path / "generations" / "g")
    (layout.lexical).mkdir(parents=True)
    for name in ("documents.jsonl", "sentences.npy", "lexical/meta.json"):
        (layout.folder / name).write_text(name, "utf-8")
    Manifest(FORMAT, "g", "model", 4, "", {}, 1, 1, digests(layout.folder)).write(layout.manifest)
    return layout


@pytest.fixture
def read(monkeypatch):
    """The names of the files that are read for their digests."""
    names = []

    def told(path):
        names.append(path.name)
        return sha256(path)

    sha256 = verification.sha256
    monkeypatch.setattr(verification, "sha256", told)
    return names


def test_a_second_opening_reads_no_file(layout, read):
    """The first one reads each of them once."""
    first = checked(layout)
    assert sorted(read) == ["documents.jsonl", "meta.json", "sentences.npy"]
    read.clear()

    assert checked(layout) == first
    assert read == []


def test_who_wants_to_know_for_certain_reads_all(layout, read):
    """So do backups, rollbacks and the hourly look."""
    checked(layout)
    read.clear()

    checked(layout, afresh=True)
    assert len(read) == 3
    list(faults(layout, Manifest.read(layout.manifest)))
    assert len(read) == 6


def test_a_file_that_was_written_to_is_read_and_refused(layout):
    """Also where the size stays and its time of modification is set back."""
    checked(layout)
    path = layout.documents
    before = path.stat()
    path.write_text("DOCUMENTS.jsonl", "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(GenerationError, match=r"documents\.jsonl: its SHA-256"):
        checked(layout)


def test_a_file_in_the_place_of_a_proven_one_is_read(layout, read):
    """A copy of the same bytes has another inode, and passes."""
    checked(layout)
    read.clear()
    copy = layout.folder / "copy"
    copy.write_bytes(layout.sentences.read_bytes())
    copy.replace(layout.sentences)

    checked(layout)
    assert read == ["sentences.npy"]


def test_a_missing_file_is_missed_though_it_was_proven(layout):
    """The line names it."""
    checked(layout)
    layout.sentences.unlink()

    with pytest.raises(GenerationError, match=r"sentences\.npy: missing"):
        checked(layout)


def test_another_digest_in_the_manifest_is_not_proven_by_the_old_one(layout):
    """A proof is of a digest, not of a name."""
    checked(layout)
    manifest = Manifest.read(layout.manifest)
    size, _ = manifest.files["sentences.npy"]
    replace(manifest, files={**manifest.files, "sentences.npy": (size, "0" * 64)}).write(
        layout.manifest
    )

    with pytest.raises(GenerationError, match=r"sentences\.npy: its SHA-256"):
        checked(layout)


def test_all_is_read_once_more_after_the_machine_was_started_again(layout, read, settled):
    """A disk may have lost something with the current."""
    checked(layout)
    read.clear()
    settled.write_text("two\n", "utf-8")

    checked(layout)
    assert len(read) == 3


def test_nothing_is_remembered_where_the_start_is_not_told(layout, read, settled):
    """As on other systems than Linux."""
    settled.unlink()
    checked(layout)
    read.clear()

    checked(layout)
    assert len(read) == 3


def test_a_file_that_has_just_changed_is_read_again(layout, read, monkeypatch):
    """It could change once more within the same tick of its times."""
    monkeypatch.setattr(proofs, "SETTLED_NS", 10**12)
    checked(layout)
    read.clear()

    checked(layout)
    assert len(read) == 3


@pytest.mark.parametrize(
    "damage", ["", "[]", "{}", '{"boot": "one\\n", "generations": {"g": {"a": 1}}}']
)
def test_damaged_proofs_are_none(layout, read, tmp_path, damage):
    """They only save time; the next ones take their place."""
    checked(layout)
    read.clear()
    path = tmp_path / proofs.FILE
    path.write_text(damage, "utf-8")

    checked(layout)
    assert len(read) == 3
    assert len(json.loads(path.read_text("utf-8"))["generations"]["g"]) == 3


def test_a_folder_that_cannot_be_written_to_is_opened_all_the_same(layout, read, tmp_path):
    """Nothing is remembered then."""
    (tmp_path / "proofs.tmp").mkdir()

    checked(layout)
    checked(layout)
    assert len(read) == 6


def test_two_generations_are_remembered_and_those_that_are_gone_forgotten(layout, read, tmp_path):
    """The one that is kept for a rollback opens as quickly."""
    other = Layout(layout.folder.with_name("h"))
    shutil.copytree(layout.folder, other.folder)
    checked(layout)
    checked(other)
    read.clear()

    checked(layout)
    checked(other)
    assert read == []
    shutil.rmtree(layout.folder)
    other.sentences.touch()
    checked(other)
    assert list(json.loads((tmp_path / proofs.FILE).read_text("utf-8"))["generations"]) == ["h"]
