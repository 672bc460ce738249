"""What the buttons under an answer do, and what they bear."""

from __future__ import annotations

import pytest
from fakes import SUMMIT, FakeEngine
from running import bot_in_thread

QUESTION = "會談後雙方舉行了聯合記者會"


def test_context_shows_the_paragraph_around_the_quote(scene, user):
    """It holds the quote, is verbatim too, and keeps the sentence bold."""
    card = scene.server.answer_to(user, QUESTION)

    scene.press(user, card.result, card.button("Context"))

    around = scene.server.expect("sendMessage", user["id"], number=2)
    assert around.quoted() == ["會談後雙方舉行了聯合記者會。記者會只持續了十二分鐘。"]
    assert around.params["reply_parameters"]["message_id"] == card.result["message_id"]


def test_a_quote_that_is_the_whole_paragraph_says_so(scene, user):
    """The same characters aren't sent again."""
    card = scene.server.answer_to(user, "会谈结果公布")

    notice = scene.press(user, card.result, card.button("Context"))

    assert notice.text == "The quote is already the whole paragraph."
    assert len(scene.server.done("sendMessage", user["id"])) == 1


def test_more_shows_the_quotes_after_those_shown(scene, user):
    """No quote comes twice, and the last card has no such button."""
    card = scene.server.answer_to(user, QUESTION)

    scene.press(user, card.result, card.button("More"))

    further = scene.server.expect("sendMessage", user["id"], number=2)
    assert further.quoted()
    assert not set(further.quoted()) & set(card.quoted())


def test_nearest_shows_what_came_closest_to_an_unanswered_question(scene, user):
    """The passages stay one tap away."""
    card = scene.server.answer_to(user, "記者會上誰也沒有提到過的一個完全無關的問題")

    scene.press(user, card.result, card.button("Nearest"))

    nearest = scene.server.expect("sendMessage", user["id"], number=2)
    assert all(quote in SUMMIT.text for quote in nearest.quoted())


def test_a_double_tap_brings_one_message(scene, user):
    """The second press is answered, and nothing is sent twice."""
    card = scene.server.answer_to(user, QUESTION)

    scene.press(user, card.result, card.button("Context"))
    second = scene.press(user, card.result, card.button("Context"))
    scene.server.answer_to(user, "/help")

    assert second.text == "It is already shown below."
    assert len(scene.server.done("sendMessage", user["id"])) == 3


def test_sources_tell_where_the_quote_stands(scene, user):
    """Place, link into the bot, and each footnote with its title."""
    card = scene.server.answer_to(user, "雙方進行了約三小時的閉門會議嗎")

    scene.press(user, card.result, card.button("Sources"))

    told = scene.server.expect("sendMessage", user["id"], number=2)
    start = SUMMIT.text.index("雙方進行了")
    assert f"characters {start + 1}–" in told.text
    assert "[16] Talks end, Reuters, 2025-08-16\n[37] Three hours, Reuters" in told.text
    assert told.quoted() == []
    links = [entity.get("url", "") for entity in told.params["entities"]]
    assert any(link.startswith("https://t.me/yuanhua_bot?start=q_") for link in links)


@pytest.mark.parametrize("data", ["v1:sources:{id}:0", "v1:sources:{id}:21", "v1:sources:{id}:9"])
def test_a_forged_range_of_quotes_is_refused(scene, user, data):
    """An empty one, a backward one, one beyond the quotes that there are."""
    card = scene.server.answer_to(user, QUESTION)
    answer_id = card.button("Context").split(":")[2]

    notice = scene.press(user, card.result, data.format(id=answer_id))

    assert notice.text == "This answer has expired; please ask again."


@pytest.mark.parametrize(
    "data",
    [
        "x",
        "v1:context:AAAAAAAAAAAA:0",
        "v0:context:{id}:0",
        "v1:context:{id}:9999",
        "v1:context:{id}:-1",
        "v1:context:{id}:٣",
        "v1:drop:{id}:0",
        "v1:more:{id}:9",
        "v1:good:AAAAAAAAAAAA:0",
        "v1:wrong:AAAAAAAAAAAA:0",
        "v1:alone:AAAAAAAAAAAA:0",
        "v1:cancel:{id}:0",
        "v1:cancel:1:0",
        "'; DROP TABLE answer; --",
    ],
)
def test_forged_or_old_data_gets_a_short_notice(scene, user, data):
    """Nothing is sent, and the spinner ends."""
    card = scene.server.answer_to(user, QUESTION)
    answer_id = card.button("Context").split(":")[2]

    notice = scene.press(user, card.result, data.format(id=answer_id))

    assert notice.text in {
        "This answer has expired; please ask again.",
        "Only admins may do this.",
    }
    assert len(scene.server.done("sendMessage", user["id"])) == 1


def test_an_answer_opens_only_in_its_own_chat(scene, user):
    """The id of another chat's answer is worth nothing."""
    card = scene.server.answer_to(user, QUESTION)
    stranger = scene.server.private_chat()
    own = scene.server.answer_to(stranger, QUESTION)

    notice = scene.press(stranger, own.result, card.button("Context"))

    assert notice.text == "This answer has expired; please ask again."


def test_a_message_too_old_to_be_seen_still_has_its_buttons(scene, user):
    """Telegram hides old messages from bots; the answer is remembered anyway."""
    card = scene.server.answer_to(user, QUESTION)
    hidden = {"chat": card.result["chat"], "message_id": card.result["message_id"], "date": 0}
    query = {"id": str(scene.server.fresh_id()), "from": user, "chat_instance": "1"}

    scene.server.push(
        "callback_query", {**query, "message": hidden, "data": card.button("Context")}
    )

    assert scene.server.expect("sendMessage", user["id"], number=2).quoted()


def test_in_a_group_anyone_may_press_and_the_topic_is_kept(scene, user):
    """The paragraph comes as a reply in the same topic."""
    group = scene.server.group(is_forum=True)
    scene.server.threads[group] = {42}
    topic = {"message_thread_id": 42, "is_topic_message": True}
    card = scene.server.answer_to(user, f"/ask {QUESTION}", group, **topic)

    scene.press(scene.server.private_chat(), card.result, card.button("Context"))

    around = scene.server.expect("sendMessage", group, number=2)
    assert around.params["message_thread_id"] == 42
    assert around.params["reply_parameters"]["message_id"] == card.result["message_id"]


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_buttons_survive_a_restart_and_a_rebuild(tmp_path, mode):
    """An answer of the generation before is still shown from that generation."""
    with bot_in_thread(tmp_path, mode=mode) as before:
        user = before.server.private_chat()
        card = before.server.answer_to(user, QUESTION)
    engine = FakeEngine(generation="g2")
    engine.kept["g2"] = ()

    with bot_in_thread(tmp_path, mode=mode, engine=engine) as after:
        after.server.chats[user["id"]] = card.result["chat"]
        after.press(user, card.result, card.button("Context"))

        around = after.server.expect("sendMessage", user["id"])
    assert around.quoted() == ["會談後雙方舉行了聯合記者會。記者會只持續了十二分鐘。"]


@pytest.mark.parametrize("label", ["Context", "More", "Sources"])
def test_a_generation_that_is_gone_is_said_to_be(scene, user, label):
    """A quote that can't be checked any more is not shown."""
    card = scene.server.answer_to(user, QUESTION)
    kept = scene.engine.kept.pop("g1")

    try:
        notice = scene.press(user, card.result, card.button(label))
    finally:
        scene.engine.kept["g1"] = kept

    assert notice.text == "This quote can no longer be checked; please ask again."
