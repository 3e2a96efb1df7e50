"""The Discord client: connects, syncs the commands when they changed, and holds what the features share."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

import discord
import structlog
from discord import app_commands
from discord.gateway import DiscordWebSocket
from yarl import URL

from bot.exts.kit.actions import Actions, Choose, Press
from bot.exts.kit.host import Host, Interaction
from bot.exts.kit.replies import reply_error
from bot.services.bundle import Services

_log = structlog.get_logger("tandem.client")

DRAIN_S = 2.0
"""How long a closing bot waits for answers that are under way."""

_WORK = ("discord-ui-", "CommandTree-invoker")
"""How discord.py names the tasks in which it runs our handlers."""


class Tree(app_commands.CommandTree[Host]):
    """The slash commands. Whatever goes wrong in one becomes a sentence."""

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Tell the member, and the log."""
        await reply_error(interaction, error)


class TandemClient(Host):
    """Slash commands and buttons only: no message content, no privileged intent, no caches."""

    def __init__(
        self, services: Services, *, shard_count: int | None = None, shard_ids: list[int] | None = None
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # there is no voice to warn about
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=0.1,  # nothing here needs every server before the first click
            shard_count=shard_count,
            shard_ids=cast("Any", shard_ids),  # None is allowed, though its type does not say so
        )
        self.services = services
        self.actions = Actions()
        self.run_action = self.actions.run
        self.tree = Tree(self)
        self.add_dynamic_items(Press, Choose)

    async def setup_hook(self) -> None:
        """Before connecting: find the gateway, and tell Discord of the commands if they changed."""
        _, gateway, _ = await self.http.get_bot_gateway()
        # discord.py falls back to Discord's own address when it identifies anew; ours may be another.
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)
        await self._sync()

    async def _sync(self) -> None:
        assert self.application_id is not None  # noqa: S101 - known since the login
        ours = {c.name: c.to_dict(self.tree) for c in self.tree.get_commands()}
        theirs = {c["name"]: c for c in await self.http.get_global_commands(self.application_id)}
        if ours.keys() == theirs.keys() and all(_same(ours[name], theirs[name]) for name in ours):
            _log.info("commands unchanged", count=len(ours))
            return
        await self.tree.sync()
        _log.info("commands synced", count=len(ours))

    async def on_ready(self) -> None:
        """Connected."""
        _log.info("ready", user=str(self.user), servers=len(self.guilds), shards=self.shard_count)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """A dropped connection is back, with nothing missed."""
        _log.info("resumed", shard=shard_id)

    async def close(self) -> None:
        """Let the answers under way reach their members, then disconnect."""
        mine = asyncio.current_task()
        work = {t for t in asyncio.all_tasks() if t is not mine and t.get_name().startswith(_WORK)}
        if work:
            await asyncio.wait(work, timeout=DRAIN_S)
        await super().close()


def _same(ours: Any, theirs: Any) -> bool:
    """Whether Discord holds what we would send. It may leave out what is empty, and adds keys of its own."""
    if isinstance(ours, Mapping):
        mine, held = cast("Mapping[str, Any]", ours), cast("Mapping[str, Any]", theirs or {})
        return all(_same(value, held.get(key)) for key, value in mine.items() if key != "dm_permission")  # deprecated
    if isinstance(ours, list):
        mine, held = cast("Sequence[Any]", ours), cast("Sequence[Any]", theirs or [])
        return len(mine) == len(held) and all(map(_same, mine, held))
    return (ours or None) == (theirs or None)
