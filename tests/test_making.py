"""Pieces that other processes make are the same, and nothing is lost where those end."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import loky
import pytest
from conftest import CORPUS

from index import making
from index.corpus import corpus_paths
from index.errors import MetadataError
from index.making import Maker, Makers, Recipe

ROOT = Path(making.__file__).parent.parent
RECIPE = Recipe({"places": [["青石桥", "Bluestone Bridge"]]}, embeds=True)
FILES = [(path, path.read_bytes()) for path in corpus_paths(CORPUS)]


@pytest.fixture
def makers(monkeypatch):
    """Others are asked from the second file on."""
    monkeypatch.setattr(making, "ALONE", 0)
    found = Makers(RECIPE)
    yield found
    found.close()


@pytest.fixture
def here(monkeypatch):
    """The files whose pieces this process makes."""
    made = []

    def make(self, path, content):
        made.append(path)
        return original(self, path, content)

    original = Maker.make
    monkeypatch.setattr(Maker, "make", make)
    return made


def pieces(makers, files=FILES):
    return [begun() for begun in [makers.begin(*file) for file in files]]


def as_bytes(piece):
    arrays = (piece.sentences, piece.chunks, piece.parts, piece.words.ids, piece.words.ends)
    told = (piece.name, piece.digest, piece.line, piece.tokens, piece.headings)
    return told, [each.tobytes() for each in (*arrays, piece.sums, piece.vectors)]


def test_others_make_the_same_pieces(makers, here):
    """To the bit, and in the same order; the first file is cut before they are called."""
    found = pieces(makers)

    assert here == [FILES[0][0]]
    assert makers.ahead == making.AHEAD * min(making.MOST, loky.cpu_count())
    assert list(map(as_bytes, found)) == [as_bytes(Maker(RECIPE).make(*file)) for file in FILES]


def test_few_documents_are_made_here(here):
    """Others would take longer to start."""
    makers = Makers(RECIPE)

    pieces(makers)

    assert makers.ahead == 0
    assert len(here) == len(FILES)


def test_one_core_calls_nobody(makers, here, monkeypatch):
    """There would be nobody to wait for."""
    monkeypatch.setattr(loky, "cpu_count", lambda: 1)

    pieces(makers)

    assert makers.ahead == 0
    assert len(here) == len(FILES)


def test_what_is_wrong_with_a_file_is_told_when_it_is_taken(makers):
    """By the error that one process alone raises."""
    bad = (CORPUS / "zz.md", b"---\ntitle: x\n---\n\ntext\n")
    begun = [makers.begin(*file) for file in (*FILES, bad, FILES[0])]

    found = [each() for each in begun[: len(FILES)]]
    with pytest.raises(MetadataError, match=r"zz\.md: "):
        begun[len(FILES)]()

    assert len(found) == len(FILES)
    assert begun[-1]().name == found[0].name


def test_others_that_are_killed_are_done_without(makers, here, caplog):
    """What they had not finished is made here, and one line says so."""
    pieces(makers)
    for process in makers._others._processes:
        os.kill(process, signal.SIGKILL)

    with caplog.at_level(logging.WARNING, "index"):
        found = pieces(makers, FILES * 2)

    assert list(map(as_bytes, found)) == list(map(as_bytes, pieces(Makers(RECIPE), FILES * 2)))
    assert [record.getMessage().split(" (")[0] for record in caplog.records] == [
        "the build goes on without other processes"
    ]
    assert makers.ahead == 0
    assert len(here) >= len(FILES)


def test_where_none_can_be_started_all_is_made_here(makers, here, monkeypatch, caplog):
    """As where a container has no room for semaphores."""

    def refused(*_, **__):
        raise OSError("[Errno 28] No space left on device")

    monkeypatch.setattr(loky, "ProcessPoolExecutor", refused)
    with caplog.at_level(logging.WARNING, "index"):
        pieces(makers)

    assert len(here) == len(FILES)
    assert len(caplog.records) == 1


def test_who_stops_early_leaves_nobody_at_work(makers):
    """A build that is cancelled does not wait for what it asked for."""
    begun = [makers.begin(*file) for file in FILES]
    begun[1]()
    processes = list(makers._others._processes)
    assert processes

    makers.close()

    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_who_is_killed_leaves_nobody_behind():
    """Not even a build that had no time to say so."""
    program = (
        "import os, signal, sys, time; from pathlib import Path; from index import making\n"
        "making.ALONE = 0; makers = making.Makers(making.Recipe({}, embeds=True))\n"
        "files = [(p, p.read_bytes()) for p in sorted(Path(sys.argv[1]).glob('*.md'))]\n"
        "[begun() for begun in [makers.begin(*file) for file in files]]\n"
        "print(*makers._others._processes, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # They would keep the pipe open, so that a failure shows as a time-out.
    done = subprocess.run(  # noqa: S603 - Written above.
        [sys.executable, "-c", program, str(CORPUS)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    processes = list(map(int, done.stdout.split()))

    assert done.returncode == -signal.SIGKILL
    assert processes
    assert gone(processes, within=10 * making.LOOK_S)


def gone(processes, *, within):
    """Wait until none of the processes is there any more, and tell whether that came to be."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if not any(Path(f"/proc/{process}").exists() for process in processes):
            return True
        time.sleep(0.1)
    return False
