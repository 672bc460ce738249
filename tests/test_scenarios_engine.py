"""The bot with the real engine over the tiny corpus, in several languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botapi import Call
from running import Scene, bot_in_thread

CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture(scope="module", params=["polling", "webhook"])
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, tiny_engine
) -> Iterator[Scene]:
    data = tmp_path_factory.mktemp("data")
    with bot_in_thread(data, mode=request.param, engine=tiny_engine) as running:
        yield running


def quoted_from(answer: Call, document: str) -> bool:
    text = (CORPUS / f"{document}.md").read_text("utf-8")
    return bool(answer.quoted()) and answer.quoted()[0] in text


@pytest.mark.parametrize(
    ("question", "document", "words"),
    [
        ("青石桥工程耗资多少？", "bridge", "3.2亿元"),
        ("青石橋工程耗資多少?", "bridge", "3.2亿元"),
        ("日全食的全食带宽多少公里？", "eclipse", "185公里"),
        ("When does the ferry strike end?", "ferry", ""),
    ],
)
def test_a_question_is_answered_in_the_sources_own_script(scene, question, document, words):
    """Either script finds the passage; the quote is as printed."""
    answer = scene.server.answer_to(scene.server.private_chat(), question)

    assert quoted_from(answer, document)
    assert words in answer.quoted()[0]


def test_footnotes_in_a_quote_name_their_sources(scene):
    """The marks that stand in the quote are resolved below it."""
    answer = scene.server.answer_to(scene.server.private_chat(), "日全食的全食带宽多少公里？")

    assert "[1] " in answer.text
    assert "Sky Journal" in answer.text


def test_context_and_further_quotes_are_the_documents_own(scene):
    """Both buttons show what stands in the corpus."""
    user = scene.server.private_chat()
    card = scene.server.answer_to(user, "青石桥工程耗资多少？")

    for label in ("Context", "More"):
        scene.server.press(user, card.result, card.button(label))
    # A press is answered before what it asked for is sent.
    scene.server.expect("answerCallbackQuery", number=2)
    scene.server.expect("sendMessage", user["id"], number=2)

    texts = "".join(path.read_text("utf-8") for path in CORPUS.glob("*.md"))
    sent = scene.server.done("sendMessage", user["id"])
    quotes = [quote for call in sent for quote in call.quoted()]
    assert len(quotes) >= 2
    plain = texts.replace("> ", "")
    assert all(line in plain for quote in quotes for line in quote.splitlines())


def test_all_documents_are_listed(scene):
    """/sources shows the corpus that is live."""
    answer = scene.server.answer_to(scene.server.private_chat(), "/sources")

    assert answer.text.startswith("Documents (4):")
    assert "青石桥重新开放\n河州日报 · 2024-05-03 · " in answer.text


def test_a_shared_quote_opens_again_from_its_link(scene):
    """What inline mode offers leads to the same characters and to their paragraph."""
    user = scene.server.private_chat()
    scene.server.types_inline(user, "青石桥工程耗资多少？")
    [card, *_] = scene.server.expect(
        "answerInlineQuery", where=lambda call: "青石桥" in str(call.params["results"])
    ).params["results"]
    link = card["reply_markup"]["inline_keyboard"][0][0]["url"]

    opened = scene.server.answer_to(user, f"/start {link.partition('start=')[2]}")

    assert card["input_message_content"]["message_text"].startswith(opened.quoted()[0])
    assert quoted_from(opened, "bridge")
    assert opened.button("Sources")


def test_a_follow_up_borrows_from_the_question_before(scene):
    """What points back finds the place of the question before it, and says so."""
    user = scene.server.private_chat()
    scene.server.answer_to(user, "青石桥的重型货车怎么走?")

    answer = scene.server.answer_to(user, "那限重多少?")

    assert "限重20吨" in answer.quoted()[0]
    assert "“青石桥的重型货车怎么走?”" in answer.text
