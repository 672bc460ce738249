"""A small HTTP server on the bot's own loop: for the webhook, and for who watches the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

MOST_BYTES = 1_000_000
"""An update has some kilobytes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. Names of headers are looked up in any case."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Response:
    """What goes out."""

    status: int = 200
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"


Respond = Callable[[Request], Awaitable[Response]]


class WebServer:
    """Serves some paths, each by one method."""

    def __init__(self, routes: Mapping[tuple[str, str], Respond]) -> None:
        self._server = HTTPServer(_Paths(routes), max_body_size=MOST_BYTES)

    def listen(self, address: str, port: int) -> None:
        """Begin to serve.

        Raises:
            OSError: The port can't be had.
        """
        self._server.listen(port, address=address)

    async def close(self) -> None:
        """Stop serving; answers under way are cut."""
        self._server.stop()
        await self._server.close_all_connections()


class _Paths(Application):
    def __init__(self, routes: Mapping[tuple[str, str], Respond]) -> None:
        super().__init__([(r".*", _Handler, {"routes": routes})])

    def log_request(self, handler: RequestHandler) -> None:
        """Say nothing: what matters is counted."""


class _Handler(RequestHandler):
    def initialize(self, routes: Mapping[tuple[str, str], Respond]) -> None:
        self._routes = routes

    def set_default_headers(self) -> None:
        self.clear_header("Server")

    async def get(self) -> None:
        await self._respond()

    async def post(self) -> None:
        await self._respond()

    async def _respond(self) -> None:
        request = self.request
        respond = self._routes.get((request.method or "", request.path))
        if respond is None:
            self.set_status(404)
            return
        response = await respond(Request(request.body, request.headers))
        self.set_status(response.status)
        self.set_header("Content-Type", response.kind)
        self.write(response.body)
