"""The Discord client: connects, syncs the commands when they changed, and holds what the features share."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, cast

import aiohttp
import discord
import structlog
from discord import app_commands, shard
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from yarl import URL

from bot.exts.kit.actions import Actions, action_of
from bot.exts.kit.form import submitted
from bot.exts.kit.host import ClosingError, Host, Interaction
from bot.exts.kit.replies import reply_error
from bot.exts.kit.timed import tell_when_acknowledged
from bot.services.bundle import Services
from bot.services.clock import Clock
from bot.services.turns import Turns, held

_log = structlog.get_logger("tandem.client")

DRAIN_S = 2.0
"""How long a closing bot waits for answers that are under way."""

IDENTIFY_EVERY_S = 5.5
"""How long is waited between two shards that may not be let in at once: Discord's 5 s, and a little for the way."""

TURN_EVERY_S = 0.5
"""How often a starting process looks whether its turn has come."""

FORGIVEN_AFTER_S = 120
"""How long after a failed attempt to connect the next one counts as the first."""

CONNECTIONS = 500
"""To Discord at once, the gateway's among them. discord.py sets no limit, and where thousands click at once, opening a
connection for each takes longer than answering them in turn."""

REMEMBERED = 5_000
"""Interactions by which one that is delivered again is known."""

_WORK = ("CommandTree-invoker", "discord.py: on_interaction")
"""How discord.py names the tasks in which it runs our handlers."""

UNKNOWN = "unknown"
"""The name, to whoever counts, of a command or an action that this version does not have."""

_OPTIONAL = frozenset(
    {"autocomplete", "channel_types", "choices", "max_length", "max_value", "min_length", "min_value"}
)
"""What discord.py leaves out of an option where it is not set; Discord would keep what it had."""


