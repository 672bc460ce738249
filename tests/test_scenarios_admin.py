"""What admins do from the chat, and that nobody else does it by any route."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from botapi import ME, Call
from running import Scene, bot_in_thread

from bot.texts import CATALOGUE
from index import Engine, build

QUESTION = "青石桥工程耗资多少？"
SOURCE = "people:\n  - [特朗普, Trump]\n"
COMMANDS = [
    "/rebuild",
    "/rollback",
    "/status",
    "/stats",
    "/unanswered",
    "/export",
    "/alias add 一二 = 三四",
    "/alias list",
]


@pytest.fixture(params=["polling", "webhook"])
def scene(request: pytest.FixtureRequest, data_dir, corpus_dir, tiny_model) -> Iterator[Scene]:
    (corpus_dir / "aliases.yaml").write_text(SOURCE, "utf-8")
    engine = Engine.open(data_dir, model=str(tiny_model))
    folder = {"CORPUS_DIR": str(corpus_dir)}
    with bot_in_thread(data_dir, mode=request.param, engine=engine, **folder) as running:
        yield running


def aliases_of(scene: Scene) -> str:
    return (scene.settings.corpus_dir / "aliases.yaml").read_text("utf-8")


def test_status_tells_what_is_served(scene, caplog):
    """The generation, its model and counts, sizes, and the last errors without secrets."""
    logging.getLogger("bot").error("It broke with %s", scene.settings.token)

    status = scene.server.answer_to(scene.admin, "/status")

    assert f"Generation {scene.engine.generation}" in status.text
    assert "Documents 4, passages " in status.text
    assert "Running for 0 min" in status.text
    assert "Searched in files of this machine" in status.text
    assert "Updates waiting: " in status.text
    assert "It broke with <secret>" in status.text
    assert scene.settings.token not in status.text


def test_stats_are_a_picture_with_a_caption(scene, user):
    """Nobody's questions are told before there are any."""
    none = scene.server.answer_to(scene.admin, "/stats")
    scene.server.answer_to(user, QUESTION)
    scene.server.answer_to(user, "今天股市怎么样")

    scene.server.says(scene.admin, "/stats")
    picture = scene.server.expect("sendPhoto", scene.admin["id"])

    assert none.text == "Nobody has asked anything in the last 14 days."
    assert "Questions 2, of which 1 without an answer" in picture.params["caption"]


def test_unanswered_questions_are_listed_and_cleared(scene, user):
    """They carry no name; after the button there are none."""
    scene.server.answer_to(user, "今天股市怎么样？")
    scene.server.answer_to(user, QUESTION)

    listed = scene.server.answer_to(scene.admin, "/unanswered")
    scene.press(scene.admin, listed.result, listed.button("Clear"))
    edited = scene.server.expect("editMessageText", scene.admin["id"])
    empty = scene.server.answer_to(scene.admin, "/unanswered")

    assert listed.text.splitlines()[1:] == ["1 × 今天股市怎么样?"]
    assert edited.text == "The list is empty now."
    assert empty.text.startswith("Every question of the last 30 days")


def test_a_rollback_serves_the_generation_before(scene, tiny_model):
    """Where there is none, nothing changes, and the line says so."""
    first = scene.engine.generation
    (scene.settings.corpus_dir / "ferry.md").unlink()
    build(scene.settings.corpus_dir, scene.settings.data_dir, model=str(tiny_model))
    scene.engine.swap()

    back = scene.server.answer_to(scene.admin, "/rollback")
    none = scene.server.answer_to(scene.admin, "/rollback")

    assert back.text.startswith(f"Back at generation {first}.")
    assert none.text.startswith("Nothing was rolled back: ")
    assert scene.engine.generation == first


@pytest.mark.parametrize("language", CATALOGUE)
def test_why_nothing_was_done_is_told_in_the_language_of_the_admin(scene, language):
    """Names, a broken file of names and a rollback: the reason is a clause of ours."""
    said = CATALOGUE[language].management
    admin = {**scene.admin, "language_code": language.lower()}

    lone = scene.server.answer_to(admin, "/alias add 一二")
    back = scene.server.answer_to(admin, "/rollback")
    (scene.settings.corpus_dir / "aliases.yaml").write_text("people:\n  - 特朗普\n", "utf-8")
    broken = scene.server.answer_to(admin, "/alias list")

    count = said.refused_names_count.format(expected="2-200", found=1)
    lists = said.refused_lists.format(found="people, entry 1")
    assert lone.text == said.nothing_changed.format(reason=count)
    assert back.text == said.rollback_failed.format(reason=said.refused_no_earlier)
    assert broken.text == f"aliases.yaml: {lists}"


def test_a_rollback_waits_for_no_rebuild(scene):
    """While one runs it is refused."""
    scene.server.answer_to(scene.admin, "/rebuild")
    assert scene.build.started.wait(5)

    refused = scene.server.answer_to(scene.admin, "/rollback")

    assert refused.text.startswith("The index is already being rebuilt")


def test_names_are_added_listed_and_removed(scene):
    """The file changes at once, the index with the rebuild that a button starts."""
    usage = scene.server.answer_to(scene.admin, "/alias")
    added = scene.server.answer_to(scene.admin, "/alias add 川普 = Trump, Трамп")
    both = scene.server.answer_to(scene.admin, "/alias list трамп")
    removed = scene.server.answer_to(scene.admin, "/alias remove trump")
    failed = scene.server.answer_to(scene.admin, "/alias remove nobody")
    scene.press(scene.admin, added.result, added.button("Rebuild now"))

    assert usage.text.startswith("Names that mean the same:\n/alias list")
    assert added.text.startswith("Now: 特朗普, Trump, 川普, Трамп\n")
    assert both.text.splitlines()[1:] == ["特朗普, Trump, 川普, Трамп"]
    assert removed.text.startswith("Now: 特朗普, 川普, Трамп\n")
    assert failed.text == "Nothing was changed: no list holds 'nobody'"
    assert aliases_of(scene) == "people:\n  - [特朗普, 川普, Трамп]\n"
    assert scene.build.started.wait(5)


