"""What servers have set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.domain.guild import GuildSettings
from bot.domain.schedule import Runtime
from bot.storage import tables
from bot.storage.store import Store

_guild = tables.guilds.c

_NAMES = [column.name for column in tables.guilds.columns if column.name not in ("daily_at", "language")]


class Guilds:
    """The stored settings of servers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, guild_id: int) -> GuildSettings:
        """The settings of a server; where it has set nothing, what holds then."""
        query = select(tables.guilds).where(_guild.guild_id == guild_id)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return GuildSettings(guild_id) if row is None else settings_of(row)

    async def save(self, settings: GuildSettings, daily_at: datetime | None) -> None:
        """Store all settings of a server, and when the next daily question is to be posted."""
        await self._store.write(lambda connection: _save(connection, settings, daily_at))

    async def change(
        self, guild_id: int, values: Mapping[str, Any], plan: Callable[[GuildSettings], datetime]
    ) -> GuildSettings:
        """Change these settings of a server; what somebody else changes at the same time, and is not among them, stays.

        `plan` tells when the next daily question is due. It is asked where questions begin to be posted, or their hour
        changes; otherwise the one that is planned stays planned, also where it is overdue.
        """

        def work(connection: Connection) -> GuildSettings:
            row = connection.execute(select(tables.guilds).where(_guild.guild_id == guild_id)).first()
            before = GuildSettings(guild_id) if row is None else settings_of(row)
            after = replace(before, **values)
            daily_at = None if row is None else row.daily_at
            if after.daily_channel_id is None:
                daily_at = None
            elif daily_at is None or _hour(before) != _hour(after):
                daily_at = plan(after)
            _save(connection, after, daily_at)
            return after

        return await self._store.write(work)


def settings_of(row: Any) -> GuildSettings:
    """The settings of a row."""
    values = {name: getattr(row, name) for name in _NAMES}
    return GuildSettings(**values, language=Runtime(row.language))


def _row(settings: GuildSettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in _NAMES} | {"language": settings.language.value}


def _hour(settings: GuildSettings) -> tuple[int, str]:
    return settings.daily_minute, settings.time_zone


def _save(connection: Connection, settings: GuildSettings, daily_at: datetime | None) -> None:
    values = _row(settings) | {"daily_at": daily_at}
    this = _guild.guild_id == settings.guild_id
    if connection.execute(update(tables.guilds).where(this).values(values)).rowcount == 0:
        connection.execute(insert(tables.guilds), values)
