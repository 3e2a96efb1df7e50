"""The chat page's sockets: which tabs are open, and which of the world's events each of them is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import web

from bot.playground.events import (
    Answered,
    BotAdded,
    BotRemoved,
    ChannelChanged,
    ChannelRemoved,
    Edited,
    Event,
    MemberChanged,
    MemberJoined,
    MemberLeft,
    Posted,
    Removed,
    RoleChanged,
    RoleRemoved,
)
from bot.playground.interaction import ACKNOWLEDGE_WITHIN, Answer, Ask, Interaction
from bot.playground.outbox import CLOSE_WITHIN
from bot.playground.tab import Tab
from bot.playground.view import View
from bot.playground.wire import Json, snowflake

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.message import Message
    from bot.playground.model import Member
    from bot.playground.world import World

PING_EVERY = 30.0
"""Seconds between pings; a page that answers none is gone."""

NO_ANSWER = {
    Ask.COMMAND: "The application did not respond",
    Ask.COMPONENT: "This interaction failed",
    Ask.AUTOCOMPLETE: "Loading options failed",
    Ask.MODAL_SUBMIT: "This interaction failed",
}
"""What Discord's client says when the bot has not answered in time."""


class Alarm(Protocol):
    """A call that is due later, and can be called off."""

    def cancel(self) -> None:
        """Call it off."""
        ...


@dataclass(frozen=True)
class Pending:
    """What a tab waits for: the bot's answer to an interaction, asked under a nonce."""

    tab: Tab
    nonce: Any
    alarm: Alarm


class Page:
    """All open tabs. `call_later` calls a function after so many seconds."""

    def __init__(self, world: World, call_later: Callable[[float, Callable[[], None]], Alarm]) -> None:
        self._world = world
        self._view = View(world)
        self._call_later = call_later
        self._tabs: set[Tab] = set()
        self._pending: dict[int, Pending] = {}
        world.subscribe(self._hear)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one tab until it is closed."""
        socket = web.WebSocketResponse(heartbeat=PING_EVERY, timeout=CLOSE_WITHIN)
        await socket.prepare(request)
        tab = Tab(self._world, self._view, self._member(request.query.get("member")), socket, self._wait_for)
        self._tabs.add(tab)
        try:
            await tab.run()
        finally:
            self._tabs.discard(tab)
        return socket

    def close(self) -> None:
        """Close every tab's socket, and forget what they wait for."""
        for tab in self._tabs:
            tab.outbox.close(1001)
        for pending in self._pending.values():
            pending.alarm.cancel()
        self._pending.clear()

    def _member(self, text: str | None) -> Member:
        """Return the person that a tab is for: the first one, unless the address names another."""
        wanted = snowflake(text)
        people = self._world.people
        return next((member for member in people if member.user.id == wanted), people[0])

    def _wait_for(self, interaction: Interaction, tab: Tab, nonce: Any) -> None:
        """Tell the tab when the bot answers, or that it has not."""
        alarm = self._call_later(ACKNOWLEDGE_WITHIN, lambda: self._give_up(interaction))
        self._pending[interaction.id] = Pending(tab, nonce, alarm)

    def _give_up(self, interaction: Interaction) -> None:
        pending = self._pending.pop(interaction.id)
        pending.tab.send("failed", nonce=pending.nonce, error=NO_ANSWER[interaction.ask])

    def _hear(self, event: Event) -> None:
        if not self._is_elsewhere(event):
            self._tell(event)

    def _tell(self, event: Event) -> None:
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
            case MemberLeft(member):
                for tab in self._tabs:
                    tab.hear(event)
                    if tab.member is member:
                        tab.outbox.close(4001, "You have left the server.")
            case _:
                for tab in self._tabs:
                    tab.hear(event)

    def _is_elsewhere(self, event: Event) -> bool:
        """Tell whether an event is of the people and places of another server than the one that the page shows."""
        match event:
            case MemberJoined(member) | MemberLeft(member) | MemberChanged(member):
                guild_id = member.guild_id
            case RoleChanged(role) | RoleRemoved(role):
                guild_id = role.guild_id
            case ChannelChanged(channel) | ChannelRemoved(channel):
                guild_id = channel.guild_id
            case BotAdded(guild) | BotRemoved(guild):
                guild_id = guild.id
            case _:
                return False
        return guild_id != self._world.guild.id

    def _readers(self, message: Message) -> list[Tab]:
        return [tab for tab in self._tabs if self._world.sees(tab.member, message)]

    def _show(self, kind: str, message: Message) -> None:
        readers = self._readers(message)
        view = self._view.message(message) if readers else {}
        for tab in readers:
            tab.send(kind, message=view)

    def _answered(self, interaction: Interaction, choices: list[Json]) -> None:
        pending = self._pending.pop(interaction.id, None)
        if pending is None:
            return
        pending.alarm.cancel()
        tab, nonce = pending.tab, pending.nonce
        if interaction.answer is Answer.CHOICES:
            tab.send("autocomplete", nonce=nonce, choices=choices)
        if interaction.answer is Answer.MODAL:
            modal = self._view.components(interaction.modal)
            tab.send("modal", nonce=nonce, interaction_id=str(interaction.id), modal=modal)
        tab.send("acknowledged", nonce=nonce)
