"""An operator sets variables; a mistake gets one sentence that names the variable, and never the token."""

from __future__ import annotations

import os
from dataclasses import FrozenInstanceError, asdict
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import DISCORD_API_URL, ROOT, Settings, read_settings

TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.secret"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of this machine gets into a test."""
    for name in list(os.environ):
        if name.startswith(("DISCORD_", "TANDEM_")):
            monkeypatch.delenv(name)


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def test_without_any_variable_everything_has_a_default() -> None:
    settings = read_settings()
    assert settings.token is None
    assert settings.api_url == DISCORD_API_URL == "https://discord.com/api/v10"
    assert settings.database_url == f"sqlite:///{ROOT / 'data' / 'tandem.db'}"
    assert settings.content_dir == ROOT / "content"
    assert (settings.shard_count, settings.shard_ids, settings.metrics_port) == (None, None, None)
    assert (settings.log_level, settings.log_format) == ("INFO", "console")


@pytest.mark.parametrize(
    ("variable", "value", "field", "read_as"),
    [
        ("DISCORD_API_URL", "http://127.0.0.1:8123/api/v10/", "api_url", "http://127.0.0.1:8123/api/v10"),
        ("TANDEM_DATABASE_URL", "sqlite:///my.db", "database_url", "sqlite:///my.db"),
        ("TANDEM_DATABASE_URL", "sqlite+aiosqlite:///my.db", "database_url", "sqlite:///my.db"),
        (
            "TANDEM_DATABASE_URL",
            "postgresql+asyncpg://a:b@h:1/db?ssl=require",
            "database_url",
            "postgresql+psycopg://a:b@h:1/db?sslmode=require",
        ),
        (
            "TANDEM_DATABASE_URL",
            "postgresql:///db?host=/run/sockets",
            "database_url",
            "postgresql+psycopg:///db?host=%2Frun%2Fsockets",
        ),
        ("TANDEM_CONTENT_DIR", "lessons", "content_dir", Path("lessons")),
        ("TANDEM_SHARD_COUNT", "4", "shard_count", 4),
        ("TANDEM_METRICS_PORT", "9100", "metrics_port", 9100),
        ("TANDEM_LOG_LEVEL", "DEBUG", "log_level", "DEBUG"),
        ("TANDEM_LOG_FORMAT", "json", "log_format", "json"),
    ],
)
def test_each_variable_is_read(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, field: str, read_as: object
) -> None:
    assert getattr(read(monkeypatch, **{variable: value}), field) == read_as


@pytest.mark.parametrize(
    ("written", "ids"),
    [("0-3", [0, 1, 2, 3]), ("0,2", [0, 2]), ("3", [3]), (" 2 - 3 , 0 ", [0, 2, 3]), ("1,1-2", [1, 2])],
)
def test_shards_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch, written: str, ids: list[int]) -> None:
    assert read(monkeypatch, TANDEM_SHARD_COUNT="4", TANDEM_SHARD_IDS=written).shard_ids == ids


def test_the_token_is_read_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, DISCORD_TOKEN=TOKEN)
    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN
    assert TOKEN not in f"{settings!r} {settings} {asdict(settings)}"


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, DISCORD_TOKEN="", TANDEM_SHARD_COUNT="", TANDEM_SHARD_IDS="", TANDEM_LOG_LEVEL="")
    assert settings == Settings()
    assert settings.token is None


FILE = "sqlite:///"
SCHEME = f"cannot be used: expected an address that begins with {FILE} or postgresql://."
ADDRESS = f"cannot be used: expected a database address such as {FILE}data/tandem.db."
NAMELESS = "cannot be used: expected the name of a database at the end, such as postgresql://tandem@localhost/tandem."
PATH = f"cannot be used: expected nothing but the path of a file after {FILE}."
MEMORY = f"cannot be used: expected the path of a file after {FILE}, because memory outlives no restart."
SHARDS = "cannot be used: expected shards such as 0-3 or 0,2."


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DISCORD_API_URL", "discord.com", f"cannot be used: expected an address such as {DISCORD_API_URL}."),
        ("DISCORD_API_URL", "ftp://discord.com", f"cannot be used: expected an address such as {DISCORD_API_URL}."),
        ("DISCORD_API_URL", "http://", f"cannot be used: expected an address such as {DISCORD_API_URL}."),
        ("TANDEM_DATABASE_URL", "scores", ADDRESS),
        ("TANDEM_DATABASE_URL", "mysql+aiomysql://host/db", SCHEME),
        ("TANDEM_DATABASE_URL", "sqlite+pysqlcipher:///my.db", SCHEME),
        ("TANDEM_DATABASE_URL", "sqlite://data/my.db", SCHEME),
        ("TANDEM_DATABASE_URL", f"{FILE}my.db?timeout=abc", PATH),
        ("TANDEM_DATABASE_URL", "mysql://ada:pw@host/db", SCHEME),
        ("TANDEM_DATABASE_URL", "sqlite://", MEMORY),
        ("TANDEM_DATABASE_URL", "postgresql://host", NAMELESS),
        ("TANDEM_DATABASE_URL", "postgresql://host:port/db", ADDRESS),
        ("TANDEM_DATABASE_URL", "sqlite:///:memory:", MEMORY),
        ("TANDEM_SHARD_COUNT", "many", "cannot be used: expected a whole number."),
        ("TANDEM_SHARD_COUNT", "1.5", "cannot be used: expected a whole number."),
        ("TANDEM_SHARD_COUNT", "0", "cannot be used: expected at least 1."),
        ("TANDEM_METRICS_PORT", "0", "cannot be used: expected at least 1."),
        ("TANDEM_METRICS_PORT", "65536", "cannot be used: expected at most 65535."),
        ("TANDEM_SHARD_IDS", "all", SHARDS),
        ("TANDEM_SHARD_IDS", "0-", SHARDS),
        ("TANDEM_SHARD_IDS", "0,,2", SHARDS),
        ("TANDEM_SHARD_IDS", "-1", SHARDS),
        ("TANDEM_SHARD_IDS", "0-999999999", SHARDS),
        ("TANDEM_SHARD_IDS", "3-0", "cannot be used: expected 0-3, the lower number first."),
        ("TANDEM_SHARD_IDS", "0-3", "needs TANDEM_SHARD_COUNT: the number of shards in all."),
        ("TANDEM_LOG_LEVEL", "loud", "cannot be used: expected 'DEBUG', 'INFO', 'WARNING' or 'ERROR'."),
        ("TANDEM_LOG_FORMAT", "xml", "cannot be used: expected 'console' or 'json'."),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_one_sentence_about_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, DISCORD_TOKEN=TOKEN, **{variable: value})
    assert str(caught.value) == f"{variable} {said}"
    assert TOKEN not in repr(caught.value.__cause__)


def test_a_shard_beyond_the_count_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, TANDEM_SHARD_COUNT="4", TANDEM_SHARD_IDS="0-4")
    assert str(caught.value) == "TANDEM_SHARD_IDS names a shard of 4 that does not exist."


def test_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, TANDEM_LOG_LEVEL="DEBUG")
    with pytest.raises(FrozenInstanceError):
        settings.log_level = "INFO"


def test_the_password_of_the_database_is_a_secret_wherever_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, TANDEM_DATABASE_URL="postgresql://tandem@db/tandem?password=p%40ss")
    assert settings.database_url == "postgresql+psycopg://tandem:p%40ss@db/tandem"
    assert settings.secrets == ("p@ss", "p%40ss")
    assert "p%40ss" not in repr(settings)
