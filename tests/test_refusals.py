"""Every reason for which a document is refused is told in each language."""

from __future__ import annotations

import pytest

from bot.refusals import clauses, refusal_line
from bot.texts import CATALOGUE
from index import Reason, Refusal


@pytest.mark.parametrize("texts", CATALOGUE.values(), ids=CATALOGUE)
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_line_in_every_language(reason, texts):
    """It fits one line, has its details, and is no other reason's."""
    said = texts.management

    line = refusal_line(Refusal(reason, "exp" * 90, "fou\nnd" * 90), said)

    assert line
    assert "\n" not in line
    assert "{" not in line
    assert len(line) <= 200
    assert [*clauses(said).values()].count(clauses(said)[reason]) == 1
    assert ("exp" in line) >= ("{expected}" in clauses(said)[reason])
    assert ("fou nd" in line) >= ("{found}" in clauses(said)[reason])
