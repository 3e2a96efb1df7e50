"""Hands for the tests of the local Discord: time that is moved by hand, raw REST, a raw gateway, a tab of the page."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
import zstandard

from bot.playground import Playground
from tests.playground import discord_responses

PATIENCE = 15.0
"""Seconds that a test waits for what must come."""

Frame = dict[str, Any]


class Time:
    """A clock that stands still until it is moved, and the calls that are due when it is."""

    def __init__(self, now: float = 1_772_000_000.0) -> None:
        self.now = now
        self._due: list[Due] = []

    def __call__(self) -> float:
        return self.now

    def call_later(self, seconds: float, call: Callable[[], None]) -> Due:
        self._due.append(Due(self.now + seconds, call))
        return self._due[-1]

    def passes(self, seconds: float) -> None:
        self.now += seconds
        for due in [due for due in self._due if due.at <= self.now]:
            self._due.remove(due)
            if not due.cancelled:
                due.call()


@dataclass
class Due:
    at: float
    call: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any

    @property
    def code(self) -> tuple[int, int]:
        """The HTTP status and Discord's code of a refusal."""
        return self.status, self.body["code"]

    def faults(self) -> dict[str, list[str]]:
        """The codes of a refused body, by their dotted path."""
        assert self.code == (400, 50035)
        return dict(_leaves(self.body["errors"], ()))


def _leaves(node: Frame, path: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for key, value in node.items():
        if key == "_errors":
            found.append((".".join(path), [error["code"] for error in value]))
        else:
            found += _leaves(value, (*path, key))
    return found


class Rest:
    """A bot's HTTP client. Every answer it gets is held against Discord's own description."""

    def __init__(self, session: aiohttp.ClientSession, playground: Playground) -> None:
        self._session = session
        self._playground = playground

    async def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        files: dict[str, bytes] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        sent = {"Authorization": f"Bot {self._playground.token}"} | (headers or {})
        data: Any = None if body is None else json.dumps(body)
        if files is not None:
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("payload_json", json.dumps(body), content_type="application/json")
            for number, (name, content) in enumerate(files.items()):
                data.add_field(f"files[{number}]", io.BytesIO(content), filename=name)
        elif data is not None:
            sent["Content-Type"] = "application/json"
        async with self._session.request(method, self._playground.api_url + path, data=data, headers=sent) as response:
            text = await response.text()
            answer = Answer(response.status, json.loads(text) if text else None)
        assert not discord_responses.violations(method, path.partition("?")[0], answer.status, answer.body)
        return answer

    async def respond(self, interaction: Frame, answer: Frame, *, query: str = "") -> Answer:
        """Give an interaction its first answer."""
        path = f"/interactions/{interaction['id']}/{interaction['token']}/callback{query}"
        return await self("POST", path, answer)

    async def webhook(self, method: str, interaction: Frame, path: str = "", body: Any = None, **more: Any) -> Answer:
        """Use the webhook of an interaction, without the bot's token."""
        route = f"/webhooks/{interaction['application_id']}/{interaction['token']}{path}"
        return await self(method, route, body, headers={"Authorization": ""}, **more)

    async def register(self, *commands: Frame) -> list[Frame]:
        """Make these the global commands."""
        answer = await self("PUT", f"/applications/{self._playground.world.application_id}/commands", list(commands))
        assert answer.status == 200, answer.body
        return answer.body


DECOMPRESSORS: dict[str | None, Callable[[], Callable[[Any], str | bytes]]] = {
    None: lambda: lambda text: text,
    "zlib-stream": lambda: zlib.decompressobj().decompress,
    "zstd-stream": lambda: zstandard.ZstdDecompressor().decompressobj().decompress,
}


class Wire:
    """One raw connection to the gateway. It reads only when asked, so that nothing is missed or guessed."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, compress: str | None) -> None:
        self.socket = socket
        self.sequence: int | None = None
        self._decompress = DECOMPRESSORS[compress]()

    @classmethod
    @asynccontextmanager
    async def to(cls, playground: Playground, query: str = "v=10&encoding=json") -> AsyncGenerator[Self]:
        named = query.partition("compress=")[2]
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{playground.gateway.url}/?{query}", max_msg_size=0) as socket,
        ):
            yield cls(socket, named if named in DECOMPRESSORS else None)

    async def send(self, op: int, d: Any) -> None:
        await self.socket.send_json({"op": op, "d": d})

    async def next(self) -> Frame:
        """The next payload, whatever it is."""
        message = await self.socket.receive(timeout=PATIENCE)
        assert message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY), self.socket.close_code
        payload = json.loads(self._decompress(message.data))
        self.sequence = payload.get("s") or self.sequence
        return payload

    async def event(self, name: str) -> Frame:
        """The data of the next event, which must be of that name."""
        payload = await self.next()
        assert payload["t"] == name, payload
        return payload["d"]

    async def close_code(self) -> int | None:
        """The code with which the server closes, whatever it sends before."""
        while not self.socket.closed:
            await self.socket.receive(timeout=PATIENCE)
        return self.socket.close_code

    async def identify(self, token: str, *, intents: int = 513, shard: tuple[int, int] | None = None) -> Frame:
        """Log in; the data of READY."""
        assert (await self.next())["op"] == 10
        await self.send(2, identity(token, intents=intents) | ({} if shard is None else {"shard": list(shard)}))
        return await self.event("READY")


def identity(token: str, *, intents: int = 513) -> Frame:
    """The data of identify; the intents are those of servers and their messages."""
    return {"token": token, "intents": intents, "properties": {"os": "test", "browser": "test", "device": "test"}}


class Tab:
    """One raw tab of the chat page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.hello: Frame = {}
        self._nonce = 0

    @classmethod
    @asynccontextmanager
    async def at(cls, playground: Playground, name: str = "Ada") -> AsyncGenerator[Self]:
        member = next(m.user for m in playground.world.people if m.user.display_name == name)
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{playground.url}/page/socket?member={member.id}") as socket,
        ):
            tab = cls(socket)
            tab.hello = await tab.next("hello")
            yield tab

    @property
    def channel(self) -> str:
        return self.hello["channels"][0]["id"]

    async def next(self, kind: str) -> Frame:
        """The next frame, which must be of that kind."""
        frame = await self.socket.receive_json(timeout=PATIENCE)
        assert frame["type"] == kind, frame
        return frame

    async def do(self, kind: str, **fields: Any) -> int:
        """Send a frame about the first channel; the nonce it went under."""
        self._nonce += 1
        await self.socket.send_json({"type": kind, "nonce": self._nonce, "channel_id": self.channel} | fields)
        return self._nonce

    async def sees_nothing(self) -> None:
        """Make sure that nothing is on its way to this tab: what it asks for next is the next that comes."""
        await self.do("say", content="")
        assert (await self.next("failed"))["error"].startswith("A message has")


async def pressed(tab: Tab, wire: Wire, message: Frame, custom_id: str = "press", **fields: Any) -> Frame:
    """What the bot is sent when the person uses a component of that message."""
    await tab.do("component", message_id=message["id"], custom_id=custom_id, **fields)
    while (payload := await wire.next())["t"] != "INTERACTION_CREATE":
        pass
    return payload["d"]
