"""Who may import what: rules that hold the design together."""

import ast
import re
from pathlib import Path

import pytest

import bot
import index

ROOT = Path(__file__).parent.parent
ALLOWED = {
    "faiss": {"index/dense.py"},
    "tantivy": {"index/lexical.py"},
    "rjieba": {"index/segmentation.py"},
    "pymilvus": {"index/milvus.py"},
    "loky": {"index/making.py"},
    "sentence_transformers": {"index/encoder.py"},
    "aiosqlite": {"bot/database.py"},
    "httpx": {"bot/flood_control.py"},
    "prometheus_client": {"bot/metrics.py"},
    "tornado": {"bot/http_server.py"},
    "telegram": None,
    "bot": None,
}
"""The files that may import a library; None stands for all of bot/."""


def imported(path):
    """Yield the top-level name of each absolute import of a file, local ones included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def importers(name):
    files = [path for folder in ("bot", "index") for path in (ROOT / folder).rglob("*.py")]
    assert len(files) > 40
    found = {path.relative_to(ROOT).as_posix() for path in files if name in imported(path)}
    # Training makes the built-in model and is no part of answering.
    return {path for path in found if not path.startswith("index/training/")}


@pytest.mark.parametrize("package", [bot, index])
def test_generic_names_are_ours(package):
    """No installed distribution shadows our `bot` or `index`."""
    assert Path(package.__file__).parent.parent == ROOT


@pytest.mark.parametrize("name", ALLOWED)
def test_a_library_is_imported_where_it_belongs(name):
    """A foreign library's quirks stop at one module, and Telegram at one package."""
    allowed = ALLOWED[name]

    found = importers(name)

    if allowed is None:
        assert all(path.startswith("bot/") for path in found)
    else:
        assert found == allowed


def test_the_bot_uses_the_door_only():
    """From outside, `index` is one name: no module behind it is imported."""
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert not node.module.startswith("index."), path
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("index.") for alias in node.names), path


def test_no_package_hides_ours():
    """A file ``__init__.py`` below tests/ would make its folder a package of that name."""
    assert not list((ROOT / "tests").rglob("__init__.py"))


def modules_in_order():
    """Return the modules of `index` as the layers table of ARCHITECTURE.md orders them."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rows = text.split("| layer | modules |")[1].split("\n\n")[0].splitlines()[2:]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_the_architecture_names_every_module():
    """The page lists the modules that there are, each once."""
    files = {path.stem for path in (ROOT / "index").glob("*.py")} - {"__init__"}

    assert sorted(modules_in_order()) == sorted(files)


@pytest.mark.parametrize("name", modules_in_order())
def test_a_module_imports_only_from_those_before_it(name):
    """The order of the page is the order of the imports."""
    order = modules_in_order()
    tree = ast.parse((ROOT / "index" / f"{name}.py").read_text("utf-8"))
    relative = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level == 1]
    found = {
        module
        for node in relative
        for module in ([node.module] if node.module else [alias.name for alias in node.names])
    }

    assert found <= set(order[: order.index(name)])
