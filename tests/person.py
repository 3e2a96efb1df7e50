"""A person at the chat page: types commands, presses buttons, reads what is there. Speaks the page's own protocol."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

from tests.seen import Form, Seen, Value, chosen

__all__ = ["Failed", "Form", "Person", "Seen"]

PATIENCE_S = 15.0
"""How long a person waits for what must come."""


class Failed(AssertionError):  # noqa: N818 - it reads as what the page says
    """The page says that an interaction failed."""


class Person:
    """One tab of the chat page."""

    def __init__(self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._session, self._socket = session, socket
        self._frames: list[dict[str, Any]] = []
        self._arrived = asyncio.Condition()
        self._nonce = 0
        self._room: str | None = None
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

    @property
    def offers(self) -> list[str]:
        """The command lines that this person is offered in the server, subcommands too."""
        return [line for command in self.hello["commands"] for line in _lines(command)]

    def channel(self, number: int = 0) -> str:
        return self.hello["channels"][number]["id"]

    def goes_to(self, name: str) -> None:
        """Go to the channel of that name, or to the direct messages with the bot of that name."""
        self._room = next(room["id"] for room in self.hello["channels"] if room["name"] == name)

    @property
    def here(self) -> str:
        """The id of the channel where this person is: the first one until they go elsewhere."""
        return self._room or self.channel()

    async def type(self, line: str, **options: Any) -> Seen:
        """Use a slash command, "score" or "round start"; what the bot answers at first.

        Members, roles and channels may be given by name, as people type them: "@Ada", "@Async", "#general".
        """
        return await self._act(self._command(line, options), lambda found: self._answers_my(line, found))

    async def type_for_form(self, line: str, **options: Any) -> Form:
        """Use a slash command that opens a form."""
        return await self._open(self._command(line, options), None)

    async def press(self, label: str, message: Seen | None = None, *, aside: bool = False) -> Seen:
        """Press the button with that label; the message that changes or comes.

        With `aside` it is the one that comes: others may change the message that is pressed meanwhile.
        """
        return await self._use(self._pressed(label, message), aside=aside)

    async def press_for_form(self, label: str, message: Seen | None = None) -> Form:
        """Press the button with that label, which opens a form."""
        frame = self._pressed(label, message)
        return await self._open(frame, self.messages[frame["message_id"]])

    async def choose(
        self, values: str | list[str], message: Seen | None = None, *, menu: str | int | None = None
    ) -> Seen:
        """Choose one value or several in a select menu of a message; the message that changes or comes.

        Options are given by label or value, members, roles and channels by name or id. Without `menu` (its placeholder,
        its custom id or its number) it is the first menu of options.
        """
        return await self._use(self._chosen(values, message, menu))

    async def choose_for_form(
        self, values: str | list[str], message: Seen | None = None, *, menu: str | int | None = None
    ) -> Form:
        """Choose in a select menu what opens a form."""
        frame = self._chosen(values, message, menu)
        return await self._open(frame, self.messages[frame["message_id"]])

    async def submits(self, form: Form, given: Mapping[str, Value] | None = None) -> Seen:
        """Fill in a form by its labels and send it; the message that comes, or that it was opened from and changes.

        Raises:
            Failed: with the sentence that the page shows.
        """

        def answers(found: dict[str, Any]) -> bool:
            asked = found["message"].get("interaction_metadata") or {}
            opener = asked.get("triggering_interaction_metadata") or {}
            changed = form.message is not None and found["message"]["id"] == form.message.id
            return opener.get("id") == form.interaction_id or (changed and found["type"] == "message_update")

        frame = {"type": "modal_submit", "interaction_id": form.interaction_id, "custom_id": form.raw["custom_id"]}
        return await self._act(frame | {"components": form.filled(given or {})}, answers)

    async def says(self, content: str) -> Seen:
        """Post an ordinary message."""
        start = len(self._frames)
        await self._send({"type": "say", "channel_id": self.here, "content": content})

        def posted() -> dict[str, Any] | None:
            mine = (f["message"] for f in self._frames[start:] if f["type"] == "message")
            return next((m for m in mine if m["author"]["id"] == str(self.id)), None)

        return self.messages[(await self._wait(posted))["id"]]

    async def deletes(self, message: Seen) -> None:
        """Delete a message of one's own, or any where one may manage messages."""
        await self._send({"type": "delete", "message_id": message.id})
        await self._wait(lambda: message.id not in self.messages)

    async def takes_direct_messages(self, is_open: bool) -> None:
        """Open or close the inbox for direct messages of bots."""
        await self._send({"type": "inbox", "open": is_open})
        await self._wait(lambda: self.hello["inbox_open"] is is_open)

    async def downloads(self, message: Seen, filename: str) -> bytes:
        """The file of that name which a message offers."""
        async with self._session.get(message.files[filename]) as answer:
            assert answer.ok
            return await answer.read()

    async def suggestions(self, line: str, option: str, typed: str) -> list[dict[str, Any]]:
        """What is suggested while that option is typed."""
        focused = [{"name": option, "value": typed, "focused": True}]
        nonce = await self._send({"type": "autocomplete", "channel_id": self.here} | _nested(line, focused))
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

    def _command(self, line: str, options: dict[str, Any]) -> dict[str, Any]:
        given = [{"name": key, "value": value} for key, value in options.items()]
        return {"type": "command", "channel_id": self.here} | _nested(line, given)

    def _pressed(self, label: str, message: Seen | None) -> dict[str, Any]:
        message = self.messages[(message or self.last).id]
        return {"type": "component", "message_id": message.id, "custom_id": message.buttons[label]["custom_id"]}

    def _chosen(self, values: str | list[str], message: Seen | None, menu: str | int | None) -> dict[str, Any]:
        message = self.messages[(message or self.last).id]
        used = message.menu if menu is None else message.menu_called(menu)
        names = [values] if isinstance(values, str) else values
        frame = {"type": "component", "message_id": message.id, "custom_id": used["custom_id"]}
        return frame | {"values": chosen(used, names)}

    async def _open(self, frame: dict[str, Any], message: Seen | None) -> Form:
        """Do what opens a form."""
        nonce = await self._send(frame)

        def opened() -> dict[str, Any] | None:
            if failure := self._frame("failed", nonce):
                raise Failed(failure["error"])
            return self._frame("modal", nonce)

        found = await self._wait(opened)
        return Form(found["modal"], found["interaction_id"], message)

    async def _use(self, frame: dict[str, Any], *, aside: bool = False) -> Seen:
        """Use a component: its message changes, or one comes that names it; `aside`, the latter alone."""
        used = frame["message_id"]

        def answers(found: dict[str, Any]) -> bool:
            asked = found["message"].get("interaction_metadata") or {}
            mine = asked.get("user", {}).get("id") == str(self.id)
            came = mine and asked.get("interacted_message_id") == used
            return came or (not aside and found["message"]["id"] == used)

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

        found = await self._wait(answered)
        return self.messages[found["message"]["id"]]

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
        elif frame["type"] == "channels":
            self.hello |= {"channels": frame["channels"]}
            seen = [raw for messages in frame["messages"].values() for raw in messages]
            self.messages = {raw["id"]: Seen(raw) for raw in sorted(seen, key=lambda raw: int(raw["id"]))}
        elif frame["type"] == "commands":
            self.hello |= {key: frame[key] for key in ("commands", "direct_commands")}
        elif frame["type"] == "inbox":
            self.hello |= {"inbox_open": frame["open"]}

    async def _wait(self, condition: Callable[[], Any]) -> Any:
        try:
            async with asyncio.timeout(PATIENCE_S), self._arrived:
                return await self._arrived.wait_for(condition)
        except TimeoutError:
            raise AssertionError(f"waited in vain; the last messages: {list(self.messages.values())[-3:]}") from None


def _nested(line: str, options: list[dict[str, Any]]) -> dict[str, Any]:
    """A command line in the page's protocol: options under the names of its subcommands."""
    name, *path = line.split()
    for step in reversed(path):
        options = [{"name": step, "options": options}]
    return {"name": name, "options": options}


def _lines(holder: dict[str, Any]) -> list[str]:
    """The lines that lead to what can be run: the name of a command, or those of its subcommands after it."""
    inner = [option for option in holder.get("options", ()) if option["type"] in (1, 2)]
    return [f"{holder['name']} {line}" for option in inner for line in _lines(option)] or [holder["name"]]
