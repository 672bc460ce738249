"""The bot's sentences in English."""

from __future__ import annotations

from .management.english import TEXTS as MANAGEMENT
from .sentences import Texts

TEXTS = Texts(
    language_tag="en",
    about=(
        "Answers questions about events in its documents' own words, and says where they stand."
    ),
    start=(
        "Hello! Ask me a question: I answer only in my sources' own words and say where "
        "they stand. If the sources don't answer, I say so.\n\n"
        "/sources lists the documents, /timeline what happened when; /help says how to ask."
    ),
    help=(
        "In private: just send your question, and go on from it, as in “and the "
        "Russians?”.\n"
        "In groups: /ask with a question, mention me, or reply to me; reply to someone's "
        "message with /ask to take it as the question.\n"
        "In any other chat: type my @name and a question, and pick a quote to send.\n"
        "Every quote is the source's text, letter by letter; the sentence that answers is "
        "bold. The title opens the page, Sources tells the place and a link to the "
        "quote.\n\n"
        "/ask – ask a question\n"
        "/sources – list the documents\n"
        "/timeline – what happened when; add a month or a name\n"
        "/language – the language I speak\n"
        "/privacy – what is stored\n"
        "/forget – delete what is stored about you\n"
        "/help – this help"
    ),
    privacy=(
        "Privacy\n"
        "· Your name is not stored, and neither are your questions but for what is said "
        "here.\n"
        "· So that buttons work, the ids of the chat and of the asker and the places of "
        "the quotes in the documents are stored, for at most 30 days.\n"
        "· So that you can go on from a question, your last one stays in memory for 10 "
        "minutes.\n"
        "· When you rate an answer, your id, the rating and the question are stored, for "
        "at most a year.\n"
        "· A question that found nothing is kept as bare text, without who asked it or where, "
        "for at most 30 days, so that a document can be found for it; one with a phone number "
        "or an address is not. Questions are counted by day.\n"
        "· So that nothing is lost in a breakdown, a message is written to disk when it arrives "
        "and deleted when it has been dealt with; its number is kept for two days.\n"
        "· So that an edited question has its answer edited, the numbers of both messages are "
        "kept for a day.\n"
        "· When you choose a language with /language, the choice is stored.\n"
        "· Groups: the group's id is stored; when I am removed, all that belongs to the "
        "group is deleted.\n"
        "· When an admin rebuilds the index, the admin's id and the time are logged.\n"
        "· A link to a quote holds the quote's place and nothing about anybody.\n"
        "· Nothing is given to third parties; messages travel through Telegram, under "
        "Telegram's own privacy policy.\n"
        "· /forget deletes all that is stored about you at once."
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
    search_down="The search is down at the moment; please ask again in a little while.",
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
    language="Which language shall I speak? Quotes stay as they are printed.",
    language_automatic="As in Telegram",
    language_chosen="All right, English.",
    forgotten=(
        "Deleted what was stored about you: the places of the quotes in answers "
        "({answers}; their buttons no longer work), ratings with their questions "
        "({ratings}), a chosen language ({languages}). Your last question is no longer "
        "remembered either."
    ),
    forgotten_nothing="Nothing is stored about you.",
    timeline="Timeline: {span} · dated sentences: {count}",
    timeline_of="Timeline · {what}: {span} · dated sentences: {count}",
    timeline_hint="Narrow it: /timeline 2025-08, or /timeline and a name",
    timeline_empty="No dated sentence was found.",
    timeline_picture="The numbers are those of the list.",
    button_picture="As a picture",
    inline_hint="Type a question",
    inline_hint_more="I answer in my sources' own words, ready to be sent to this chat.",
    button_open="Open in the bot",
    button_cancel="Cancel",
    expired="This answer has expired; please ask again.",
    whole_context="The quote is already the whole paragraph.",
    shown_already="It is already shown below.",
    no_right="Only admins may do this.",
    caption="caption",
    table="table",
    post="post",
    heading="heading",
    reference="reference",
    more_references="… and {count} more",
    rebuild_refused="Sorry, only admins may rebuild the index.",
    rebuild_running="The index is already being rebuilt: {percent}%.",
    rebuild_progress="Rebuilding the index…\n{bar} {percent}%\n{stage} {done}/{total}",
    stage_read="reading documents",
    stage_encode="encoding texts",
    stage_index="indexing words",
    stage_send="sending to the search engine",
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
    command_language="The language I speak",
    command_forget="Delete what is stored about me",
    command_help="How to use me",
    command_privacy="What is stored",
    command_rebuild="Rebuild the index",
    management=MANAGEMENT,
)
