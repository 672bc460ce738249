"""Settings: the environment, read once, checked, and printed without its secrets."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from index import IndexingError, SearchEngine, search_engine

TELEGRAM_SERVER = "https://api.telegram.org"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOG_FORMATS = ("text", "json")


class SettingsError(ValueError):
    """A setting is missing or malformed; the text names the variable and is one line."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram calls the bot, and where the bot listens."""

    url: str
    """The whole address that Telegram calls; its path is the one served."""
    secret: str = field(repr=False)
    listen: str
    port: int

    @property
    def path(self) -> str:
        """Return the path of the address, without its leading slash."""
        return urlsplit(self.url).path.lstrip("/")


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the bot tells how it is."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. An empty `token` means that there is none."""

    token: str = field(repr=False)
    server: str
    """Root of the Bot API server, without a slash at its end."""
    admin_ids: frozenset[int]
    allowed_chat_ids: frozenset[int]
    """Empty: every chat is served."""
    data_dir: Path
    corpus_dir: Path
    embedding_model: str | None
    reranker_model: str | None
    search_engine: SearchEngine
    search_engine_password: str = field(repr=False)
    webhook: Webhook | None
    metrics: Listen | None
    """None: it tells nobody."""
    log_level: str
    log_format: str
    """``text`` for people, ``json`` for programs."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read and check all settings.

        Raises:
            SettingsError: The first setting that is wrong; secrets are never repeated in it.
        """
        return cls(
            token=_secret(env, "TELEGRAM_BOT_TOKEN"),
            server=_server(env),
            admin_ids=_ids(env, "ADMIN_IDS"),
            allowed_chat_ids=_ids(env, "ALLOWED_CHAT_IDS"),
            data_dir=Path(_text(env, "DATA_DIR") or "data"),
            corpus_dir=Path(_text(env, "CORPUS_DIR") or "corpus"),
            embedding_model=_text(env, "EMBEDDING_MODEL") or None,
            reranker_model=_text(env, "RERANKER_MODEL") or None,
            search_engine=_search_engine(env),
            search_engine_password=_search_engine_password(env),
            webhook=_webhook(env),
            metrics=_metrics(env),
            log_level=_log_level(env),
            log_format=_log_format(env),
        )

    @property
    def base_url(self) -> str:
        """Return the prefix of method addresses; the token follows it."""
        return f"{self.server}/bot"

    @property
    def base_file_url(self) -> str:
        """Return the prefix of file addresses; the token follows it."""
        return f"{self.server}/file/bot"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every string that must never be printed."""
        secret = self.webhook.secret if self.webhook else ""
        found = (self.token, secret, self.search_engine_password)
        return tuple(text for text in found if text)


def _text(env: Mapping[str, str], name: str) -> str:
    return env.get(name, "").strip()


def _search_engine(env: Mapping[str, str]) -> SearchEngine:
    try:
        return search_engine(_text(env, "SEARCH_ENGINE_URI"))
    except IndexingError as error:
        raise SettingsError(str(error)) from None


def _search_engine_password(env: Mapping[str, str]) -> str:
    return urlsplit(_text(env, "SEARCH_ENGINE_URI")).password or ""


def _secret(env: Mapping[str, str], name: str) -> str:
    if value := _text(env, name):
        return value
    file_name = f"{name}_FILE"
    if not (path := _text(env, file_name)):
        return ""
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"{file_name} can't be read: {path!r}: {reason}") from None
    if not value:
        raise SettingsError(f"{file_name} names an empty file: {path!r}")
    return value


def _http_address(name: str, value: str) -> str:
    try:
        address = urlsplit(value)
        valid = address.scheme in {"http", "https"} and bool(address.hostname)
        valid = valid and (address.port is None or address.port > 0)
    except ValueError:
        valid = False
    if not valid:
        raise SettingsError(f"{name} must be an http or https address, got {value!r}")
    return value


def _server(env: Mapping[str, str]) -> str:
    name = "TELEGRAM_API_BASE_URL"
    value = _http_address(name, _text(env, name) or TELEGRAM_SERVER)
    # Other programs want the address with "/bot" in this variable, so both are understood.
    return value.rstrip("/").removesuffix("/bot").rstrip("/")


def _ids(env: Mapping[str, str], name: str) -> frozenset[int]:
    value = _text(env, name)
    try:
        return frozenset(int(part) for part in value.split(",") if part.strip())
    except ValueError:
        raise SettingsError(f"{name} must be whole numbers with commas, got {value!r}") from None


def _webhook(env: Mapping[str, str]) -> Webhook | None:
    url = _text(env, "WEBHOOK_URL")
    if not url:
        return None
    # Telegram is told at every start: one that lasts until the next is as good as a chosen one.
    secret = _secret(env, "WEBHOOK_SECRET") or secrets.token_urlsafe(32)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise SettingsError(
            f"WEBHOOK_SECRET must be 1 to 256 of A-Z, a-z, 0-9, _ and -, got {len(secret)} "
            "characters"
        )
    return Webhook(
        url=_http_address("WEBHOOK_URL", url),
        secret=secret,
        listen=_text(env, "WEBHOOK_LISTEN") or "127.0.0.1",
        port=_port(env, "WEBHOOK_PORT", default=8443),
    )


def _port(env: Mapping[str, str], name: str, *, default: int) -> int:
    value = _text(env, name) or str(default)
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65535):
        raise SettingsError(f"{name} must be a port from 1 to 65535, got {value!r}")
    return int(value)


def _metrics(env: Mapping[str, str]) -> Listen | None:
    if not _text(env, "METRICS_PORT"):
        return None
    address = _text(env, "METRICS_LISTEN") or "127.0.0.1"
    return Listen(address, _port(env, "METRICS_PORT", default=9090))


def _log_format(env: Mapping[str, str]) -> str:
    value = (_text(env, "LOG_FORMAT") or "text").lower()
    if value not in LOG_FORMATS:
        raise SettingsError(f"LOG_FORMAT must be one of {', '.join(LOG_FORMATS)}, got {value!r}")
    return value


def _log_level(env: Mapping[str, str]) -> str:
    value = (_text(env, "LOG_LEVEL") or "INFO").upper()
    if value not in LOG_LEVELS:
        raise SettingsError(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, got {value!r}")
    return value
