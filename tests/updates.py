"""Updates as Telegram might send them, and some that it never would: made by hypothesis."""

from __future__ import annotations

import itertools
import time
from typing import Any

from botapi import ME, BotApi, Params, find_entities
from hypothesis import strategies as st

PEOPLE = [{"id": 5_000 + n, "is_bot": False, "first_name": "Ann"} for n in range(20)]
LANGUAGES = ["en", "zh-hans", "zh-TW", "ru", "", "xx", "pt-br"]
GROUPS = [-1_000_000_005_000 - n for n in range(5)]
FORUM, CHANNEL, BASIC = GROUPS[0], -1_000_000_006_000, -6_000
COMMANDS = (
    *("ask", "start", "help", "sources", "timeline", "language", "privacy", "forget", "settings"),
    *("rebuild", "rollback", "status", "stats", "unanswered", "alias", "export", "nonsense", ""),
)
PRESSES = (
    *("v1:context:", "v1:more:", "v1:nearest:", "v1:sources:", "v1:good:", "v1:bad:", "v1:wrong:"),
    *("v1:alone:", "v1:source:", "v1:time:", "v1:picture:", "v1:lang:", "v1:cancel:", "g1:when:"),
    *("g1:quotes:", "g1:quiet:", "g1:word:", "a1:add:", "a1:drop:", "a1:clear", "a1:rebuild", ""),
)
QUESTION = "雙方進行了約三小時的閉門會議嗎"

# Telegram's texts are Unicode without surrogates.
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TEXTS = st.one_of(
    WORDS,
    st.just(QUESTION),
    st.builds(
        "/{0}{1} {2}".format,
        st.sampled_from(COMMANDS),
        st.sampled_from(["", "@" + ME["username"], "@other_bot"]),
        WORDS,
    ),
    st.builds("@{0} {1}".format, st.sampled_from([ME["username"], "other"]), WORDS),
    st.sampled_from(["問" * 1001, "x" * 4096, "那?", "\u202e\u200b", "/start q_" + "A" * 60]),
)
PERSONS = st.builds(
    lambda person, code: {**person, **({"language_code": code} if code else {})},
    st.sampled_from(PEOPLE),
    st.sampled_from(LANGUAGES),
)
BOTS = st.sampled_from(
    [ME, {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}]
)
# Made once: to make a strategy costs more than to draw from it.
SENDERS = st.one_of(PERSONS, PERSONS, PERSONS, BOTS)
PLACES = st.sampled_from([0, 0, *GROUPS, BASIC, CHANNEL])
"""Where a message is written; 0 stands for its sender's own chat."""
DATES = st.sampled_from([0, 1, 2**31 - 1])
"""When it was written; 0 stands for now."""
ANONYMOUS = st.sampled_from([CHANNEL, *GROUPS])
MARKS = st.sampled_from(["mention", "bot_command", "url", "bold", "text_mention", "of_tomorrow"])
FILE = {"file_id": "f", "file_unique_id": "f"}
ODDITIES = st.sampled_from(
    [
        {"photo": [{**FILE, "width": 1, "height": 1}]},
        {"photo": [], "caption": QUESTION},
        {"document": {**FILE, "file_name": "../../x.exe", "file_size": 1}},
        {"document": FILE, "media_group_id": "1"},
        {
            "sticker": {
                **FILE,
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
            }
        },
        {"voice": {**FILE, "duration": 1}},
        {"location": {"latitude": 1.0, "longitude": 1.0}},
        {"dice": {"emoji": "🎲", "value": 1}},
        {"new_chat_members": [ME]},
        {"left_chat_member": ME},
        {"new_chat_title": "x"},
        {"migrate_from_chat_id": BASIC},
        {"forum_topic_created": {"name": "x", "icon_color": 1}},
        {
            "pinned_message": {
                "message_id": 1,
                "date": 0,
                "chat": {"id": FORUM, "type": "supergroup", "title": "G"},
            }
        },
        {"a_field_of_tomorrow": {"b": [1, None]}},
    ]
)


def chat_of(chat_id: int) -> Params:
    """Return one of the chats in which all this happens."""
    if chat_id > 0:
        return {"id": chat_id, "type": "private", "first_name": "Ann"}
    kind = {CHANNEL: "channel", BASIC: "group"}.get(chat_id, "supergroup")
    return {"id": chat_id, "type": kind, "title": "G", "is_forum": chat_id == FORUM}


def settle(server: BotApi) -> None:
    """Give the server all the chats that the updates speak of."""
    for chat_id in (*(person["id"] for person in PEOPLE), *GROUPS, CHANNEL, BASIC):
        server.chats[chat_id] = chat_of(chat_id)
        server.threads[chat_id] = set(range(1, 6))
        for person in PEOPLE[:10]:
            server.members[chat_id, person["id"]] = "member"


