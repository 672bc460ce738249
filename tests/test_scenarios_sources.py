"""The documents are listed, page by page."""

from __future__ import annotations

from dataclasses import replace

from fakes import CALL, SUMMIT


def test_the_sources_are_listed_with_links(scene):
    """/sources names title, publisher, date and size of each document."""
    user = scene.server.private_chat()

    answer = scene.server.answer_to(user, "/sources")

    assert answer.text.splitlines() == [
        "Documents (2):",
        "",
        "1. 2025年俄美峰會",
        f"維基百科 · 2025-08-15 · {len(SUMMIT.text)} characters",
        "",
        "2. 通话",
        f"新华社 · 2025-03-19 · {len(CALL.text)} characters",
    ]
    assert [entity["url"] for entity in answer.params["entities"]] == ["https://example.org/summit"]
    assert answer.buttons == []


def test_many_sources_are_turned_over_in_place(scene):
    """The list is one message, whose buttons change it, and a forged page is the last one."""
    user = scene.server.private_chat()
    kept = scene.engine.kept["g1"]
    scene.engine.kept["g1"] = tuple(replace(SUMMIT, title=f"Title {n}") for n in range(1, 20))

    try:
        first = scene.server.answer_to(user, "/sources")
        scene.server.press(user, first.result, first.button("Next 2/3"))
        second = scene.server.expect("editMessageText", user["id"])
        scene.server.press(user, first.result, "v1:source:all:9999")
        third = scene.server.expect("editMessageText", user["id"], number=2)
    finally:
        scene.engine.kept["g1"] = kept

    assert "1. Title 1\n" in first.text
    assert "9. Title 9\n" in second.text
    assert [button["text"] for button in second.buttons] == ["Back", "Next 3/3"]
    assert third.text.count("Title") == 3


def test_an_empty_corpus_is_said_to_be(scene):
    """/sources has a line for it."""
    user = scene.server.private_chat()
    kept = scene.engine.kept["g1"]
    scene.engine.kept["g1"] = ()

    try:
        answer = scene.server.answer_to(user, "/sources")
    finally:
        scene.engine.kept["g1"] = kept

    assert answer.text == "There are no documents at present."