class Tree(app_commands.CommandTree[Host]):
    """The slash commands. Whatever goes wrong in one becomes a sentence."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Refuse commands while the bot goes down."""
        if interaction.client.closing and interaction.type is discord.InteractionType.application_command:
            await reply_error(interaction, ClosingError())
        return not interaction.client.closing

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Tell the member, and the log."""
        await reply_error(interaction, error)


class Patience(ExponentialBackoff[Literal[False]]):
    """How long to wait before the next try to reach the gateway: up to 2 s at first, up to 16 s in the end."""

    def __init__(self) -> None:
        super().__init__()
        self._max, self._reset_time = 4, FORGIVEN_AFTER_S


class PatientShard(shard.Shard):
    """A shard that comes back after any trouble, and does not keep the others waiting.

    discord.py's own ends the whole bot if the gateway hangs up before it has said hello in answer to a second try; and
    it waits for up to 17 minutes after a few tries, the other shards too. That is meant for sessions, of which Discord
    allows 1,000 a day, but who does not reach the gateway has begun none.
    """

    def __init__(
        self, ws: DiscordWebSocket, client: discord.AutoShardedClient, queue_put: Callable[[shard.EventItem], None]
    ) -> None:
        super().__init__(ws, client, self._put)
        self._queue = queue_put
        self._of_sessions, self._of_tries = ExponentialBackoff[Literal[False]](), Patience()

    def _put(self, item: shard.EventItem) -> None:
        """Say what is to be done with this shard."""
        if item.type == shard.EventType.terminate and isinstance(item.error, ReconnectWebSocket):
            item.type = shard.EventType.resume
            self._task = self._client.loop.create_task(self._put_later(item))
        else:
            self._queue(item)

    async def _put_later(self, item: shard.EventItem) -> None:
        await asyncio.sleep(self._of_tries.delay())
        self._queue(item)

    async def _handle_disconnect(self, e: Exception) -> None:
        """Try again after a while, which passes in a task of its own."""
        unreached = isinstance(e, aiohttp.ClientError | TimeoutError)
        self._backoff = self._of_tries if unreached else self._of_sessions
        self._task = self._client.loop.create_task(super()._handle_disconnect(e))


class TandemClient(Host):
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
        shard.Shard = PatientShard  # there is no other way to say which class discord.py takes
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # there is no voice to warn about
        super().__init__(
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
        self.services, self.clock, self.turns = services, clock, turns
        self.jobs, self.results = [], {}
        self.left_guild = []
        self.actions = Actions()
        self.run_action = self.actions.run
        self.tree = Tree(self)
        self.begun, self.connected = asyncio.Event(), asyncio.Event()
        self._turns_taken = set[int]()
        self._max_concurrency = 1
        self._ready_shards = set[int]()
        self._connection.parsers["INTERACTION_CREATE"] = _Inbox(self._connection.parsers["INTERACTION_CREATE"])

    async def setup_hook(self) -> None:
        """Before connecting: find the gateway, and tell Discord of the commands if they changed."""
        tell_when_acknowledged(self.meter.acknowledged)
        _, gateway, limit = await self.http.get_bot_gateway()
        self._max_concurrency = max(1, limit["max_concurrency"])
        # discord.py falls back to Discord's own address when it identifies anew; ours may be another.
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)
        async with held(self.turns, "commands", TURN_EVERY_S):
            await self._sync()

    async def _sync(self) -> None:
        assert self.application_id is not None  # noqa: S101 - known since the login
        ours = {c.name: c.to_dict(self.tree) for c in self.tree.get_commands()}
        theirs = {c["name"]: c for c in await self.http.get_global_commands(self.application_id)}
        if ours.keys() == theirs.keys() and all(same_command(ours[name], theirs[name]) for name in ours):
            _log.info("commands unchanged", count=len(ours))
            return
        await self.tree.sync()
        _log.info("commands synced", count=len(ours))

    async def launch_shard(self, gateway: URL, shard_id: int, *, initial: bool = False) -> None:
        """Let a shard in when it is this process's turn, before its socket is open: that one waits for nobody."""
        await self._take_turn(shard_id)
        self._turns_taken.add(shard_id)
        self.begun.set()
        await super().launch_shard(gateway, shard_id, initial=initial)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the turn of a shard that must identify anew; one that is launched has had its turn."""
        if not self.turns.shared:
            await super().before_identify_hook(shard_id, initial=initial)
        elif shard_id in self._turns_taken:
            self._turns_taken.discard(shard_id)
        else:
            await self._take_turn(shard_id or 0)

    async def _take_turn(self, shard_id: int) -> None:
        """Discord takes `max_concurrency` at a time, the others 5 s later: all of the same remainder take turns.

        https://discord.com/developers/docs/events/gateway#sharding-max-concurrency
        """
        if self.turns.shared:
            name = f"identify {shard_id % self._max_concurrency}"
            while not await self.turns.take({name}, again=False):  # noqa: ASYNC110 - no process tells others of its end
                await asyncio.sleep(TURN_EVERY_S)
            self.turns.give_later(name, IDENTIFY_EVERY_S)

    async def on_ready(self) -> None:
        """Connected."""
        _log.info("ready", user=str(self.user), servers=len(self.guilds), shards=self.shard_count)

    async def on_shard_connect(self, _shard_id: int) -> None:
        """Remember that Discord has let a shard in."""
        self.connected.set()
        self.meter.gateway("connected")

    async def on_shard_ready(self, shard_id: int) -> None:
        """A shard has a session, and knows its servers."""
        self._ready_shards.add(shard_id)
        self.meter.gateway("ready")

    async def on_shard_resumed(self, shard_id: int) -> None:
        """A dropped connection is back, with nothing missed."""
        self._ready_shards.add(shard_id)
        self.meter.gateway("resumed")
        _log.info("resumed", shard=shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """A connection is gone; discord.py makes another."""
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
        await self.services.demos.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_S):
                while work := _work():
                    await asyncio.wait(work)
        await super().close()


class _Inbox:
    """Takes each interaction once, and of it what is needed.

    Discord may deliver one a second time. Two handlers would race for the one answer that it allows, and what the
    second has to say ("you have a run already") could be what the member reads.

    discord.py makes an object of every component of the message that was used. Nobody looks at them: ids say it all.
    """

    def __init__(self, parse: Callable[[Any], None]) -> None:
        self._parse = parse
        self._heard: dict[str, None] = {}

    def __call__(self, data: Any) -> None:
        """Hand an interaction on, unless it was among the last."""
        if data["id"] in self._heard:
            _log.info("delivered twice", interaction=data["id"])
            return
        self._heard[data["id"]] = None
        if len(self._heard) > REMEMBERED:
            del self._heard[next(iter(self._heard))]
        if message := data.get("message"):
            message["components"] = []
        self._parse(data)


def _work() -> set[asyncio.Task[object]]:
    """The handlers under way."""
    mine = asyncio.current_task()
    return {task for task in asyncio.all_tasks() if task is not mine and task.get_name().startswith(_WORK)}


def same_command(ours: Any, theirs: Any) -> bool:
    """Whether Discord holds what we would send. It may leave out what is empty, and adds keys of its own."""
    if isinstance(ours, Mapping):
        mine, held = cast("Mapping[str, Any]", ours), cast("Mapping[str, Any]", theirs or {})
        keys = (mine.keys() | _OPTIONAL) - {"dm_permission"}  # deprecated: `contexts` says it
        return all(same_command(mine.get(key), held.get(key)) for key in keys)
    if isinstance(ours, list):
        mine, held = cast("Sequence[Any]", ours), cast("Sequence[Any]", theirs or [])
        return len(mine) == len(held) and all(map(same_command, mine, held))
    return (ours or None) == (theirs or None)
