"""A group's own admins set with buttons when and how the bot answers there."""

from __future__ import annotations

import pytest
from botapi import ANONYMOUS, ME, Call
from running import Scene

QUESTION = "雙方進行了約三小時的閉門會議嗎"


@pytest.fixture
def owner(scene, group):
    """A person who administers the group."""
    person = scene.server.private_chat()
    scene.server.members[group, person["id"]] = "administrator"
    return person


def choose(scene: Scene, person: dict, group: int, data: str) -> Call:
    """Open the panel and press one of its buttons."""
    panel = scene.server.answer_to(person, "/settings", group)
    scene.press(person, panel.result, data)
    return panel


def is_answered(scene: Scene, person: dict, group: int, text: str, **fields: object) -> bool:
    """Tell whether the bot answers a message, by what comes before the help asked for after it."""
    scene.server.says(person, text, group, **fields)
    return bool(scene.server.answer_to(person, "/help", group).quoted())


def test_the_panel_shows_every_setting_with_its_value(scene, group, owner):
    """A press changes the value on the spot, and the same panel shows it."""
    panel = scene.server.answer_to(owner, "/settings", group)

    notice = scene.press(owner, panel.result, panel.button("Quotes"))
    edited = scene.server.expect("editMessageText", group)

    assert [button["text"] for button in panel.buttons] == [
        "I answer: when addressed",
        "Set a word of your own",
        "Quotes in an answer: 1",
        "Language: the asker's",
        "Nothing found: say so",
    ]
    assert notice.text == "Saved."
    assert edited.params["message_id"] == panel.result["message_id"]
    assert "Quotes in an answer: 2" in [button["text"] for button in edited.buttons]


def test_a_press_goes_round_through_all_values(scene, group, owner):
    """After the last one comes the first again."""
    panel = scene.server.answer_to(owner, "/settings", group)
    seen = []
    for number in range(1, 6):
        scene.press(owner, panel.result, panel.buttons[3]["callback_data"])
        panel = scene.server.expect("editMessageText", group, number=number)
        seen.append(panel.buttons[3]["text"])

    assert seen == [
        "界面语言：简体中文",
        "介面語言：繁體中文",
        "Language: English",
        "Язык: Русский",
        "Language: the asker's",
    ]


@pytest.mark.parametrize("who", ["member", "stranger", "bot admin", "speaking as a channel"])
def test_only_the_groups_admins_may_decide(scene, group, owner, user, who):
    """Neither a member nor the bot's own admin, by command, button or reply."""
    person = scene.admin if who == "bot admin" else user
    if who == "member":
        scene.server.members[group, person["id"]] = "member"
    channel = {"id": -100777, "type": "channel", "title": "C"}
    proxy = {"sender_chat": channel} if "channel" in who else {}
    panel = scene.server.answer_to(owner, "/settings", group)

    command = scene.server.answer_to(person, "/settings", group, **proxy)
    notice = scene.press(person, panel.result, panel.button("Nothing found"))
    scene.press(owner, panel.result, panel.button("Set a word"))
    prompt = scene.server.expect("sendMessage", group, number=3)
    word = scene.server.answer_to(person, "小原", group, reply_to_message=prompt.result, **proxy)

    refusal = "Only the admins of this group may do this."
    assert (command.text, notice.text, word.text) == (refusal, refusal, refusal)
    assert scene.server.done("editMessageText", group) == []


def test_an_anonymous_admin_may_decide(scene, group):
    """Who speaks as the group itself is one of its admins; the button tells the real id."""
    proxy = {"sender_chat": scene.server.chats[group]}

    panel = scene.server.answer_to(ANONYMOUS, "/settings", group, **proxy)

    assert panel.text.startswith("Settings of this group")


def test_settings_are_for_groups(scene, user):
    """In private a line says so."""
    assert scene.server.answer_to(user, "/settings").text.startswith("/settings is for groups")


@pytest.mark.parametrize(
    "data", ["g1:when:never", "g1:when:trigger", "g1:quotes:4", "g1:language:xx", "g1:quiet:"]
)
def test_forged_settings_change_nothing(scene, group, owner, data):
    """A value that no button has is refused, from an admin too."""
    panel = scene.server.answer_to(owner, "/settings", group)

    notice = scene.press(owner, panel.result, data)

    assert notice.text == "This answer has expired; please ask again."
    assert scene.server.done("editMessageText", group) == []


