"""A question that leans on the one before it, and the button that undoes this."""

from __future__ import annotations

FIRST = "雙方進行了約三小時的閉門會議嗎"
NOTE = f"Understood together with your question before: “{FIRST}”"


def test_a_follow_up_is_answered_and_says_how_it_was_understood(scene, user):
    """The earlier question stands below the quote, in italics."""
    scene.server.answer_to(user, FIRST)

    answer = scene.server.answer_to(user, "那多久")

    assert "三小時" in answer.quoted()[0]
    assert answer.text.endswith(NOTE)
    assert "italic" in {entity["type"] for entity in answer.params["entities"]}


def test_a_question_of_its_own_is_left_alone(scene, user):
    """No line, no button."""
    scene.server.answer_to(user, FIRST)

    answer = scene.server.answer_to(user, "會談後雙方舉行了聯合記者會")

    assert "Understood" not in answer.text
    assert all(button["text"] != "Ask without it" for button in answer.buttons)


def test_the_button_answers_it_alone_in_place(scene, user):
    """The same message changes; a further question leans on what was asked alone."""
    scene.server.answer_to(user, FIRST)
    answer = scene.server.answer_to(user, "那多久")

    scene.server.press(user, answer.result, answer.button("Ask without it"))

    changed = scene.server.expect("editMessageText", user["id"])
    assert changed.params["message_id"] == answer.result["message_id"]
    assert changed.text == "The sources don't answer this question."
    assert len(scene.server.done("sendMessage", user["id"])) == 2


def test_only_the_asker_may_undo_it(scene, user):
    """In a group everybody sees the button."""
    group = scene.server.group()
    scene.server.answer_to(user, f"/ask {FIRST}", group)
    answer = scene.server.answer_to(user, "/ask 那多久", group)
    stranger = scene.server.private_chat()

    refused = scene.press(stranger, answer.result, answer.button("Ask without it"))
    scene.server.press(user, answer.result, answer.button("Ask without it"))

    assert refused.text == "Only the asker may do this."
    assert scene.server.expect("editMessageText", group).text


def test_what_was_asked_elsewhere_or_by_another_is_no_context(scene, user):
    """Each person in each topic goes on from their own question."""
    group = scene.server.group(is_forum=True)
    scene.server.threads[group] = {42}
    topic = {"message_thread_id": 42, "is_topic_message": True}
    scene.server.answer_to(user, f"/ask {FIRST}", group, **topic)

    elsewhere = scene.server.answer_to(user, "/ask 那多久", group)
    private = scene.server.answer_to(user, "那多久")
    other = scene.server.answer_to(scene.server.private_chat(), "/ask 那多久", group, **topic)
    same = scene.server.answer_to(user, "/ask 那多久", group, **topic)

    assert "Understood" not in elsewhere.text + private.text + other.text
    assert same.text.endswith(NOTE)


def test_without_the_question_the_button_says_so(scene, user):
    """Telegram no longer shows a deleted question, and nothing else remembers it."""
    scene.server.answer_to(user, FIRST)
    answer = scene.server.answer_to(user, "那多久")
    bare = {key: value for key, value in answer.result.items() if key != "reply_to_message"}

    notice = scene.press(user, bare, answer.button("Ask without it"))
    assert notice.text == "This answer has expired; please ask again."
