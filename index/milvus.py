"""A Milvus server, through pymilvus (imported here alone, and only when it is spoken to)."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .address import Address
from .circuit import Circuit
from .errors import SearchDownError
from .types import Vectors

if TYPE_CHECKING:
    from pymilvus import MilvusClient

SEARCH_SECONDS = 5.0
"""Of one search, and of connecting. A person waits for it."""
OPEN_SECONDS = 60.0
"""Of what is asked when a generation is opened or changed. The bot waits for it when it starts."""
BUILD_SECONDS = 3600.0
"""Of one step of a build, such as indexing what was inserted."""
SPARSE_SINCE = (2, 4)
_CHANNEL = {
    # A server that gets pings more often than every five minutes may hang up.
    "grpc.keepalive_time_ms": 300_000,
    # Else a new channel waits as long as the last one that lost the same server.
    "grpc.use_local_subchannel_pool": 1,
}
COLLECTION_MISSING = 100
ALIAS_MISSING = (COLLECTION_MISSING, 1600)
_NOT_READY = range(100)
"""Codes of a server that isn't ready, and of a client without one; with the others it refuses."""


class RefusedError(SearchDownError):
    """The server answers, but doesn't do what is asked; `code` is Milvus's, or 0."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


class Milvus:
    """Speaks to one server. Threads may share it; it connects when it must, again if need be.

    Every method raises `SearchDownError` where the server doesn't answer.
    """

    def __init__(self, address: Address, *, circuit: Circuit | None = None) -> None:
        self.address = address
        self._circuit = circuit or Circuit()
        self._lock = threading.Lock()
        self._client: MilvusClient | None = None

    def reach(self) -> None:
        """Return once the server has answered something cheap, the circuit broken or not."""
        self._call("list_collections", timeout=SEARCH_SECONDS)

    def has_sparse_vectors(self) -> bool:
        """Tell whether the server is new enough for them."""
        try:
            version = str(self._call("get_server_version", timeout=SEARCH_SECONDS))
        except RefusedError:  # Milvus Lite 2.5 doesn't tell.
            return True
        found = re.match(r"v?(\d+)\.(\d+)", version)
        return found is None or (int(found[1]), int(found[2])) >= SPARSE_SINCE

    def create(self, name: str, *, dim: int, sparse: bool) -> None:
        """Make an empty collection of vectors, each under the number of its row."""
        from pymilvus import DataType, MilvusClient

        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("dense", DataType.FLOAT_VECTOR, dim=dim)
        if sparse:
            schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        # Strong searches wait for the server's clock, a fifth of a second each time; nothing is
        # searched before all of it was counted.
        self._build("create_collection", name, schema=schema, consistency_level="Bounded")

    def insert(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows; each holds ``id`` and a vector for each field."""
        self._build("insert", name, list(rows))

    def finish(self, name: str, indexes: Mapping[str, Mapping[str, Any]]) -> None:
        """Write out what was inserted, make the index of each field, and load all for searching."""
        self._build("flush", name)
        for vectors, index in indexes.items():
            wanted = self._connected().prepare_index_params()
            wanted.add_index(vectors, metric_type="IP", **index)
            self._build("create_index", name, wanted)
        self.load(name, seconds=BUILD_SECONDS)

    def load(self, name: str, *, seconds: float) -> None:
        """Make a collection ready for searching, if it is not; wait so long for it."""
        self._call("load_collection", name, timeout=seconds)

    def count(self, name: str, *, seconds: float) -> int:
        """Return the number of rows of a collection, all that were inserted included."""
        [found] = self._call(
            "query",
            name,
            output_fields=["count(*)"],
            consistency_level="Strong",
            timeout=seconds,
        )
        return int(found["count(*)"])

    def search(
        self,
        name: str,
        vector: Vectors | dict[int, float],
        *,
        field: str,
        limit: int,
        params: Mapping[str, Any] | None = None,
        seconds: float | None = None,
    ) -> list[tuple[int, float]]:
        """Return up to `limit` pairs ``(row, inner product)``, best first, ties in any order.

        It waits `SEARCH_SECONDS`, or so many `seconds`.
        """
        if not self._circuit.admits():
            raise self._down(f"it is tried again within {self._circuit.seconds:.0f} s")
        try:
            [hits] = self._call(
                "search",
                name,
                [vector],
                anns_field=field,
                limit=limit,
                search_params={"metric_type": "IP", "params": dict(params or {})},
                output_fields=["id"],
                timeout=seconds or SEARCH_SECONDS,
            )
        except SearchDownError:
            self._circuit.failed()
            raise
        self._circuit.succeeded()
        return [(int(hit["id"]), float(hit["distance"])) for hit in hits]

    def names(self) -> list[str]:
        """Return the names of all collections."""
        return [str(name) for name in self._call("list_collections", timeout=SEARCH_SECONDS)]

    def drop(self, name: str) -> None:
        """Remove a collection; one that is not there is no error."""
        self._call("drop_collection", name, timeout=OPEN_SECONDS)

    def alias(self, name: str, alias: str) -> None:
        """Let `alias` stand for a collection, and no longer for another one."""
        try:
            self._call("alter_alias", name, alias, timeout=OPEN_SECONDS)
        except RefusedError as error:
            if error.code not in ALIAS_MISSING:
                raise
            self._call("create_alias", name, alias, timeout=OPEN_SECONDS)

    def close(self) -> None:
        """Leave the server; the next call connects again."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _build(self, method: str, *arguments: object, **options: object) -> None:
        self._call(method, *arguments, timeout=BUILD_SECONDS, **options)

    def _call(self, method: str, *arguments: object, **options: object) -> Any:  # noqa: ANN401 - pymilvus tells no types.
        """Call a method of the client; what goes wrong becomes one of our two errors."""
        try:
            return getattr(self._connected(), method)(*arguments, **options)
        except Exception as error:  # pymilvus lets through what gRPC and others raise.
            code, reason = _told(error)
            if code is not None:
                raise RefusedError(
                    f"SEARCH_ENGINE_URI: the search engine at {self.address.root} refuses: "
                    f"{reason}",
                    code,
                ) from error
            # A channel that lost its server waits longer and longer before it connects again.
            self.close()
            raise self._down(reason) from error

    def _connected(self) -> MilvusClient:
        with self._lock:
            if self._client is None:
                self._client = _connect(self.address)
            return self._client

    def _down(self, reason: str) -> SearchDownError:
        return SearchDownError(
            f"SEARCH_ENGINE_URI: the search engine at {self.address.root} does not answer: {reason}"
        )


def _connect(address: Address) -> MilvusClient:
    # On its import pymilvus would read a file .env into the environment, secrets included.
    before = os.environ.get("PYTHON_DOTENV_DISABLED")
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    try:
        from pymilvus import MilvusClient
    finally:
        if before is None:
            del os.environ["PYTHON_DOTENV_DISABLED"]
        else:
            os.environ["PYTHON_DOTENV_DISABLED"] = before
    # It logs every error with its traceback; here they are raised, and logged once.
    for name in ("pymilvus", "pymilvus.milvus_client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return MilvusClient(
        address.root,
        user=address.user,
        password=address.password,
        db_name=address.database,
        timeout=SEARCH_SECONDS,
        dedicated=True,
        grpc_options=_CHANNEL,
    )


def _told(error: Exception) -> tuple[int | None, str]:
    """Return Milvus's code where the server refuses, and the reason as one short line."""
    lines = str(getattr(error, "message", "") or error).strip().splitlines()
    reason = lines[0][:200] if lines else type(error).__name__
    code = getattr(error, "code", None)
    if callable(code):  # Of gRPC, whose codes have names.
        name = str(code().name)
        return (0 if name == "UNIMPLEMENTED" else None), name
    return code if isinstance(code, int) and code not in _NOT_READY else None, reason