def test_feedback_is_exported_as_questions(scene, user):
    """A file with a JSON object a line; without feedback a line says so."""
    none = scene.server.answer_to(scene.admin, "/export")
    card = scene.server.answer_to(user, QUESTION)
    scene.press(user, card.result, card.button("👍"))

    scene.server.says(scene.admin, "/export")
    sent = scene.server.expect("sendDocument", scene.admin["id"])

    [line] = [json.loads(line) for line in sent.params["document"].decode().splitlines()]
    assert none.text == "There is no feedback yet."
    assert line["question"] == QUESTION
    assert line["gold_sentence"][0] in card.text


def by_route(scene: Scene, route: str, text: str) -> Call | None:
    """Send an admin's command as somebody who is none, and return what the bot says to it."""
    server, group = scene.server, scene.server.group()
    stranger = server.private_chat(username="admin", first_name="Admin")
    server.members[group, stranger["id"]] = "creator"
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "G"}
    channel = {"id": -1001, "type": "channel", "title": "C"}
    before = len(server.calls)
    if route == "private":
        server.says(stranger, text)
    elif route == "edited":
        message = server.store(stranger["id"], {"from": stranger, "text": "x"})
        server.edits(message, text)
    elif route == "edited by an admin":
        server.edits(server.store(scene.admin["id"], {"from": scene.admin, "text": "x"}), text)
    elif route == "group":
        server.says(stranger, text, group)
    elif route == "anonymous":
        server.says(anonymous, text, group, sender_chat=server.chats[group])
    elif route == "as a channel":
        server.says(scene.admin, text, group, sender_chat=channel)
    elif route == "forwarded by itself":
        server.says({**scene.admin, "id": 777000}, text, group, is_automatic_forward=True)
    elif route == "via the bot":
        server.says(stranger, text, via_bot=ME)
    elif route == "caption":
        server.says(stranger, None, caption=text, photo=[])
    elif route == "forwarded":
        origin = {"type": "user", "date": 1, "sender_user": scene.admin}
        server.says(stranger, text, forward_origin=origin)
    elif route == "in reply to an admin":
        asked = server.store(group, {"from": scene.admin, "text": "/ask"})
        server.says(stranger, text, group, reply_to_message=asked)
    elif route == "inline":
        server.types_inline(stranger, text)
    elif route == "as a guest":
        server.mentions_guest(stranger, f"@yuanhua_bot {text}")
    elif route == "by a link":
        server.says(stranger, f"/start {text[1:]}")
    server.answer_to(server.private_chat(), "/help")
    if route == "private":  # Chats are served side by side: this one may come after.
        return server.expect("sendMessage", stranger["id"])
    places = {stranger["id"], group, scene.admin["id"]}
    return next((c for c in server.calls[before:] if c.chat_id in places), None)


ROUTES = [
    "private",
    "edited",
    "edited by an admin",
    "group",
    "anonymous",
    "as a channel",
    "forwarded by itself",
    "via the bot",
    "caption",
    "forwarded",
    "in reply to an admin",
    "inline",
    "as a guest",
    "by a link",
]


def test_no_route_leads_anybody_else_to_an_admins_function(data_dir, corpus_dir, tiny_model):
    """Every command by every route: a refusal, a hint, a quote or silence, and no effect."""
    (corpus_dir / "aliases.yaml").write_text(SOURCE, "utf-8")
    engine = Engine.open(data_dir, model=str(tiny_model))
    with bot_in_thread(data_dir, engine=engine, CORPUS_DIR=str(corpus_dir)) as scene:
        generation = scene.engine.generation
        said = {(r, c): by_route(scene, r, c) for r in ROUTES for c in COMMANDS}
        # What is no command to the bot is a question, and may well be answered.
        texts = {call.text for call in said.values() if call is not None and not call.quoted()}

        assert not scene.build.started.is_set()
        assert scene.engine.generation == generation
        assert aliases_of(scene) == SOURCE
        assert scene.server.done("sendPhoto") == scene.server.done("sendDocument") == []
        assert texts <= {
            "Only admins may do this.",
            "Sorry, only admins may rebuild the index.",
            "I can only read text; please ask in words.",
            "The sources don't answer this question.",
            CATALOGUE["en"].start,
        }
        quiet = {"group", "anonymous", "as a channel", "forwarded by itself"}
        quiet |= {"in reply to an admin", "inline", "as a guest"}
        assert not any(said[route, command] for route in quiet for command in COMMANDS)


@pytest.mark.parametrize(
    "data", ["a1:clear", "a1:rebuild", "a1:add:x", "a1:drop:x", "v1:cancel:1:0"]
)
def test_a_strangers_press_of_an_admins_button_is_refused(scene, user, data):
    """Even on a message in the stranger's own chat, with forged data."""
    card = scene.server.answer_to(user, "/help")

    assert scene.press(user, card.result, data).text == "Only admins may do this."
    assert not scene.build.started.is_set()


def test_an_admin_in_a_group_is_sent_to_the_private_chat(scene):
    """What the bot tells its admins is not for the group."""
    group = scene.server.group()

    answer = scene.server.answer_to(scene.admin, "/status", group)

    assert answer.text == "Please send this in our private chat."
