"""Which quotes an answer's first card shows, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from index import Quote

CLOSE_SCORE, CLOSE_SCORE_ELSEWHERE = 0.1, 0.25
"""A second quote is shown at once if it is behind the first by no more than this part of its score:
of the same document, of another one."""


def arranged(quotes: Sequence[Quote], *, private: bool, most: int = 1) -> tuple[list[Quote], int]:
    """Order quotes as they are shown, and count those of the first card, of which all may answer.

    In private these are one, or two: another document's comes before another of the same one, so
    that two documents that tell one fact stand side by side. In a group they are `most`.
    """
    ordered = list(quotes)
    if len(ordered) < 2 or not private:
        return ordered, min(len(ordered), most)
    first = ordered[0]
    elsewhere = next((quote for quote in ordered if quote.document != first.document), None)
    if elsewhere is not None and _is_close(first, elsewhere, CLOSE_SCORE_ELSEWHERE):
        ordered.remove(elsewhere)
        return [first, elsewhere, *ordered[1:]], 2
    return ordered, 2 if _is_close(first, ordered[1], CLOSE_SCORE) else 1


def _is_close(first: Quote, second: Quote, share: float) -> bool:
    # A score may be negative, so that a share of it is no lower bound.
    return first.score - second.score <= share * abs(first.score)
