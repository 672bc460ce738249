"""Every library that the program can load is pinned, to the version that the tests ran with."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LINES = [
    line
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
PINNED = {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in LINES}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DIRECT = [
    Requirement(line)
    for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
]


def test_a_line_is_a_name_and_a_version():
    """No address, no range: what is installed is what was tested."""
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+", line) for line in LINES)
    assert len(PINNED) == len(LINES)


def test_what_the_project_names_is_pinned_alike():
    """Both files name the same versions."""
    for requirement in DIRECT:
        pinned = PINNED[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pinned, prereleases=True), requirement


def test_what_those_need_is_pinned_too():
    """Down to the last one; torch's own for other hardware are left to its builds."""
    missing, seen, waiting = set(), set(), list(DIRECT)
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        key = (name, frozenset(requirement.extras))
        if key in seen or name.startswith(("nvidia-", "triton", "cuda-")):
            continue
        seen.add(key)
        try:
            found = distribution(requirement.name)
        except PackageNotFoundError:
            continue  # Of another platform.
        if PINNED.get(name) is None:
            missing.add(name)
        for line in found.requires or ():
            needed = Requirement(line)
            extras = requirement.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(needed)

    assert len(seen) > 40
    assert missing <= {"setuptools", "pip"}
