"""Settings, read from the environment once and handed down. The only module that looks at the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from bot.errors import SettingsError

if TYPE_CHECKING:
    from sqlalchemy import URL

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds `bot/`, `content/` and `data/`."""

CONTENT = ROOT / "content"
"""The lessons that come with the bot."""

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
    from sqlalchemy import make_url  # noqa: PLC0415 - see `content_dir`
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

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
    if password := url.query.get("password"):  # where it stands otherwise, it is known for one
        if not isinstance(password, str):
            raise ValueError("expected one password")
        url = url.difference_update_query(["password"]).set(password=password)
    return url


def _api_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", text):
        raise ValueError(f"expected an address such as {DISCORD_API_URL}")
    return text.rstrip("/")


def _shard_ids(text: str) -> list[int]:
    """The shards that `0-3` or `0,2` names."""
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


def _whole_number(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"\s*[+-]?[0-9]+\s*", text):
            raise ValueError("expected a whole number")
        number = int(text)
        if number < lowest:
            raise ValueError(f"expected at least {lowest}")
        if highest is not None and number > highest:
            raise ValueError(f"expected at most {highest}")
        return number

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"expected {', '.join(map(repr, words[:-1]))} or {words[-1]!r}")
        return text

    return parse


class Secret:
    """A text that shows itself to nobody who does not ask for it by name."""

    def __init__(self, text: str) -> None:
        self._text = text

    def get_secret_value(self) -> str:
        """The text."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. `python -m bot --help` and the README list the variables.

    A model of pydantic's would say the same in as many lines. But importing pydantic is a sixth of the start.
    """

    token: Secret | None = None
    api_url: str = DISCORD_API_URL
    database_url: str = field(default=f"sqlite:///{ROOT / 'data' / 'tandem.db'}", repr=False)
    content_dir: Path = CONTENT
    shard_count: int | None = None
    shard_ids: list[int] | None = None
    metrics_port: int | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be told to anybody: the token, and the password of the database, as an address has it too."""
        from sqlalchemy import make_url  # noqa: PLC0415 - see `content_dir`

        token, password = self.token.get_secret_value() if self.token else "", make_url(self.database_url).password
        found = (token, password, quote(password or "", safe=" +"), quote(password or "", safe=""))
        return tuple(dict.fromkeys(secret for secret in found if secret))


_VARIABLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "token": ("DISCORD_TOKEN", Secret),
    "api_url": ("DISCORD_API_URL", _api_url),
    "database_url": ("TANDEM_DATABASE_URL", _database_url),
    "content_dir": ("TANDEM_CONTENT_DIR", Path),
    "shard_count": ("TANDEM_SHARD_COUNT", _whole_number(1)),
    "shard_ids": ("TANDEM_SHARD_IDS", _shard_ids),
    "metrics_port": ("TANDEM_METRICS_PORT", _whole_number(1, 65535)),
    "log_level": ("TANDEM_LOG_LEVEL", _one_of("DEBUG", "INFO", "WARNING", "ERROR")),
    "log_format": ("TANDEM_LOG_FORMAT", _one_of("console", "json")),
}
"""The variable of each setting, and what makes a value of its text."""


def content_dir() -> Path:
    """The folder of the content alone, which a start wants at once: the rest takes SQLAlchemy, a fifth of the start."""
    return Path(os.environ.get("TANDEM_CONTENT_DIR") or CONTENT)  # noqa: TID251 - this is the place


def read_settings() -> Settings:
    """The settings of this process's environment; an empty variable is as good as none.

    Raises:
        SettingsError: a variable holds a value that cannot be used; the sentence names it and what is expected.
    """
    found: dict[str, Any] = {}
    for name, (variable, parse) in _VARIABLES.items():
        if text := os.environ.get(variable):  # noqa: TID251 - this is the place
            try:
                found[name] = parse(text)
            except ValueError as error:
                raise SettingsError(f"{variable} cannot be used: {error}.") from error
    settings = Settings(**found)
    if settings.shard_ids is not None:
        if settings.shard_count is None:
            raise SettingsError("TANDEM_SHARD_IDS needs TANDEM_SHARD_COUNT: the number of shards in all.")
        if settings.shard_ids[-1] >= settings.shard_count:
            raise SettingsError(f"TANDEM_SHARD_IDS names a shard of {settings.shard_count} that does not exist.")
    return settings
