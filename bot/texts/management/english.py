"""The sentences about limits, settings and admins' work in English."""

from __future__ import annotations

from .sentences import ManagementTexts

TEXTS = ManagementTexts(
    too_fast="That is faster than I may answer; please wait {seconds} s.",
    too_fast_chat=(
        "This chat is asking faster than Telegram lets me answer; please wait {seconds} s."
    ),
    in_line="Many people are asking; you are number {place} in line. Your answer will appear here.",
    alarm_aside=(
        "A message (number {number}) was given up: handling it broke off again and again, or "
        "Telegram could not be reached for hours. The log says more."
    ),
    alarm_index=(
        "The index on the disk is damaged; generation {generation} answers. /rebuild makes a new "
        "one.\n{reason}"
    ),
    welcome_admins="Group admins set with /settings when and how I answer.",
    settings_title="Settings of this group (its admins may change them)",
    settings_when="I answer: {value}",
    when_addressed="when addressed",
    when_commands="/ask only",
    when_trigger="also after “{word}”",
    settings_quotes="Quotes in an answer: {value}",
    settings_language="Language: {value}",
    language_asker="the asker's",
    settings_quiet="Nothing found: {value}",
    quiet_yes="stay quiet",
    quiet_no="say so",
    button_trigger="Set a word of your own",
    settings_private="/settings is for groups; send it there.",
    settings_refused="Only the admins of this group may do this.",
    trigger_prompt=(
        "Reply to this message with the word (2 to {limit} characters). I will then answer "
        "what begins with it."
    ),
    trigger_bad=(
        "That can't be the word: 2 to {limit} letters or digits on one line, please, without "
        "/ or @ before it."
    ),
    trigger_saved="From now on I answer what begins with “{word}”.",
    privacy_mode=(
        "But Telegram's privacy mode hides such messages from me: make me an admin of this "
        "group, or turn it off with /setprivacy at @BotFather and add me again."
    ),
    saved="Saved.",
    only_private="Please send this in our private chat.",
    rollback_done=(
        "Back at generation {generation}. The documents in the corpus are as they were; "
        "/rebuild makes a new index of them."
    ),
    rollback_failed="Nothing was rolled back: {reason}",
    status=(
        "Generation {generation}, built {created}\n"
        "Model {model}\n"
        "Documents {documents}, passages {chunks}, sentences {sentences}\n"
        "Indexes {index_size}, database {database_size}, free {free}\n"
        "Running for {uptime}\n"
        "Updates waiting: {waiting}"
    ),
    status_search_local="Searched in files of this machine",
    status_search_up="Searched at {address}, which answers",
    status_search_down="Searched at {address}, which does not answer",
    status_sound="The index's files are sound.",
    status_damaged="The index is damaged; /rebuild makes a new one:",
    status_errors="Last errors:",
    status_no_errors="No errors since the start.",
    stats=(
        "The last {days} days\n"
        "Questions {questions}, of which {abstentions} without an answer\n"
        "Feedback: {up} 👍, {down} 👎\n"
        "Half of the answers took at most {median} ms, 95% at most {p95} ms"
    ),
    chart_questions="Questions a day",
    chart_answered="answered",
    chart_not_found="not found",
    chart_feedback="Ratings a day",
    chart_good="good",
    chart_bad="bad",
    chart_speed="Milliseconds to an answer",
    chart_half="half within",
    chart_most="95% within",
    stats_none="Nobody has asked anything in the last {days} days.",
    unanswered="Questions that found nothing, most frequent first ({count}):",
    unanswered_none="Every question of the last {days} days found something.",
    button_clear="Clear the list",
    unanswered_cleared="The list is empty now.",
    alias_usage=(
        "Names that mean the same:\n"
        "/alias list, or /alias list NAME\n"
        "/alias add NAME = OTHER, OTHER\n"
        "/alias remove NAME"
    ),
    alias_list="Names that mean the same ({count}):",
    alias_none="There are none.",
    alias_changed=("Now: {names}\nIt takes effect with the next rebuild."),
    alias_removed="Removed. It takes effect with the next rebuild.",
    nothing_changed="Nothing was changed: {reason}",
    button_rebuild="Rebuild now",
    upload_kinds="I take documents as .txt, .md, .html, .pdf or .docx, up to {limit} MB.",
    upload_failed="This document was not taken: {reason}",
    upload_preview=(
        "Title: {title}\n"
        "Publisher: {publisher}\n"
        "Date: {published}\n"
        "Language: {language}\n"
        "Link: {url}\n"
        "Characters {characters}, paragraphs {paragraphs}, as {file}"
    ),
    upload_missing=(
        "The file doesn't tell all of it. Reply to this message with what is missing or "
        "wrong, a line each:\n"
        "title: …\n"
        "publisher: …\n"
        "published: 2025-08-15\n"
        "language: zh-Hans\n"
        "url: …"
    ),
    upload_complete="To correct something, reply with a line such as “title: …”.",
    upload_untold="not told",
    upload_added="Added to the corpus as {file}. It takes effect with the next rebuild.",
    upload_dropped="Dropped; nothing was added.",
    upload_gone="This document is no longer at hand; please send it again.",
    refused_empty="it is empty",
    refused_format="expected .txt, .md, .html, .pdf or .docx",
    refused_misnamed="its name says {expected}, its content {found}",
    refused_misnamed_unknown="its name says {expected}, its content something else",
    refused_no_text="it holds no text; a scan must be read by a text recognizer first",
    refused_too_long="expected at most {expected} characters, found {found}",
    refused_encoding="it is in no encoding that is known, or no text",
    refused_front_matter="expected valid YAML at its top, between two lines of ---",
    refused_encrypted="it is encrypted: save it without a password",
    refused_pages="expected at most {expected} pages, found {found}",
    refused_bomb="it unpacks to {found} bytes: no document does",
    refused_damaged="it is damaged ({found})",
    refused_overrun="it needs more time or memory than a document may",
    refused_too_large="expected at most {expected} MB, found {found} MB",
    refused_language="language: expected a tag such as zh-Hant",
    refused_address="url: expected an http address",
    refused_date="published: expected a date such as {expected}, found '{found}'",
    refused_field="{found}: this can't be its value",
    refused_structure="its text can't be divided: nested too deep, or with control characters",
    refused_names="too many documents are named like {expected}",
    refused_no_folder="there is no corpus folder '{found}'",
    refused_no_documents="the corpus holds no document (*.md)",
    refused_restless="it is just being written to: try again",
    refused_name="a name has {expected} characters, not as in '{found}'",
    refused_names_apart="these names stand in two lists: {found}",
    refused_names_count="a list has {expected} names, this one {found}",
    refused_name_absent="no list holds '{found}'",
    refused_names_line="line {found}: the names must stand in [brackets] on one line",
    refused_yaml="it is not valid YAML, see line {found}",
    refused_lists="{found}: expected lists of names below headings",
    refused_full="the disk is full",
    refused_forbidden="the permission to read or write is lacking",
    refused_gone="the file is gone",
    refused_disk="the disk reports a fault ({found})",
    refused_not_built="no index has been built yet",
    refused_building="another build is running",
    refused_no_earlier="there is no earlier version of the index",
    refused_index_damaged="the index is damaged; the log names the file",
    refused_mismatch="the index belongs to another model or version of the program: rebuild it",
    refused_model="the model can't be loaded: see the log",
    refused_search_down="the search engine doesn't answer",
    refused_unknown="it can't be read; the log says more",
    refused_unfetched="it can't be fetched ({error})",
    button_add="Add",
    button_drop="Don't add",
    export_done="Feedback as questions: {count}",
    export_none="There is no feedback yet.",
    help=(
        "Admins:\n"
        "/rebuild – make the index anew\n"
        "/rollback – back to the index before\n"
        "/status – how I am\n"
        "/stats – how much is asked\n"
        "/unanswered – what found nothing\n"
        "/alias – names that mean the same\n"
        "/export – feedback as questions\n"
        "A document sent to me in private is added to the corpus after a preview."
    ),
    command_settings="Settings of this group",
    command_rollback="Back to the index before",
    command_status="How the bot is",
    command_stats="How much is asked",
    command_unanswered="Questions that found nothing",
    command_alias="Names that mean the same",
    command_export="Feedback as questions",
)
