"""A person at the chat page: types commands, presses buttons, reads what is there. Speaks the page's own protocol."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

PATIENCE_S = 15.0
"""How long a person waits for what must come."""

EPHEMERAL = 64


class Failed(AssertionError):  # noqa: N818 - it reads as what the page says
    """The page says that an interaction failed."""


class Seen:
    """A message as its reader sees it."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.id: str = raw["id"]

    @property
    def private(self) -> bool:
        return bool(self.raw["flags"] & EPHEMERAL)

    @property
    def text(self) -> str:
        texts = [c["content"] for c in self.components if c["type"] == 10]
        return "\n".join([self.raw["content"], *texts])

    @property
    def components(self) -> Iterator[dict[str, Any]]:
        return _walk(self.raw["components"])

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        return {c["label"]: c for c in self.components if c["type"] == 2}

    @property
    def labels(self) -> list[str]:
        """The labels of the buttons that can be pressed."""
        return [label for label, button in self.buttons.items() if not button.get("disabled")]

    @property
    def pictures(self) -> list[dict[str, Any]]:
        """What its galleries show: each an address and a description."""
        return [item for c in self.components if c["type"] == 12 for item in c["items"]]

    @property
    def menu(self) -> dict[str, Any]:
        return next(c for c in self.components if c["type"] == 3)

    def __repr__(self) -> str:
        return f"<message {self.id}: {self.text!r}>"


def _walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for component in components:
        yield component
        yield from _walk(component.get("components", []))


class Person:
    """One tab of the chat page."""

    def __init__(self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._session, self._socket = session, socket
        self._frames: list[dict[str, Any]] = []
        self._arrived = asyncio.Condition()
        self._nonce = 0
        self.hello: dict[str, Any] = {}
        self.messages: dict[str, Seen] = {}

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, name: str) -> AsyncGenerator[Self]:
        """A person of that display name, with the page at `url` open."""
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(f"{url}/page/socket") as any_tab:
                members = (await any_tab.receive_json(timeout=PATIENCE_S))["members"]
            member = next(m["id"] for m in members if m["display_name"] == name)
            async with session.ws_connect(f"{url}/page/socket?member={member}") as socket:
                person = cls(session, socket)
                reading = asyncio.create_task(person._read())
                try:
                    await person._wait(lambda: person.hello)
                    yield person
                finally:
                    reading.cancel()
                    await asyncio.gather(reading, return_exceptions=True)

    @property
    def id(self) -> int:
        return int(self.hello["member"]["id"])

    @property
    def last(self) -> Seen:
        """The newest message that this person sees."""
        return list(self.messages.values())[-1]

    def times_of(self, message_id: str) -> list[float]:
        """When a message came and changed, in seconds."""
        return [f["at_s"] for f in self._frames if f.get("message", {}).get("id") == message_id]

    def channel(self, number: int = 0) -> str:
        return self.hello["channels"][number]["id"]

    async def type(self, name: str, **options: Any) -> Seen:
        """Use a slash command; what the bot answers at first."""
        given = [{"name": key, "value": value} for key, value in options.items()]
        frame = {"type": "command", "channel_id": self.channel(), "name": name, "options": given}
        return await self._act(frame, lambda found: self._answers_my(name, found))

    async def press(self, label: str, message: Seen | None = None) -> Seen:
        """Press the button with that label; the message that changes or comes."""
        message = self.messages[(message or self.last).id]
        custom_id = message.buttons[label]["custom_id"]
        return await self._use({"type": "component", "message_id": message.id, "custom_id": custom_id})

    async def choose(self, value: str, message: Seen | None = None) -> Seen:
        """Choose from the menu of a message."""
        message = message or self.last
        custom_id = message.menu["custom_id"]
        return await self._use(
            {"type": "component", "message_id": message.id, "custom_id": custom_id, "values": [value]}
        )

    async def suggestions(self, name: str, option: str, typed: str) -> list[dict[str, Any]]:
        """What is suggested while that option is typed."""
        focused = [{"name": option, "value": typed, "focused": True}]
        nonce = await self._send(
            {"type": "autocomplete", "channel_id": self.channel(), "name": name, "options": focused}
        )
        found = await self._wait(lambda: self._frame("autocomplete", nonce))
        return found["choices"]

    async def looks_at(self, picture: dict[str, Any]) -> bytes:
        """The file of a picture."""
        async with self._session.get(picture["media"]["url"]) as answer:
            assert answer.ok
            return await answer.read()

    async def sees(self, condition: Callable[[Seen], bool]) -> Seen:
        """Wait until some message is as `condition` says."""
        return await self._wait(lambda: next((m for m in reversed(self.messages.values()) if condition(m)), None))

    def _answers_my(self, command: str, frame: dict[str, Any]) -> bool:
        """Whether a message has come that answers a command of this person."""
        asked = frame["message"].get("interaction_metadata") or {}
        mine = asked.get("user", {}).get("id") == str(self.id)
        return frame["type"] == "message" and mine and asked.get("name") == command

    async def _use(self, frame: dict[str, Any]) -> Seen:
        """Use a component: its message changes, or one comes that names it."""
        used = frame["message_id"]

        def answers(found: dict[str, Any]) -> bool:
            asked = found["message"].get("interaction_metadata") or {}
            return used in (found["message"]["id"], asked.get("interacted_message_id"))

        return await self._act(frame, answers)

    async def _act(self, frame: dict[str, Any], answers: Callable[[dict[str, Any]], bool]) -> Seen:
        start = len(self._frames)
        nonce = await self._send(frame)

        def answered() -> dict[str, Any] | None:
            if failure := self._frame("failed", nonce):
                raise Failed(failure["error"])
            if not self._frame("acknowledged", nonce):
                return None
            later = self._frames[start:]
            return next((f for f in later if f["type"] in ("message", "message_update") and answers(f)), None)

        return self.messages[(await self._wait(answered))["message"]["id"]]

    async def _send(self, frame: dict[str, Any]) -> str:
        self._nonce += 1
        nonce = str(self._nonce)
        await self._socket.send_str(json.dumps({**frame, "nonce": nonce}))
        return nonce

    def _frame(self, kind: str, nonce: str) -> dict[str, Any] | None:
        return next((f for f in self._frames if f["type"] == kind and f.get("nonce") == nonce), None)

    async def _read(self) -> None:
        async for message in self._socket:
            frame = json.loads(message.data)
            async with self._arrived:
                self._take(frame)
                self._arrived.notify_all()

    def _take(self, frame: dict[str, Any]) -> None:
        self._frames.append({**frame, "at_s": time.monotonic()})
        if frame["type"] == "hello":
            self.hello = frame
            for messages in frame["messages"].values():
                self.messages |= {raw["id"]: Seen(raw) for raw in messages}
        elif frame["type"] in ("message", "message_update"):
            self.messages[frame["message"]["id"]] = Seen(frame["message"])
        elif frame["type"] == "message_delete":
            self.messages.pop(frame["id"], None)

    async def _wait(self, condition: Callable[[], Any]) -> Any:
        try:
            async with asyncio.timeout(PATIENCE_S), self._arrived:
                return await self._arrived.wait_for(condition)
        except TimeoutError:
            raise AssertionError(f"waited in vain; the last messages: {list(self.messages.values())[-3:]}") from None
