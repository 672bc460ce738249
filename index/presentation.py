"""What the command line shows: replies as objects and as text, reports and scores as lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from .evaluation import Score
from .types import Abstention, Answer, BuildReport, Quote, Reply

BOLD, DIM, PLAIN = "\033[1m", "\033[2m", "\033[0m"


def as_object(reply: Reply) -> dict[str, Any]:
    """Return the reply as JSON is to show it; without the id, which only the asker knows."""
    quotes = reply.quotes if isinstance(reply, Answer) else ()
    nearest = reply.nearest if isinstance(reply, Abstention) else ()
    return {
        "question": reply.question,
        "abstained": isinstance(reply, Abstention),
        "confidence": round(reply.confidence, 4),
        "quotes": [_quote_object(quote) for quote in quotes],
        "nearest": [_quote_object(quote) for quote in nearest],
        "generation": reply.generation,
        "timing_ms": dict(reply.timing_ms),
    }


def readable(reply: Reply, *, styled: bool) -> str:
    """Return the reply as a person would want to read it; `styled` for a terminal."""
    if isinstance(reply, Answer):
        return "\n\n".join(_readable_quote(quote, styled) for quote in reply.quotes)
    lines = "资料里没有回答这个问题的原话。 The sources don't answer this question."
    if not reply.nearest:
        return lines
    return f"{lines}\n\nNearest:\n\n{_readable_quote(reply.nearest[0], styled)}"


def report_lines(report: BuildReport) -> Iterator[str]:
    """Yield the counts of a build, then a line for each document that is not as it was."""
    yield (
        f"{report.generation}: {report.chunks} chunks, {report.sentences} sentences, "
        f"{report.encoded} texts encoded, {report.seconds:.1f} s"
    )
    changes = (("added", report.added), ("changed", report.changed), ("removed", report.removed))
    for verb, names in changes:
        for name in names:
            yield f"  {verb}: {name}"
    yield f"  unchanged: {len(report.unchanged)}"


def score_line(score: Score) -> str:
    """Return a score with its interval and the number of questions behind it."""
    low, high = score.interval
    return f"{score.name:34} {score.value:6.3f}  [{low:.3f}, {high:.3f}]  n={score.count}"


def _quote_object(quote: Quote) -> dict[str, Any]:
    citation = asdict(quote.citation)
    citation["published"] = quote.citation.published.isoformat()
    citation["part"] = quote.citation.part.name.lower()
    for reference in citation["references"]:
        del reference["span"]
    return {
        "document": quote.document,
        "text": quote.text,
        "start": quote.span.start,
        "end": quote.span.end,
        "highlight": quote.highlighted,
        "highlight_start": quote.highlight.start,
        "highlight_end": quote.highlight.end,
        "score": quote.score,
        "citation": citation,
    }


def _readable_quote(quote: Quote, styled: bool) -> str:
    bold, dim, plain = (BOLD, DIM, PLAIN) if styled else ("", "", "")
    start, end = (at - quote.span.start for at in (quote.highlight.start, quote.highlight.end))
    text = f"{quote.text[:start]}{bold}{quote.text[start:end]}{plain}{quote.text[end:]}"
    citation = quote.citation
    names = (citation.title, citation.section, citation.publisher, str(citation.published))
    lines = [f"┃ {text}", f"{dim}— {' · '.join(name for name in names if name)}{plain}"]
    for reference in citation.references:
        about = (reference.title, reference.publisher, reference.published)
        described = " · ".join(part for part in about if part)
        lines.append(f"{dim}  [{reference.number}] {described}{plain}")
    return "\n".join(lines)
