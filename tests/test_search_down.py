"""A search engine that is down, hangs, or comes back, injected into the real one."""

from __future__ import annotations

import logging
import signal
import threading
import time
from pathlib import Path

import httpx
import milvus_servers
import pytest
from running import bot_in_thread, free_port

from index import Engine, IndexingError, SearchDownError, build, milvus, search_engine
from index.address import Address
from index.circuit import Circuit
from index.milvus import Milvus
from index.remote import RemoteSearch

CORPUS = Path(__file__).parent / "corpus"
QUESTION = "青石桥工程耗资多少？"
LINE = "The search is down at the moment; please ask again in a little while."


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that tests may kill, as long as they start it again."""
    with milvus_servers.running(milvus_servers.lite(tmp_path_factory.mktemp("lite"))) as started:
        yield started


@pytest.fixture(scope="module")
def built(server, tiny_model, tmp_path_factory):
    """A data folder with one generation whose chunks are at the server. Never build there."""
    folder = tmp_path_factory.mktemp("data")
    build(CORPUS, folder, model=str(tiny_model), search_engine=search_engine(server.uri))
    return folder


@pytest.fixture
def remote(server):
    """A search engine whose circuit is broken for a moment only."""
    return RemoteSearch(Milvus(Address(server.uri), circuit=Circuit(failures=2, seconds=0.5)))


@pytest.fixture
def engine(built, remote, tiny_model):
    return Engine.open(built, model=str(tiny_model), search_engine=remote)


@pytest.fixture
def hasty(monkeypatch):
    """Let a search that isn't answered fail sooner than a person would like it to."""
    monkeypatch.setattr(milvus, "SEARCH_SECONDS", 1.0)


def answer_in(engine, *, seconds):
    """Ask until there is an answer."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return engine.answer(QUESTION)
        except SearchDownError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_a_killed_engine_is_named_and_found_again(server, engine, hasty):
    """One clear line as long as it is down, soon told, and answers when it is back."""
    before = engine.answer(QUESTION)
    server.kill()
    for _ in range(2):
        with pytest.raises(SearchDownError, match=f"SEARCH_ENGINE_URI: .*{server.uri}") as caught:
            engine.answer(QUESTION)
    began = time.monotonic()
    with pytest.raises(SearchDownError, match="does not answer: it is tried again within"):
        engine.answer(QUESTION)
    seconds = time.monotonic() - began
    server.start()

    after = answer_in(engine, seconds=20)

    assert "\n" not in str(caught.value)
    assert seconds < 0.3
    assert after.quotes == before.quotes


def test_an_engine_that_hangs_costs_seconds_not_the_question(server, engine, hasty):
    """A stopped process is told from a slow one by time alone; let go on, it answers."""
    server.signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        with pytest.raises(SearchDownError, match="does not answer"):
            engine.answer(QUESTION)
        seconds = time.monotonic() - began
    finally:
        server.signal(signal.SIGCONT)

    assert seconds < 5
    assert answer_in(engine, seconds=20).quotes


def test_one_starts_while_the_engine_is_down(server, built, remote, tiny_model, hasty, caplog):
    """A generation opens by its folder; its answers come when the engine does."""
    caplog.set_level(logging.INFO)
    server.kill()
    try:
        opened = Engine.open(built, model=str(tiny_model), search_engine=remote)
        with pytest.raises(SearchDownError):
            opened.answer(QUESTION)
    finally:
        server.start()

    assert answer_in(opened, seconds=20).quotes
    lines = [r.message for r in caplog.records if r.name.startswith("index")]
    assert len(lines) == 1
    assert lines[0].startswith("SEARCH_ENGINE_URI: ")


def test_threads_find_it_again_together(server, engine, hasty):
    """Many questions at once, of which some close what others use, all end in an answer."""
    found, failed = [], []

    def ask():
        try:
            found.append(answer_in(engine, seconds=30).quotes)
        except Exception as error:
            failed.append(error)

    server.kill()
    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    server.start()
    for thread in threads:
        thread.join(60)

    assert failed == []
    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_build_without_the_engine_changes_nothing(tmp_path, tiny_model, caplog):
    """It fails with one line, and the folder holds what it held."""
    build(CORPUS, tmp_path, model=str(tiny_model))
    pointer = (tmp_path / "generations" / "CURRENT").read_text("utf-8")
    nobody = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(IndexingError, match=f"SEARCH_ENGINE_URI: .*{nobody}") as caught:
        build(CORPUS, tmp_path, model=str(tiny_model), search_engine=search_engine(nobody))

    assert "\n" not in str(caught.value)
    assert (tmp_path / "generations" / "CURRENT").read_text("utf-8") == pointer
    assert [path.name for path in (tmp_path / "generations").glob("*/")] == [pointer]
    assert Engine.open(tmp_path, model=str(tiny_model)).answer(QUESTION).quotes


def test_a_build_whose_engine_dies_changes_nothing(server, tmp_path, tiny_model):
    """The engine is lost while the chunks are sent; the next build cleans up after it."""
    options = {"model": str(tiny_model), "search_engine": search_engine(server.uri)}
    first = build(CORPUS, tmp_path, **options)

    def killing(progress):
        if progress.stage == "send":
            server.kill()

    with pytest.raises(SearchDownError):
        build(CORPUS, tmp_path, on_progress=killing, **options)
    server.start()
    opened = Engine.open(tmp_path, **options)
    answer = answer_in(opened, seconds=20)
    build(CORPUS, tmp_path, **options)

    assert opened.generation == first.generation
    assert answer.quotes
    prefix = (tmp_path / "generations" / "COLLECTIONS").read_text("utf-8")
    names = [name for name in options["search_engine"].milvus.names() if name.startswith(prefix)]
    assert len(names) == len(list((tmp_path / "generations").glob("*/"))) == 2


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_people_are_told_that_the_search_is_down(server, engine, tmp_path, mode, hasty, caplog):
    """Nobody hears "not found" then; inline, /status and /readyz, too, say what is the matter."""
    port = free_port()
    with bot_in_thread(tmp_path, mode=mode, engine=engine, METRICS_PORT=str(port)) as scene:
        user = scene.server.private_chat()
        before = scene.server.answer_to(user, QUESTION)
        up = scene.server.answer_to(scene.admin, "/status")
        server.kill()
        try:
            down = scene.server.answer_to(scene.admin, "/status")
            not_ready = httpx.get(f"http://127.0.0.1:{port}/readyz")
            told = scene.server.answer_to(user, QUESTION)
            scene.server.types_inline(user, QUESTION)
            [card] = scene.server.expect("answerInlineQuery").params["results"]
        finally:
            server.start()
        answer_in(engine, seconds=20)
        after = scene.server.answer_to(user, QUESTION)

    assert f"Searched at {server.uri}, which answers" in up.text
    assert f"Searched at {server.uri}, which does not answer" in down.text
    assert (not_ready.status_code, "search: failed" in not_ready.text) == (503, True)
    assert told.text == LINE
    assert card["title"] == LINE
    assert after.quoted() == before.quoted() != []
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert errors
    assert all("SEARCH_ENGINE_URI" in e.message and e.exc_info is None for e in errors)
