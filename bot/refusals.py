"""Why a document is refused, in the language of who sent it."""

from __future__ import annotations

from collections.abc import Mapping

from index import Reason, Refusal

from .pages import one_line
from .texts import ManagementTexts

DETAIL_UNITS = 60


def refusal_line(refusal: Refusal, said: ManagementTexts) -> str:
    """Return the clause for a refusal, with what was expected and found."""
    # What was found may be a file's own words, of any length.
    expected = one_line(refusal.expected, DETAIL_UNITS)
    found = one_line(refusal.found, DETAIL_UNITS)
    return clauses(said)[refusal.reason].format(expected=expected, found=found)


def clauses(said: ManagementTexts) -> Mapping[Reason, str]:
    """Return what is said for each reason."""
    return {
        Reason.EMPTY: said.refused_empty,
        Reason.FORMAT: said.refused_format,
        Reason.MISNAMED: said.refused_misnamed,
        Reason.MISNAMED_UNKNOWN: said.refused_misnamed_unknown,
        Reason.NO_TEXT: said.refused_no_text,
        Reason.TOO_LONG: said.refused_too_long,
        Reason.ENCODING: said.refused_encoding,
        Reason.FRONT_MATTER: said.refused_front_matter,
        Reason.ENCRYPTED: said.refused_encrypted,
        Reason.PAGES: said.refused_pages,
        Reason.BOMB: said.refused_bomb,
        Reason.DAMAGED: said.refused_damaged,
        Reason.OVERRUN: said.refused_overrun,
        Reason.TOO_LARGE: said.refused_too_large,
        Reason.LANGUAGE: said.refused_language,
        Reason.ADDRESS: said.refused_address,
        Reason.DATE: said.refused_date,
        Reason.FIELD: said.refused_field,
        Reason.STRUCTURE: said.refused_structure,
        Reason.NAMES: said.refused_names,
        Reason.UNKNOWN: said.refused_unknown,
    }
