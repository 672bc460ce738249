"""Which search engine: the one of an address, or local files."""

from __future__ import annotations

from .address import Address
from .local import LOCAL
from .milvus import Milvus
from .remote import RemoteSearch
from .searching import SearchEngine


def search_engine(uri: str | None) -> SearchEngine:
    """Return the engine at `uri`, or local files for None and ``local``; nothing is asked yet.

    Raises:
        IndexingError: `uri` is no such address.
    """
    address = Address.parse(uri)
    return LOCAL if address is None else RemoteSearch(Milvus(address))
