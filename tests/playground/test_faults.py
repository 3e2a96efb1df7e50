"""A local Discord on a bad day: what a bot's HTTP client and gateway connection meet there."""

from __future__ import annotations

import time as real_time
from collections.abc import AsyncGenerator
from random import Random
from typing import Any

import aiohttp
import pytest

from bot.playground import Playground
from bot.playground.faults import CALLBACK, OF_REQUESTS, Fault, Faults
from bot.playground.request import type_command, use
from tests.playground.conftest import HELLO
from tests.playground.local_discord import Frame, Rest, Wire

MESSAGES = "/channels/{channel_id}/messages"
ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Press", "custom_id": "press"}]}


@pytest.fixture
async def bot(playground: Playground) -> AsyncGenerator[aiohttp.ClientSession]:
    """A bot's HTTP client that takes answers as they come."""
    headers = {"Authorization": f"Bot {playground.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session


def messages(playground: Playground) -> str:
    return f"{playground.api_url}/channels/{playground.world.guild.channels[0].id}/messages"


def said(playground: Playground) -> list[str]:
    """What stands in the first channel."""
    return [message.content for message in playground.world.messages(playground.world.guild.channels[0])]


async def post(bot: aiohttp.ClientSession, playground: Playground) -> tuple[int, Any, str]:
    """The status, the headers and the body of what a bot gets that posts a message."""
    async with bot.post(messages(playground), json={"content": "x"}) as answer:
        return answer.status, answer.headers, await answer.text()


async def test_a_route_limit_says_when_to_try_again(bot: aiohttp.ClientSession, playground: Playground) -> None:
    playground.faults.aim(Fault.LIMITED, "POST", MESSAGES)
    async with bot.post(messages(playground), json={"content": "x"}) as answer:
        body = await answer.json()
    assert answer.status == 429
    assert body["message"] == "You are being rate limited."
    assert body["global"] is False
    assert 0.1 <= body["retry_after"] <= 0.5
    assert answer.headers["Retry-After"] == "1"
    assert float(answer.headers["X-RateLimit-Reset-After"]) == body["retry_after"]
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert answer.headers["X-RateLimit-Scope"] == "user"
    assert said(playground) == []
    assert (await post(bot, playground))[0] == 200


async def test_the_global_limit_is_marked(bot: aiohttp.ClientSession, playground: Playground) -> None:
    playground.faults.aim(Fault.LIMITED_GLOBALLY, "POST", MESSAGES)
    async with bot.post(messages(playground), json={"content": "x"}) as answer:
        assert (await answer.json())["global"] is True
    assert (answer.headers["X-RateLimit-Global"], answer.headers["X-RateLimit-Scope"]) == ("true", "global")


@pytest.mark.parametrize(
    ("fault", "status", "is_html"),
    [(Fault.FAILED, 500, False), (Fault.BAD_GATEWAY, 502, True), (Fault.TIMED_OUT, 504, True)],
)
async def test_what_fails_is_not_done(
    bot: aiohttp.ClientSession, playground: Playground, fault: Fault, status: int, is_html: bool
) -> None:
    playground.faults.aim(fault, "POST", MESSAGES)
    found, headers, text = await post(bot, playground)
    assert (found, headers["Content-Type"].startswith("text/html")) == (status, is_html)
    assert text.startswith("<html>") is is_html
    assert said(playground) == []


async def test_what_is_lost_is_done(bot: aiohttp.ClientSession, playground: Playground) -> None:
    playground.faults.aim(Fault.LOST, "POST", MESSAGES)
    assert (await post(bot, playground))[0] == 502
    assert said(playground) == ["x"]


async def test_a_line_that_is_cut_brings_no_answer(bot: aiohttp.ClientSession, playground: Playground) -> None:
    playground.faults.aim(Fault.CUT, "POST", MESSAGES)
    with pytest.raises(aiohttp.ClientError):
        await post(bot, playground)
    assert said(playground) == []


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.LATE])
async def test_slow_answers(time: Any, fault: Fault) -> None:
    async with Playground(clock=time, faults=Faults(slow_s=(0.2, 0.2))) as playground:
        headers = {"Authorization": f"Bot {playground.token}"}
        async with aiohttp.ClientSession(headers=headers) as bot:
            playground.faults.aim(fault, "POST", MESSAGES)
            start = real_time.monotonic()
            assert (await post(bot, playground))[0] == 200
            assert real_time.monotonic() - start >= 0.19


