"""The list of the sentences that the bot itself says."""

from __future__ import annotations

from dataclasses import dataclass

from .management import ManagementTexts


@dataclass(frozen=True, slots=True)
class Texts:
    """The bot's own words in one language; a field in braces is filled in by its user."""

    language_tag: str
    """Of these sentences, as BCP 47 writes it."""
    about: str
    start: str
    help: str
    privacy: str
    welcome: str
    empty_question: str
    no_words: str
    long_question: str
    not_text: str
    unknown_command: str
    not_found: str
    failed: str
    search_down: str
    unavailable: str
    not_allowed: str
    sources: str
    no_sources: str
    source_size: str
    source_sections: str
    button_previous: str
    button_next: str
    button_context: str
    button_context_of: str
    button_more: str
    button_nearest: str
    button_sources: str
    button_copy: str
    button_wrong_quote: str
    button_not_asked: str
    button_missing: str
    feedback_thanks: str
    feedback_which: str
    place: str
    link: str
    understood_with: str
    button_alone: str
    whose_button: str
    link_gone: str
    language: str
    language_automatic: str
    language_chosen: str
    forgotten: str
    forgotten_nothing: str
    timeline: str
    timeline_of: str
    timeline_hint: str
    timeline_empty: str
    timeline_picture: str
    button_picture: str
    inline_hint: str
    inline_hint_more: str
    button_open: str
    button_cancel: str
    expired: str
    whole_context: str
    shown_already: str
    no_right: str
    caption: str
    table: str
    post: str
    heading: str
    reference: str
    more_references: str
    rebuild_refused: str
    rebuild_running: str
    rebuild_progress: str
    stage_read: str
    stage_encode: str
    stage_index: str
    stage_send: str
    stage_verify: str
    rebuild_cancelling: str
    rebuild_cancelled: str
    rebuild_failed: str
    rebuild_done: str
    rebuild_unchanged: str
    unexpected_error: str
    command_ask: str
    command_sources: str
    command_timeline: str
    command_language: str
    command_forget: str
    command_help: str
    command_privacy: str
    command_rebuild: str
    management: ManagementTexts