@st.composite
def messages(draw: st.DrawFn, *, place: int | None = None) -> Params:
    """Draw a message from anybody, anywhere."""
    person = draw(SENDERS)
    own = person["id"] if person["id"] > 0 and not person["is_bot"] else PEOPLE[0]["id"]
    chat_id = place or draw(PLACES) or own
    message: dict[str, Any] = {
        "message_id": draw(st.integers(1, 2**31 - 1)),
        "date": draw(DATES) or int(time.time()),
        "chat": chat_of(chat_id),
    }
    if chat_id != CHANNEL:
        message["from"] = person
    if draw(st.integers(0, 3)) != 3:
        text = draw(TEXTS)
        marks = draw(entities(text)) if draw(st.booleans()) else find_entities(text)
        message |= {"text": text, "entities": marks}
    else:
        message |= draw(ODDITIES)
    if chat_id == FORUM and draw(st.booleans()):
        message |= {"message_thread_id": draw(st.integers(1, 5)), "is_topic_message": True}
    if draw(st.integers(0, 4)) == 3:
        replied = {"message_id": 3, "date": 1, "chat": chat_of(chat_id), "from": draw(BOTS)}
        message["reply_to_message"] = replied | {"text": draw(TEXTS)}
    if draw(st.integers(0, 9)) == 7:
        message["sender_chat"] = chat_of(draw(ANONYMOUS))
    if draw(st.integers(0, 9)) == 7:
        message["via_bot"] = ME
    return message


def entities(text: str) -> st.SearchStrategy[list[Params]]:
    """Draw entities that cover whole characters of a text, and any of them."""
    sizes = (1 + (character > "\uffff") for character in text)
    starts = list(itertools.accumulate(sizes, initial=0))

    def one(kind: str, first: int, last: int) -> Params:
        start, end = sorted((starts[first], starts[last]))
        entity = {"type": kind, "offset": start, "length": max(1, end - start)}
        return entity | ({"user": ME} if kind == "text_mention" else {})

    if not text:
        return st.just([])
    places = st.integers(0, len(text) - 1)
    return st.lists(st.builds(one, MARKS, places, places), max_size=3)


@st.composite
def presses(draw: st.DrawFn) -> Params:
    """Draw a press of a button, real or forged, on a message that may be gone."""
    data = draw(st.sampled_from(PRESSES)) + draw(
        st.sampled_from(["", "a:0", "zh-Hans:0", "x", "9:9", "2025-08:1"])
    )
    query = {"id": str(draw(st.integers(1, 10**9))), "from": draw(PERSONS), "chat_instance": "1"}
    message = draw(st.sampled_from(["new", "gone", "none"]))
    if message == "new":
        query["message"] = {**draw(messages()), "from": ME}
    elif message == "gone":
        query["message"] = {
            "message_id": 1,
            "date": 0,
            "chat": chat_of(draw(st.sampled_from(GROUPS))),
        }
    else:
        query["inline_message_id"] = "inline1"
    return query | (
        {"data": data or "?"} if draw(st.integers(0, 9)) != 7 else {"game_short_name": "g"}
    )


@st.composite
def memberships(draw: st.DrawFn) -> Params:
    """Draw a change of what the bot is in a chat."""
    statuses = st.sampled_from(["left", "kicked", "member", "restricted", "administrator"])

    def member(status: str) -> Params:
        rights = {
            "kicked": {"until_date": 0},
            "restricted": dict.fromkeys(RESTRICTED, True) | {"is_member": True, "until_date": 0},
            "administrator": dict.fromkeys(RIGHTS, False),
        }
        return {"status": status, "user": ME, **rights.get(status, {})}

    return {
        "chat": chat_of(draw(st.sampled_from([*GROUPS, BASIC, CHANNEL, PEOPLE[0]["id"]]))),
        "from": draw(PERSONS),
        "date": 1,
        "old_chat_member": member(draw(statuses)),
        "new_chat_member": member(draw(statuses)),
    }


RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages"),
    *("can_manage_video_chats", "can_restrict_members", "can_promote_members", "can_change_info"),
    *("can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories"),
)
RESTRICTED = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos"),
    *("can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls"),
    *("can_send_other_messages", "can_add_web_page_previews", "can_change_info"),
    *(
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
        "can_edit_tag",
        "can_react_to_messages",
    ),
)

CONTENTS = st.one_of(
    st.tuples(st.just("message"), messages()),
    st.tuples(st.just("message"), messages()),
    st.tuples(st.just("edited_message"), messages().map(lambda m: {**m, "edit_date": m["date"]})),
    st.tuples(st.just("channel_post"), messages(place=CHANNEL)),
    st.tuples(st.just("callback_query"), presses()),
    st.tuples(
        st.just("inline_query"),
        st.fixed_dictionaries(
            {"id": st.integers(1, 10**9).map(str), "from": PERSONS, "query": WORDS, "offset": WORDS}
        ),
    ),
    st.tuples(
        st.just("guest_message"),
        messages(place=-7_000).map(lambda m: {**m, "guest_query_id": str(m["message_id"])}),
    ),
    st.tuples(st.just("my_chat_member"), memberships()),
    st.tuples(st.just("an_update_of_tomorrow"), st.just({"x": 1})),
)
