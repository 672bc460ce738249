"""Where a search engine is: the address that SEARCH_ENGINE_URI holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from .errors import IndexingError

PORT, SECURE_PORT = 19530, 443

_PASSWORD = re.compile(r"(?<=:)[^:/]*(?=@)")


@dataclass(frozen=True, slots=True)
class Address:
    """A server, and as whom it is asked."""

    root: str
    """Without credentials, so that it may be printed."""
    user: str = ""
    password: str = field(default="", repr=False)
    database: str = ""

    @classmethod
    def parse(cls, uri: str | None) -> Address | None:
        """Read ``http[s]://[user:password@]host[:port][/database]``; None stands for local files.

        Raises:
            IndexingError: It is no such address; its password is not repeated.
        """
        uri = (uri or "").strip()
        if uri in {"", "local"}:
            return None
        try:
            parts = urlsplit(uri)
            host, port = parts.hostname, parts.port
        except ValueError:
            host = port = None
        if not host or port == 0 or parts.scheme not in {"http", "https"}:
            raise IndexingError(
                "SEARCH_ENGINE_URI must be 'local' or an address like http://127.0.0.1:19530, "
                f"got {_PASSWORD.sub('***', uri)!r}"
            )
        named = f"[{host}]" if ":" in host else host
        return cls(
            f"{parts.scheme}://{named}:{port or (PORT if parts.scheme == 'http' else SECURE_PORT)}",
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            parts.path.strip("/"),
        )