async def test_a_message_goes_under_the_bots_hands(playground: Playground, rest: Rest, wire: Wire) -> None:
    await rest.register(HELLO)
    world, room = playground.world, playground.world.guild.channels[0]
    posted = (await rest("POST", f"/channels/{room.id}/messages", {"content": "x", "components": [ROW]})).body
    await wire.event("MESSAGE_CREATE")
    use(world, world.people[0], world.message(room, int(posted["id"])), "press")
    pressed = await wire.event("INTERACTION_CREATE")
    playground.faults.aim(Fault.GONE, "POST", CALLBACK)
    assert (await rest.respond(pressed, {"type": 7, "data": {"content": "y"}})).code == (404, 10008)
    assert (await wire.event("MESSAGE_DELETE"))["id"] == posted["id"]

    type_command(world, world.people[0], room, "hello")
    asked = await wire.event("INTERACTION_CREATE")
    assert (await rest.respond(asked, {"type": 5})).status == 204
    playground.faults.aim(Fault.GONE, "PATCH")
    edit = await rest.webhook("PATCH", asked, "/messages/@original", {"content": "y"})
    assert edit.code == (404, 10008)


async def test_limits_spare_the_first_answer_to_an_interaction(playground: Playground) -> None:
    faults = Faults(Random(1), {Fault.LIMITED: 0.5, Fault.LIMITED_GLOBALLY: 0.5})
    webhook = "/webhooks/{webhook_id}/{webhook_token}"
    assert {faults.of_request("POST", CALLBACK) for _ in range(50)} == {None}
    assert {faults.of_request("POST", webhook) for _ in range(50)} == {None, Fault.LIMITED}
    assert {faults.of_request("POST", MESSAGES) for _ in range(50)} == {Fault.LIMITED, Fault.LIMITED_GLOBALLY}


def test_the_same_seed_brings_the_same_faults() -> None:
    def drawn(seed: int, *, others: int) -> list[Fault | None]:
        faults = Faults(Random(seed), dict.fromkeys(Fault, 0.04))
        for _ in range(others):
            faults.of_event()
        return [faults.of_request("GET", MESSAGES) for _ in range(200)]

    assert drawn(1, others=0) == drawn(1, others=5) != drawn(2, others=0)
    assert {*drawn(1, others=0)} > {Fault.SLOW, Fault.LOST, Fault.LIMITED, None}


def test_how_long_a_fault_takes_does_not_change_what_befalls_the_next_request() -> None:
    """Requests are under way together: one asks how long it is to take when others have met their faults already."""
    faults, same = (Faults(Random(1), dict.fromkeys(OF_REQUESTS, 0.1)) for _ in range(2))
    expected = [same.of_request("GET", MESSAGES) for _ in range(50)]
    found = list[Fault | None]()
    for number in range(50):
        found.append(faults.of_request("GET", MESSAGES))
        if number % 3 == 0:
            assert faults.slow_s() > 0
            assert faults.retry_after_s() > 0
    assert found == expected


def test_faults_are_switched_off_and_counted() -> None:
    faults = Faults(Random(1), dict.fromkeys(OF_REQUESTS, 0.1))
    found = [faults.of_request("PATCH", MESSAGES + "/{message_id}") for _ in range(20)]
    assert sum(faults.happened.values()) == len([fault for fault in found if fault is not None]) > 0
    faults.on = False
    assert {faults.of_request("PATCH", MESSAGES) for _ in range(50)} == {None}
    faults.aim(Fault.LOST, "PATCH", times=2)
    assert [faults.of_request(method, MESSAGES) for method in ("GET", "PATCH", "PATCH", "PATCH")] == [
        None,
        Fault.LOST,
        Fault.LOST,
        None,
    ]


