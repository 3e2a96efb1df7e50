"""One tab of the chat page: what its person sees at first, and what they do. What others cause comes from `page`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from bot.playground.errors import ApiError
from bot.playground.events import (
    BotAdded,
    BotRemoved,
    BotSeen,
    ChannelChanged,
    ChannelRemoved,
    CommandsChanged,
    DirectMessageOpened,
    Event,
    InboxChanged,
    MemberChanged,
    MemberJoined,
    MemberLeft,
    RoleChanged,
    RoleRemoved,
)
from bot.playground.interaction import Ask, Interaction
from bot.playground.message import Flag, Message
from bot.playground.modal import modal_data
from bot.playground.model import Channel
from bot.playground.outbox import Outbox
from bot.playground.permissions import Permission
from bot.playground.request import command_data, commands_for, component_data
from bot.playground.resolve import RefusedError
from bot.playground.view import View, member_view, role_view
from bot.playground.wire import Json, as_object, parsed, snowflake, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.model import Member
    from bot.playground.world import World

MESSAGES_SHOWN = 100
"""Messages of each channel that a tab gets when it connects."""

LONGEST_SAYING = 2000
"""Characters of a person's message (Discord's API reference, "Create Message")."""


class Tab:
    """One person at one socket. `wait_for` is told of each interaction, with the tab and the nonce to answer under."""

    def __init__(
        self,
        world: World,
        view: View,
        member: Member,
        socket: web.WebSocketResponse,
        wait_for: Callable[[Interaction, Tab, Any], None],
    ) -> None:
        self.member = member
        self.outbox = Outbox(socket)
        self._world = world
        self._view = view
        self._socket = socket
        self._wait_for = wait_for

    def send(self, kind: str, **fields: Any) -> None:
        """Queue a frame."""
        self.outbox.put(written({"type": kind} | fields))

    async def run(self) -> None:
        """Greet the tab and serve it until either side closes."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.outbox.run())
            self._greet()
            try:
                async for frame in self._socket:
                    if frame.type is WSMsgType.TEXT:
                        self._receive(frame.data)
            finally:
                self.outbox.close(1000)

    def hear(self, event: Event) -> None:
        """Show what concerns every tab, or this one's person."""
        match event:
            case CommandsChanged():
                self.send("commands", **self._commands())
            case BotSeen() | BotAdded() | BotRemoved():
                self.send("bot", **self._bot())
                if not isinstance(event, BotSeen):
                    self.send("commands", **self._commands())
            case MemberJoined(member):
                self.send("member", member=member_view(member))
            case MemberLeft(member):
                self.send("member_gone", id=str(member.user.id))
            case InboxChanged(user) if user == self.member.user:
                self.send("inbox", open=self._world.has_open_inbox(user))
            case DirectMessageOpened(channel) if channel.recipient == self.member.user:
                self.send("channels", **self._places())
            case ChannelChanged() | ChannelRemoved():
                self.send("channels", **self._places())
            case MemberChanged() | RoleChanged() | RoleRemoved():
                self._hear_of_roles(event)
            case _:
                pass

    def _hear_of_roles(self, event: MemberChanged | RoleChanged | RoleRemoved) -> None:
        """Show who bears which role now, and what this person may see and do by that."""
        if isinstance(event, MemberChanged):
            self.send("member", member=member_view(event.member))
            if event.member is not self.member:
                return
        else:
            self.send("roles", roles=self._roles())
        self.send("channels", **self._places())
        self.send("commands", **self._commands())

    def _greet(self) -> None:
        """Send all that the person can see."""
        world = self._world
        self.send(
            "hello",
            member=member_view(self.member),
            members=[member_view(member) for member in world.people],
            roles=self._roles(),
            guild={"id": str(world.guild.id), "name": world.guild.name},
            inbox_open=world.has_open_inbox(self.member.user),
            bot={"id": str(world.bot.id), "name": world.bot.display_name} | self._bot(),
            **self._commands(),
            **self._places(),
        )

    def _bot(self) -> Json:
        return {"online": self._world.bot_online, "here": self._world.bot_is_member}

    def _roles(self) -> list[Json]:
        return [role_view(role) for role in self._world.guild.roles if role.id != self._world.guild.id]

    def _places(self) -> Json:
        """Return the channels that the person can see, and what was said there."""
        rooms = self._rooms()
        return {
            "channels": [self._place(room) for room in rooms],
            "messages": {str(room.id): self._messages(room) for room in rooms},
        }

    def _place(self, room: Channel) -> Json:
        may_send = self._world.may(self.member, room, Permission.SEND_MESSAGES)
        direct = room.recipient is not None
        return {"id": str(room.id), "name": room.name, "topic": room.topic, "direct": direct, "may_send": may_send}

    def _rooms(self) -> list[Channel]:
        world, member = self._world, self.member
        mine = (room for room in world.channels if room.recipient in (None, member.user))
        return [room for room in mine if world.may(member, room, Permission.VIEW_CHANNEL)]

    def _commands(self) -> Json:
        """Return the commands that the person can use in the server, and those of direct messages."""
        world, member = self._world, self.member
        direct = Channel(0, world.bot.display_name, recipient=member.user)
        return {
            "commands": commands_for(world, member, None),
            "direct_commands": commands_for(world, member, direct),
        }

    def _messages(self, room: Channel) -> list[Json]:
        seen = [message for message in self._world.messages(room) if self._world.sees(self.member, message)]
        return [self._view.message(message) for message in seen[-MESSAGES_SHOWN:]]

    def _receive(self, text: str) -> None:
        """Do what a frame says; who sent something that cannot be done is told why."""
        try:
            frame = as_object(parsed(text))
        except ValueError:
            frame = Json()
        try:
            self._do(frame)
        except RefusedError as refused:
            self.send("failed", nonce=frame.get("nonce"), error=str(refused))

    def _do(self, frame: Json) -> None:
        match frame.get("type"):
            case "command":
                self._command(frame, Ask.COMMAND)
            case "autocomplete":
                self._command(frame, Ask.AUTOCOMPLETE)
            case "component":
                self._component(frame)
            case "modal_submit":
                self._modal_submit(frame)
            case "say":
                self._say(frame)
            case "dismiss":
                self._dismiss(frame)
            case "delete":
                self._delete(frame)
            case "inbox":
                self._world.set_inbox(self.member.user, is_open=frame.get("open") is True)
            case _:
                raise RefusedError("The playground does not know how to do that.")

    def _command(self, frame: Json, ask: Ask) -> None:
        room = self._room(frame)
        data, name = command_data(self._world, self.member, room, frame, partial=ask is Ask.AUTOCOMPLETE)
        self._ask(frame, ask, room, data, command_name=name)

    def _component(self, frame: Json) -> None:
        message = self._message(frame)
        data = component_data(self._world, message, frame)
        self._ask(frame, Ask.COMPONENT, message.channel, data, message=message)

    def _modal_submit(self, frame: Json) -> None:
        try:
            opener = self._world.interactions.get(snowflake(frame.get("interaction_id")))
        except ApiError:
            raise RefusedError("This form is not open any more.") from None
        if opener.modal is None or opener.member != self.member:
            raise RefusedError("This form is not open any more.")
        data = modal_data(self._world, opener.channel, opener.modal, frame)
        about = {"message": opener.message, "opened_by": opener, "command_name": opener.command_name}
        self._ask(frame, Ask.MODAL_SUBMIT, opener.channel, data, **about)

    def _ask(self, frame: Json, ask: Ask, room: Channel, data: Json, **about: Any) -> None:
        interaction = self._world.ask(ask, self.member, room, data, **about)
        self._wait_for(interaction, self, frame.get("nonce"))

    def _say(self, frame: Json) -> None:
        content = str(frame.get("content") or "").strip()
        if not 0 < len(content) <= LONGEST_SAYING:
            raise RefusedError(f"A message has 1 to {LONGEST_SAYING} characters.")
        room = self._room(frame)
        if not self._world.may(self.member, room, Permission.SEND_MESSAGES):
            raise RefusedError("You may not send messages in this channel.")
        self._world.post(room, self.member.user, {"content": content})

    def _dismiss(self, frame: Json) -> None:
        message = self._message(frame)
        if not message.flags & Flag.EPHEMERAL:
            raise RefusedError("Only messages that nobody else sees can be dismissed.")
        self._world.remove(message)

    def _delete(self, frame: Json) -> None:
        message = self._message(frame)
        may_manage = self._world.may(self.member, message.channel, Permission.MANAGE_MESSAGES)
        is_moderator = may_manage and message.channel.guild_id is not None
        if message.flags & Flag.EPHEMERAL or not (message.author == self.member.user or is_moderator):
            raise RefusedError("That message is not yours to delete.")
        self._world.remove(message)

    def _room(self, frame: Json) -> Channel:
        wanted = snowflake(frame.get("channel_id"))
        for room in self._rooms():
            if room.id == wanted:
                return room
        raise RefusedError("That channel is not here.")

    def _message(self, frame: Json) -> Message:
        wanted = snowflake(frame.get("message_id"))
        for room in self._rooms():
            message = self._world.find_message(room, wanted)
            if message is not None and self._world.sees(self.member, message):
                return message
        raise RefusedError("That message is gone.")
