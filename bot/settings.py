"""Settings, read from the environment once and handed down. The only module that looks at the environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds `bot/`, `content/` and `data/`."""

DISCORD_API_URL = "https://discord.com/api/v10"


_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+asyncpg": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""The drivers that work in threads, by what addresses may begin with."""


def _database_url(text: str) -> str:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise ValueError("expected a database address such as sqlite:///data/tandem.db") from error
    if url.drivername not in _DRIVERS:
        raise ValueError("expected an address that begins with sqlite:/// or postgresql://")
    ours = url.set(drivername=_DRIVERS[url.drivername])
    checked = _file(ours) if ours.drivername == "sqlite" else _server(ours)
    return checked.render_as_string(hide_password=False)


def _file(url: URL) -> URL:
    if url.host:
        raise ValueError("expected an address that begins with sqlite:/// or postgresql://")
    if url.query:
        raise ValueError("expected nothing but the path of a file after sqlite:///")
    if url.database in (None, "", ":memory:"):
        raise ValueError("expected the path of a file after sqlite:///, because memory outlives no restart")
    return url


def _server(url: URL) -> URL:
    if not url.database:
        raise ValueError("expected the name of a database at the end, such as postgresql://tandem@localhost/tandem")
    if "ssl" in url.query:  # asyncpg's word for it
        url = url.difference_update_query(["ssl"]).update_query_dict({"sslmode": url.query["ssl"]})
    return url


def _api_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", text):
        raise ValueError(f"expected an address such as {DISCORD_API_URL}")
    return text.rstrip("/")


def _shard_ids(text: str | None) -> list[int] | None:
    """The shards that `0-3` or `0,2` names."""
    if text is None:
        return None
    ids: set[int] = set()
    for piece in text.split(","):
        ends = re.fullmatch(r"\s*([0-9]{1,5})(?:\s*-\s*([0-9]{1,5}))?\s*", piece)
        if ends is None:
            raise ValueError("expected shards such as 0-3 or 0,2")
        low, high = int(ends[1]), int(ends[2] or ends[1])
        if high < low:
            raise ValueError(f"expected {high}-{low}, the lower number first")
        ids.update(range(low, high + 1))
    return sorted(ids)


class Settings(BaseSettings):
    """What the environment says. `python -m bot --help` and the README list the variables."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    token: SecretStr | None = Field(default=None, validation_alias="DISCORD_TOKEN")
    api_url: Annotated[str, AfterValidator(_api_url)] = Field(
        default=DISCORD_API_URL, validation_alias="DISCORD_API_URL"
    )
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        default=f"sqlite:///{ROOT / 'data' / 'tandem.db'}", validation_alias="TANDEM_DATABASE_URL"
    )
    content_dir: Path = Field(default=ROOT / "content", validation_alias="TANDEM_CONTENT_DIR")
    shard_count: Annotated[int, Field(ge=1)] | None = Field(default=None, validation_alias="TANDEM_SHARD_COUNT")
    shard_ids: Annotated[list[int] | None, NoDecode, BeforeValidator(_shard_ids)] = Field(
        default=None, validation_alias="TANDEM_SHARD_IDS"
    )
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = Field(
        default=None, validation_alias="TANDEM_METRICS_PORT"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", validation_alias="TANDEM_LOG_LEVEL")
    log_format: Literal["console", "json"] = Field(default="console", validation_alias="TANDEM_LOG_FORMAT")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be told to anybody: the token, and the password of the database."""
        token, password = self.token.get_secret_value() if self.token else "", make_url(self.database_url).password
        return tuple(secret for secret in (token, password) if secret)


def read_settings() -> Settings:
    """The settings of this process's environment.

    Raises:
        SettingsError: a variable holds a value that cannot be used; the sentence names it and what is expected.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"{first['loc'][0]} cannot be used: {_expected(first)}.") from error
    if settings.shard_ids is not None:
        if settings.shard_count is None:
            raise SettingsError("TANDEM_SHARD_IDS needs TANDEM_SHARD_COUNT: the number of shards in all.")
        if settings.shard_ids[-1] >= settings.shard_count:
            raise SettingsError(f"TANDEM_SHARD_IDS names a shard of {settings.shard_count} that does not exist.")
    return settings


def _expected(details: ErrorDetails) -> str:
    match details["type"]:
        case "int_parsing":
            return "expected a whole number"
        case "greater_than_equal":
            return f"expected at least {details.get('ctx', {})['ge']}"
        case "less_than_equal":
            return f"expected at most {details.get('ctx', {})['le']}"
        case _:
            return details["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