async def resumed(playground: Playground, session: Frame, seen: int) -> list[Frame]:
    """What comes when a client resumes, up to RESUMED or the refusal."""
    async with Wire.to(playground) as wire:
        assert (await wire.next())["op"] == 10
        await wire.send(6, {"token": playground.token, "session_id": session["session_id"], "seq": seen})
        frames = [await wire.next()]
        while frames[-1].get("t") != "RESUMED" and frames[-1]["op"] != 9:
            frames.append(await wire.next())
        return frames


@pytest.mark.parametrize("number", range(6))
async def test_a_closed_socket_resumes_with_nothing_missed(time: Any, number: int) -> None:
    async with Playground(clock=time, faults=Faults(Random(number))) as playground, Wire.to(playground) as wire:
        world = playground.world
        session = await wire.identify(playground.token)
        await wire.event("GUILD_CREATE")
        playground.faults.aim(Fault.CLOSED)
        for word in ("one", "two"):
            world.post(world.guild.channels[0], world.bot, {"content": word})
        heard: list[str] = []
        while (frame := await wire.socket.receive()).type is aiohttp.WSMsgType.TEXT:
            heard.append(frame.json()["d"]["content"])
        assert wire.socket.close_code in (4000, 4008, 4009, 1001, 1006)
        frames = await resumed(playground, session, 2 + len(heard))
        assert heard + [frame["d"]["content"] for frame in frames[:-1]] == ["one", "two"]


async def test_a_resume_is_refused(playground: Playground) -> None:
    world = playground.world
    async with Wire.to(playground) as wire:
        session = await wire.identify(playground.token)
        await wire.event("GUILD_CREATE")
        playground.faults.aim(Fault.REFUSED)
        world.post(world.guild.channels[0], world.bot, {"content": "one"})
        while (await wire.socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    assert await resumed(playground, session, 2) == [{"op": 9, "d": False}]
    assert not world.bot_online


async def test_a_client_is_asked_to_reconnect(playground: Playground, wire: Wire) -> None:
    world = playground.world
    playground.faults.aim(Fault.RECONNECT)
    world.post(world.guild.channels[0], world.bot, {"content": "one"})
    assert (await wire.next())["op"] == 7
    assert (await wire.event("MESSAGE_CREATE"))["content"] == "one"


async def test_a_silent_connection_answers_no_heartbeat_and_loses_nothing(time: Any) -> None:
    async with Playground(clock=time, heartbeat_s=1.0) as playground, Wire.to(playground) as wire:
        hello = await wire.next()
        assert hello["d"]["heartbeat_interval"] == 1000
        await wire.send(2, {"token": playground.token, "intents": 513, "properties": {}})
        session = await wire.event("READY")
        await wire.event("GUILD_CREATE")
        playground.faults.aim(Fault.SILENT)
        playground.world.post(playground.world.guild.channels[0], playground.world.bot, {"content": "one"})
        await wire.send(1, 2)
        assert await wire.close_code() == 4009  # nothing came before that
        assert [frame["t"] for frame in await resumed(playground, session, 2)] == ["MESSAGE_CREATE", "RESUMED"]


async def test_the_gateway_is_unreachable(playground: Playground) -> None:
    playground.faults.aim(Fault.UNREACHABLE)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with Wire.to(playground):
            pass
    async with Wire.to(playground) as wire:
        assert (await wire.next())["op"] == 10


async def test_an_interaction_comes_twice(playground: Playground, rest: Rest, wire: Wire) -> None:
    await rest.register(HELLO)
    playground.faults.aim(Fault.TWICE)
    type_command(playground.world, playground.world.people[0], playground.world.guild.channels[0], "hello")
    first, second = [await wire.event("INTERACTION_CREATE") for _ in range(2)]
    assert first == second
    assert (await rest.respond(first, {"type": 4, "data": {"content": "x"}})).status == 204
    assert (await rest.respond(second, {"type": 4, "data": {"content": "x"}})).code == (400, 40060)
