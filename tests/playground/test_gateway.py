"""What a bot lives through at the gateway: logging in, missing things, being thrown out."""

from __future__ import annotations

import zlib

import aiohttp
import pytest

from bot.playground import Playground
from tests.playground.local_discord import PATIENCE, Rest, Tab, Time, Wire, identity

SERVERS, SERVERS_AND_MESSAGES, DIRECT_MESSAGES = 1, 1 | 1 << 9, 1 << 12
RECONNECT, INVALID_SESSION = 7, 9


@pytest.mark.parametrize("compress", ["", "&compress=zlib-stream", "&compress=zstd-stream"])
async def test_a_bot_logs_in_and_learns_of_its_server(playground: Playground, compress: str) -> None:
    async with Wire.to(playground, "v=10&encoding=json" + compress) as wire:
        ready = await wire.identify(playground.token)
        guild = await wire.event("GUILD_CREATE")
    assert ready["user"]["username"] == "Tandem"
    assert ready["guilds"] == [{"id": guild["id"], "unavailable": True}]
    assert ready["resume_gateway_url"] == playground.gateway.url
    assert ready["application"]["id"] == ready["user"]["id"]
    assert [channel["name"] for channel in guild["channels"]] == ["general", "async-lab", "announcements"]
    assert guild["member_count"] == 5
    assert [member["user"]["id"] for member in guild["members"]] == [ready["user"]["id"]]


async def test_zlib_frames_end_as_published(playground: Playground) -> None:
    async with Wire.to(playground, "v=10&encoding=json&compress=zlib-stream") as wire:
        frame = await wire.socket.receive_bytes(timeout=PATIENCE)
    assert frame.endswith(b"\x00\x00\xff\xff")
    assert b'"op":10' in zlib.decompressobj().decompress(frame)


async def test_heartbeats_are_acknowledged_before_and_after_logging_in(playground: Playground) -> None:
    async with Wire.to(playground) as wire:
        hello = await wire.next()
        assert hello == {"op": 10, "d": {"heartbeat_interval": 41250}}
        await wire.send(1, None)
        assert (await wire.next())["op"] == 11
        await wire.send(2, identity(playground.token, intents=0))
        await wire.event("READY")
        await wire.send(1, wire.sequence)
        assert (await wire.next())["op"] == 11


@pytest.mark.parametrize(
    ("op", "change", "code"),
    [
        (99, {}, 4001),
        (2, "no object", 4002),
        (3, {}, 4003),
        (8, {}, 4003),
        (2, {"token": "wrong"}, 4004),
        (6, {"token": "wrong"}, 4004),
        (2, {"shard": [2, 2]}, 4010),
        (2, {"shard": "all"}, 4010),
        (2, {"intents": "all"}, 4013),
        (2, {"intents": 1 << 40}, 4013),
        (2, {"intents": 1 << 1}, 4014),
        (2, {"intents": 1 << 8}, 4014),
        (2, {"intents": 1 << 15}, 4014),
    ],
)
async def test_a_wrong_first_payload_is_told_by_its_close_code(
    playground: Playground, op: int, change: object, code: int
) -> None:
    async with Wire.to(playground) as wire:
        await wire.send(op, identity(playground.token) | change if isinstance(change, dict) else change)
        assert await wire.close_code() == code


@pytest.mark.parametrize(("text", "code"), [("{", 4002), ("[]", 4002), ('{"op":1,"d":"' + "x" * 4096 + '"}', 4002)])
async def test_payloads_that_cannot_be_read_end_the_connection(playground: Playground, text: str, code: int) -> None:
    async with Wire.to(playground) as wire:
        await wire.socket.send_str(text)
        assert await wire.close_code() == code


@pytest.mark.parametrize(
    ("query", "code"), [("v=3&encoding=json", 4012), ("v=10&encoding=etf", 4002), ("v=10&compress=gzip", 4002)]
)
async def test_what_the_gateway_does_not_speak(playground: Playground, query: str, code: int) -> None:
    async with Wire.to(playground, query) as wire:
        assert await wire.close_code() == code


async def test_logging_in_twice_ends_the_connection(playground: Playground, wire: Wire) -> None:
    await wire.send(2, identity(playground.token))
    assert await wire.close_code() == 4005


