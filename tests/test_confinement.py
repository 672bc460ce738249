"""Each bound of the process that reads foreign files really stops one."""

from __future__ import annotations

import time

import pytest

from index.confinement import ENVIRONMENT, Bounds, OverrunError, run_confined

MEGABYTE = 1024 * 1024
BOUNDS = Bounds(seconds=20, memory=512 * MEGABYTE, output=MEGABYTE)
TOO_MUCH = "it needs more time or memory than a document may"


def test_what_it_prints_is_returned():
    """With its arguments at hand, and nothing else."""
    printed = run_confined("import sys; print(sys.argv[1:])", ["a", "b c"], BOUNDS)

    assert printed == b"['a', 'b c']\n"


def test_it_sees_no_variable_of_ours(monkeypatch):
    """A secret in the environment does not reach it."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")

    printed = run_confined("import os; print(sorted(os.environ))", [], BOUNDS)

    assert printed.decode().strip() == str(sorted(ENVIRONMENT))


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        ("bytearray(1024 ** 3)", TOO_MUCH),
        ("import sys\nwhile True: sys.stdout.write('x' * 65536)", TOO_MUCH),
        ("import tempfile; tempfile.TemporaryFile().write(bytes(2 ** 21))", TOO_MUCH),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", TOO_MUCH),
        ("raise ValueError('line\\nline')", TOO_MUCH),
    ],
    ids=["memory", "output", "file", "crash", "error"],
)
def test_what_overruns_is_stopped_in_one_line(program, problem):
    """Memory, output and files are bounded by the kernel; a crash harms that process alone."""
    began = time.monotonic()

    with pytest.raises(OverrunError) as caught:
        run_confined(program, [], BOUNDS)

    assert str(caught.value) == problem
    assert time.monotonic() - began < BOUNDS.seconds


@pytest.mark.parametrize("program", ["import time; time.sleep(60)", "while True: pass"])
def test_what_takes_too_long_is_stopped(program):
    """Whether it waits or works."""
    bounds = Bounds(seconds=1, memory=512 * MEGABYTE, output=MEGABYTE)
    began = time.monotonic()

    with pytest.raises(OverrunError, match=r"it took longer than 1 s|more time or memory"):
        run_confined(program, [], bounds)

    assert time.monotonic() - began < 15


def test_bounds_can_not_be_raised_from_inside():
    """They are hard ones; only root could, and the image runs without it."""
    program = (
        "import resource\n"
        "for name in ('AS', 'CPU', 'FSIZE', 'CORE'):\n"
        "    soft, hard = resource.getrlimit(getattr(resource, 'RLIMIT_' + name))\n"
        "    print(name, soft == hard, hard)\n"
    )

    printed = run_confined(program, [], BOUNDS)

    assert printed.decode().split() == [
        *("AS", "True", str(512 * MEGABYTE), "CPU", "True", "20"),
        *("FSIZE", "True", str(MEGABYTE), "CORE", "True", "0"),
    ]
