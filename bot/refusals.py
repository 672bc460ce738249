"""Why something can't be done, in the language of who wants it."""

from __future__ import annotations

from collections.abc import Mapping

from index import DocumentError, IndexingError, Reason, Refusal, RefusedError, disk_refusal

from .pages import one_line
from .texts import ManagementTexts

DETAIL_UNITS = 60


def refusal_line(refusal: Refusal, said: ManagementTexts) -> str:
    """Return the clause for a refusal, with what was expected and found."""
    # What was found may be a file's own words, of any length.
    expected = one_line(refusal.expected, DETAIL_UNITS)
    found = one_line(refusal.found, DETAIL_UNITS)
    return clauses(said)[refusal.reason].format(expected=expected, found=found)


def reason_line(error: IndexingError | OSError, said: ManagementTexts) -> str:
    """Return the clause for an error, after the name of the file of the corpus that it is about."""
    if isinstance(error, OSError):
        return refusal_line(disk_refusal(error), said)
    clause = refusal_line(error.refusal, said)
    # Who sends a document knows its name; here it has another one.
    if not isinstance(error, DocumentError) or isinstance(error, RefusedError):
        return clause
    return f"{one_line(error.path.name, DETAIL_UNITS)}: {clause}"


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
        Reason.NO_FOLDER: said.refused_no_folder,
        Reason.NO_DOCUMENTS: said.refused_no_documents,
        Reason.RESTLESS: said.refused_restless,
        Reason.NAME: said.refused_name,
        Reason.NAMES_APART: said.refused_names_apart,
        Reason.NAMES_COUNT: said.refused_names_count,
        Reason.NAME_ABSENT: said.refused_name_absent,
        Reason.NAMES_LINE: said.refused_names_line,
        Reason.YAML: said.refused_yaml,
        Reason.LISTS: said.refused_lists,
        Reason.FULL: said.refused_full,
        Reason.FORBIDDEN: said.refused_forbidden,
        Reason.GONE: said.refused_gone,
        Reason.DISK: said.refused_disk,
        Reason.NOT_BUILT: said.refused_not_built,
        Reason.BUILDING: said.refused_building,
        Reason.NO_EARLIER: said.refused_no_earlier,
        Reason.INDEX_DAMAGED: said.refused_index_damaged,
        Reason.MISMATCH: said.refused_mismatch,
        Reason.MODEL: said.refused_model,
        Reason.SEARCH_DOWN: said.refused_search_down,
        Reason.UNKNOWN: said.refused_unknown,
    }
