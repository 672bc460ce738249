"""The list of the sentences about limits, settings and the work of admins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ManagementTexts:
    """Sentences in one language; a field in braces is filled in by its user."""

    too_fast: str
    too_fast_chat: str
    in_line: str
    alarm_aside: str
    alarm_index: str
    welcome_admins: str
    settings_title: str
    settings_when: str
    when_addressed: str
    when_commands: str
    when_trigger: str
    settings_quotes: str
    settings_language: str
    language_asker: str
    settings_quiet: str
    quiet_yes: str
    quiet_no: str
    button_trigger: str
    settings_private: str
    settings_refused: str
    trigger_prompt: str
    trigger_bad: str
    trigger_saved: str
    privacy_mode: str
    saved: str
    only_private: str
    rollback_done: str
    rollback_failed: str
    status: str
    status_sound: str
    status_damaged: str
    status_errors: str
    status_no_errors: str
    stats: str
    chart_questions: str
    chart_answered: str
    chart_not_found: str
    chart_feedback: str
    chart_good: str
    chart_bad: str
    chart_speed: str
    chart_half: str
    chart_most: str
    stats_none: str
    unanswered: str
    unanswered_none: str
    button_clear: str
    unanswered_cleared: str
    alias_usage: str
    alias_list: str
    alias_none: str
    alias_changed: str
    alias_removed: str
    nothing_changed: str
    button_rebuild: str
    upload_kinds: str
    upload_failed: str
    upload_preview: str
    upload_missing: str
    upload_complete: str
    upload_untold: str
    upload_added: str
    upload_dropped: str
    upload_gone: str
    button_add: str
    button_drop: str
    export_done: str
    export_none: str
    help: str
    command_settings: str
    command_rollback: str
    command_status: str
    command_stats: str
    command_unanswered: str
    command_alias: str
    command_export: str
