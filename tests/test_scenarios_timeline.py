"""The timeline in a chat: dated sentences as printed, page by page, narrowed, and as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botapi import Call
from running import Scene, bot_in_thread

from bot import timeline

CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture(scope="module", params=["polling", "webhook"])
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, tiny_engine
) -> Iterator[Scene]:
    data = tmp_path_factory.mktemp("data")
    with bot_in_thread(data, mode=request.param, engine=tiny_engine) as running:
        yield running


def printed(card: Call) -> bool:
    texts = "".join(path.read_text("utf-8") for path in sorted(CORPUS.glob("*.md")))
    return bool(card.quoted()) and all(quote in texts for quote in card.quoted())


def test_dated_sentences_come_in_order_verbatim_and_cited(scene, user):
    """Each has its number, its date and its document below a line that says how many there are."""
    first = scene.server.answer_to(user, "/timeline")

    assert first.text.startswith("Timeline: ")
    assert printed(first)
    assert len(first.quoted()) <= 5
    assert "1. 2024-0" in first.text
    assert " · 2024-0" in first.text
    assert first.text.endswith("Narrow it: /timeline 2025-08, or /timeline and a name")


def test_the_timeline_is_turned_over_in_place(scene, user, monkeypatch):
    """The next page goes on with the next numbers."""
    monkeypatch.setattr(timeline, "SENTENCES", 1)
    first = scene.server.answer_to(user, "/timeline")

    scene.server.press(user, first.result, first.button("Next"))

    second = scene.server.expect("editMessageText", user["id"])
    assert printed(second)
    assert "\n\n2. 2024-" in second.text
    assert second.button("Back")


def test_a_month_is_one_tap_away(scene, user, monkeypatch):
    """Its button leads to the page where it begins."""
    monkeypatch.setattr(timeline, "SENTENCES", 1)
    first = scene.server.answer_to(user, "/timeline")

    scene.server.press(user, first.result, first.button("2024-05"))

    assert ". 2024-05-" in scene.server.expect("editMessageText", user["id"]).text


@pytest.mark.parametrize(
    ("command", "header"),
    [
        ("/timeline 2024-05", "Timeline: 2024-05 · dated sentences: "),
        ("/timeline 2024年5月", "Timeline: 2024-05 · dated sentences: "),
        ("/timeline Bluestone Bridge", "Timeline · Bluestone Bridge: "),
    ],
)
def test_the_timeline_is_narrowed_to_a_month_or_a_name(scene, user, command, header):
    """A name in any language finds the sentences as they are printed."""
    whole = scene.server.answer_to(user, "/timeline")
    part = scene.server.answer_to(user, command)

    assert part.text.startswith(header)
    assert printed(part)
    assert part.text.splitlines()[0] != whole.text.splitlines()[0]


def test_an_empty_part_is_said_to_be(scene, user):
    """One line."""
    answer = scene.server.answer_to(user, "/timeline 1999-01")

    assert answer.text == "No dated sentence was found."


@pytest.mark.parametrize("command", ["/timeline", "/timeline 2024-05"])
def test_the_timeline_is_a_picture_too(scene, user, command):
    """Its caption says which color is which document."""
    first = scene.server.answer_to(user, command)

    scene.server.press(user, first.result, first.button("As a picture"))

    picture = scene.server.expect("sendPhoto", user["id"])
    caption = picture.params["caption"]
    assert caption.splitlines()[0] == first.text.splitlines()[0]
    assert "🟦 " in caption
    assert picture.params["reply_parameters"]["message_id"] == first.result["message_id"]


def test_without_the_command_a_narrowed_part_is_gone(scene, user):
    """Telegram no longer shows a deleted command, and nothing else remembers the name."""
    first = scene.server.answer_to(user, "/timeline 2024-05")
    bare = {key: value for key, value in first.result.items() if key != "reply_to_message"}

    notice = scene.press(user, bare, first.button("As a picture"))
    assert notice.text == "This answer has expired; please ask again."


def test_a_forged_page_is_the_last_one(scene, user, monkeypatch):
    """A number beyond the end breaks nothing."""
    monkeypatch.setattr(timeline, "SENTENCES", 1)
    first = scene.server.answer_to(user, "/timeline")

    scene.server.press(user, first.result, "v1:time:all:9999")

    last = scene.server.expect("editMessageText", user["id"])
    assert printed(last)
    assert all(not button["text"].startswith("Next") for button in last.buttons)
