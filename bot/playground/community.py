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
from bot.playground.model import Channel, Guild, Member, Role, User
from bot.playground.permissions import DIRECT_MESSAGE, Bearer, Overwrite, combined, overwritten
from bot.playground.seed import found_guild, further_guild
from bot.playground.wire import Snowflakes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Community:
    """The servers, their people and the bot. Every change is told to those who subscribed.

    `guild`, the home server, is the one that the chat page shows; what is asked about no server in particular is asked
    about that one.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Take `clock`, seconds since the epoch."""
        self.clock = clock
        self.guild, self.bot = found_guild()
        self.bot_online = False
        self._ids = Snowflakes(clock)
        self._listeners: list[Callable[[Event], None]] = []
        self._guilds: dict[int, Guild] = {}
        self._members: dict[int, dict[int, Member]] = {}
        self._bot_members: dict[int, Member] = {}
        self._users: dict[int, User] = {}
        self._roles: dict[int, Role] = {}
        self._channels: dict[int, Channel] = {}
        self._direct: dict[int, Channel] = {}
        self._closed_inboxes: set[int] = set()
        self._settle(self.guild)

    def _settle(self, guild: Guild) -> None:
        """Let everybody and everything of a server be found."""
        self._guilds[guild.id] = guild
        self._members[guild.id] = {member.user.id: member for member in guild.members}
        self._bot_members[guild.id] = self._members[guild.id][self.bot.id]
        self._users |= {member.user.id: member.user for member in guild.members}
        self._roles |= {role.id: role for role in guild.roles}
        self._channels |= {channel.id: channel for channel in guild.channels}

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
        """The channels of all servers, then the direct messages."""
        return list(self._channels.values())

    @property
    def guilds(self) -> list[Guild]:
        """All servers, home first."""
        return list(self._guilds.values())

    @property
    def guilds_of_bot(self) -> list[Guild]:
        """The servers that the bot is in."""
        return [guild for guild in self._guilds.values() if self.bot_is_in(guild.id)]

    def find_guild(self, guild_id: int | None) -> Guild:
        """Return a server; 10004 when there is none of that id, or the bot is not there."""
        found = self._guilds.get(guild_id or 0)
        if found is None or not self.bot_is_in(found.id):
            raise refusal("unknown_guild")
        return found

    def guild_of(self, channel: Channel) -> Guild:
        """Return the server of a channel; of a direct message, home."""
        return self.guild if channel.guild_id is None else self._guilds[channel.guild_id]

    @property
    def bot_member(self) -> Member:
        """The bot at home, or as it was there when it was thrown out."""
        return self.bot_member_of(None)

    def bot_member_of(self, guild_id: int | None) -> Member:
        """Return the bot in a server, or as it was there when it was thrown out."""
        return self._bot_members[self.guild.id if guild_id is None else guild_id]

    @property
    def bot_is_member(self) -> bool:
        """Whether the bot is at home."""
        return self.bot_is_in(self.guild.id)

    def bot_is_in(self, guild_id: int | None) -> bool:
        """Tell whether the bot is in a server, or, without one, whether it is in any."""
        if guild_id is None:
            return any(self.bot.id in members for members in self._members.values())
        return self.bot.id in self._members[guild_id]

    def member(self, user_id: int | None, guild_id: int | None = None) -> Member:
        """Return a member of a server; 10007 when there is none of that id."""
        found = self.find_member(user_id, guild_id)
        if found is None:
            raise refusal("unknown_member")
        return found

    def find_member(self, user_id: int | None, guild_id: int | None = None) -> Member | None:
        """Return a member of a server, or None when nobody of that id is there."""
        return self._members[self.guild.id if guild_id is None else guild_id].get(user_id or 0)

    def shares_a_guild(self, user: User) -> bool:
        """Tell whether somebody is in a server that the bot is in."""
        return any(user.id in members and self.bot.id in members for members in self._members.values())

    def user(self, user_id: int | None) -> User:
        """Return a user, also one who has left the server; 10013 when there is none of that id."""
        found = self._users.get(user_id or 0)
        if found is None:
            raise refusal("unknown_user")
        return found

    def role(self, role_id: int | None, guild_id: int | None = None) -> Role:
        """Return a role of a server; 10011 when there is none of that id."""
        found = self._roles.get(role_id or 0)
        if found is None or found.guild_id != (self.guild.id if guild_id is None else guild_id):
            raise refusal("unknown_role")
        return found

    def channel(self, channel_id: int | None) -> Channel:
        """Return a channel; 10003 when there is none of that id."""
        found = self._channels.get(channel_id or 0)
        if found is None:
            raise refusal("unknown_channel")
        return found

    def permissions(self, member: Member, channel: Channel | None = None) -> int:
        """Return the permission bits that a member has in a channel, or, without one, in their server.

        In a channel of another server nobody has any.
        """
        home = member.guild_id
        if channel is not None and channel.guild_id != home:
            return DIRECT_MESSAGE if channel.guild_id is None else 0
        roles = {role.id: role for role in (self._roles[home], *member.roles)}
        owner = member.user.id == self._guilds[home].owner_id
        base = combined((role.permissions for role in roles.values()), owner=owner)
        if channel is None or not channel.overwrites:
            return base
        return overwritten(base, channel.overwrites, everyone=home, roles=roles.keys(), member=member.user.id)

    def may(self, member: Member, channel: Channel, *needed: int) -> bool:
        """Tell whether a member has all these permissions in a channel."""
        held = self.permissions(member, channel)
        return all(held & bits == bits for bits in needed)

    def bot_may(self, channel: Channel, *needed: int) -> bool:
        """Tell whether the bot has all these permissions in a channel."""
        return self.may(self.bot_member_of(channel.guild_id), channel, *needed)

    # Servers

    def add_guild(self, name: str) -> Guild:
        """Found one more server, with the bot in it and the people who are at home now."""
        number = len(self._guilds)
        guild = further_guild(number, name, self.bot, [member.user for member in self.people])
        self._settle(guild)
        self._emit(BotAdded(guild))
        return guild

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
        guild = self._guilds[role.guild_id]
        guild.roles = tuple(other for other in guild.roles if other is not role)
        for member in guild.members:
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
        """Delete a channel of a server."""
        del self._channels[channel.id]
        guild = self.guild_of(channel)
        guild.channels = tuple(room for room in guild.channels if room is not channel)
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

    def join(self, name: str, guild: Guild | None = None) -> Member:
        """Let somebody of that name, who is nowhere yet, come to a server."""
        user_id = self._ids.next()
        username = name.casefold().replace(" ", "_")
        return self.enter(User(user_id, username, name, _color(len(self._users))), guild)

    def enter(self, user: User, guild: Guild | None = None) -> Member:
        """Let somebody come to a server; who is there already stays as they are."""
        guild = guild or self.guild
        found = self.find_member(user.id, guild.id)
        return found or self._enter(Member(user, (), self.clock(), guild.id), guild)

    def _enter(self, member: Member, guild: Guild) -> Member:
        self._members[guild.id][member.user.id], self._users[member.user.id] = member, member.user
        self._list_members(guild)
        self._emit(MemberJoined(member))
        return member

    def _list_members(self, guild: Guild) -> None:
        guild.members = tuple(self._members[guild.id].values())

    def leave(self, member: Member) -> None:
        """Let a member leave their server; what they have said stays."""
        guild = self._guilds[member.guild_id]
        del self._members[guild.id][member.user.id]
        self._list_members(guild)
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

    def remove_bot(self, guild: Guild | None = None) -> None:
        """Throw the bot out of a server."""
        guild = guild or self.guild
        if self.bot_is_in(guild.id):
            del self._members[guild.id][self.bot.id]
            self._list_members(guild)
            self._emit(BotRemoved(guild))

    def invite_bot(self, guild: Guild | None = None) -> None:
        """Let the bot come back to a server."""
        guild = guild or self.guild
        if not self.bot_is_in(guild.id):
            self._members[guild.id][self.bot.id] = self._bot_members[guild.id]
            self._list_members(guild)
            self._emit(BotAdded(guild))


def _color(number: int) -> int:
    """Return a colour, 0xRRGGBB, unlike those of the numbers before it: the golden angle keeps hues apart."""
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(number * 0.618 % 1, 0.55, 0.8))
    return red << 16 | green << 8 | blue
