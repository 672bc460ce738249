"""Arrays on the disk: tables and bare numbers, mapped when they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import GenerationError

WORD_PIECES, WORD_PIECE_ENDS = np.uint16, np.uint32
"""The kinds of numbers of the files of these names."""


def write_table(path: Path, rows: npt.ArrayLike, columns: int) -> None:
    """Save rows of whole numbers as int32, shape ``(len(rows), columns)``."""
    np.save(path, np.array(rows, dtype=np.int32).reshape(-1, columns))


def read_table(path: Path) -> npt.NDArray[np.int32]:
    """Map what `write_table` saved."""
    table: npt.NDArray[np.int32] = read_array(path)
    return table


def read_array(path: Path) -> npt.NDArray[Any]:
    """Map a file of numpy's; one that is cut short is a `GenerationError`."""
    try:
        # A plain view of the map: its own class makes each look-up several times dearer.
        mapped: npt.NDArray[Any] = np.load(path, mmap_mode="r").view(np.ndarray)
    except (ValueError, EOFError) as error:
        raise GenerationError(f"{path}: not a readable array ({error})") from error
    return mapped


def read_raw(path: Path, kind: type[np.generic], columns: int = 1) -> npt.NDArray[Any]:
    """Map a file of bare numbers, shape ``(rows, columns)``, or ``(rows,)`` for one column."""
    try:
        empty = path.stat().st_size == 0  # Such a file can't be mapped.
        numbers = np.empty(0, kind) if empty else np.memmap(path, kind, "r").view(np.ndarray)
        return numbers.reshape(-1, columns) if columns > 1 else numbers
    except (OSError, ValueError) as error:
        raise GenerationError(f"{path}: not a readable array ({error})") from error
