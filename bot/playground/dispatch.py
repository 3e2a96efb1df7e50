"""Which gateway sessions there are and which of the world's events each of them is sent; no sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.events import (
    Asked,
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
from bot.playground.interaction_payload import interaction_payload
from bot.playground.permissions import Permission
from bot.playground.session import Intent, Session, seen_by_bot
from bot.playground.wire import as_list, snowflake

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.faults import Faults
    from bot.playground.message import Message
    from bot.playground.model import Guild
    from bot.playground.wire import Json
    from bot.playground.world import World

SESSION_WAITS = 5 * 60.0
"""Seconds that a session without a connection can still be resumed."""


class Dispatcher:
    """The sessions of all connected and recently connected shards."""

    def __init__(self, world: World, new_secret: Callable[[], str], faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._new_secret = new_secret
        self._sessions: dict[str, Session] = {}
        world.subscribe(self._hear)

    def start(self, shard: tuple[int, int], intents: int) -> Session:
        """Return a fresh session."""
        self._forget_old()
        session = Session(self._new_secret(), shard, intents)
        self._sessions[session.id] = session
        return session

    def find(self, session_id: object) -> Session | None:
        """Return the session of that id while it can be resumed."""
        self._forget_old()
        return self._sessions.get(session_id) if isinstance(session_id, str) else None

    def end(self, session: Session) -> None:
        """Forget a session, so that it cannot be resumed and no event reaches it any more."""
        self._sessions.pop(session.id, None)

    def forget(self) -> None:
        """Forget every session, so that none can be resumed."""
        self._sessions.clear()
        self._world.set_bot_online(False)

    def _forget_old(self) -> None:
        now = self._world.clock()
        for old in tuple(self._sessions.values()):
            if old.left_at is not None and now - old.left_at > SESSION_WAITS:
                del self._sessions[old.id]

    def enter(self, session: Session, send: Callable[[Json], None]) -> None:
        """Give a session its connection."""
        session.send, session.left_at = send, None
        self._world.set_bot_online(True)

    def leave(self, session: Session, *, for_good: bool) -> None:
        """Take a session's connection away; `for_good` when the client has ended the session itself."""
        session.send, session.left_at = None, self._world.clock()
        if for_good:
            self._sessions.pop(session.id, None)
        self._world.set_bot_online(any(other.send is not None for other in self._sessions.values()))

    def welcome(self, session: Session, resume_url: str) -> None:
        """Send READY, then the servers of this shard."""
        world = self._world
        guilds = [guild for guild in world.guilds_of_bot if session.serves(guild.id)]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": world.bot.payload() | {"verified": True, "mfa_enabled": False, "email": None},
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "private_channels": [],
                "session_id": session.id,
                "resume_gateway_url": resume_url,
                "shard": list(session.shard),
                "application": {"id": str(world.application_id), "flags": 0},
            },
        )
        if session.intents & Intent.GUILDS:
            for guild in guilds:
                self._announce(session, guild)

    def _announce(self, session: Session, guild: Guild) -> None:
        """Send a server with the members that a session sees: all with the members intent, else the bot alone."""
        bot = self._world.bot_member_of(guild.id)
        visible = guild.members if session.intents & Intent.GUILD_MEMBERS else (bot,)
        session.dispatch("GUILD_CREATE", guild.announcement(visible=visible))

    def send_members(self, session: Session, fields: Json) -> None:
        """Answer a request for members (opcode 8) by ids or by the start of a name.

        Of a server that is not there, or not this shard's, nothing comes.
        """
        guild_id = snowflake(fields.get("guild_id"))
        guild = next((each for each in self._world.guilds_of_bot if each.id == guild_id), None)
        if guild is None or not session.serves(guild.id):
            return
        asked = fields.get("user_ids")
        ids = {snowflake(item) for item in as_list(asked) or [asked]} - {None}
        query = str(fields.get("query") or "").casefold()
        members = [
            member
            for member in guild.members
            if member.user.id in ids or (query and member.user.username.startswith(query))
        ]
        session.dispatch(
            "GUILD_MEMBERS_CHUNK",
            {
                "guild_id": str(guild.id),
                "members": [member.payload() for member in members],
                "chunk_index": 0,
                "chunk_count": 1,
                "not_found": [str(item) for item in ids - {member.user.id for member in members}],
                "nonce": fields.get("nonce"),
            },
        )

    def _hear(self, event: Event) -> None:
        match event:
            case Asked(interaction):
                payload = interaction_payload(self._world, interaction)
                times = 2 if self._faults.of_interaction() else 1
                for session in self._of_shard(interaction.channel.guild_id) * times:
                    session.dispatch("INTERACTION_CREATE", payload)
            case Posted(message):
                self._tell("MESSAGE_CREATE", message, self._message(message))
            case Edited(message):
                self._tell("MESSAGE_UPDATE", message, self._message(message))
            case Removed(message):
                self._tell("MESSAGE_DELETE", message, {"id": str(message.id), "channel_id": str(message.channel.id)})
            case _:
                self._hear_of_the_server(event)

    def _hear_of_the_server(self, event: Event) -> None:
        match event:
            case BotAdded(guild):
                for session in self._of_guild(guild.id, Intent.GUILDS):
                    self._announce(session, guild)
            case BotRemoved(guild):
                # Without `unavailable`: that is how a bot tells being thrown out from an outage ("Guild Delete").
                for session in self._of_guild(guild.id, Intent.GUILDS):
                    session.dispatch("GUILD_DELETE", {"id": str(guild.id)})
            case MemberJoined() | MemberLeft() | MemberChanged():
                self._hear_of_members(event)
            case _:
                self._hear_of_places(event)

    def _hear_of_places(self, event: Event) -> None:
        match event:
            case ChannelChanged(channel):
                self._send(channel.guild_id, "CHANNEL_UPDATE", channel.payload())
            case ChannelRemoved(channel):
                self._send(channel.guild_id, "CHANNEL_DELETE", channel.payload())
            case RoleChanged(role):
                payload = {"guild_id": str(role.guild_id), "role": role.payload()}
                self._send(role.guild_id, "GUILD_ROLE_UPDATE", payload)
            case RoleRemoved(role):
                payload = {"guild_id": str(role.guild_id), "role_id": str(role.id)}
                self._send(role.guild_id, "GUILD_ROLE_DELETE", payload)
            case _:
                pass

    def _hear_of_members(self, event: MemberJoined | MemberLeft | MemberChanged) -> None:
        member, guild_id = event.member, event.member.guild_id
        of_guild = {"guild_id": str(guild_id)}
        match event:
            case MemberJoined():
                self._send(guild_id, "GUILD_MEMBER_ADD", of_guild | member.payload(), Intent.GUILD_MEMBERS)
            case MemberLeft():
                payload = of_guild | {"user": member.user.payload()}
                self._send(guild_id, "GUILD_MEMBER_REMOVE", payload, Intent.GUILD_MEMBERS)
            case MemberChanged():
                # A bot hears of its own roles without the privileged intent ("Guild Member Update").
                intent = Intent(0) if member is self._world.bot_member_of(guild_id) else Intent.GUILD_MEMBERS
                self._send(guild_id, "GUILD_MEMBER_UPDATE", of_guild | member.payload(), intent)

    def _send(self, guild_id: int | None, event: str, payload: Json, intent: Intent = Intent.GUILDS) -> None:
        """Send an event of a server to the sessions with that intent (Discord's documentation, "List of Intents")."""
        if self._world.bot_is_in(guild_id):
            for session in self._of_guild(guild_id, intent):
                session.dispatch(event, payload)

    def _of_guild(self, guild_id: int | None, intent: Intent) -> list[Session]:
        return [each for each in self._of_shard(guild_id) if each.intents & intent == intent]

    def _message(self, message: Message) -> Json:
        payload, home = seen_by_bot(message, self._world.bot.id), _home(message)
        if home is not None and message.origin is None:
            author = self._world.find_member(message.author.id, home)
            if author is not None:
                payload["member"] = author.partial()
        return payload

    def _tell(self, event: str, message: Message, payload: Json) -> None:
        """Send an event of a message to those who asked for such, where the bot may see the message."""
        home, world = _home(message), self._world
        if home is not None:
            if not (world.bot_is_in(home) and world.bot_may(message.channel, Permission.VIEW_CHANNEL)):
                return
            payload["guild_id"] = str(home)
        for session in self._of_shard(home):
            if session.wants_messages(home):
                session.dispatch(event, payload)

    def _of_shard(self, guild_id: int | None) -> list[Session]:
        return [session for session in self._sessions.values() if session.serves(guild_id)]


def _home(message: Message) -> int | None:
    """Return the server whose event a message is; an ephemeral one goes the way of direct messages.

    Source: "Message Create" in Discord's documentation: ephemeral messages come without `guild_id` and `member`.
    """
    return message.channel.guild_id if message.seen_by is None else None
