"""Compose file and Dockerfile fit the program and each other. (No engine runs them here.)"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from test_readme import Recording

from bot.settings import Settings
from index.generations import FORMAT

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
BOT = COMPOSE["services"]["bot"]
SCRATCH = "/tmp"  # noqa: S108 - of the container, which nobody shares


def filled(value):
    """Return a value with the defaults of its variables, as compose fills it."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))


def test_every_variable_is_a_setting():
    """None is misspelled."""
    environment = Recording()
    Settings.from_env(environment)

    assert set(BOT["environment"]) <= environment.asked


def test_its_values_are_settings_that_the_program_takes(tmp_path):
    """With nothing but the token's file, which stands for the secret that is mounted."""
    secret = tmp_path / "token"
    secret.write_text("1:token\n")
    environment = {name: filled(value) for name, value in BOT["environment"].items()}
    (name,) = BOT["secrets"]
    assert environment["TELEGRAM_BOT_TOKEN_FILE"] == f"/run/secrets/{name}"

    settings = Settings.from_env(environment | {"TELEGRAM_BOT_TOKEN_FILE": str(secret)})

    assert settings.token == "1:token"
    assert str(settings.data_dir) == "/data"


def test_the_secret_stays_out_of_the_repository_and_the_image():
    """It comes from a file that neither git nor the build sees, and stands nowhere itself."""
    (secret,) = COMPOSE["secrets"].values()
    folder = Path(secret["file"]).parts[0]

    assert f"/{folder}/" in (ROOT / ".gitignore").read_text().split()
    assert {folder, ".env"} <= set((ROOT / ".dockerignore").read_text().split())
    assert "TELEGRAM_BOT_TOKEN" not in BOT["environment"]


def test_it_runs_with_as_little_as_it_needs():
    """No root, no capability, no new privilege, nothing to write but its volumes and /tmp."""
    uid = re.search(r"useradd --uid (\d+)", DOCKERFILE)[1]

    assert BOT["user"] == uid != "0"
    assert BOT["read_only"] is True
    assert BOT["cap_drop"] == ["ALL"]
    assert BOT["security_opt"] == ["no-new-privileges:true"]
    assert [mount.split(":")[0] for mount in BOT["tmpfs"]] == [SCRATCH]
    assert not {"privileged", "cap_add", "network_mode", "ports"} & set(BOT)


@pytest.mark.parametrize("setting", ["DATA_DIR", "CORPUS_DIR"])
def test_what_the_program_writes_is_on_a_volume(setting):
    """The same place in both files; the volume is declared, so that it outlives the container."""
    mounts = dict(mount.split(":")[::-1] for mount in BOT["volumes"])

    place = BOT["environment"][setting]

    assert mounts[place] in COMPOSE["volumes"]
    assert f"{setting}={place}" in DOCKERFILE


def test_libraries_keep_their_files_where_they_may():
    """Their folders lie on what can be written."""
    places = dict(re.findall(r"(MPLCONFIGDIR|HF_HOME)=(\S+)", DOCKERFILE))

    assert places == {"MPLCONFIGDIR": SCRATCH, "HF_HOME": "/data/models"}


def test_what_the_image_is_made_of_exists():
    """Each file that is copied from the repository is there."""
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, flags=re.MULTILINE)

    sources = [source for line in copied for source in line.split()]

    assert {"bot", "index", "corpus", "constraints.txt"} <= set(sources)
    assert all((ROOT / source).exists() for source in sources)


def test_both_ask_the_program_itself_whether_it_is_well():
    """By the same command."""
    command = re.search(r"HEALTHCHECK .* CMD (\[.*\])", DOCKERFILE)[1]

    assert ["CMD", *json.loads(command)] == BOT["healthcheck"]["test"]


def test_the_image_names_the_format_of_its_index():
    """Who deploys it can tell whether an index of before will do."""
    assert f'io.yuanhua.index-format="{FORMAT}"' in DOCKERFILE
