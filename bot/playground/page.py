"""The chat page's sockets: what people do becomes interactions, what the world does becomes frames."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from aiohttp import WSMsgType, web

from bot.playground.errors import ApiError
from bot.playground.events import (
    Answered,
    BotSeen,
    CommandsChanged,
    DirectMessageOpened,
    Edited,
    Event,
    Posted,
    Removed,
)
from bot.playground.ids import Json, snowflake
from bot.playground.interaction import ACKNOWLEDGE_WITHIN, Answer, Ask, Interaction
from bot.playground.message import Flag, Message
from bot.playground.modal import modal_data
from bot.playground.outbox import CLOSE_WITHIN, Outbox
from bot.playground.request import command_data, commands_for, component_data
from bot.playground.resolve import RefusedError
from bot.playground.view import View, member_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.model import Channel, Member
    from bot.playground.world import World

MESSAGES_SHOWN = 100
"""Messages of each channel that a page gets when it connects."""

LONGEST_SAYING = 2000
"""Characters of a person's message (Discord's documentation, "Create Message")."""

PING_EVERY = 30.0
"""Seconds between pings; a page that answers none is gone."""


class Alarm(Protocol):
    """What a later call can be called off by."""

    def cancel(self) -> None:
        """Call it off."""
        ...


CallLater = "Callable[[float, Callable[[], None]], Alarm]"


@dataclass(frozen=True)
class Pending:
    """An interaction that a tab waits for."""

    tab: Tab
    nonce: Any
    alarm: Alarm


class Page:
    """All open tabs."""

    def __init__(self, world: World, call_later: Callable[[float, Callable[[], None]], Alarm]) -> None:
        self.world = world
        self.view = View(world)
        self._call_later = call_later
        self._tabs: set[Tab] = set()
        self._pending: dict[int, Pending] = {}
        world.subscribe(self._hear)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one tab until it is closed."""
        member = self._member(request.query.get("member"))
        socket = web.WebSocketResponse(heartbeat=PING_EVERY, timeout=CLOSE_WITHIN)
        await socket.prepare(request)
        tab = Tab(self, member, socket)
        self._tabs.add(tab)
        try:
            await tab.run()
        finally:
            self._tabs.discard(tab)
        return socket

    def close(self) -> None:
        """Close every tab's socket, and forget what they wait for."""
        for tab in tuple(self._tabs):
            tab.outbox.close(1001)
        for pending in self._pending.values():
            pending.alarm.cancel()
        self._pending.clear()

    def _member(self, text: str | None) -> Member:
        """Return the person that a tab is for: the first one, unless the address names another."""
        wanted = snowflake(text)
        people = self.world.people
        return next((member for member in people if member.user.id == wanted), people[0])

    def wait_for(self, interaction: Interaction, tab: Tab, nonce: Any) -> None:
        """Tell the tab when the bot answers, or that it has not."""
        alarm = self._call_later(ACKNOWLEDGE_WITHIN, lambda: self._give_up(interaction))
        self._pending[interaction.id] = Pending(tab, nonce, alarm)

    def _give_up(self, interaction: Interaction) -> None:
        pending = self._pending.pop(interaction.id, None)
        if pending is not None and interaction.ask is not Ask.AUTOCOMPLETE:
            by_command = interaction.ask is Ask.COMMAND
            error = "The application did not respond" if by_command else "This interaction failed"
            pending.tab.send("failed", nonce=pending.nonce, error=error)

    def _hear(self, event: Event) -> None:
        match event:
            case Posted(message):
                self._show("message", message)
            case Edited(message):
                self._show("message_update", message)
            case Removed(message):
                for tab in self._readers(message):
                    tab.send("message_delete", channel_id=str(message.channel.id), id=str(message.id))
            case Answered(interaction, choices):
                self._answered(interaction, choices)
            case CommandsChanged():
                for tab in self._tabs:
                    tab.send("commands", commands=tab.commands())
            case BotSeen(online):
                for tab in self._tabs:
                    tab.send("bot", online=online)
            case DirectMessageOpened(channel):
                for tab in self._tabs:
                    if tab.member.user == channel.recipient:
                        tab.hello()
            case _:
                pass

    def _readers(self, message: Message) -> list[Tab]:
        return [tab for tab in self._tabs if message.is_seen_by(tab.member.user.id)]

    def _show(self, kind: str, message: Message) -> None:
        readers = self._readers(message)
        if not readers:
            return
        view = self.view.message(message)
        for tab in readers:
            tab.send(kind, message=view)

    def _answered(self, interaction: Interaction, choices: tuple[dict[str, object], ...]) -> None:
        pending = self._pending.pop(interaction.id, None)
        if pending is None:
            return
        pending.alarm.cancel()
        pending.tab.send("acknowledged", nonce=pending.nonce)
        if interaction.answer is Answer.CHOICES:
            pending.tab.send("autocomplete", nonce=pending.nonce, choices=choices)
        if interaction.answer is Answer.MODAL and interaction.modal is not None:
            modal = self.view.components(interaction.modal)
            pending.tab.send("modal", nonce=pending.nonce, interaction_id=str(interaction.id), modal=modal)