async def test_more_than_120_payloads_a_minute_end_the_connection(wire: Wire, time: Time) -> None:
    for _ in range(118):
        await wire.send(1, None)
    for _ in range(118):
        assert (await wire.next())["op"] == 11
    time.passes(61)
    for _ in range(120):
        await wire.send(1, None)
    for _ in range(120):
        assert (await wire.next())["op"] == 11
    await wire.send(1, None)
    assert await wire.close_code() == 4008


async def test_what_a_bot_missed_is_replayed(playground: Playground, tabs: dict[str, Tab], rest: Rest) -> None:
    async with Wire.to(playground) as wire:
        session = await wire.identify(playground.token)
        await wire.event("GUILD_CREATE")
        seen = wire.sequence
        playground.gateway.close(4000)
        assert await wire.close_code() == 4000
    for words in ("first", "second"):
        await rest("POST", f"/channels/{tabs['Ada'].channel}/messages", {"content": words})
    async with Wire.to(playground) as wire:
        await wire.next()
        await wire.send(6, {"token": playground.token, "session_id": session["session_id"], "seq": seen})
        replayed = [(await wire.event("MESSAGE_CREATE"))["content"] for _ in range(2)]
        await wire.event("RESUMED")
        await tabs["Ada"].do("say", content="third")
        await wire.event("MESSAGE_CREATE")
        assert replayed == ["first", "second"]
        assert wire.sequence == (seen or 0) + 4


async def test_a_session_that_a_bot_ended_itself_is_over(playground: Playground) -> None:
    async with Wire.to(playground) as wire:
        session = await wire.identify(playground.token)
        await wire.socket.close(code=1000)
    async with Wire.to(playground) as wire:
        await wire.next()
        await wire.send(6, {"token": playground.token, "session_id": session["session_id"], "seq": 1})
        assert await wire.next() == {"op": INVALID_SESSION, "d": False}
        await wire.send(2, identity(playground.token))
        await wire.event("READY")


async def test_a_lost_session_cannot_be_resumed(playground: Playground, tabs: dict[str, Tab]) -> None:
    async with Wire.to(playground) as wire:
        session = await wire.identify(playground.token)
        await tabs["Ada"].next("bot")
        playground.gateway.lose_sessions()
        assert await wire.close_code() == 4000
        assert not (await tabs["Ada"].next("bot"))["online"]
    async with Wire.to(playground) as wire:
        await wire.next()
        await wire.send(6, {"token": playground.token, "session_id": session["session_id"], "seq": 1})
        assert await wire.next() == {"op": INVALID_SESSION, "d": False}


async def test_a_session_can_wait_five_minutes(playground: Playground, time: Time) -> None:
    async with Wire.to(playground) as wire:
        session = await wire.identify(playground.token)
        playground.gateway.close(4000)
        await wire.close_code()
    time.passes(301)
    async with Wire.to(playground) as wire:
        await wire.next()
        await wire.send(6, {"token": playground.token, "session_id": session["session_id"], "seq": 2})
        assert (await wire.next())["op"] == INVALID_SESSION


async def test_a_sequence_number_from_the_future_is_refused(playground: Playground) -> None:
    async with Wire.to(playground) as wire:
        session = await wire.identify(playground.token)
        playground.gateway.close(4000)
        await wire.close_code()
    async with Wire.to(playground) as wire:
        await wire.next()
        await wire.send(6, {"token": playground.token, "session_id": session["session_id"], "seq": 99})
        assert await wire.close_code() == 4007


async def test_the_gateway_can_ask_for_a_reconnect_and_end_sessions(playground: Playground, wire: Wire) -> None:
    playground.gateway.ask_to_reconnect()
    assert await wire.next() == {"op": RECONNECT, "d": None}
    playground.gateway.invalidate(resumable=True)
    assert await wire.next() == {"op": INVALID_SESSION, "d": True}
    playground.gateway.invalidate()
    assert await wire.next() == {"op": INVALID_SESSION, "d": False}
    assert not playground.world.bot_online


