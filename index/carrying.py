"""The index of words of one generation, carried over into the next and amended there.

Only while it is nearly one made anew: what is dead in it counts in the average length of a chunk,
and each segment is searched by itself.
"""

from __future__ import annotations

import shutil
from dataclasses import replace

from .errors import GenerationError
from .generations import Layout, Manifest
from .lexical import Extent, amend_lexical, write_lexical
from .searching import Words
from .slots import Amendment, Slots
from .verification import faults

SMALL = 20_000
"""Chunks up to which the index is made anew: that takes seconds, and leaves nothing dead."""
DEAD_SHARE = 50
"""One chunk of so many may be dead."""
SEGMENTS = 8
"""tantivy joins as many small segments; where it left more, they are searched too slowly."""


def write_words(layout: Layout, words: Words) -> None:
    """Write the index of words of a generation: as an amendment of another's, or anew."""
    if not _amended(layout, words):
        shutil.rmtree(layout.lexical, ignore_errors=True)
        write_lexical(layout.lexical, words.all())
        Slots.of(words.keys, words.counts).write(layout.slots)


def _amended(layout: Layout, words: Words) -> bool:
    """Carry over the index that there is; tell whether that could be done."""
    if words.before is None or sum(words.counts) <= SMALL or not _copied(words.before, layout):
        return False
    amendment = Slots.read(layout.slots).amendment(words.keys, words.counts)
    try:
        if not _is_near(amendment, Extent.of(layout.lexical)):
            return False
        added = words.read(amendment.added)
        amend_lexical(layout.lexical, amendment.gone, added, amendment.first)
    except GenerationError:  # Another version of tantivy may have written it.
        return False
    amendment.slots.write(layout.slots)
    return True


def _copied(before: Layout, layout: Layout) -> bool:
    """Copy a generation's index of words; tell whether it came as it was sealed."""
    try:
        manifest = Manifest.read(before.manifest)
        kept = (before.lexical.name, before.slots.name)
        files = {name: it for name, it in manifest.files.items() if name.split("/")[0] in kept}
        layout.lexical.mkdir()
        for name in files:
            # No link: what harms a file on the disk would harm both generations.
            shutil.copyfile(before.folder / name, layout.folder / name)
    except (GenerationError, OSError):
        return False
    found = faults(layout, replace(manifest, files=files))
    return before.slots.name in files and not any(found)


def _is_near(amendment: Amendment, extent: Extent) -> bool:
    """Tell whether an index, once it is amended, is nearly one made anew."""
    dead = extent.dead + sum(end - start for start, end in amendment.gone)
    return extent.segments <= SEGMENTS and dead * DEAD_SHARE <= len(amendment.slots)
