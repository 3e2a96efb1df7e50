"""The Discord client: what it does with events, whether it is ready, and how it closes."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, cast

import aiohttp
import discord
import structlog

from bot.commands import Tree
from bot.exts.kit.actions import Actions, action_of
from bot.exts.kit.form import submitted
from bot.exts.kit.host import Interaction
from bot.services.bundle import Services
from bot.services.clock import Clock
from bot.services.turns import Turns
from bot.underneath import TakingTurns, handlers_under_way, take_each_once, tell_when_acknowledged

_log = structlog.get_logger("tandem.client")

DRAIN_S = 8.0
"""How long a closing bot waits for answers that are under way. `docker stop` allows it 10 s in all."""

CONNECTIONS = 500
"""To Discord at once, the gateway's among them. discord.py sets no limit, and where thousands click at once, opening a
connection for each takes longer than answering them in turn."""

UNKNOWN = "unknown"
"""The name, to whoever counts, of a command or an action that this version does not have."""


class TandemClient(TakingTurns):
    """Slash commands and buttons only: no message content, no privileged intent, no caches."""

    def __init__(
        self,
        services: Services,
        clock: Clock,
        turns: Turns,
        *,
        shard_count: int | None = None,
        shard_ids: list[int] | None = None,
        deaf_after_s: float = 60.0,
    ) -> None:
        super().__init__(
            turns,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            heartbeat_timeout=deaf_after_s,
            guild_ready_timeout=0.1,  # nothing here needs every server before the first click
            shard_count=shard_count,
            shard_ids=cast("Any", shard_ids),  # None is allowed, though its type does not say so
        )
        self.services, self.clock = services, clock
        self.jobs, self.results = [], {}
        self.left_guild = []
        self.actions = Actions()
        self.run_action = self.actions.run
        self.tree = Tree(self)
        self.connected = asyncio.Event()
        self._let_in, self._ready_shards = set[int](), set[int]()
        take_each_once(self)

    async def setup_hook(self) -> None:
        """Before connecting: find the gateway, in the context in which answers are to be timed."""
        tell_when_acknowledged(self.meter.acknowledged)
        await super().setup_hook()

    async def on_ready(self) -> None:
        """Connected."""
        _log.info("ready", user=str(self.user), servers=len(self.guilds), shards=self.shard_count)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Remember that Discord has let a shard in."""
        self._let_in.add(shard_id)
        self.connected.set()
        self.meter.gateway("connected")

    async def on_shard_ready(self, shard_id: int) -> None:
        """A shard has a session, and knows its servers."""
        self._ready_shards.add(shard_id)
        self.meter.gateway("ready")

    async def on_shard_resumed(self, shard_id: int) -> None:
        """A dropped connection is back, with nothing missed."""
        self._let_in.add(shard_id)
        self._ready_shards.add(shard_id)
        self.meter.gateway("resumed")
        _log.info("resumed", shard=shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """A connection is gone; discord.py makes another, and says so again at every try that fails."""
        if shard_id not in self._let_in:
            return
        self._let_in.discard(shard_id)
        self._ready_shards.discard(shard_id)
        self.meter.gateway("disconnected")
        _log.info("disconnected", shard=shard_id)

    @property
    def shards_of_mine(self) -> frozenset[int]:
        """The shards of this process; empty until Discord has said how many there are."""
        return frozenset(self.shard_ids or range(self.shard_count or 0))

    @property
    def shards_that_are_up(self) -> frozenset[int]:
        """Those that are connected and ready."""
        return frozenset(n for n, each in self.shards.items() if n in self._ready_shards and not each.is_closed())

    @property
    def all_shards_up(self) -> bool:
        """Whether every shard of this process is connected and ready."""
        return self.is_ready() and self.shards_that_are_up == self.shards_of_mine

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Tell the features that the bot was removed from a server.

        Discord says nothing of those that it was removed from while it was down, and they are not looked for when it
        starts: a process with some of the shards does not know the servers of the others, nor one of which Discord is
        late to tell.
        """
        _log.info("left a server", guild=guild.id)
        for told in self.left_guild:
            await told(guild.id)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer buttons, menus and forms. They are not discord.py's: it knows only those that it has sent itself."""
        self.meter.interaction(*self._named(interaction))
        if interaction.type is discord.InteractionType.component:
            await self.actions.clicked(interaction)
        elif interaction.type is discord.InteractionType.modal_submit:
            await submitted(interaction)

    def _named(self, interaction: Interaction) -> tuple[str, str]:
        """What was used, and its name if this version knows it: a name that anybody can make up is not counted."""
        data = interaction.data or {}
        match interaction.type:
            case discord.InteractionType.component:
                kind = "button" if data.get("component_type") == discord.ComponentType.button.value else "menu"
            case discord.InteractionType.modal_submit:
                kind = "form"
            case other:
                kind = "command" if other is discord.InteractionType.application_command else other.name
                return kind, UNKNOWN if interaction.command is None else interaction.command.qualified_name
        action = action_of(str(data.get("custom_id")))
        return kind, action if action in self.actions else UNKNOWN

    async def close(self) -> None:
        """Take no more work, let the answers under way reach their members, then disconnect."""
        self.closing = True
        self.actions.close()  # what a rush holds back is answered now
        await self.services.demos.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_S):
                while work := handlers_under_way():
                    await asyncio.wait(work)
        await super().close()
