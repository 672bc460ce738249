import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import CORPUS

from index.aliases import Aliases
from index.corpus import corpus_paths, read_corpus, read_document
from index.documents import Documents, document_line, read_documents
from index.encoder import load_encoder
from index.errors import DocumentError, GenerationError
from index.piece_cache import open_pieces
from index.pieces import make_piece, texts_of

NAMES = {"places": [["青石桥", "Bluestone Bridge"]]}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pieces.sqlite3"


def made(path, folder, monkeypatch, *, names=NAMES, fresh=False):
    """Return the pieces of a folder with their tokens, and the names of those that were made."""
    anew = []

    def making(document, aliases):
        anew.append(document.id)
        return make_piece(document, aliases)

    monkeypatch.setattr("index.making.make_piece", making)
    with open_pieces(path, names) as cache:
        pieces = list(cache.pieces(corpus_paths(folder), fresh=fresh))
        cache.prune()
        told = [replace(piece, tokens=told_of(cache, row)) for row, piece in enumerate(pieces)]
    return told, anew


def told_of(cache, row):
    return tuple(" ".join(tokens) for tokens in cache.tokens([row]))


def as_values(piece):
    tables = piece.sentences.tolist(), piece.chunks.tolist()
    return piece.name, piece.digest, piece.line, *tables, piece.tokens


def test_a_piece_is_its_document_cut():
    """Its texts are the document's own, its chunks are made of its sentences."""
    for document in read_corpus(CORPUS):
        piece = make_piece(document, Aliases(NAMES))

        texts = texts_of(piece.line, piece.sentences, piece.chunks)

        assert piece.line.decode() == document_line(document)
        assert len(texts) == len(piece.sentences) + len(piece.chunks)
        assert len(piece.tokens) == len(piece.chunks)
        assert all(text == text.strip() and text in document.text for text in texts)
        assert piece.chunks[:, 2].tolist() == [0, *piece.chunks[:-1, 3].tolist()]
        assert piece.chunks[-1, 3] == len(piece.sentences)


def test_an_entity_is_among_the_tokens():
    """Under whichever of its names."""
    document = next(d for d in read_corpus(CORPUS) if "青石" in d.text)

    named, bare = (make_piece(document, Aliases(names)) for names in (NAMES, {}))

    assert any("@0" in tokens.split() for tokens in named.tokens)
    assert not any("@0" in tokens.split() for tokens in bare.tokens)


def test_what_is_known_is_not_made_again(path, corpus_dir, monkeypatch):
    """It comes back as it was made."""
    first, made_first = made(path, corpus_dir, monkeypatch)
    again, made_again = made(path, corpus_dir, monkeypatch)

    assert len(made_first) == len(first) > 2
    assert made_again == []
    assert list(map(as_values, again)) == list(map(as_values, first))


def test_only_a_changed_document_is_made_again(path, corpus_dir, monkeypatch):
    """Neither a touched file nor one that is gone costs anything."""
    first, _ = made(path, corpus_dir, monkeypatch)
    changed, touched, gone = corpus_paths(corpus_dir)[:3]
    changed.write_text(changed.read_text("utf-8") + "\n新的一句。\n", "utf-8")
    touched.touch()
    gone.unlink()

    pieces, anew = made(path, corpus_dir, monkeypatch)

    assert anew == [changed.stem]
    assert len(pieces) == len(first) - 1
    assert "新的一句" in pieces[0].line.decode()


def test_the_same_content_under_another_name_is_another_document(path, corpus_dir, monkeypatch):
    """Its id is part of the piece."""
    made(path, corpus_dir, monkeypatch)
    source = corpus_paths(corpus_dir)[0]
    shutil.copy(source, corpus_dir / "zz-copy.md")

    pieces, anew = made(path, corpus_dir, monkeypatch)

    assert anew == ["zz-copy"]
    assert pieces[-1].name == "zz-copy"


@pytest.mark.parametrize("change", ["names", "program", "fresh"])
def test_what_else_a_piece_depends_on_is_part_of_its_key(path, corpus_dir, monkeypatch, change):
    """Other aliases or another program make all pieces again, and so does who asks for it."""
    first, _ = made(path, corpus_dir, monkeypatch)
    if change == "program":
        monkeypatch.setattr("index.piece_cache._program", lambda: "another")

    names = {"places": [["别处"]]} if change == "names" else NAMES
    _, anew = made(path, corpus_dir, monkeypatch, names=names, fresh=change == "fresh")

    assert anew == [piece.name for piece in first]


