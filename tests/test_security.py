"""What the threat model promises of the source: rules over every module."""

from __future__ import annotations

import ast
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from running import bot_in_thread

ROOT = Path(__file__).parent.parent
MODULES = [path for folder in ("bot", "index") for path in sorted((ROOT / folder).rglob("*.py"))]
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle"}
"""What they read can run as a program."""
UNSAFE_CALLS = {
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "torch.load"),
    *("yaml.load", "yaml.unsafe_load", "yaml.full_load", "np.fromregex"),
}
UNSAFE_KEYWORDS = {"shell", "allow_pickle", "trust_remote_code"}
SQL = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|PRAGMA|ATTACH)\b")
INSERTED = {
    # A module's own constant, and the number of a migration.
    "bot/database.py": {"BUSY_MS", "number"},
    # The module's own names of columns, and as many question marks.
    "index/piece_cache.py": {"_NAMES", "_MARKS"},
    # As many question marks as there are values.
    "index/vector_cache.py": {"marks"},
}
"""The names that may be part of a statement's text, since nothing from outside is in them."""


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def called(node):
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_that_is_read_can_run(path):
    """No pickle in any form, no YAML that makes objects, no text that becomes a program."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert not UNSAFE_MODULES & {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            assert node.module.split(".")[0] not in UNSAFE_MODULES
        if isinstance(node, ast.Call):
            assert called(node) not in UNSAFE_CALLS, node.lineno
            assert not UNSAFE_KEYWORDS & {keyword.arg for keyword in node.keywords}, node.lineno


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_values_reach_the_database_as_parameters_only(path):
    """A statement is a constant; what is inserted into its text is named here, each with why."""
    allowed = INSERTED.get(name_of(path), set())
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            first = node.values[0]
            if isinstance(first, ast.Constant) and SQL.match(str(first.value)):
                inserted = {ast.unparse(v.value) for v in node.values if hasattr(v, "conversion")}
                assert inserted <= allowed, node.lineno
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
            left = node.left
            assert not (isinstance(left, ast.Constant) and SQL.match(str(left.value))), node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if node.func.attr in {"format", "replace", "join"} and isinstance(owner, ast.Constant):
                assert not SQL.match(str(owner.value)), node.lineno


def test_the_rules_would_notice(tmp_path):
    """Each of them fails on a module that breaks it."""
    broken = {
        "import pickle": test_nothing_that_is_read_can_run,
        "import numpy as np\nnp.load(x, allow_pickle=True)": test_nothing_that_is_read_can_run,
        "import yaml\nyaml.load(text)": test_nothing_that_is_read_can_run,
        'query = f"SELECT * FROM chat WHERE id = {chat}"': (
            test_values_reach_the_database_as_parameters_only
        ),
        'query = "DELETE FROM chat WHERE id = %d" % chat': (
            test_values_reach_the_database_as_parameters_only
        ),
        'query = "SELECT * FROM {}".format(table)': (
            test_values_reach_the_database_as_parameters_only
        ),
    }
    for source, rule in broken.items():
        path = ROOT / "bot" / "never_written.py"
        rule_on = _Source(path, source)
        with pytest.raises(AssertionError):
            rule(rule_on)


class _Source:
    """A module that is nowhere on the disk."""

    def __init__(self, path, source):
        self._path, self._source = path, source

    def read_text(self, _):
        return self._source

    def relative_to(self, root):
        return self._path.relative_to(root)


@pytest.mark.parametrize("secret", [None, "", "wrong", "loopback-secre", "Loopback-secret"])
def test_a_forged_update_is_refused(tmp_path, secret):
    """Who doesn't know the webhook's secret is not heard, and learns nothing."""
    update = b'{"update_id": 1, "message": {"message_id": 1, "date": 0, "text": "/start", '
    update += b'"chat": {"id": 5, "type": "private"}, "from": {"id": 5, "is_bot": false, '
    update += b'"first_name": "A"}}}'

    with bot_in_thread(tmp_path, mode="webhook") as scene:
        request = urllib.request.Request(scene.settings.webhook.url, update)
        request.add_header("Content-Type", "application/json")
        if secret is not None:
            request.add_header("X-Telegram-Bot-Api-Secret-Token", secret)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=10)
        body = caught.value.read()
        caught.value.close()
        sent = scene.server.done("sendMessage", 5)

    assert caught.value.code == 403
    assert b"secret" not in body.lower()
    assert sent == []
