"""Forgets the servers that the bot has left, and tries again where the store was away at that moment."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import TroubleError
from bot.exts.kit.host import Host

AGAIN_AFTER = timedelta(minutes=10)
"""After how long a server is tried again: a large one may have taken longer than the store allows."""

_log = structlog.get_logger("tandem.privacy")


class Forgetting:
    """The job of trying again. What is still to be forgotten is known here alone, since the store could not be told."""

    name, shared = "forget", False

    def __init__(self, client: Host) -> None:
        self._client, self._left = client, dict[int, datetime]()
        self.changed = asyncio.Event()

    async def left(self, guild_id: int) -> None:
        """The bot was removed from a server: forget it."""
        try:
            await self._client.services.privacy.left(guild_id)
        except TroubleError as trouble:
            self._left[guild_id] = self._client.clock.now() + AGAIN_AFTER
            self.changed.set()
            _log.warning("server not forgotten yet", guild=guild_id, cause=trouble.cause)
        else:
            self._left.pop(guild_id, None)
            _log.info("server forgotten", guild=guild_id)

    async def next_at(self) -> datetime | None:
        """When the next server is tried again."""
        return min(self._left.values(), default=None)

    async def work(self) -> None:
        """Try those again whose time has come, unless the bot has been let in again meanwhile."""
        now = self._client.clock.now()
        for guild_id in [guild_id for guild_id, at in self._left.items() if at <= now]:
            if self._client.get_guild(guild_id) is None:
                await self.left(guild_id)
            else:
                del self._left[guild_id]
                _log.info("server is back", guild=guild_id)
