"""In groups the bot speaks only when it is spoken to, where it was spoken to."""

from __future__ import annotations

import pytest
from botapi import ANONYMOUS, ME, Refusal

QUESTION = "雙方進行了約三小時的閉門會議嗎"


@pytest.mark.parametrize(
    "text",
    [
        f"@yuanhua_bot {QUESTION}",
        f"@YuanHua_Bot {QUESTION}",
        f"👩‍👩‍👧 {QUESTION} @yuanhua_bot",
        f"/ask {QUESTION}",
        f"/ask@yuanhua_bot {QUESTION}",
        f"/ASK@Yuanhua_Bot\n{QUESTION}",
    ],
)
def test_an_addressed_question_gets_a_reply(scene, group, user, text):
    """A mention or the command, in any case, is answered as a reply to the asker."""
    answer = scene.server.answer_to(user, text, group)

    asked = scene.server.messages[group, answer.params["reply_parameters"]["message_id"]]
    assert asked["text"] == text
    assert len(answer.quoted()) == 1
    assert "三小時" in answer.quoted()[0]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (QUESTION, {}),
        (f"@other_bot {QUESTION}", {}),
        (f"@yuanhua_bot2 {QUESTION}", {}),
        (f"/ask@other_bot {QUESTION}", {}),
        ("/unknown", {}),
        ("/rebuild", {}),
        (None, {"photo": []}),
        (f"@yuanhua_bot {QUESTION}", {"via_bot": ME}),
        (f"@yuanhua_bot {QUESTION}", {"from": {"id": 5, "is_bot": True, "first_name": "B"}}),
        (
            f"@yuanhua_bot {QUESTION}",
            {
                "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
                "is_automatic_forward": True,
            },
        ),
    ],
)
def test_what_is_not_addressed_to_the_bot_is_ignored(scene, group, user, text, fields):
    """Neither talk among people, nor other bots, nor a channel's own post is answered."""
    scene.server.says(user, text, group, **fields)
    scene.server.answer_to(user, "/help", group)

    assert len(scene.server.done("sendMessage", group)) == 1


def test_a_groups_answer_is_shorter(scene, group, user):
    """One quote, footnotes without their titles, and no citation to copy."""
    private = scene.server.answer_to(user, QUESTION)
    answer = scene.server.answer_to(user, f"/ask {QUESTION}", group)

    assert "[37] Three hours, Reuters, 2025-08-15" in private.text
    assert "[37] Reuters, 2025-08-15" in answer.text
    assert "Three hours" not in answer.text
    assert len(answer.quoted()) == 1
    assert "Copy citation" not in [button["text"] for button in answer.buttons]


def test_a_reply_to_the_bot_is_a_question(scene, group, user):
    """No mention is needed then."""
    card = scene.server.answer_to(user, f"/ask {QUESTION}", group)

    answer = scene.server.answer_to(
        user, "記者會持續了多久，十二分鐘嗎", group, reply_to_message=card.result
    )

    assert "十二分鐘" in answer.quoted()[0]


@pytest.mark.parametrize("text", ["/ask", "@yuanhua_bot", "/ask@yuanhua_bot"])
def test_a_bare_address_takes_the_message_replied_to(scene, group, user, text):
    """Replying to someone's question with the command asks it."""
    other = scene.server.private_chat()
    asked = scene.server.store(group, {"from": other, "text": QUESTION})

    answer = scene.server.answer_to(user, text, group, reply_to_message=asked)

    assert "三小時" in answer.quoted()[0]


def test_a_bare_address_alone_gets_a_hint(scene, group, user):
    """The hint shows how to ask."""
    answer = scene.server.answer_to(user, "@yuanhua_bot", group)

    assert answer.text.startswith("Please add a question")


def test_a_text_mention_and_a_caption_address_the_bot(scene, group, user):
    """A mention counts without a name in it, and below a photo."""
    mention = {"type": "text_mention", "offset": 0, "length": 2, "user": ME}
    name = {"type": "mention", "offset": 0, "length": 12}

    named = scene.server.answer_to(user, f"原话 {QUESTION}", group, entities=[mention])
    before = len(scene.server.done("sendMessage", group))
    caption = {"caption": f"@yuanhua_bot {QUESTION}", "caption_entities": [name]}
    scene.server.says(user, None, group, photo=[], **caption)
    captioned = scene.server.expect("sendMessage", group, number=before + 1)

    assert "三小時" in named.quoted()[0]
    assert "三小時" in captioned.quoted()[0]


def test_a_topic_is_answered_in_the_topic(scene, user):
    """Its id is sent, and the message that opened it is no reply to the bot."""
    group = scene.server.group(is_forum=True)
    scene.server.threads[group] = {42}
    opened = {"message_id": 42, "date": 1, "chat": scene.server.chats[group], "from": ME}
    opened["forum_topic_created"] = {"name": "Topic", "icon_color": 1}
    topic = {"message_thread_id": 42, "is_topic_message": True, "reply_to_message": opened}

    scene.server.says(user, QUESTION, group, **topic)
    answer = scene.server.answer_to(user, f"/ask {QUESTION}", group, **topic)

    assert answer.params["message_thread_id"] == 42
    assert len(scene.server.done("sendMessage", group)) == 1


