"""Every function of the admins, by every route, from everybody else: refused, without effect."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from botapi import ME, Params, find_entities
from fuzzing import is_done, unlimited
from running import Scene, bot_in_thread, wait_until

from bot.texts import CATALOGUE

ALIASES = "people:\n  - [特朗普, Trump]\n"
PAGE = (
    b'<html lang="en"><head><title>The bridge</title><meta property="og:site_name" content="Paper">'
    b'<meta property="article:published_time" content="2024-05-03"></head>'
    b"<body><article><p>The bridge in the city opened again.</p></article></body></html>"
)
UNANSWERED = "how tall is the Eiffel tower"
COMMANDS = (
    *("/rebuild", "/rollback", "/status", "/stats", "/unanswered", "/export", "/alias"),
    *("/alias list", "/alias add 一二 = 三四", "/alias remove Trump"),
)
CORRECTION = "title: Mine\npublisher: Me\npublished: 2025-01-01"
FUNCTIONS = (*COMMANDS, CORRECTION, "a document")
KINDS: dict[str, Params] = {
    "a stranger": {},
    "a namesake": {"username": "admin", "first_name": "Admin"},
    "the owner of the group": {},
    "another bot": {"is_bot": True},
    "an anonymous admin": {"id": 1087968824, "is_bot": True, "username": "GroupAnonymousBot"},
    "somebody as a channel": {"id": 136817688, "is_bot": True, "username": "Channel_Bot"},
    "the linked channel": {"id": 777000},
    "the admin as a channel": {},
}
CHANNEL = {"id": -1_000_000_000_001, "type": "channel", "title": "C"}
ROUTES = (
    *("private", "group", "topic", "edited", "caption", "forwarded", "via the bot", "by a link"),
    *("in reply to an admin", "in reply to a preview", "with the bot's name", "as a guest"),
    "inline",
)
REFUSALS = {"Only admins may do this.", "Sorry, only admins may rebuild the index."}
OTHERS = {CATALOGUE["en"].not_found, CATALOGUE["en"].not_text, CATALOGUE["en"].start}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A bot in whose data there is something to lose at each of the admins' functions."""
    data, corpus = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("corpus")
    (corpus / "aliases.yaml").write_text(ALIASES, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        unlimited(patch)
        with bot_in_thread(data, CORPUS_DIR=str(corpus)) as running:
            running.server.answer_to(running.admin, UNANSWERED)
            running.server.answer_to(running.admin, "/rebuild")
            assert running.build.started.wait(10)
            yield running


@pytest.fixture(scope="module")
def preview(scene: Scene) -> Params:
    """What the bot showed an admin of a document that waits for its button."""
    scene.server.sends(scene.admin, "page.html", PAGE)
    shown = scene.server.expect(
        "sendMessage", scene.admin["id"], where=lambda call: "title" in call.text, timeout=30
    )
    result: Params = shown.result
    return result


def holdings(scene: Scene) -> tuple[object, ...]:
    """Return all that an admin's function could change."""
    corpus, data = scene.settings.corpus_dir, scene.settings.data_dir
    with closing(sqlite3.connect(data / "bot.sqlite3")) as database:
        kept = [
            database.execute(query).fetchall()
            for query in ("SELECT question FROM unanswered", "SELECT id, outcome FROM rebuild")
        ]
    files = [(path.name, path.read_bytes()) for path in sorted(corpus.rglob("*"))]
    waiting = [(path.name, path.read_bytes()) for path in sorted((data / "previews").iterdir())]
    told = [len(scene.server.done(method)) for method in ("sendDocument", "sendPhoto", "getFile")]
    return kept, files, waiting, told


def who(scene: Scene, kind: str, group: int) -> tuple[Params, Params]:
    """Return somebody of a kind, and what else their messages bear."""
    server = scene.server
    if kind == "the admin as a channel":
        return dict(scene.admin), {"sender_chat": CHANNEL}
    person = server.private_chat(**KINDS[kind])
    server.chats[person["id"]] = {"id": person["id"], "type": "private", "first_name": "Ann"}
    if kind == "the owner of the group":
        server.members[group, person["id"]] = "creator"
    if kind == "an anonymous admin":
        return person, {"sender_chat": server.chats[group]}
    if kind == "somebody as a channel":
        return person, {"sender_chat": CHANNEL}
    if kind == "the linked channel":
        return person, {"sender_chat": CHANNEL, "is_automatic_forward": True}
    return person, {}


def attempt(scene: Scene, kind: str, route: str, function: str, preview: Params) -> None:
    """Let somebody try a function by a route."""
    server, group = scene.server, scene.server.group(is_forum=route == "topic")
    server.threads[group] = {7}
    person, fields = who(scene, kind, group)
    text = with_route(function, route)
    if route == "inline":
        server.types_inline(person, text)
        return
    if route == "as a guest":
        server.mentions_guest(person, f"@{ME['username']} {text}", **fields)
        return
    content: Params = {"text": text, "entities": find_entities(text)}
    if function == "a document":
        server.files["f"] = PAGE
        sent = {"file_id": "f", "file_unique_id": "f", "file_name": "a.html", "file_size": 9}
        content = {"document": sent}
    elif route == "caption":
        content = {"caption": text, "caption_entities": content["entities"], "photo": []}
    content |= {"from": person, **fields, **beside(scene, route, preview)}
    # The admin's own chat is the admin's alone: who speaks as a channel does so elsewhere, too.
    place = group if route in {"group", "topic", "in reply to an admin"} else person["id"]
    message = server.store(place, content)
    if route == "edited":
        server.push("edited_message", message | {"edit_date": int(time.time())})
    else:
        server.push("message", message)


def with_route(function: str, route: str) -> str:
    """Return what is written to try a function by a route."""
    if not function.startswith("/"):
        return function
    command, _, rest = function.partition(" ")
    if route == "with the bot's name":
        return f"{command}@{ME['username']} {rest}".strip()
    return f"/start {function[1:]}" if route == "by a link" else function


def beside(scene: Scene, route: str, preview: Params) -> Params:
    """Return what a message of a route bears beside its content."""
    admins = {"message_id": 1, "date": 1, "chat": scene.server.chats[scene.admin["id"]]}
    return {
        "topic": {"message_thread_id": 7, "is_topic_message": True},
        "forwarded": {"forward_origin": {"type": "user", "date": 1, "sender_user": scene.admin}},
        "via the bot": {"via_bot": ME},
        "in reply to an admin": {"reply_to_message": {**admins, "from": scene.admin, "text": "a"}},
        "in reply to a preview": {"reply_to_message": preview},
    }.get(route, {})


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_gets_at_a_function_by_any_route(scene, preview, kind):
    """What they hear is a refusal, a hint, an answer to a question, or nothing."""
    before, calls = holdings(scene), len(scene.server.calls)

    for route in ROUTES:
        for function in FUNCTIONS:
            attempt(scene, kind, route, function, preview)
    wait_until(lambda: is_done(scene), seconds=120)

    sent = [call for call in scene.server.calls[calls:] if call.method == "sendMessage"]
    said = {call.text for call in sent if not call.quoted()}
    in_groups = {call.text for call in sent if call.chat_id is not None and call.chat_id < 0}
    assert holdings(scene) == before
    assert said & REFUSALS
    assert said <= REFUSALS | OTHERS
    assert not REFUSALS & in_groups


# Nobody presses as a channel.
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "the admin as a channel"])
@pytest.mark.parametrize("where", ["own", "group", "the admin's", "inline"])
@pytest.mark.parametrize("function", ["clear", "rebuild", "add", "drop", "cancel"])
def test_nobody_else_may_press(scene, preview, kind, where, function):
    """Nor with the data of the admin's own buttons, on whichever message."""
    group = scene.server.group()
    person, _ = who(scene, kind, group)
    before = holdings(scene)
    [token] = [path.stem for path in (scene.settings.data_dir / "previews").glob("*.json")]
    data = {"add": f"a1:add:{token}", "drop": f"a1:drop:{token}", "cancel": "v1:cancel:1:0"}
    places = {"own": person["id"], "group": group, "the admin's": scene.admin["id"]}
    query: Params = {"id": str(scene.server.fresh_id()), "from": person, "chat_instance": "1"}
    query["data"] = data.get(function, f"a1:{function}")
    if where == "inline":
        query["inline_message_id"] = "x"
    else:
        query["message"] = scene.server.store(places[where], {"from": ME, "text": "a"})
    scene.server.await_answer(query["id"])
    scene.server.push("callback_query", query)

    notice = scene.server.expect(
        "answerCallbackQuery", where=lambda call: call.params["callback_query_id"] == query["id"]
    )

    assert notice.text in {"Only admins may do this.", CATALOGUE["en"].expired}
    assert holdings(scene) == before


def test_the_admin_gets_at_all_of_it(scene, preview):
    """What the others tried does work: the rebuild went on, and ends; the rest has its effect."""
    before = holdings(scene)
    scene.build.finish.set()
    scene.server.expect("editMessageText", where=lambda call: "was rebuilt" in call.text)

    for command in COMMANDS[2:]:
        scene.server.says(scene.admin, command)
    wait_until(lambda: is_done(scene))
    added = next(data for data in buttons(preview) if data.startswith("a1:add:"))
    scene.press(scene.admin, preview, "a1:clear")
    scene.press(scene.admin, preview, added)
    wait_until(lambda: is_done(scene))

    (unanswered, [rebuild]), files, waiting, told = holdings(scene)
    assert (unanswered, rebuild, waiting) == ([], (1, "done"), [])
    assert "一二" in dict(files)["aliases.yaml"].decode()
    assert len(files) == 2
    assert told != before[-1]


def buttons(message: Params) -> list[str]:
    rows = message["reply_markup"]["inline_keyboard"]
    return [button["callback_data"] for row in rows for button in row]
