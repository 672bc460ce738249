"""A document that an admin sends is shown, mended, added on a button, and never before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botapi import Call, Refusal
from foreign import write_docx, write_pdf
from pypdf import PdfWriter
from running import Scene, bot_in_thread

from bot.previews import fields_in, safe_name

TEXT = "Bluestone Bridge opens\n\nThe bridge in the city opened again on the second of May.\n"
PAGE = (
    '<html lang="en"><head><meta property="og:title" content="The bridge is open">'
    '<meta property="og:site_name" content="Sky Journal">'
    '<meta property="article:published_time" content="2024-05-03"></head>'
    "<body><article><p>The bridge in the city opened again.</p></article></body></html>"
)


@pytest.fixture(scope="module", params=["polling", "webhook"])
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    data, corpus = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("corpus")
    with bot_in_thread(data, mode=request.param, CORPUS_DIR=str(corpus)) as running:
        yield running


def corpus_of(scene: Scene) -> dict[str, str]:
    """Return the corpus, by file name, and empty it."""
    paths = sorted(scene.settings.corpus_dir.iterdir())
    found = {path.name: path.read_text("utf-8") for path in paths}
    for path in paths:
        path.unlink()
    return found


def sent(scene: Scene, name: str | None, content: bytes, person: dict | None = None) -> Call:
    """Let the admin, or another person, send a file; return what the bot says to it."""
    person = person or scene.admin
    before = len(scene.server.done("sendMessage", person["id"]))
    scene.server.sends(person, name, content)
    return scene.server.expect("sendMessage", person["id"], number=before + 1, timeout=30)


def edits_of(scene: Scene, message: dict, number: int = 1) -> Call:
    return scene.server.expect(
        "editMessageText",
        number=number,
        where=lambda call: call.params["message_id"] == message["message_id"],
    )


def test_a_page_that_tells_all_is_added_on_a_button(scene):
    """The preview has title, date, length and a sample; the end offers a rebuild."""
    shown = sent(scene, "page.html", PAGE.encode())
    before = list(scene.settings.corpus_dir.iterdir())

    scene.press(scene.admin, shown.result, shown.button("Add"))
    edited = edits_of(scene, shown.result)

    assert shown.text.startswith(
        "Title: The bridge is open\nPublisher: Sky Journal\nDate: 2024-05-03\nLanguage: en\n"
    )
    assert "Characters 37, paragraphs 1, as" in shown.text
    assert shown.quoted() == ["The bridge in the city opened again."]
    assert before == []
    assert edited.text.startswith("Added to the corpus as 2024-05-03-the-bridge-is-open.md.")
    assert edited.button("Rebuild now") == "a1:rebuild"
    assert list(corpus_of(scene)) == ["2024-05-03-the-bridge-is-open.md"]
    assert list((scene.settings.data_dir / "uploads").iterdir()) == []


def test_what_a_file_does_not_tell_is_asked_for(scene):
    """It can't be added before; a reply completes the preview, and its fields are used."""
    shown = sent(scene, "notes.txt", TEXT.encode())

    refused = scene.press(scene.admin, shown.result, shown.button("Don't").replace("drop", "add"))
    scene.server.says(
        scene.admin,
        "publisher: Sky Journal\nPublished： 2024-05-03",
        reply_to_message=shown.result,
    )
    completed = edits_of(scene, shown.result)
    scene.press(scene.admin, shown.result, completed.button("Add"))
    edits_of(scene, shown.result, 2)
    [(name, text)] = corpus_of(scene).items()

    assert [button["text"] for button in shown.buttons] == ["Don't add"]
    assert "Publisher: not told\nDate: not told" in shown.text
    assert refused.text == "This document is no longer at hand; please send it again."
    assert "Publisher: Sky Journal\nDate: 2024-05-03" in completed.text
    assert name == "2024-05-03-bluestone-bridge-opens.md"
    assert "publisher: Sky Journal\npublished: 2024-05-03\nlanguage: en\n" in text
    assert text.endswith("# Bluestone Bridge opens\n\n" + TEXT.split("\n\n", 1)[1])


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        ("what?", "To correct something"),
        (
            "published: yesterday",
            "Nothing was changed: published: expected a date such as 2025-08-15, found 'yesterday'",
        ),
    ],
)
def test_a_reply_that_tells_no_field_is_explained(scene, reply, line):
    """It is no question either; the preview stays as it is."""
    shown = sent(scene, "notes.txt", TEXT.encode())

    answer = scene.server.answer_to(scene.admin, reply, reply_to_message=shown.result)

    assert answer.text.startswith(line)


