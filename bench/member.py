"""A member at the chat page who clicks fast and steadily, and measures how long each click waits for its answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

PATIENCE_S = 60.0

Frame = dict[str, Any]


class Member:
    """One tab of the chat page. It keeps nothing of what it was told but the newest form of each message."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._nonce = 0
        self._acknowledged: dict[str, asyncio.Future[None]] = {}
        self._changed = asyncio.Condition()
        self._unclaimed: list[str] = []
        self.id = ""
        self.messages: dict[str, Frame] = {}
        self.channel = ""

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, number: int) -> AsyncGenerator[Self]:
        """The member of that number, with the page at `url` open."""
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(f"{url}/page/socket") as any_tab:
                members = (await any_tab.receive_json(timeout=PATIENCE_S))["members"]
            async with session.ws_connect(f"{url}/page/socket?member={members[number]['id']}") as socket:
                member = cls(socket)
                async with asyncio.TaskGroup() as tasks:
                    reading = tasks.create_task(member._read())
                    await member.until(lambda: member.channel)
                    yield member
                    reading.cancel()

    async def type(self, command: str, **options: str) -> str:
        """Use a slash command; the id of the message that answers it."""
        given = [{"name": name, "value": value} for name, value in options.items()]
        await self._send({"type": "command", "channel_id": self.channel, "name": command, "options": given})
        await self.until(lambda: self._unclaimed)
        return self._unclaimed.pop(0)

    async def press(self, message_id: str, custom_id: str) -> float:
        """Press a button; how many milliseconds it waits until it is acknowledged."""
        clock = asyncio.get_running_loop().time
        start_s = clock()
        await self._send({"type": "component", "message_id": message_id, "custom_id": custom_id})
        return (clock() - start_s) * 1000

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something that the page was told makes `condition` true."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(condition)

    async def changes(self, message_id: str) -> None:
        """Wait until a message has changed."""
        form = self.messages[message_id]
        await self.until(lambda: self.messages[message_id] is not form)

    async def _send(self, frame: Frame) -> None:
        self._nonce += 1
        nonce = str(self._nonce)
        self._acknowledged[nonce] = asyncio.get_running_loop().create_future()
        await self._socket.send_str(json.dumps({**frame, "nonce": nonce}))
        async with asyncio.timeout(PATIENCE_S):
            await self._acknowledged[nonce]
        del self._acknowledged[nonce]

    async def _read(self) -> None:
        async for message in self._socket:
            self._take(json.loads(message.data))
            async with self._changed:
                self._changed.notify_all()

    def _take(self, frame: Frame) -> None:
        waiting = self._acknowledged.get(frame.get("nonce", ""))
        match frame["type"]:
            case "hello":
                self.channel, self.id = frame["channels"][0]["id"], frame["member"]["id"]
            case "message" | "message_update":
                message = frame["message"]
                asked = message.get("interaction_metadata") or {}
                if message["id"] not in self.messages and asked.get("user", {}).get("id") == self.id:
                    self._unclaimed.append(message["id"])
                self.messages[message["id"]] = message
            case "acknowledged" if waiting and not waiting.done():
                waiting.set_result(None)
            case "failed" if waiting and not waiting.done():
                waiting.set_exception(RuntimeError(frame["error"]))
            case _:
                pass