def test_a_topic_that_is_gone_is_answered_in_the_general_one(scene, user):
    """The answer is not lost with its topic."""
    group = scene.server.group(is_forum=True)
    topic = {"message_thread_id": 42, "is_topic_message": True}

    answer = scene.server.answer_to(user, f"/ask {QUESTION}", group, **topic)

    assert answer.quoted()
    assert "message_thread_id" not in answer.params


def test_the_general_topic_has_no_number(scene, user):
    """Telegram refuses the 1 that its messages could be thought to have."""
    group = scene.server.group(is_forum=True)

    answer = scene.server.answer_to(user, f"/ask {QUESTION}", group)

    assert "message_thread_id" not in answer.params


def test_a_comment_may_ask_with_the_post_of_the_linked_channel(scene, group, user):
    """The post itself is not answered; whoever replies to it with the command asks it."""
    forwarded = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    channel = {"id": -100778, "type": "channel", "title": "C"}
    proxy = {"sender_chat": channel, "is_automatic_forward": True}
    post = scene.server.says(forwarded, f"@yuanhua_bot {QUESTION}", group, **proxy)
    thread = {"message_thread_id": post["message_id"], "reply_to_message": post}

    answer = scene.server.answer_to(user, "/ask", group, **thread)

    assert "三小時" in answer.quoted()[0]
    assert answer.params["reply_parameters"]["message_id"] != post["message_id"]
    assert len(scene.server.done("sendMessage", group)) == 1


def test_a_plain_thread_is_no_topic(scene, group, user):
    """The id of a thread of replies is not sent: Telegram would refuse it."""
    answer = scene.server.answer_to(user, f"/ask {QUESTION}", group, message_thread_id=9)

    assert "message_thread_id" not in answer.params


def test_a_deleted_question_is_still_answered(scene, group, user):
    """The answer then stands without a reply."""
    deleted = {"message_id": 3, "date": 1, "chat": scene.server.chats[group], "from": user}
    command = {"type": "bot_command", "offset": 0, "length": 4}

    scene.server.push("message", {**deleted, "text": f"/ask {QUESTION}", "entities": [command]})

    assert scene.server.expect("sendMessage", group).quoted()


def test_an_anonymous_admin_may_ask_but_not_rebuild(scene, group):
    """Nobody's identity can be checked behind the group's name."""
    proxy = {"sender_chat": scene.server.chats[group]}

    scene.server.says(ANONYMOUS, "/rebuild", group, **proxy)
    answer = scene.server.answer_to(ANONYMOUS, f"/ask {QUESTION}", group, **proxy)

    assert answer.quoted()
    assert not scene.build.started.is_set()


def test_an_answer_follows_a_group_that_moved(scene, user):
    """A group that became a supergroup meanwhile is answered there, without the reply."""
    old, new = scene.server.group("group"), scene.server.group()
    scene.server.migrated[old] = new

    scene.server.says(user, f"/ask {QUESTION}", old)
    answer = scene.server.expect("sendMessage", new)

    assert answer.quoted()
    assert "reply_parameters" not in answer.params


def test_a_groups_buttons_follow_it(scene, user):
    """The service message moves what is remembered to the new group."""
    old, new = scene.server.group("group"), scene.server.group()
    card = scene.server.answer_to(user, f"/ask {QUESTION}", old)
    moved = {**card.result, "chat": scene.server.chats[new]}

    scene.server.says(user, None, old, migrate_to_chat_id=new)
    scene.server.answer_to(user, "/help", new)
    scene.server.press(user, moved, card.button("Context"))

    assert scene.server.expect("sendMessage", new, number=2).quoted()


def test_a_group_is_greeted_once_and_forgotten_when_left(scene, user):
    """Promotion brings no second greeting; a new invitation does."""
    group = scene.server.group()
    bot = {"user": ME}
    member = {**bot, "status": "member"}
    left = {**bot, "status": "left"}
    change = {"chat": scene.server.chats[group], "from": user, "date": 1}

    def move(old: dict, new: dict) -> None:
        update = {**change, "old_chat_member": old, "new_chat_member": new}
        scene.server.push("my_chat_member", update)

    move(left, member)
    scene.server.expect("sendMessage", group)
    move(member, member)
    card = scene.server.answer_to(user, f"/ask {QUESTION}", group)
    move(member, left)
    move(left, member)
    scene.server.expect("sendMessage", group, number=3)

    notice = scene.press(user, card.result, card.button("Context"))
    assert notice.text == "This answer has expired; please ask again."


def test_a_group_without_the_right_to_write_is_left_alone(scene, group, user):
    """Telegram's refusal is expected and brings no second attempt."""
    scene.server.fail(
        "sendMessage", Refusal("not enough rights to send text messages to the chat"), chat_id=group
    )

    scene.server.says(user, f"/ask {QUESTION}", group)
    scene.server.answer_to(user, QUESTION)

    assert scene.server.done("sendMessage", group) == []
