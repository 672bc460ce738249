"""Where the numbers fitted for an embedding model are: in the data folder, or built in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from .abstention import MODEL as ABSTAINER
from .scoring import MODEL as RANKER


@dataclass(frozen=True, slots=True)
class FittedFiles:
    """The numbers of the ranking, and of the probability of an answer."""

    ranking: Path
    abstention: Path


BUILT_IN = FittedFiles(RANKER, ABSTAINER)


def files_for(data_dir: Path, encoder: str) -> FittedFiles:
    """Return where a fit for the encoder of this id is kept."""
    name = hashlib.blake2b(encoder.encode(), digest_size=8).hexdigest()
    folder = data_dir / "fitted" / name
    return FittedFiles(folder / RANKER.name, folder / ABSTAINER.name)


def fitted_files(data_dir: Path, encoder: str) -> FittedFiles:
    """Return the numbers fitted for an encoder; the built-in ones where there was no such fit."""
    own = files_for(data_dir, encoder)
    return own if own.ranking.is_file() and own.abstention.is_file() else BUILT_IN