def test_a_document_that_is_dropped_is_gone(scene):
    """A later press adds nothing."""
    shown = sent(scene, "page.html", PAGE.encode())

    scene.press(scene.admin, shown.result, shown.button("Don't add"))
    dropped = edits_of(scene, shown.result)
    late = scene.press(scene.admin, shown.result, shown.button("Add"))

    assert dropped.text == "Dropped; nothing was added."
    assert late.text == "This document is no longer at hand; please send it again."
    assert corpus_of(scene) == {}


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_a_preview_survives_a_restart(tmp_path, mode):
    """What was sent before is still mended and added; after that, a reply is told so."""
    folder = {"CORPUS_DIR": str(tmp_path / "corpus")}
    with bot_in_thread(tmp_path, mode=mode, **folder) as before:
        shown = sent(before, "notes.txt", TEXT.encode())

    with bot_in_thread(tmp_path, mode=mode, **folder) as after:
        after.server.chats[before.admin["id"]] = shown.result["chat"]
        after.server.messages[shown.chat_id, shown.result["message_id"]] = {**shown.result}
        told = "publisher: Sky Journal\npublished: 2024-05-03"
        after.server.says(before.admin, told, reply_to_message=shown.result)
        completed = edits_of(after, shown.result)
        after.press(before.admin, shown.result, completed.button("Add"))
        edits_of(after, shown.result, 2)
        late = after.server.answer_to(before.admin, told, reply_to_message=shown.result)
        added = list(corpus_of(after))

    assert added == ["2024-05-03-bluestone-bridge-opens.md"]
    assert late.text == "This document is no longer at hand; please send it again."


def test_a_document_sent_twice_does_not_overwrite(scene):
    """The second has a name of its own; a double tap adds one."""
    for _ in range(2):
        shown = sent(scene, "page.html", PAGE.encode())
        scene.press(scene.admin, shown.result, shown.button("Add"))
        edits_of(scene, shown.result)
        scene.press(scene.admin, shown.result, shown.button("Add"))

    assert list(corpus_of(scene)) == [
        "2024-05-03-the-bridge-is-open-2.md",
        "2024-05-03-the-bridge-is-open.md",
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "was not taken: it is empty"),
        ("a.pdf", b"MZ program", "was not taken: its name says pdf, its content something else"),
        ("a.docx", b"PK\x03\x04word/ no", "was not taken: it is damaged"),
        ("a.exe", b"MZ", "I take documents as .txt, .md, .html, .pdf or .docx, up to 20 MB."),
        (None, b"text", "I take documents as .txt"),
        ("a.txt", b"x" * (20 * 1024 * 1024 + 1), "I take documents as .txt"),
    ],
)
def test_what_can_not_be_a_document_is_refused_in_one_line(scene, name, content, reason):
    """No path of the machine stands in it, and nothing is left behind."""
    answer = sent(scene, name, content)

    assert reason in answer.text
    assert "/" not in answer.text.replace("/ask", "")
    assert corpus_of(scene) == {}
    folder = scene.settings.data_dir / "uploads"
    assert not folder.exists() or list(folder.iterdir()) == []


def made(path: Path) -> bytes:
    """Return the content of a document whose kind its name tells."""
    if path.suffix == ".pdf":
        return write_pdf(path, ["The bridge in the city opened again."]).read_bytes()
    if path.suffix == ".docx":
        blocks = [("Title", "Bridge"), ("Normal", "The bridge in the city opened again.")]
        return write_docx(path, blocks).read_bytes()
    return {".html": PAGE, ".md": f"# Bridge\n\n{TEXT}", ".txt": TEXT}[path.suffix].encode()


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".pdf", ".docx"])
def test_every_kind_of_document_is_taken(scene, tmp_path, suffix):
    """It is converted, shown, completed by a reply, and stands in the corpus as Markdown."""
    path = tmp_path / f"bridge{suffix}"
    shown = sent(scene, path.name, made(path))

    told = "title: Bridge\npublisher: Sky Journal\npublished: 2024-05-03"
    scene.server.says(scene.admin, told, reply_to_message=shown.result)
    completed = edits_of(scene, shown.result)
    scene.press(scene.admin, shown.result, completed.button("Add"))
    edits_of(scene, shown.result, 2)
    [(name, text)] = corpus_of(scene).items()

    assert "The bridge in the city opened again" in shown.quoted()[0]
    assert name == "2024-05-03-bridge.md"
    assert "The bridge in the city opened again" in text


def locked(path: Path) -> bytes:
    writer = PdfWriter(write_pdf(path, ["secret"]))
    writer.encrypt("password", algorithm="RC4-128")
    writer.write(path)
    return path.read_bytes()


