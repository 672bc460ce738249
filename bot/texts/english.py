"""The bot's sentences in English."""

from __future__ import annotations

from .management.english import TEXTS as MANAGEMENT
from .sentences import Texts

TEXTS = Texts(
    start=(
        "Hello! Ask me a question: I answer only in my sources' own words and say where they "
        "stand. If the sources don't answer, I say so."
    ),
    help=(
        "In private: just send your question.\n"
        "In groups: /ask with a question, mention me, or reply to me; reply to someone's message "
        "with /ask to take it as the question.\n"
        "Every quote is the source's text, letter by letter; the sentence that answers is bold."
        "\n\n/ask ask a question\n/sources list the documents\n/privacy what is stored\n"
        "/help this help"
    ),
    help_admin="Admins: /rebuild rebuilds the index",
    privacy=(
        "Privacy\n"
        "· Your questions and your name are not stored.\n"
        "· So that buttons work, the ids of the chat and of the asker and the places of the "
        "quotes in the documents are stored, for at most 30 days.\n"
        "· Groups: the group's id is stored; when I am removed, all that belongs to the group "
        "is deleted.\n"
        "· When an admin rebuilds the index, the admin's id and the time are logged.\n"
        "· Nothing is given to third parties; messages travel through Telegram, under "
        "Telegram's own privacy policy."
    ),
    welcome=(
        "Hello! Use /ask with a question, mention me, or reply to me, and I answer in my "
        "sources' own words."
    ),
    empty_question=(
        "Please add a question, for example: /ask When did the talks take place? "
        "You can also reply to a message with /ask."
    ),
    no_words="There are no words in it to look for; please ask in a sentence.",
    long_question=(
        "The question is too long ({length} characters); please keep it within {limit}."
    ),
    not_text="I can only read text; please ask in words.",
    unknown_command="There is no such command. /help lists them all.",
    not_found="The sources don't answer this question.",
    failed="Something went wrong and there is no answer; please try again.",
    unavailable="This quote can no longer be checked; please ask again.",
    not_allowed="This bot is not open to this chat.",
    sources="Documents ({count}):",
    no_sources="There are no documents at present.",
    source_size="{characters} characters",
    source_sections="Sections ({count}): {names}",
    button_previous="Back",
    button_next="Next {page}/{pages}",
    button_context="Context",
    button_context_of="Context {number}",
    button_more="More {count}",
    button_nearest="Nearest passages",
    button_sources="Sources",
    button_copy="Copy citation",
    button_wrong_quote="Wrong quote",
    button_not_asked="Not what I asked",
    button_missing="Something is missing",
    feedback_thanks="Thank you, noted.",
    feedback_which="Thank you. What is wrong with it?",
    place="characters {first}–{last}",
    link="link to this quote",
    understood_with="Understood together with your question before: “{question}”",
    button_alone="Ask without it",
    whose_button="Only the asker may do this.",
    link_gone="This quote is no longer in the documents.",
    timeline="Timeline: {count} dated sentences, {first} to {last}",
    timeline_of="Timeline · {what}: {count} dated sentences, {first} to {last}",
    timeline_hint="Narrow it: /timeline 2025-08, or /timeline and a name",
    timeline_empty="No dated sentence was found.",
    timeline_picture="The numbers are those of the list.",
    button_picture="As a picture",
    inline_hint="Type a question",
    inline_hint_more="I answer in my sources' own words, ready to be sent to this chat.",
    button_open="Open in the bot",
    button_cancel="Cancel",
    expired="This answer has expired; please ask again.",
    whole_context="The quote is the whole paragraph already.",
    shown_already="It is shown below already.",
    no_right="Only admins may do this.",
    caption="caption",
    table="table",
    post="post",
    heading="heading",
    reference="reference",
    more_references="… and {count} more",
    rebuild_refused="Sorry, only admins may rebuild the index.",
    rebuild_running="The index is being rebuilt already: {percent}%.",
    rebuild_progress="Rebuilding the index…\n{bar} {percent}%\n{stage} {done}/{total}",
    stage_read="reading documents",
    stage_encode="encoding texts",
    stage_index="indexing words",
    stage_verify="verifying",
    rebuild_cancelling="Cancelling the rebuild…",
    rebuild_cancelled="The rebuild was cancelled; the index is as it was.",
    rebuild_failed="The rebuild failed; the index is as it was. Reason: {reason}",
    rebuild_done=(
        "The index was rebuilt in {seconds} s.\n"
        "Added {added}, changed {changed}, removed {removed}, unchanged {unchanged}; "
        "passages {chunks}, sentences {sentences}, newly encoded {encoded}."
    ),
    rebuild_unchanged="The documents have not changed.",
    unexpected_error="unexpected error ({name}), see the log",
    command_ask="Ask a question",
    command_sources="List the documents",
    command_timeline="What happened when",
    command_help="How to use me",
    command_privacy="What is stored",
    command_rebuild="Rebuild the index",
    management=MANAGEMENT,
)
