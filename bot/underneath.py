"""What is done with discord.py where it offers no way: all that relies on its internals, and no other module does.

`tests/test_underneath.py` holds each of these names against the discord.py that is pinned.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

import aiohttp
import discord
import structlog
from discord import shard
from discord.backoff import ExponentialBackoff
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context
from yarl import URL

from bot.exts.kit.host import Host
from bot.services.turns import Turns

IDENTIFY_EVERY_S = 5.5
"""How long is waited between two shards that may not be let in at once: Discord's 5 s, and a little for the way."""

TURN_EVERY_S = 0.5
"""How often a process looks whether its turn has come."""

FORGIVEN_AFTER_S = 120
"""How long after a failed attempt to connect the next one counts as the first."""

REMEMBERED = 5_000
"""Interactions by which one that is delivered again is known."""

_WORK = ("CommandTree-invoker", "discord.py: on_interaction")
"""How discord.py names the tasks in which it runs our handlers."""

_OF_MESSAGE = ("id", "channel_id", "type", "flags", "content")
"""What discord.py must know of a message that was used."""

_BY = {5: "deferral", 6: "deferral", 8: "suggestions", 9: "form"}
"""How an interaction is first answered, by the type of the answer; all others bring what was asked for.
https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object
"""

_CALLBACK = "/interactions/{webhook_id}/{webhook_token}/callback"

_Stock = shard.Shard

_log = structlog.get_logger("tandem.client")


def speak_to(api_url: str) -> None:
    """Have the REST API looked for there, by every client of this process."""
    Route.BASE = api_url


class Patience(ExponentialBackoff[Literal[False]]):
    """How long to wait before the next try to reach the gateway: up to 2 s at first, up to 16 s in the end."""

    def __init__(self) -> None:
        super().__init__()
        self._max, self._reset_time = 4, FORGIVEN_AFTER_S


class PatientShard(shard.Shard):
    """A shard that comes back after any trouble, and does not keep the others waiting.

    discord.py's own ends the whole bot if the gateway hangs up before it has said hello in answer to a second try; and
    it waits for up to 17 minutes after a few tries, the other shards too. That is meant for sessions, of which Discord
    allows 1,000 a day, but who does not reach the gateway has begun none. And it would wait for its turn with the
    socket open, the other shards too.
    """

    def __init__(self, ws: DiscordWebSocket, client: TakingTurns, queue_put: Callable[[shard.EventItem], None]) -> None:
        super().__init__(ws, client, self._put)
        self._queue, self._turn = queue_put, client.turn_of
        self._of_sessions, self._of_tries = ExponentialBackoff[Literal[False]](), Patience()

    def _put(self, item: shard.EventItem) -> None:
        """Say what is to be done with this shard, at once or when its time has come."""
        after_s = 0.0
        if item.type == shard.EventType.terminate and isinstance(item.error, ReconnectWebSocket):
            item.type = shard.EventType.resume if item.error.resume else shard.EventType.identify
            after_s = self._of_tries.delay()
        elif item.type == shard.EventType.identify:
            self._dispatch("shard_disconnect", self.id)  # discord.py says so only when the turn has come
        elif item.type != shard.EventType.reconnect:
            self._queue(item)
            return
        self._task = self._client.loop.create_task(self._put_later(item, after_s))

    async def _put_later(self, item: shard.EventItem, after_s: float) -> None:
        await asyncio.sleep(after_s)
        try:
            if item.type != shard.EventType.resume:
                await self._turn(self.id)
        except Exception as error:  # a shard that nobody hears of again would be worse than an end
            item = shard.EventItem(shard.EventType.terminate, self, error)
        self._queue(item)

    async def _handle_disconnect(self, e: Exception) -> None:
        """Try again after a while, which passes in a task of its own."""
        unreached = isinstance(e, aiohttp.ClientError | TimeoutError)
        self._backoff = self._of_tries if unreached else self._of_sessions
        self._task = self._client.loop.create_task(super()._handle_disconnect(e))


def _shard_of(ws: DiscordWebSocket, client: Any, queue_put: Callable[[shard.EventItem], None]) -> shard.Shard:
    """The shard of a client: a patient one for ours, and discord.py's own for any other in this process."""
    return (PatientShard if isinstance(client, TakingTurns) else _Stock)(ws, client, queue_put)


