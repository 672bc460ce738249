"""Feedback as gold questions: what readers found good or bad, in the form of the quality set."""

from __future__ import annotations

import json
from collections.abc import Sequence

from index import Engine, Quote

from .feedback import Judgment, Verdict


def as_gold(judgments: Sequence[Judgment], engine: Engine) -> list[str]:
    """Return a JSON object a line for each judgment whose question is known.

    A good answer gives its first highlighted sentence as the gold one. A bad one is left open:
    ``answers`` is empty, and a person fills it in; ``feedback`` says what was found wrong.
    """
    return [
        json.dumps(_line(number, judgment, engine), ensure_ascii=False)
        for number, judgment in enumerate((j for j in judgments if j.question), start=1)
    ]


def _line(number: int, judgment: Judgment, engine: Engine) -> dict[str, object]:
    quote = _first_quote(judgment, engine)
    good = judgment.verdict is Verdict.GOOD and quote is not None
    sentence = [quote.highlighted.strip()] if quote is not None and good else []
    return {
        "id": f"feedback-{number}",
        "question": judgment.question,
        "answerable": True if good else None,
        "doc": judgment.places[0].document if judgment.places else None,
        "answers": sentence,
        "gold_sentence": sentence,
        "group": f"feedback-{number}",
        "feedback": judgment.verdict.value,
    }


def _first_quote(judgment: Judgment, engine: Engine) -> Quote | None:
    for place in judgment.places[:1]:
        return engine.quote(judgment.generation, place.document, place.span, place.highlight)
    return None