def bomb(path: Path) -> bytes:
    return write_docx(path, [("Normal", "x")], pad=200_000_000).read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", locked, "it is encrypted: save it without a password"),
        ("a.docx", bomb, "it unpacks to 2000"),
    ],
)
def test_what_is_locked_or_a_bomb_is_refused(scene, tmp_path, name, content, reason):
    """One line says why; the bot goes on, and nothing is left behind."""
    answer = sent(scene, name, content(tmp_path / name))

    assert reason in answer.text
    assert corpus_of(scene) == {}
    assert list((scene.settings.data_dir / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("ru", "Документ не принят: он зашифрован: сохраните его без пароля"),
        ("zh-hans", "未能接收这份文档：文件已加密，请另存为不带密码的文件"),
    ],
)
def test_an_admin_is_told_why_in_their_language(scene, tmp_path, language, line):
    """The reason too, not only what stands around it."""
    admin = {**scene.admin, "language_code": language}

    answer = sent(scene, "a.pdf", locked(tmp_path / "a.pdf"), admin)

    assert answer.text == line


def test_what_is_told_wrongly_is_explained_in_the_admins_language(scene):
    """A date that is none at once, and an address that is none when the document is added."""
    admin = {**scene.admin, "language_code": "ru"}
    shown = sent(scene, "page.html", PAGE.encode(), admin)

    date = scene.server.answer_to(admin, "published: вчера", reply_to_message=shown.result)
    scene.server.says(admin, "url: example.org", reply_to_message=shown.result)
    edits_of(scene, shown.result)
    scene.press(admin, shown.result, shown.button("Добавить"))
    refused = edits_of(scene, shown.result, 2)

    assert date.text == (
        "Ничего не изменено: published: нужна дата, например 2025-08-15, а указано «вчера»"
    )
    assert refused.text == "Документ не принят: url: нужен адрес http"
    assert corpus_of(scene) == {}


def test_a_corpus_that_can_not_be_written_to_is_told(scene):
    """The line says why; the bot goes on, and takes the next document."""
    folder = scene.settings.corpus_dir
    aside = folder.rename(folder.with_name("aside"))
    folder.write_text("a file where the folder was")
    shown = sent(scene, "page.html", PAGE.encode())

    scene.press(scene.admin, shown.result, shown.button("Add"))
    refused = edits_of(scene, shown.result)
    folder.unlink()
    aside.rename(folder)

    assert refused.text == "This document was not taken: the disk reports a fault (EEXIST)"


def test_a_name_with_separators_leads_nowhere(scene):
    """The file is read and added under names of our own."""
    shown = sent(scene, "../../../etc/cron.d/evil.html", PAGE.encode())

    scene.press(scene.admin, shown.result, shown.button("Add"))
    edits_of(scene, shown.result)

    assert list(corpus_of(scene)) == ["2024-05-03-the-bridge-is-open.md"]


def test_a_file_that_telegram_does_not_give_is_refused(scene):
    """The line says so, and the bot goes on."""
    scene.server.fail("getFile", Refusal("file is temporarily unavailable"))

    answer = sent(scene, "a.txt", b"text")

    assert "can't be fetched (File is temporarily unavailable)" in answer.text


def test_nobody_elses_document_is_taken(scene):
    """A stranger gets the hint, a group silence, and a stranger's press a refusal."""
    user, group = scene.server.private_chat(), scene.server.group()
    calls = len(scene.server.done("getFile"))
    preview = sent(scene, "page.html", PAGE.encode())

    hint = sent(scene, "page.html", PAGE.encode(), user)
    scene.server.sends(scene.admin, "page.html", PAGE.encode(), chat=group)
    refused = scene.press(user, preview.result, preview.button("Add"))
    scene.server.answer_to(user, "/help")

    assert hint.text == "I can only read text; please ask in words."
    assert refused.text == "Only admins may do this."
    assert scene.server.done("sendMessage", group) == []
    assert len(scene.server.done("getFile")) == calls + 1
    assert corpus_of(scene) == {}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a b.TXT", "a_b.TXT"),
        ("..", "file."),
        (".htaccess", "file.htaccess"),
        ("C:\\x\\y.md", "y.md"),
        ("a/../b\0.pdf", "b.pdf"),
        ("报告-2024.docx", "报告-2024.docx"),
        ("", "file"),
    ],
)
def test_a_files_name_is_made_safe(name, safe):
    """No separator, no hidden file, no control character."""
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("title: A: b\n\nURL： https://x.org", {"title": "A: b", "url": "https://x.org"}),
        ("title:", {}),
        ("title: a\nwho?", {}),
        ("author: a", {}),
    ],
)
def test_fields_are_lines_with_a_name(text, fields):
    """One line that is none makes the whole no correction."""
    assert fields_in(text) == fields
