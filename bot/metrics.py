"""What is counted for who watches the bot, in the form that Prometheus reads. Nobody's words."""

from __future__ import annotations

import logging
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from index import Abstention, Reply

KIND = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Metrics:
    """Counters of one bot; each bot has its own, so that a process may hold several."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._questions = Counter(
            "yuanhua_questions", "Questions that were looked up", ["outcome"], registry=registry
        )
        self._seconds = Histogram(
            "yuanhua_answer_seconds",
            "Seconds of an answer by stage; whole: the wait in line included",
            ["stage"],
            buckets=SECONDS,
            registry=registry,
        )
        self._updates = Counter(
            "yuanhua_updates", "Updates by what became of them", ["outcome"], registry=registry
        )
        self._sends = Counter(
            "yuanhua_requests", "Requests that Telegram took", ["method"], registry=registry
        )
        self._trouble = Counter(
            "yuanhua_request_trouble",
            "Requests that were refused or lost",
            ["kind"],
            registry=registry,
        )
        self._errors = Counter("yuanhua_errors", "Errors in the log", registry=registry)
        self._generation = Gauge(
            "yuanhua_generation", "The generation that answers", ["generation"], registry=registry
        )
        self._generation_of: Callable[[], str] = str

    def note_reply(self, reply: Reply, *, seconds: float) -> None:
        """Count an answer or an abstention, with its times."""
        outcome = "abstained" if isinstance(reply, Abstention) else "answered"
        self._questions.labels(outcome).inc()
        for stage, milliseconds in reply.timing_ms.items():
            self._seconds.labels(stage).observe(milliseconds / 1000)
        self._seconds.labels("whole").observe(seconds)

    def note_updates(self, outcome: str, count: int = 1) -> None:
        """Count updates that were taken, known already, done, put off or set aside."""
        self._updates.labels(outcome).inc(count)

    def note_request(self, method: str) -> None:
        """Count a request that succeeded."""
        self._sends.labels(method).inc()

    def note_trouble(self, kind: str) -> None:
        """Count a request that was refused for its pace, tried again, or perhaps lost."""
        self._trouble.labels(kind).inc()

    def watch(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Show a number as it is whenever somebody looks."""
        Gauge(f"yuanhua_{name}", meaning, registry=self._registry).set_function(value)

    def watch_generation(self, generation: Callable[[], str]) -> None:
        """Show which generation answers."""
        self._generation_of = generation

    def errors(self) -> logging.Handler:
        """Return a handler that counts the errors of a log."""
        return _Counting(self._errors)

    def page(self) -> bytes:
        """Return all of it as text."""
        self._generation.clear()
        self._generation.labels(self._generation_of()).set(1)
        return generate_latest(self._registry)


class _Counting(logging.Handler):
    def __init__(self, counter: Counter) -> None:
        super().__init__(logging.ERROR)
        self._counter = counter

    def emit(self, _: logging.LogRecord) -> None:
        self._counter.inc()
