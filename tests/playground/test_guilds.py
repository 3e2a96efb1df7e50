"""Several servers in one playground, each served by its shard; and shards that start one after another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import discord
import pytest
from discord.gateway import DiscordWebSocket
from yarl import URL

from bot.playground import Playground
from bot.playground.model import Guild
from bot.playground.permissions import Permission
from bot.playground.request import type_command, use
from bot.playground.resolve import RefusedError
from tests.playground.conftest import HELLO
from tests.playground.local_discord import PATIENCE, Rest, Tab, Time, Wire, identity

ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Press", "custom_id": "press"}]}


@asynccontextmanager
async def two_shards(playground: Playground) -> AsyncGenerator[list[Wire]]:
    """Both shards of a bot, logged in, their servers known."""
    async with AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(Wire.to(playground)) for _ in range(2)]
        for number, wire in enumerate(wires):
            ready = await wire.identify(playground.token, shard=(number, 2))
            for _ in ready["guilds"]:
                await wire.event("GUILD_CREATE")
        yield wires


def shard_of(guild: Guild) -> int:
    return (guild.id >> 22) % 2


async def test_each_server_is_announced_to_its_shard(playground: Playground) -> None:
    world = playground.world
    guilds = [world.guild, *(world.add_guild(f"Server {number}") for number in range(1, 6))]
    told: list[set[str]] = []
    for number in range(2):
        async with Wire.to(playground) as wire:
            ready = await wire.identify(playground.token, shard=(number, 2))
            created = {(await wire.event("GUILD_CREATE"))["id"] for _ in ready["guilds"]}
            assert created == {guild["id"] for guild in ready["guilds"]}
            told.append(created)
    assert told == [{str(guild.id) for guild in guilds if shard_of(guild) == number} for number in range(2)]
    assert [len(ids) for ids in told] == [3, 3]  # they follow each other from shard to shard


def test_ids_never_change() -> None:
    first, second = (Playground().world.add_guild("Elsewhere") for _ in range(2))
    assert (first.id, first.channels[0].id) == (second.id, second.channels[0].id)


async def test_a_server_founded_meanwhile_is_announced(playground: Playground) -> None:
    async with two_shards(playground) as wires:
        guild = playground.world.add_guild("Elsewhere")
        assert (await wires[shard_of(guild)].event("GUILD_CREATE"))["name"] == "Elsewhere"


async def test_a_command_and_a_button_in_another_server(playground: Playground, rest: Rest) -> None:
    await rest.register(HELLO)
    world = playground.world
    guild = world.add_guild("Elsewhere")
    linus, room = world.member(world.people[2].user.id, guild.id), guild.channels[0]
    async with two_shards(playground) as wires:
        wire = wires[shard_of(guild)]
        type_command(world, linus, room, "hello")
        asked = await wire.event("INTERACTION_CREATE")
        assert asked["guild_id"] == asked["guild"]["id"] == str(guild.id)
        assert asked["member"]["user"]["username"] == "linus"
        assert asked["authorizing_integration_owners"] == {"0": str(guild.id)}
        answer = {"type": 4, "data": {"content": "Hello", "components": [ROW]}}
        assert (await rest.respond(asked, answer)).status == 204
        message = await wire.event("MESSAGE_CREATE")
        assert message["guild_id"] == str(guild.id)
        interaction = use(world, linus, world.message(room, int(message["id"])), "press")
        pressed = await wire.event("INTERACTION_CREATE")
        assert (pressed["id"], pressed["guild_id"]) == (str(interaction.id), str(guild.id))


async def test_direct_messages_go_to_shard_0(playground: Playground, rest: Rest) -> None:
    world = playground.world
    linus = world.people[2]
    async with two_shards(playground) as wires:
        channel = world.direct_message(linus.user)
        posted = await rest("POST", f"/channels/{channel.id}/messages", {"content": "Hi", "components": [ROW]})
        use(world, linus, world.message(channel, int(posted.body["id"])), "press")
        assert "guild_id" not in await wires[0].event("INTERACTION_CREATE")


async def test_nobody_acts_in_a_server_that_they_are_not_in(playground: Playground, rest: Rest) -> None:
    world = playground.world
    guild = world.add_guild("Elsewhere")
    linus, room = world.people[2], guild.channels[0]
    await rest.register(HELLO)
    message = world.post(room, world.bot, {"content": "Hi", "components": [ROW]})
    with pytest.raises(RefusedError):
        type_command(world, linus, room, "hello")
    with pytest.raises(RefusedError):
        use(world, linus, message, "press")
    stranger = world.join("Nadia", guild)
    assert (await rest("GET", f"/guilds/{guild.id}/members/{stranger.user.id}")).status == 200
    assert (await rest("GET", f"/guilds/{world.guild.id}/members/{stranger.user.id}")).code == (404, 10007)


async def test_what_rest_shows_and_does_there(playground: Playground, rest: Rest) -> None:
    world = playground.world
    guild = world.add_guild("Elsewhere")
    here = f"/guilds/{guild.id}"
    assert [found["name"] for found in (await rest("GET", "/users/@me/guilds")).body] == [
        world.guild.name,
        "Elsewhere",
    ]
    assert (await rest("GET", here)).body["name"] == "Elsewhere"
    channels = (await rest("GET", f"{here}/channels")).body
    assert {channel["guild_id"] for channel in channels} == {str(guild.id)}
    posted = await rest("POST", f"/channels/{channels[0]['id']}/messages", {"content": "Hi"})
    assert (await rest("GET", f"/channels/{channels[0]['id']}/messages/{posted.body['id']}")).body["content"] == "Hi"
    passed = next(role for role in guild.roles if role.name == "Async")
    linus = world.people[2].user
    assert (await rest("PUT", f"{here}/members/{linus.id}/roles/{passed.id}")).status == 204
    assert [role.name for role in world.member(linus.id, guild.id).roles] == ["Async"]
    assert [role.name for role in world.people[2].roles] == ["Student"]
    of_home = world.guild.roles[5]
    assert (await rest("PUT", f"{here}/members/{linus.id}/roles/{of_home.id}")).code == (404, 10011)


async def test_a_bot_thrown_out_of_one_server_stays_in_the_others(playground: Playground, rest: Rest) -> None:
    guild = playground.world.add_guild("Elsewhere")
    async with two_shards(playground) as wires:
        playground.world.remove_bot(guild)
        assert await wires[shard_of(guild)].event("GUILD_DELETE") == {"id": str(guild.id)}
        assert (await rest("GET", f"/guilds/{guild.id}")).code == (404, 10004)
        assert (await rest("GET", f"/guilds/{playground.world.guild.id}")).status == 200


async def test_the_page_shows_home_alone(playground: Playground, ada: Tab) -> None:
    world = playground.world
    guild = world.add_guild("Elsewhere")
    world.join("Nadia", guild)
    world.post(guild.channels[0], world.people[1].user, {"content": "Hello?"})
    world.change_role(guild.roles[1], permissions=int(Permission.MANAGE_GUILD))
    world.delete_channel(guild.channels[1])
    world.remove_bot(guild)
    await ada.sees_nothing()
    async with Tab.at(playground) as tab:
        assert len(tab.hello["channels"]) == 3
        assert len(tab.hello["members"]) == 4


async def test_shards_and_concurrency_are_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Playground(shards=6, max_concurrency=2) as playground:
        client = discord.AutoShardedClient(intents=discord.Intents.none())
        async with client:
            monkeypatch.setattr(discord.http.Route, "BASE", playground.api_url)
            await client.login(playground.token)
            shards, _, limits = await client.http.get_bot_gateway()
            assert (shards, limits["max_concurrency"], limits["remaining"]) == (6, 2, 1000)


async def test_of_each_line_one_shard_identifies_in_five_seconds(time: Time) -> None:
    async with Playground(clock=time, max_concurrency=2, identify_every_s=5) as playground, AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(Wire.to(playground)) for _ in range(4)]

        async def identify(number: int) -> object:
            """The opcode and the event that a shard gets."""
            await wires[number].send(2, identity(playground.token, intents=0) | {"shard": [number, 4]})
            payload = await wires[number].next()
            return payload["op"], payload.get("t") or payload["d"]

        assert [(await wire.next())["op"] for wire in wires] == [10] * 4
        assert [await identify(number) for number in (0, 1)] == [(0, "READY")] * 2
        assert [await identify(number) for number in (2, 3)] == [(9, False)] * 2
        time.passes(4.9)
        assert await identify(2) == (9, False)
        time.passes(0.1)
        assert [await identify(number) for number in (2, 3)] == [(0, "READY")] * 2
        starts = playground.gateway.starts
        assert [seen.shard for seen in starts.violations] == [2, 3, 2]
        assert [(seen.shard, seen.let_in) for seen in starts.log if seen.let_in] == [(n, True) for n in range(4)]


async def test_discord_py_comes_in_with_all_its_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits 5 s before each shard but the first; that is a hook of the client's, here as quick as the playground."""

    class Client(discord.AutoShardedClient):
        async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
            while playground.gateway.starts.log and not self.is_closed():
                last = playground.gateway.starts.log[-1].at
                if playground.world.clock() - last >= 0.2:
                    break
                await asyncio.sleep(0.05)

    async with Playground(shards=3, identify_every_s=0.2) as playground:
        for number in range(1, 7):
            playground.world.add_guild(f"Server {number}")
        monkeypatch.setattr(discord.http.Route, "BASE", playground.api_url)
        client = Client(intents=discord.Intents(guilds=True), guild_ready_timeout=0.1)
        async with client, asyncio.timeout(PATIENCE):
            await client.login(playground.token)
            monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(playground.gateway.url))
            connection = asyncio.create_task(client.connect())
            await client.wait_until_ready()
            assert len(client.guilds) == 7
            assert {guild.shard_id for guild in client.guilds} == {0, 1, 2}
            assert playground.gateway.starts.violations == []
            await client.close()
            await connection
