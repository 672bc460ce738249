"""Settings come from a mapping, are checked, and keep their secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError

TOKEN = "123:secret-token"


def test_defaults_need_no_environment():
    """An empty environment gives a bot without a token, on Telegram's own server."""
    settings = Settings.from_env({})

    assert settings.token == ""
    assert settings.base_url == "https://api.telegram.org/bot"
    assert settings.base_file_url == "https://api.telegram.org/file/bot"
    assert settings.data_dir == Path("data")
    assert settings.corpus_dir == Path("corpus")
    assert settings.embedding_model is None
    assert settings.reranker_model is None
    assert settings.webhook is None
    assert settings.log_level == "INFO"


@pytest.mark.parametrize(
    "address",
    ["http://localhost:8081", "http://localhost:8081/", "http://localhost:8081/bot"],
)
def test_methods_and_files_share_one_server(address):
    """The root may end in a slash or in /bot; both addresses derive from it."""
    settings = Settings.from_env({"TELEGRAM_API_BASE_URL": address})

    assert settings.base_url == "http://localhost:8081/bot"
    assert settings.base_file_url == "http://localhost:8081/file/bot"


def test_ids_are_separated_by_commas():
    """Spaces and an empty end do no harm; a group's id is negative."""
    settings = Settings.from_env({"ADMIN_IDS": "1, 2,", "ALLOWED_CHAT_IDS": "-1001,7"})

    assert settings.admin_ids == {1, 2}
    assert settings.allowed_chat_ids == {-1001, 7}


def test_models_are_taken_by_name():
    """A name or a path; an empty variable is as good as none."""
    env = {"EMBEDDING_MODEL": "some/model", "RERANKER_MODEL": " other/model "}

    settings = Settings.from_env(env)
    empty = Settings.from_env(dict.fromkeys(env, " "))

    assert (settings.embedding_model, settings.reranker_model) == ("some/model", "other/model")
    assert (empty.embedding_model, empty.reranker_model) == (None, None)


def test_a_secret_may_stand_in_a_file(tmp_path):
    """The file's end of line is no part of it."""
    (tmp_path / "token").write_text(TOKEN + "\n")

    settings = Settings.from_env({"TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / "token")})

    assert settings.token == TOKEN


def test_a_webhook_serves_the_path_of_its_address():
    """Its secret may come from a file, and neither secret is printed."""
    env = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "WEBHOOK_URL": "https://example.org/a/hook",
        "WEBHOOK_SECRET": "hush_hush",
        "WEBHOOK_PORT": "9000",
    }

    settings = Settings.from_env(env)

    assert settings.webhook.path == "a/hook"
    assert settings.webhook.port == 9000
    assert settings.secrets == (TOKEN, "hush_hush")
    assert "secret-token" not in repr(settings)
    assert "hush" not in repr(settings)


def test_a_webhook_without_a_secret_gets_one():
    """Nobody can guess it, and it is as secret as a chosen one."""
    one, other = (Settings.from_env({"WEBHOOK_URL": "https://x.org/hook"}) for _ in range(2))

    assert len(one.webhook.secret) >= 32
    assert one.webhook.secret != other.webhook.secret
    assert one.webhook.secret in one.secrets
    assert one.webhook.secret not in repr(one)


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"ADMIN_IDS": "1;2"}, ["ADMIN_IDS", "'1;2'"]),
        ({"ALLOWED_CHAT_IDS": "@group"}, ["ALLOWED_CHAT_IDS", "'@group'"]),
        ({"TELEGRAM_API_BASE_URL": "localhost"}, ["TELEGRAM_API_BASE_URL", "'localhost'"]),
        ({"TELEGRAM_API_BASE_URL": "http://[x"}, ["TELEGRAM_API_BASE_URL", "'http://[x'"]),
        ({"LOG_LEVEL": "loud"}, ["LOG_LEVEL", "'LOUD'"]),
        ({"SEARCH_ENGINE_URI": "milvus:19530"}, ["SEARCH_ENGINE_URI", "'milvus:19530'"]),
        ({"METRICS_PORT": "none"}, ["METRICS_PORT", "'none'"]),
        ({"LOG_FORMAT": "xml"}, ["LOG_FORMAT", "'xml'"]),
        ({"TELEGRAM_BOT_TOKEN_FILE": "/no/file"}, ["TELEGRAM_BOT_TOKEN_FILE", "/no/file"]),
        (
            {"WEBHOOK_URL": "http://x", "WEBHOOK_SECRET": "a b"},
            ["WEBHOOK_SECRET", "got 3 characters"],
        ),
        ({"WEBHOOK_URL": "ftp://x", "WEBHOOK_SECRET": "a"}, ["WEBHOOK_URL", "'ftp://x'"]),
        (
            {"WEBHOOK_URL": "http://x", "WEBHOOK_SECRET": "a", "WEBHOOK_PORT": "70000"},
            ["WEBHOOK_PORT", "'70000'"],
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(env, words):
    """The error is one line that says which variable, and what was found."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(env)

    assert all(word in str(caught.value) for word in words)
    assert "\n" not in str(caught.value)


def test_the_password_of_a_search_engine_is_a_secret():
    """It is among what no log line may hold, and neither shown nor repeated in an error."""
    settings = Settings.from_env({"SEARCH_ENGINE_URI": "http://root:Pa55@host:19530"})

    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"SEARCH_ENGINE_URI": "tcp://root:Pa55@host:19530"})

    assert "Pa55" in settings.secrets
    assert "Pa55" not in repr(settings)
    assert "Pa55" not in str(caught.value)


def test_a_wrong_secret_is_not_repeated():
    """The error tells its length alone."""
    env = {"WEBHOOK_URL": "http://x", "WEBHOOK_SECRET": "not allowed!"}

    with pytest.raises(SettingsError) as caught:
        Settings.from_env(env)

    assert "not allowed" not in str(caught.value)


def test_an_empty_token_file_is_refused(tmp_path):
    """It is a mistake, and not a wish to run without a token."""
    (tmp_path / "token").touch()

    with pytest.raises(SettingsError, match="empty file"):
        Settings.from_env({"TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / "token")})
