"""The font of pictures: it has every script of the interface and of most documents."""

from __future__ import annotations

import functools
import importlib.util
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

PACKAGE = "notojp_matplotlib"
FILE = "fonts/NotoSansCJKjp-Regular.otf"
LACKING = "□"
ELLIPSIS = "…"


@functools.cache
def font_file() -> Path:
    """Return the path of the font.

    Raises:
        ImportError: The package that brings it is not installed.
    """
    # Found and not imported: to import it would change the font of every other picture.
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ImportError(f"expected the package {PACKAGE}, which brings a font; found none")
    return Path(found.submodule_search_locations[0]) / FILE


def lettering(points: float) -> FontProperties:
    """Return the font in a size."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=font_file(), size=points)


def printable(text: str) -> str:
    """Return a text with a box for each character that the font lacks, such as an emoji."""
    from matplotlib.font_manager import get_font

    face = get_font(font_file())
    return "".join(c if face.get_char_index(ord(c)) else LACKING for c in text)


def fitting(text: str, ems: float) -> str:
    """Return as much of a text as fits a width, counted in the font's size.

    What is cut ends in an ellipsis.

    >>> fitting("会谈持续两个多小时", 6), fitting("talks", 6)
    ('会谈持续两…', 'talks')
    """
    width = 0.0
    for at, character in enumerate(text):
        width += _ems(character)
        if width > ems:
            kept = text[:at]
            while kept and sum(map(_ems, kept)) > ems - 1:
                kept = kept[:-1]
            return kept.rstrip() + ELLIPSIS
    return text


def _ems(character: str) -> float:
    """Return the width of a character; that of a letter is what the wider ones have."""
    width = unicodedata.east_asian_width(character)
    # Of what is wide in Chinese type alone, this font has the marks wide and the letters narrow.
    wide = width in "WF" or (width == "A" and not character.isalpha())
    return 1.0 if wide else 0.6