class TakingTurns(Host):
    """A client whose shards are let in one after the other, whichever of several processes they belong to."""

    def __init__(self, turns: Turns, **options: Any) -> None:
        shard.Shard = cast("Any", _shard_of)  # there is no other way to say which class discord.py takes
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # there is no voice to warn about
        super().__init__(**options)
        self.turns = turns
        self.begun = asyncio.Event()
        """Set when the first shard's turn has come."""
        self._turns_taken = set[int]()
        self._max_concurrency = 1

    async def setup_hook(self) -> None:
        """Before connecting: find the gateway, and how many it lets in at once."""
        _, gateway, limit = await self.http.get_bot_gateway()
        self._max_concurrency = max(1, limit["max_concurrency"])
        # discord.py falls back to Discord's own address when it identifies anew; ours may be another.
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)

    async def launch_shard(self, gateway: URL, shard_id: int, *, initial: bool = False) -> None:
        """Let a shard in when it is this process's turn, before its socket is open: that one waits for nobody."""
        await self.turn_of(shard_id)
        self.begun.set()
        await super().launch_shard(gateway, shard_id, initial=initial)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Where this is the only process, let discord.py wait; else the shard has had its turn, which begins here."""
        if not self.turns.shared:
            await super().before_identify_hook(shard_id, initial=initial)
            return
        if shard_id not in self._turns_taken:
            await self.turn_of(shard_id or 0)
        self._turns_taken.discard(shard_id or 0)
        self.turns.give_later(self._turn(shard_id or 0), IDENTIFY_EVERY_S)  # counted anew: the way here took its time

    async def turn_of(self, shard_id: int) -> None:
        """Wait until a shard may identify. Discord takes `max_concurrency` at a time, the others 5 s later.

        All of the same remainder take turns.
        https://discord.com/developers/docs/events/gateway#sharding-max-concurrency
        """
        if self.turns.shared:
            name = self._turn(shard_id)
            while not await self.turns.take({name}, again=False):  # noqa: ASYNC110 - no process tells others of its end
                await asyncio.sleep(TURN_EVERY_S)
            self._turns_taken.add(shard_id)
            self.turns.give_later(name, IDENTIFY_EVERY_S)

    def _turn(self, shard_id: int) -> str:
        return f"identify {shard_id % self._max_concurrency}"


def take_each_once(client: discord.Client) -> None:
    """Have a client take each interaction once, and of it what is needed.

    Discord may deliver one a second time. Two handlers would race for the one answer that it allows, and what the
    second has to say ("you have a run already") could be what the member reads.

    discord.py makes an object of everything in the message that was used: each component, its author, the command that
    it answers. Nobody looks at them: ids say it all.
    """
    parsers = client._connection.parsers  # noqa: SLF001 - see above  # pyright: ignore[reportPrivateUsage]
    parse = parsers["INTERACTION_CREATE"]
    heard: dict[str, None] = {}

    def take(data: Any) -> None:
        if data["id"] in heard:
            _log.info("delivered twice", interaction=data["id"])
            return
        heard[data["id"]] = None
        if len(heard) > REMEMBERED:
            del heard[next(iter(heard))]
        if message := data.get("message"):
            data["message"] = {key: message[key] for key in _OF_MESSAGE if key in message}
        parse(data)

    parsers["INTERACTION_CREATE"] = take


def handlers_under_way() -> set[asyncio.Task[object]]:
    """The tasks in which our handlers answer interactions, but for the one that asks."""
    mine = asyncio.current_task()
    return {task for task in asyncio.all_tasks() if task is not mine and task.get_name().startswith(_WORK)}


def tell_when_acknowledged(told: Callable[[str, float], None]) -> None:
    """Have `told` hear how, and how many seconds after it was made, an interaction was first answered.

    So it is for all tasks that begin with a copy of this one's context: those of a client that is set up in it.
    """
    async_context.set(_TimedAdapter(told))


class _TimedAdapter(AsyncWebhookAdapter):
    """Tells when each first answer was taken, and has Discord send back nothing.

    A trace of aiohttp would tell the same and cost each request, of which these are a part, several calls.
    discord.py asks for the message that comes of an answer, and makes an object of every part of it, which nobody here
    looks at: what is answered is known, and `@original` names the message for later edits.
    """

    def __init__(self, told: Callable[[str, float], None]) -> None:
        super().__init__()
        self._told = told

    async def create_interaction_response(self, interaction_id: int, token: str, **given: Any) -> Any:
        """Answer, and tell."""
        params = given.pop("params")
        payload = cast("Mapping[str, Any]", params.payload or {})  # one with files has none here
        route = Route("POST", _CALLBACK, webhook_id=interaction_id, webhook_token=token)
        await self.request(route, payload=params.payload, multipart=params.multipart, files=params.files, **given)
        made_s = ((interaction_id >> 22) + discord.utils.DISCORD_EPOCH) / 1000
        self._told(_BY.get(payload.get("type", 0), "answer"), time.time() - made_s)
        return {"interaction": {"id": interaction_id}}
