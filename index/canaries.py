"""Canary questions: sentences of a generation that must find themselves in it again.

Hashes prove that the files are those that were built. Canaries prove that the program at hand reads
them as they were meant: that the model gives the vectors it gave, and that the rows of texts,
tables and both searches belong together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .errors import GenerationError
from .fusion import Hit
from .generations import Canary
from .live import Live
from .querying import make_query
from .ranking import RETRIEVED
from .types import Part, Span

CANARIES = 4
TRIED = 32
"""Sentences that are tried to find so many canaries, spread evenly over the corpus."""
CHARACTERS = range(12, 120)
FIRST = 3
"""Among so many chunks of the lexical search a canary's must be: other weights may order a few."""
TOLERANCE = 0.02
"""Of a cosine: other hardware adds up in another order, another model is much further away."""


def choose(live: Live) -> tuple[Canary, ...]:
    """Return canaries for a generation that was just built; the same for the same corpus.

    Raises:
        GenerationError: Of many sentences none finds itself: the searches are not this corpus's.
    """
    tried, chosen = 0, list[Canary]()
    for canary in _candidates(live):
        tried += 1
        if (measured := _measured(live, canary)) is not None:
            chosen.append(measured)
        if len(chosen) == CANARIES:
            break
    if tried >= TRIED // 2 and not chosen:
        raise GenerationError(f"{live.layout.folder}: none of {tried} sentences finds itself")
    return tuple(chosen)


def canary_faults(live: Live) -> Iterator[str]:
    """Yield a line for each canary that does not find what it found when it was chosen."""
    for canary in live.manifest.canaries:
        name = f"{live.layout.folder}: the canary at {canary.document}[{canary.start}:{canary.end}]"
        row = live.rows.get(canary.document)
        span = Span(canary.start, canary.end)
        if row is None or span.of(live.documents[row].text) != canary.question:
            yield f"{name} is not the text of its document"
            continue
        found = _measured(live, canary)
        if found is None:
            yield f"{name} does not find itself"
        elif abs(found.cosine - canary.cosine) > TOLERANCE:
            yield f"{name} has the cosine {found.cosine:.3f}, expected {canary.cosine:.3f}"
        elif abs(found.chunk - canary.chunk) > TOLERANCE:
            yield f"{name}: its chunk's cosine is {found.chunk:.3f}, expected {canary.chunk:.3f}"


def _candidates(live: Live) -> Iterator[Canary]:
    count = len(live.sentences.table)
    rows, apart = range(0, count, max(1, count // TRIED)), TRIED // CANARIES
    # The first ones lie far apart, so that the canaries are of the whole corpus.
    for row in (row for start in range(apart) for row in rows[start::apart]):
        at = live.sentences.document(row)
        span, document = live.sentences.span(row), live.documents[at]
        block = document.blocks[int(live.sentences.table[row, 1])]
        text = span.of(document.text)
        if block.part is Part.TEXT and len(text) in CHARACTERS:
            yield Canary(text, document.id, span.start, span.end)


def _measured(live: Live, canary: Canary) -> Canary | None:
    """Return a canary with its cosines of now; None if the lexical search doesn't find it."""
    row = live.sentences.at(live.rows[canary.document], canary.start)
    query = make_query(canary.question, live.resources)
    first = (chunk for chunk, _ in live.lexical.search(query.tokens(), FIRST))
    chunk = next((chunk for chunk in first if row in live.sentences_of(chunk)), None)
    if chunk is None:
        return None
    dense = dict(live.dense.search(query.vector, RETRIEVED)).get(chunk, 0.0)
    candidates = live.candidates(query, [Hit(chunk, 0.0, dense)])
    cosine = float(candidates.cosine[candidates.sentences == row][0])
    return replace(canary, cosine=cosine, chunk=dense)