def test_commands_only_leaves_mentions_and_replies_alone(scene, group, owner, user):
    """/ask goes on working, and takes the message replied to."""
    choose(scene, owner, group, "g1:when:commands")
    card = scene.server.answer_to(user, f"/ask {QUESTION}", group)

    assert card.quoted()
    assert not is_answered(scene, user, group, f"@yuanhua_bot {QUESTION}")
    assert not is_answered(scene, user, group, QUESTION, reply_to_message=card.result)


def test_a_word_of_the_groups_own_asks(scene, group, owner, user):
    """It is set by a reply; whoever begins with it is answered, with or without a comma."""
    panel = scene.server.answer_to(owner, "/settings", group)
    scene.press(owner, panel.result, panel.button("Set a word"))
    prompt = scene.server.expect("sendMessage", group, number=2)

    saved = scene.server.answer_to(owner, "小原", group, reply_to_message=prompt.result)
    answer = scene.server.answer_to(user, f"小原，{QUESTION}", group)

    assert prompt.params["reply_markup"]["force_reply"]
    assert saved.text.startswith("From now on I answer what begins with “小原”.")
    assert answer.quoted()
    assert not is_answered(scene, user, group, f"問小原 {QUESTION}")


@pytest.mark.parametrize("reads_all", [False, True])
def test_privacy_mode_is_explained_where_it_makes_the_bot_deaf(scene, group, owner, reads_all):
    """Telegram passes such messages to a bot only if it is an admin, or privacy mode is off."""
    if reads_all:
        scene.server.members[group, ME["id"]] = "administrator"
    panel = scene.server.answer_to(owner, "/settings", group)
    scene.press(owner, panel.result, panel.button("Set a word"))
    prompt = scene.server.expect("sendMessage", group, number=2)

    saved = scene.server.answer_to(owner, "小原", group, reply_to_message=prompt.result)

    panel = scene.server.answer_to(owner, "/settings", group)
    assert ("/setprivacy" in saved.text) is not reads_all
    assert ("/setprivacy" in panel.text) is not reads_all


@pytest.mark.parametrize("word", ["x", "/ask", "@all", "👍👍", "长" * 33, "two\nlines"])
def test_a_word_that_can_not_be_one_is_refused(scene, group, owner, word):
    """The line says what is wanted."""
    panel = scene.server.answer_to(owner, "/settings", group)
    scene.press(owner, panel.result, panel.button("Set a word"))
    prompt = scene.server.expect("sendMessage", group, number=2)

    refused = scene.server.answer_to(owner, word, group, reply_to_message=prompt.result)

    assert refused.text.startswith("That can't be the word: 2 to 32")


def test_the_number_of_quotes_is_the_groups(scene, group, owner, user):
    """The first card has as many as its admins want."""
    choose(scene, owner, group, "g1:quotes:3")

    answer = scene.server.answer_to(user, "/ask 會談後雙方舉行了聯合記者會", group)

    assert len(answer.quoted()) == 3


def test_a_quiet_group_hears_nothing_where_nothing_is_found(scene, group, owner, user):
    """An answer still comes."""
    choose(scene, owner, group, "g1:quiet:yes")

    scene.server.says(user, "/ask 天氣", group)

    assert scene.server.answer_to(user, f"/ask {QUESTION}", group).quoted()


def test_a_group_is_spoken_to_in_its_language(scene, group, owner, user):
    """Whatever the asker's own; in private the asker's stays."""
    choose(scene, owner, group, "g1:language:ru")

    assert scene.server.answer_to(user, "/ask", group).text.startswith("Добавьте вопрос")
    assert scene.server.answer_to(user, "/ask").text.startswith("Please add")


def test_settings_follow_a_group_that_moved(scene, owner, user):
    """And they are forgotten with a group that was left."""
    old, new = scene.server.group("group"), scene.server.group()
    scene.server.members |= {(old, owner["id"]): "creator", (new, owner["id"]): "creator"}
    choose(scene, owner, old, "g1:quiet:yes")

    scene.server.says(owner, None, old, migrate_to_chat_id=new)
    scene.server.answer_to(user, "/help", new)
    panel = scene.server.answer_to(owner, "/settings", new)
    change = {"chat": scene.server.chats[new], "from": user, "date": 1}
    states = ({"user": ME, "status": "member"}, {"user": ME, "status": "left"})
    names = ("old_chat_member", "new_chat_member")
    scene.server.push("my_chat_member", {**change, **dict(zip(names, states, strict=True))})
    scene.server.answer_to(user, "/help", new)
    again = scene.server.answer_to(owner, "/settings", new)

    assert panel.button("Nothing found: stay quiet")
    assert again.button("Nothing found: say so")
