"""A program that may meet a hostile file, in a process of its own with bounds."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

# Isolated: no variable of the environment, with whatever secret, is handed on. The bounds are set
# before anything else is imported, as hard ones, which a process without privileges can't raise.
TRAMPOLINE = """\
import resource, sys
memory, seconds, output = (int(sys.argv.pop(1)) for _ in range(3))
bounds = (("AS", memory), ("CPU", seconds), ("FSIZE", output), ("CORE", 0))
for name, bound in bounds:
    resource.setrlimit(getattr(resource, "RLIMIT_" + name), (bound, bound))
exec(sys.argv.pop(1))
"""
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a process may use before it is stopped."""

    seconds: float
    """Of time on the clock, and rounded up as much of a processor's."""
    memory: int
    """Bytes of address space."""
    output: int
    """Bytes that it may print, and write into any one file."""


class OverrunError(Exception):
    """A process was stopped for what it used; the text says which bound, as one clause."""


def run_confined(program: str, arguments: Sequence[str], bounds: Bounds) -> bytes:
    """Run a Python program within bounds and return what it printed.

    Raises:
        OverrunError: It used more than it may, or ended otherwise than by itself.
    """
    limits = (bounds.memory, -(-bounds.seconds // 1), bounds.output)
    command = [sys.executable, "-I", "-c", TRAMPOLINE, *(f"{n:.0f}" for n in limits), program]
    # A file, not a pipe: what it prints is bounded by the kernel, and never in our memory before.
    with tempfile.TemporaryFile() as printed:
        try:
            done = subprocess.run(  # noqa: S603 - The program is our own, the file an argument.
                [*command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.DEVNULL,
                timeout=bounds.seconds,
                check=False,
                env=ENVIRONMENT,
            )
        except subprocess.TimeoutExpired:
            raise OverrunError(f"it took longer than {bounds.seconds:.0f} s to read") from None
        if done.returncode != 0:
            raise OverrunError("it needs more time or memory than a document may")
        printed.seek(0)
        return printed.read(bounds.output)
