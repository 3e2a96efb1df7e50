"""What servers have set, and who may do what by it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from bot.domain.guild import GuildSettings
from bot.domain.hours import next_at, zone_or_utc
from bot.domain.schedule import Runtime
from bot.storage.guilds import Guilds


class GuildService:
    """Reads and changes the settings of servers."""

    def __init__(self, guilds: Guilds, now: Callable[[], datetime]) -> None:
        self._guilds, self._now = guilds, now
        self.watchers: list[Callable[[], object]] = []
        """Called when a server has changed something."""

    async def settings(self, guild_id: int | None) -> GuildSettings:
        """The settings of a server; outside of one, what holds where nothing is set."""
        return GuildSettings(0) if guild_id is None else await self._guilds.get(guild_id)

    async def language(self, guild_id: int | None) -> Runtime:
        """The language whose snippets are shown first."""
        return (await self.settings(guild_id)).language

    async def change(self, guild_id: int, **values: Any) -> GuildSettings:
        """Change these settings of a server and no others; where the hour changes, the next daily question does."""
        now = self._now()

        def plan(settings: GuildSettings) -> datetime:
            return next_at(settings.daily_minute, zone_or_utc(settings.time_zone), now)

        settings = await self._guilds.change(guild_id, values, plan)
        for watcher in self.watchers:
            watcher()
        return settings

    async def may_host(self, guild_id: int, role_ids: Collection[int], *, manages: bool) -> bool:
        """Whether somebody with these roles may host rounds; whoever manages the server always may."""
        if manages:
            return True
        host = (await self._guilds.get(guild_id)).host_role_id
        return host is not None and (host == guild_id or host in role_ids)