def test_unused_pieces_are_forgotten(path, corpus_dir, monkeypatch):
    """The file does not grow with every edit."""
    for round_ in range(4):
        changed = corpus_paths(corpus_dir)[0]
        changed.write_text(changed.read_text("utf-8") + f"\n第{round_}句。\n", "utf-8")
        pieces, _ = made(path, corpus_dir, monkeypatch)

    with sqlite3.connect(path) as connection:
        tables = ("piece", "words")
        counts = [connection.execute(f"SELECT count(*) FROM {t}").fetchone() for t in tables]  # noqa: S608 - ours
    connection.close()
    assert counts == [(len(pieces),)] * 2


def test_the_tokens_of_known_pieces_are_read_when_they_are_asked_for(path, corpus_dir):
    """In any order, some of them or all; none are in the piece."""
    found = []
    for _ in range(2):
        with open_pieces(path, NAMES) as cache:
            pieces = list(cache.pieces(corpus_paths(corpus_dir), fresh=False))
            found.append([list(cache.tokens([row])) for row in range(len(pieces))])
            backwards = list(cache.tokens(reversed(range(len(pieces)))))

    first, again = found
    assert again == first
    assert backwards == [tokens for document in reversed(first) for tokens in document]
    assert [len(tokens) for tokens in again] == [len(piece.chunks) for piece in pieces]
    assert all(piece.tokens is None for piece in pieces)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE words SET tokens = tokens || 'x'",
        "UPDATE words SET seal = x'00'",
        "DELETE FROM words",
    ],
)
def test_tokens_that_went_bad_are_made_again_from_the_piece(path, corpus_dir, monkeypatch, damage):
    """Not from the file, which may be another by then."""
    with open_pieces(path, NAMES) as cache:
        list(cache.pieces(corpus_paths(corpus_dir), fresh=False))
        expected = list(cache.tokens(range(3)))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)

    with open_pieces(path, NAMES) as cache:
        list(cache.pieces(corpus_paths(corpus_dir), fresh=False))
        for source in corpus_paths(corpus_dir):
            source.write_text("another", "utf-8")

        assert list(cache.tokens(range(3))) == expected
        monkeypatch.setattr("index.making.make_piece", None)
        assert list(cache.tokens(range(3))) == expected


def test_a_piece_that_goes_bad_with_its_tokens_is_an_error(path, corpus_dir):
    """No tokens are made up for a document that can't be told any more."""
    with open_pieces(path, NAMES) as cache:
        list(cache.pieces(corpus_paths(corpus_dir), fresh=False))
        cache._connection.execute("UPDATE piece SET content = content || ' '")
        cache._connection.execute("DELETE FROM words")

        with pytest.raises(sqlite3.DatabaseError, match="went bad"):
            list(cache.tokens([0]))


