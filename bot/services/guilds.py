"""What servers have set, and who may do what by it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.guild import GuildSettings
from bot.domain.hours import next_at, zone
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

    async def change(self, guild_id: int, **values: Any) -> GuildSettings:
        """Change some settings of a server; the next daily question is planned anew."""
        settings = replace(await self._guilds.get(guild_id), **values)
        daily_at = None
        if settings.daily_channel_id is not None:
            daily_at = next_at(settings.daily_minute, zone(settings.time_zone), self._now())
        await self._guilds.save(settings, daily_at)
        for watcher in self.watchers:
            watcher()
        return settings

    async def may_host(self, guild_id: int, role_ids: Collection[int], *, manages: bool) -> bool:
        """Whether somebody with these roles may host rounds; whoever manages the server always may."""
        if manages:
            return True
        host = (await self._guilds.get(guild_id)).host_role_id
        return host is not None and (host == guild_id or host in role_ids)
