"""Who and where there is, and how they come, change and go. What is said there is in `world`. No I/O."""

from __future__ import annotations

import colorsys
from typing import TYPE_CHECKING

from bot.playground.errors import refusal
from bot.playground.events import (
    BotAdded,
    BotRemoved,
    BotSeen,
    ChannelChanged,
    ChannelRemoved,
    DirectMessageOpened,
    Event,
    InboxChanged,
    MemberChanged,
    MemberJoined,
    MemberLeft,
    RoleChanged,
    RoleRemoved,
)
from bot.playground.model import Channel, Member, Role, User
from bot.playground.permissions import DIRECT_MESSAGE, Bearer, Overwrite, combined, overwritten
from bot.playground.seed import found_guild
from bot.playground.wire import Snowflakes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Community:
    """One server, its people and its bot. Every change is told to those who subscribed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Take `clock`, seconds since the epoch."""
        self.clock = clock
        self.guild, self.bot = found_guild()
        self.bot_online = False
        self._ids = Snowflakes(clock)
        self._listeners: list[Callable[[Event], None]] = []
        self._members = {member.user.id: member for member in self.guild.members}
        self._bot_member = self._members[self.bot.id]
        self._users = {key: member.user for key, member in self._members.items()}
        self._roles = {role.id: role for role in self.guild.roles}
        self._channels = {channel.id: channel for channel in self.guild.channels}
        self._direct: dict[int, Channel] = {}
        self._closed_inboxes: set[int] = set()

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` with every event from now on."""
        self._listeners.append(listener)

    def _emit(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)

    # Who and what there is

    @property
    def people(self) -> list[Member]:
        """The members who are persons, in the order they are listed."""
        return [member for member in self.guild.members if not member.user.bot]

    @property
    def users(self) -> dict[int, User]:
        """Everybody who is or was here, by id."""
        return self._users

    @property
    def channels(self) -> list[Channel]:
        """The server's channels, then the direct messages."""
        return list(self._channels.values())

    @property
    def bot_member(self) -> Member:
        """The bot in the server, or as it was there when it was thrown out."""
        return self._bot_member

    @property
    def bot_is_member(self) -> bool:
        """Whether the bot is in the server."""
        return self.bot.id in self._members

    def member(self, user_id: int | None) -> Member:
        """Return a member; 10007 when there is none of that id."""
        found = self.find_member(user_id)
        if found is None:
            raise refusal("unknown_member")
        return found

    def find_member(self, user_id: int | None) -> Member | None:
        """Return a member, or None when nobody of that id is in the server."""
        return self._members.get(user_id or 0)

    def user(self, user_id: int | None) -> User:
        """Return a user, also one who has left the server; 10013 when there is none of that id."""
        found = self._users.get(user_id or 0)
        if found is None:
            raise refusal("unknown_user")
        return found

    def role(self, role_id: int | None) -> Role:
        """Return a role; 10011 when there is none of that id."""
        found = self._roles.get(role_id or 0)
        if found is None:
            raise refusal("unknown_role")
        return found

    def channel(self, channel_id: int | None) -> Channel:
        """Return a channel; 10003 when there is none of that id."""
        found = self._channels.get(channel_id or 0)
        if found is None:
            raise refusal("unknown_channel")
        return found

    def permissions(self, member: Member, channel: Channel | None = None) -> int:
        """Return the permission bits that a member has in a channel, or, without one, in the server."""
        if channel is not None and channel.guild_id is None:
            return DIRECT_MESSAGE
        roles = {role.id: role for role in (self._roles[self.guild.id], *member.roles)}
        owner = member.user.id == self.guild.owner_id
        base = combined((role.permissions for role in roles.values()), owner=owner)
        if channel is None or not channel.overwrites:
            return base
        return overwritten(base, channel.overwrites, everyone=self.guild.id, roles=roles.keys(), member=member.user.id)

    def may(self, member: Member, channel: Channel, *needed: int) -> bool:
        """Tell whether a member has all these permissions in a channel."""
        held = self.permissions(member, channel)
        return all(held & bits == bits for bits in needed)

    # Roles

    def give_role(self, member: Member, role: Role) -> None:
        """Give a member a role; nothing happens when they bear it already."""
        if role not in member.roles:
            self._set_roles(member, (*member.roles, role))

    def take_role(self, member: Member, role: Role) -> None:
        """Take a role from a member; nothing happens when they do not bear it."""
        if role in member.roles:
            self._set_roles(member, (other for other in member.roles if other is not role))

    def _set_roles(self, member: Member, roles: Iterable[Role]) -> None:
        member.roles = tuple(sorted(roles, key=lambda role: role.position))
        self._emit(MemberChanged(member))

    def change_role(self, role: Role, *, permissions: int | None = None, position: int | None = None) -> None:
        """Let a role do other things, or give it another rank."""
        role.permissions = role.permissions if permissions is None else permissions
        role.position = role.position if position is None else position
        self._emit(RoleChanged(role))

    def delete_role(self, role: Role) -> None:
        """Delete a role; whoever bears it bears it no more."""
        del self._roles[role.id]
        self.guild.roles = tuple(self._roles.values())
        for member in self.guild.members:
            self.take_role(member, role)
        self._emit(RoleRemoved(role))

    # Channels

    def overwrite(self, channel: Channel, bearer: Role | Member, *, allow: int = 0, deny: int = 0) -> None:
        """Allow and deny a role or a member something in a channel, in the place of what was said of them there."""
        is_role = isinstance(bearer, Role)
        key = bearer.id if isinstance(bearer, Role) else bearer.user.id
        others = (kept for kept in channel.overwrites if kept.id != key)
        channel.overwrites = (*others, Overwrite(key, Bearer.ROLE if is_role else Bearer.MEMBER, allow, deny))
        self._emit(ChannelChanged(channel))

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel of the server."""
        del self._channels[channel.id]
        self.guild.channels = tuple(room for room in self.guild.channels if room is not channel)
        self._emit(ChannelRemoved(channel))

    def direct_message(self, person: User) -> Channel:
        """Return the channel between the bot and a person, opened when it is the first time."""
        channel = self._direct.get(person.id)
        if channel is None:
            channel = Channel(self._ids.next(), self.bot.display_name, recipient=person)
            self._channels[channel.id] = self._direct[person.id] = channel
            self._emit(DirectMessageOpened(channel))
        return channel

    # Members

    def join(self, name: str) -> Member:
        """Let somebody of that name come to the server."""
        user_id = self._ids.next()
        username = name.casefold().replace(" ", "_")
        return self._enter(Member(User(user_id, username, name, _color(len(self._users))), (), self.clock()))

    def _enter(self, member: Member) -> Member:
        self._members[member.user.id], self._users[member.user.id] = member, member.user
        self.guild.members = tuple(self._members.values())
        self._emit(MemberJoined(member))
        return member

    def leave(self, member: Member) -> None:
        """Let a member leave the server; what they have said stays."""
        del self._members[member.user.id]
        self.guild.members = tuple(self._members.values())
        self._emit(MemberLeft(member))

    def set_inbox(self, person: User, *, is_open: bool) -> None:
        """Let a person take direct messages of bots, or none."""
        if is_open == self.has_open_inbox(person):
            return
        (self._closed_inboxes.discard if is_open else self._closed_inboxes.add)(person.id)
        self._emit(InboxChanged(person))

    def has_open_inbox(self, person: User) -> bool:
        """Tell whether a person takes direct messages of bots."""
        return person.id not in self._closed_inboxes

    # The bot

    def set_bot_online(self, online: bool) -> None:
        """Record whether the bot is connected to the gateway."""
        if online != self.bot_online:
            self.bot_online = online
            self._emit(BotSeen(online))

    def remove_bot(self) -> None:
        """Throw the bot out of the server."""
        if self.bot_is_member:
            del self._members[self.bot.id]
            self.guild.members = tuple(self._members.values())
            self._emit(BotRemoved())

    def invite_bot(self) -> None:
        """Let the bot come back to the server."""
        if not self.bot_is_member:
            self._members[self.bot.id] = self._bot_member
            self.guild.members = tuple(self._members.values())
            self._emit(BotAdded())


def _color(number: int) -> int:
    """Return a colour, 0xRRGGBB, unlike those of the numbers before it: the golden angle keeps hues apart."""
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(number * 0.618 % 1, 0.55, 0.8))
    return red << 16 | green << 8 | blue
