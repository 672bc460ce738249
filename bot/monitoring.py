"""/healthz, /readyz and /metrics, for whoever keeps the bot running."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from .http_server import Request, Respond, Response
from .metrics import KIND, Metrics

CHECK_SECONDS = 4.0

Check = Callable[[], Awaitable[bool]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Answers them."""

    metrics: Metrics
    is_listening: Callable[[], bool]
    checks: Mapping[str, Check]
    """What must hold for questions to be answered, by name."""

    def routes(self) -> dict[tuple[str, str], Respond]:
        """Return the paths."""
        return {
            ("GET", "/healthz"): self.healthz,
            ("GET", "/readyz"): self.readyz,
            ("GET", "/metrics"): self.show,
        }

    async def healthz(self, _: Request) -> Response:
        """Say that the loop runs, and whether updates can arrive; a restart may mend the rest."""
        if self.is_listening():
            return Response(body=b"ok\n")
        return Response(HTTPStatus.SERVICE_UNAVAILABLE, b"polling: no answer for too long\n")

    async def readyz(self, _: Request) -> Response:
        """Say what stands between a question and its answer."""
        held = await asyncio.gather(*(_holds(check) for check in self.checks.values()))
        lines = [
            f"{name}: {'ok' if ok else 'failed'}"
            for name, ok in zip(self.checks, held, strict=True)
        ]
        status = HTTPStatus.OK if all(held) else HTTPStatus.SERVICE_UNAVAILABLE
        return Response(status, "\n".join([*lines, ""]).encode())

    async def show(self, _: Request) -> Response:
        """Return the counts."""
        return Response(body=self.metrics.page(), kind=KIND)


async def _holds(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except Exception as error:
        logger.warning("Not ready: %s: %s", type(error).__name__, error)
        return False