async def test_each_of_two_shards_has_its_own_servers(playground: Playground, tabs: dict[str, Tab]) -> None:
    home = (playground.world.guild.id >> 22) % 2
    async with Wire.to(playground) as with_server, Wire.to(playground) as without:
        ready = await with_server.identify(playground.token, shard=(home, 2))
        other = await without.identify(playground.token, shard=(1 - home, 2), intents=SERVERS_AND_MESSAGES)
        assert ready["shard"] == [home, 2]
        assert len(ready["guilds"]) == 1
        assert other["guilds"] == []
        await with_server.event("GUILD_CREATE")
        await tabs["Ada"].do("say", content="hello")
        await with_server.event("MESSAGE_CREATE")
        await without.send(1, None)
        assert (await without.next())["op"] == 11


async def test_a_bot_reads_only_what_is_meant_for_it(
    playground: Playground, wire: Wire, tabs: dict[str, Tab], rest: Rest
) -> None:
    ada = tabs["Ada"]
    await ada.do("say", content="nothing for bots")
    overheard = await wire.event("MESSAGE_CREATE")
    assert (overheard["content"], overheard["member"]["roles"]) == ("", [ada.hello["member"]["roles"][0]["id"]])
    await ada.do("say", content=f"<@{playground.world.bot.id}> hello")
    assert (await wire.event("MESSAGE_CREATE"))["content"].endswith("hello")
    posted = await rest("POST", f"/channels/{ada.channel}/messages", {"content": "my own"})
    created = await wire.event("MESSAGE_CREATE")
    assert (created["content"], created["guild_id"]) == ("my own", str(playground.world.guild.id))
    await rest("PATCH", f"/channels/{ada.channel}/messages/{posted.body['id']}", {"content": "changed"})
    assert (await wire.event("MESSAGE_UPDATE"))["content"] == "changed"
    await rest("DELETE", f"/channels/{ada.channel}/messages/{posted.body['id']}")
    assert (await wire.event("MESSAGE_DELETE"))["id"] == posted.body["id"]


async def test_without_the_intent_no_messages_come(playground: Playground, tabs: dict[str, Tab]) -> None:
    async with Wire.to(playground) as wire:
        await wire.identify(playground.token, intents=SERVERS)
        await wire.event("GUILD_CREATE")
        await tabs["Ada"].do("say", content="hello")
        await tabs["Ada"].next("bot")
        await tabs["Ada"].next("message")
        await wire.send(1, None)
        assert (await wire.next())["op"] == 11


async def test_members_are_found_by_id_and_by_name(playground: Playground, wire: Wire) -> None:
    grace = next(member.user for member in playground.world.people if member.user.username == "grace")
    asked = {"guild_id": str(playground.world.guild.id), "limit": 0}
    await wire.send(8, asked | {"user_ids": [str(grace.id), "1"], "nonce": "n"})
    chunk = await wire.event("GUILD_MEMBERS_CHUNK")
    assert [member["user"]["username"] for member in chunk["members"]] == ["grace"]
    assert (chunk["not_found"], chunk["nonce"]) == (["1"], "n")
    await wire.send(8, asked | {"query": "GR"})
    chunk = await wire.event("GUILD_MEMBERS_CHUNK")
    assert [member["user"]["username"] for member in chunk["members"]] == ["grace"]


async def test_presence_and_voice_are_taken_without_a_word(wire: Wire) -> None:
    await wire.send(3, {"status": "online"})
    await wire.send(4, {"guild_id": None})
    await wire.send(1, None)
    assert (await wire.next())["op"] == 11


async def test_the_page_shows_when_the_bot_comes_and_goes(playground: Playground, tabs: dict[str, Tab]) -> None:
    async with Wire.to(playground) as wire:
        await wire.identify(playground.token)
        assert (await tabs["Ada"].next("bot"))["online"]
    assert not (await tabs["Ada"].next("bot"))["online"]


async def test_closing_the_playground_closes_its_sockets(time: Time) -> None:
    async with Playground(clock=time, call_later=time.call_later) as playground, aiohttp.ClientSession() as session:
        bot = await session.ws_connect(playground.gateway.url)
        tab = await session.ws_connect(f"{playground.url}/page/socket")
        await bot.receive(timeout=PATIENCE)
        await tab.receive(timeout=PATIENCE)
        closing = [bot.receive(timeout=PATIENCE), tab.receive(timeout=PATIENCE)]
        await playground.__aexit__(None, None, None)
        assert [(await frame).data for frame in closing] == [1001, 1001]
