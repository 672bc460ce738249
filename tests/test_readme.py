"""The README's commands and settings are those of the code."""

import re
import subprocess
import sys
from pathlib import Path

from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


class Recording(dict):
    """An environment that remembers which names were asked for."""

    def __init__(self):
        super().__init__()
        self.asked = set()

    def get(self, name, default=None):
        self.asked.add(name)
        return default


def test_every_setting_is_in_the_table_and_only_those():
    """Each variable that the program reads is named in the README, and none besides."""
    environment = Recording()
    Settings.from_env(environment)
    section = README.split("## Settings")[1].split("\n## ")[0]

    named = set(re.findall(r"`([A-Z][A-Z_]{4,})`", section)) - {"INFO"}

    assert environment.asked <= named
    # Those of the webhook and of the metrics are read only when there are any.
    assert named - environment.asked <= {
        "WEBHOOK_SECRET",
        "WEBHOOK_SECRET_FILE",
        "WEBHOOK_LISTEN",
        "WEBHOOK_PORT",
        "METRICS_LISTEN",
    }


def test_every_command_of_the_index_is_in_the_table():
    """The commands that `python -m index` offers are those that the README lists."""
    shown = subprocess.run(
        [sys.executable, "-m", "index", "--help"], capture_output=True, text=True, cwd=ROOT
    ).stdout
    offered = set(re.findall(r"^    (\w+)  ", shown, flags=re.MULTILINE))

    assert offered == set(re.findall(r"`python -m index (\w+)", README))


def test_ci_runs_the_line_of_the_readme():
    """`.ci/run` takes its test command from the README, which holds one line to copy."""
    block = README.split("<!-- tests -->")[1].split("```")[1]

    assert block.strip().splitlines()[1:] == [block.strip().splitlines()[-1]]
    assert "<!-- tests -->" in (ROOT / ".ci" / "run").read_text("utf-8")
