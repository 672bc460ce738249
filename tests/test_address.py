"""The address of a search engine."""

from __future__ import annotations

import pytest

from index import IndexingError
from index.address import Address


@pytest.mark.parametrize("uri", [None, "", " ", "local"])
def test_local_files_have_none(uri):
    """Nothing, or the word, stands for files."""
    assert Address.parse(uri) is None


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("http://127.0.0.1", Address("http://127.0.0.1:19530")),
        ("http://milvus:19531/", Address("http://milvus:19531")),
        ("https://cloud.example", Address("https://cloud.example:443")),
        ("http://[::1]:5", Address("http://[::1]:5")),
        ("http://me:p%40ss@host:1/news", Address("http://host:1", "me", "p@ss", "news")),
    ],
)
def test_an_address_is_read_in_parts(uri, address):
    """Server, port, person and database, each as pymilvus wants it."""
    assert Address.parse(uri) == address
    assert "p@ss" not in repr(address)


@pytest.mark.parametrize(
    "uri", ["host:19530", "tcp://host", "http://", "http://host:0", "http://host:x", "./file.db"]
)
def test_anything_else_is_refused(uri):
    """The error names the variable, and what it holds."""
    with pytest.raises(IndexingError, match="SEARCH_ENGINE_URI") as caught:
        Address.parse(uri)

    assert repr(uri) in str(caught.value)


def test_a_wrong_address_keeps_its_password():
    """What may be a password is not repeated."""
    with pytest.raises(IndexingError) as caught:
        Address.parse("tcp://root:secret@host")

    assert "secret" not in str(caught.value)