def test_a_cache_of_an_earlier_version_is_begun_anew(path, corpus_dir, monkeypatch):
    """Its table held the tokens, too."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE piece (id INTEGER PRIMARY KEY, key, seal, line, tokens)")

    pieces, anew = made(path, corpus_dir, monkeypatch)

    assert anew == [piece.name for piece in pieces]


def test_a_document_without_tokens_is_told_from_one_chunk_without(path):
    """No chunk, one without tokens, and two of which one has some."""
    document = read_document(corpus_paths(CORPUS)[0])
    whole = make_piece(document, Aliases(NAMES))
    for tokens in ((), ("",), ("", "a b")):
        with open_pieces(path, NAMES) as cache:
            cache._keep_tokens(b"key", replace(whole, tokens=tokens))
            cache.keys.append(b"key")

            assert list(cache.tokens([0])) == [line.split() for line in tokens]


@pytest.mark.parametrize("damage", [b"no database", b""])
def test_a_damaged_cache_is_begun_anew(path, corpus_dir, monkeypatch, damage):
    """It only saves time."""
    first, _ = made(path, corpus_dir, monkeypatch)
    path.write_bytes(damage)

    pieces, anew = made(path, corpus_dir, monkeypatch)

    assert anew == [piece.name for piece in first]
    assert list(map(as_values, pieces)) == list(map(as_values, first))


def test_a_file_that_is_no_document_is_named(path, corpus_dir):
    """When its turn comes; those before it are kept."""
    (corpus_dir / "zz.md").write_text("no front matter", "utf-8")

    with pytest.raises(DocumentError, match=r"zz\.md"), open_pieces(path, NAMES) as cache:
        list(cache.pieces(corpus_paths(corpus_dir), fresh=False))


def write(path, documents):
    lines = (f"{document_line(document)}\n" for document in documents)
    path.write_text("".join(lines), "utf-8")


@pytest.fixture
def documents(tmp_path):
    path = tmp_path / "documents.jsonl"
    write(path, read_corpus(CORPUS))
    return Documents(path), read_documents(path)


def test_documents_are_read_when_asked_for(documents):
    """By row, from the end, as a part, or all in order: the same as read at once."""
    lazy, whole = documents

    assert len(lazy) == len(whole) > 2
    assert lazy[1] == whole[1] == lazy[1 - len(whole)]
    assert lazy[1] is lazy[1]
    assert lazy[1:] == whole[1:]
    assert list(lazy) == whole
    with pytest.raises(IndexError):
        lazy[len(whole)]


def test_separators_of_other_scripts_end_no_line(tmp_path):
    """Only a line feed parts the documents."""
    odd = "一\u2028二\x85三\u2029四"
    document = read_document(corpus_paths(CORPUS)[0])
    changed = [type(document)(document.id, odd, "p", document.published, "zh", None, odd)] * 2
    write(tmp_path / "odd.jsonl", changed)

    assert list(Documents(tmp_path / "odd.jsonl")) == changed


def test_a_file_of_no_documents_is_refused(tmp_path):
    """The error names it."""
    (tmp_path / "none.jsonl").touch()

    with pytest.raises(GenerationError, match=r"none\.jsonl"):
        Documents(tmp_path / "none.jsonl")


def test_tables_are_read_only_views_of_the_cache(path, corpus_dir, monkeypatch):
    """A piece from the cache has the types of one that was made."""
    first, _ = made(path, corpus_dir, monkeypatch)
    again, _ = made(path, corpus_dir, monkeypatch)

    for one, other in zip(first, again, strict=True):
        assert one.sentences.dtype == other.sentences.dtype == np.int32
        assert one.chunks.shape == other.chunks.shape


def test_a_part_of_a_text_is_read_without_the_document(tmp_path, path, corpus_dir):
    """By its bytes in the line, escaped characters and other planes included."""
    odd = corpus_dir / "odd.md"
    head = '---\ntitle: \'"text": "\'\npublisher: p\npublished: 2024-06-01\nlanguage: zh\n---\n'
    odd.write_text(head + '他说"好"。\t🙂 C:\\temp 完。\n\n\n第二段。\n', "utf-8")
    with open_pieces(path, NAMES) as cache:
        pieces = list(cache.pieces(corpus_paths(corpus_dir), fresh=False))
    lines = tmp_path / "lines.jsonl"
    lines.write_bytes(b"".join(piece.line + b"\n" for piece in pieces))
    documents = Documents(lines)

    for row, piece in enumerate(pieces):
        for start, end, *_, first, last, _ in piece.chunks.tolist():
            assert documents.text(row, first, last) == documents[row].text[start:end]


def test_what_the_built_in_model_makes_is_kept(path, corpus_dir):
    """The second time nothing is embedded, and the arrays come back as they were."""
    encoder = load_encoder()
    found = []
    for _ in range(2):
        with open_pieces(path, NAMES, encoder=encoder) as cache:
            found.append(
                (list(cache.pieces(corpus_paths(corpus_dir), fresh=False)), cache.embedded)
            )

    (first, made), (again, made_again) = found
    assert made == sum(len(piece.sentences) + len(piece.chunks) for piece in first)
    assert made_again == 0
    for one, other in zip(first, again, strict=True):
        assert (one.vectors == other.vectors).all()
        assert (one.sums == other.sums).all()
        assert one.words.ids.tolist() == other.words.ids.tolist()
        assert (one.headings, one.published) == (other.headings, other.published)


def test_a_build_that_stops_early_ends_who_helped(path, corpus_dir, monkeypatch):
    """At once, whoever still holds what was being read."""
    monkeypatch.setattr("index.making.ALONE", 0)

    with open_pieces(path, NAMES) as cache:
        pieces = cache.pieces(corpus_paths(corpus_dir), fresh=False)
        next(pieces)
        helpers = list(cache._makers._others._processes)

    assert helpers
    assert not any(Path(f"/proc/{helper}").exists() for helper in helpers)