class Tab:
    """One socket of the page: one person in one browser tab."""

    def __init__(self, page: Page, member: Member, socket: web.WebSocketResponse) -> None:
        self.member = member
        self.outbox = Outbox(socket)
        self._page = page
        self._world = page.world
        self._socket = socket

    def send(self, kind: str, **fields: Any) -> None:
        """Queue a frame."""
        self.outbox.put(json.dumps({"type": kind} | fields, separators=(",", ":")))

    async def run(self) -> None:
        """Greet the tab and serve it until either side closes."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.outbox.run())
            self.hello()
            try:
                async for frame in self._socket:
                    if frame.type is WSMsgType.TEXT:
                        self._receive(frame.data)
            finally:
                self.outbox.close(1000)

    def hello(self) -> None:
        """Send all that the person can see."""
        world, person = self._world, self.member.user
        channels = [room for room in world.channels if room.recipient in (None, person)]
        self.send(
            "hello",
            member=member_view(self.member),
            members=[member_view(member) for member in world.people],
            guild={"id": str(world.guild.id), "name": world.guild.name},
            channels=[{"id": str(room.id), "name": room.name, "topic": room.topic} for room in channels],
            bot={"id": str(world.bot.id), "name": world.bot.display_name, "online": world.bot_online},
            commands=self.commands(),
            messages={str(room.id): self._messages(room) for room in channels},
        )

    def commands(self) -> list[Json]:
        """Return the commands that the person can use in the server."""
        return commands_for(self._world, self.member, self._world.guild.channels[0])

    def _messages(self, room: Channel) -> list[Json]:
        seen = [message for message in self._world.messages(room) if message.is_seen_by(self.member.user.id)]
        return [self._page.view.message(message) for message in seen[-MESSAGES_SHOWN:]]

    def _receive(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            return
        if not isinstance(frame, dict):
            return
        frame = cast("Json", frame)
        does: dict[Any, Callable[[Json], None]] = {
            "command": self._command,
            "autocomplete": self._autocomplete,
            "component": self._component,
            "modal_submit": self._modal_submit,
            "say": self._say,
            "dismiss": self._dismiss,
        }
        try:
            does[frame.get("type")](frame)
        except RefusedError as refused:
            self.send("failed", nonce=frame.get("nonce"), error=str(refused))
        except KeyError:
            self.send("failed", nonce=frame.get("nonce"), error="The playground does not know how to do that.")

    def _command(self, frame: Json) -> None:
        room = self._room(frame)
        data, name = command_data(self._world, self.member, room, frame)
        self._wait(frame, self._world.ask(Ask.COMMAND, self.member, room, data, command_name=name))

    def _autocomplete(self, frame: Json) -> None:
        room = self._room(frame)
        data, name = command_data(self._world, self.member, room, frame, partial=True)
        self._wait(frame, self._world.ask(Ask.AUTOCOMPLETE, self.member, room, data, command_name=name))

    def _component(self, frame: Json) -> None:
        message = self._message(frame)
        data = component_data(self._world, message.channel, message.components, frame)
        self._wait(frame, self._world.ask(Ask.COMPONENT, self.member, message.channel, data, message=message))

    def _modal_submit(self, frame: Json) -> None:
        try:
            opener = self._world.interaction(snowflake(frame.get("interaction_id")))
        except ApiError:
            raise RefusedError("This form is not open any more.") from None
        if opener.modal is None or opener.member != self.member:
            raise RefusedError("This form is not open any more.")
        data = modal_data(self._world, opener.channel, opener.modal, frame)
        interaction = self._world.ask(
            Ask.MODAL_SUBMIT, self.member, opener.channel, data, message=opener.message, opened_by=opener
        )
        self._wait(frame, interaction)

    def _say(self, frame: Json) -> None:
        content = str(frame.get("content") or "").strip()
        if not 0 < len(content) <= LONGEST_SAYING:
            raise RefusedError(f"A message has 1 to {LONGEST_SAYING} characters.")
        self._world.post(self._room(frame), self.member.user, {"content": content})

    def _dismiss(self, frame: Json) -> None:
        message = self._message(frame)
        if not message.flags & Flag.EPHEMERAL:
            raise RefusedError("Only messages that nobody else sees can be dismissed.")
        self._world.remove(message)

    def _wait(self, frame: Json, interaction: Interaction) -> None:
        self._page.wait_for(interaction, self, frame.get("nonce"))

    def _room(self, frame: Json) -> Channel:
        wanted = snowflake(frame.get("channel_id"))
        for room in self._world.channels:
            if room.id == wanted and room.recipient in (None, self.member.user):
                return room
        raise RefusedError("That channel is not here.")

    def _message(self, frame: Json) -> Message:
        wanted = snowflake(frame.get("message_id"))
        for room in self._world.channels:
            for message in self._world.messages(room):
                if message.id == wanted and message.is_seen_by(self.member.user.id):
                    return message
        raise RefusedError("That message is gone.")
