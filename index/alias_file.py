"""The file of names that mean the same: read, and changed with the rest as people wrote it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from .corpus import decoded, kind_of, parse_yaml, read_content
from .errors import DocumentError, MetadataError, NamesError
from .normalization import fold
from .refusals import Reason, Refusal

NAME_CHARACTERS = 100
NAMES = 200
"""Names of one list."""
ADDED = "added"
"""The heading under which new lists stand."""

_PLAIN = re.compile(r"[^\W\d_](?:[\w .·・'’/-]*[\w.])?")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """A list of names, and where it stands in the file, in code points."""

    names: tuple[str, ...]
    start: int
    end: int


def read_aliases(path: Path) -> dict[str, list[list[str]]]:
    """Read the lists of names that mean the same; the first name of each stands for all.

    The file is YAML: a mapping from a heading, the kind of thing that is named, to lists of names.
    No file means no aliases.
    """
    if not path.exists():
        return {}
    groups = parse_yaml(path, decoded(path, read_content(path)), "aliases")
    if groups is None:
        return {}
    if not isinstance(groups, dict):
        problem = f"expected headings with lists of names, found {kind_of(groups)}"
        raise DocumentError(path, problem, Refusal(Reason.LISTS, found=path.name))
    return {
        str(heading): list(_read_entries(path, str(heading), entries))
        for heading, entries in groups.items()
    }


def _read_entries(path: Path, heading: str, entries: object) -> Iterator[list[str]]:
    if not isinstance(entries, list):
        raise _misplaced(path, heading, "a list of lists", entries)
    for position, names in enumerate(entries, start=1):
        where = f"{heading}, entry {position}"
        if not isinstance(names, list) or not names:
            raise _misplaced(path, where, "a list of names", names)
        for name in names:
            if not isinstance(name, str) or not name.strip():
                raise _misplaced(path, where, "a name", name)
        yield [name.strip() for name in names]


def _misplaced(path: Path, where: str, expected: str, found: object) -> MetadataError:
    problem = f"expected {expected}, found {kind_of(found)}"
    return MetadataError(path, where, problem, Refusal(Reason.LISTS, found=where))


def add_names(path: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Make names mean the same; return their whole list.

    They join the list that holds one of them, else they are a new one.

    Raises:
        NamesError: A name can't be one, or two lists hold them already.
        DocumentError: The file is broken.
    """
    given = _unique([_checked(name) for name in names])
    source = _source(path)
    found = [entry for entry in _entries(path, source) if _keys(entry.names) & _keys(given)]
    if len(found) > 1:
        heads = " / ".join(entry.names[0] for entry in found[:2])
        refusal = Refusal(Reason.NAMES_APART, found=heads)
        raise NamesError(f"expected names of one list, found those of two: {heads}", refusal)
    together = _unique([*(found[0].names if found else ()), *given])
    if not 2 <= len(together) <= NAMES:
        refusal = Refusal(Reason.NAMES_COUNT, f"2-{NAMES}", str(len(together)))
        raise NamesError(f"expected 2 to {NAMES} names, found {len(together)}", refusal)
    if found:
        changed = source[: found[0].start] + _flow(together) + source[found[0].end :]
    else:
        changed = _with_new(source, together)
    _replace(path, changed)
    return together


def remove_name(path: Path, name: str) -> tuple[str, ...]:
    """Take a name out of its list; return what is left of it, empty when the list is gone.

    Raises:
        NamesError: No list holds it.
        DocumentError: The file is broken.
    """
    source = _source(path)
    for entry in _entries(path, source):
        left = tuple(other for other in entry.names if _key(other) != _key(name))
        if len(left) == len(entry.names):
            continue
        if len(left) > 1:
            _replace(path, source[: entry.start] + _flow(left) + source[entry.end :])
            return left
        _replace(path, _without(source, entry))
        return ()
    refusal = Refusal(Reason.NAME_ABSENT, found=name)
    raise NamesError(f"expected a name of a list, found {name!r} in none", refusal)


def _source(path: Path) -> str:
    read_aliases(path)
    return path.read_text("utf-8") if path.exists() else ""


def _entries(path: Path, source: str) -> Iterator[_Entry]:
    root = yaml.compose(source, Loader=yaml.SafeLoader)
    for _, lists in root.value if root is not None else ():
        for node in lists.value:
            names = tuple(str(name.value).strip() for name in node.value)
            if not node.flow_style:
                line = node.start_mark.line + 1
                problem = f"line {line}: expected the names in [brackets] on one line"
                raise DocumentError(path, problem, Refusal(Reason.NAMES_LINE, found=str(line)))
            yield _Entry(names, node.start_mark.index, node.end_mark.index)


def _with_new(source: str, names: Sequence[str]) -> str:
    """Return the file with one more list, at the end of those added before it."""
    head = source.rstrip("\n")
    last = re.findall(r"^(\S[^\n:]*):", head, flags=re.MULTILINE)
    heading = "" if last and last[-1] == ADDED else f"\n\n{ADDED}:"
    return f"{head}{heading}\n  - {_flow(names)}\n".lstrip("\n")


def _without(source: str, entry: _Entry) -> str:
    """Return the file without a list's line, and without a heading that is then empty."""
    start = source.rfind("\n", 0, entry.start) + 1
    end = source.find("\n", entry.end)
    changed = source[:start] + ("" if end == -1 else source[end + 1 :])
    return re.sub(r"^[^\s#][^\n:]*:[ \t]*\n(?=\s*(?:^[^\s#-]|\Z))", "", changed, flags=re.MULTILINE)


def _replace(path: Path, source: str) -> None:
    """Write the file whole or not at all, once it is proven to be readable."""
    pending = path.with_name(f".{path.name}.tmp")
    try:
        with pending.open("w", encoding="utf-8") as file:
            file.write(source)
            file.flush()
            os.fsync(file.fileno())
        read_aliases(pending)
        pending.replace(path)
    finally:
        pending.unlink(missing_ok=True)


def _flow(names: Sequence[str]) -> str:
    return f"[{', '.join(map(_scalar, names))}]"


def _scalar(name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name.lower() not in _WORDS_OF_YAML
    return name if plain else json.dumps(name, ensure_ascii=False)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > NAME_CHARACTERS or not _key(name) or not name.isprintable():
        refusal = Refusal(Reason.NAME, f"1-{NAME_CHARACTERS}", name)
        raise NamesError(f"expected a name of 1 to {NAME_CHARACTERS} characters: {name!r}", refusal)
    return name


def _key(name: str) -> str:
    return "".join(c for c in fold(name) if c.isalnum())


def _keys(names: Sequence[str]) -> set[str]:
    return {_key(name) for name in names}


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return names once each, as they were first spelled."""
    return tuple(dict.fromkeys(names))
