"""Which gateway sessions there are and which of the world's events each of them is sent; no sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.events import Asked, Edited, Event, Posted, Removed
from bot.playground.ids import snowflake
from bot.playground.interaction_payload import interaction_payload
from bot.playground.session import Intent, Session, seen_by_bot

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.ids import Json
    from bot.playground.message import Message
    from bot.playground.world import World

SESSION_WAITS = 5 * 60.0
"""Seconds that a session without a connection can still be resumed."""


class Dispatcher:
    """The sessions of all connected and recently connected shards."""

    def __init__(self, world: World, new_secret: Callable[[], str]) -> None:
        self._world = world
        self._new_secret = new_secret
        self._sessions: dict[str, Session] = {}
        world.subscribe(self._hear)

    def start(self, shard: tuple[int, int], intents: int) -> Session:
        """Return a fresh session."""
        session = Session(self._new_secret(), shard, intents)
        self._sessions[session.id] = session
        return session

    def find(self, session_id: object) -> Session | None:
        """Return the session of that id while it can be resumed."""
        now = self._world.clock()
        for old in tuple(self._sessions.values()):
            if old.left_at is not None and now - old.left_at > SESSION_WAITS:
                del self._sessions[old.id]
        return self._sessions.get(session_id) if isinstance(session_id, str) else None

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
        guilds = [world.guild] if session.serves(world.guild.id) else []
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
                session.dispatch("GUILD_CREATE", guild.announcement(visible=(world.member(world.bot.id),)))

    def send_members(self, session: Session, fields: Json) -> None:
        """Answer a request for members (opcode 8) by ids or by the start of a name."""
        wanted = fields.get("user_ids")
        ids = {snowflake(item) for item in (wanted if isinstance(wanted, list) else [wanted])}
        query = fields.get("query")
        members = [
            member
            for member in self._world.guild.members
            if member.user.id in ids
            or (isinstance(query, str) and query and member.user.username.startswith(query.casefold()))
        ]
        found = {member.user.id for member in members}
        session.dispatch(
            "GUILD_MEMBERS_CHUNK",
            {
                "guild_id": str(self._world.guild.id),
                "members": [member.payload() for member in members],
                "chunk_index": 0,
                "chunk_count": 1,
                "not_found": [str(item) for item in ids if item is not None and item not in found],
                "nonce": fields.get("nonce"),
            },
        )

    def _hear(self, event: Event) -> None:
        match event:
            case Asked(interaction):
                payload = interaction_payload(self._world, interaction)
                for session in self._of_shard(interaction.channel.guild_id):
                    session.dispatch("INTERACTION_CREATE", payload)
            case Posted(message):
                self._tell("MESSAGE_CREATE", message, self._message(message))
            case Edited(message):
                self._tell("MESSAGE_UPDATE", message, self._message(message))
            case Removed(message):
                ids: Json = {"id": str(message.id), "channel_id": str(message.channel.id)}
                guild_id = message.channel.guild_id
                self._tell("MESSAGE_DELETE", message, ids | ({"guild_id": str(guild_id)} if guild_id else {}))
            case _:
                pass

    def _message(self, message: Message) -> Json:
        payload = seen_by_bot(message, self._world.bot.id)
        guild_id = message.channel.guild_id
        if guild_id is not None:
            payload["guild_id"] = str(guild_id)
            if message.origin is None:
                payload["member"] = self._world.member(message.author.id).partial()
        return payload

    def _tell(self, event: str, message: Message, payload: Json) -> None:
        """Send a message's event to who asked for such; ephemeral messages are their reader's alone."""
        if message.seen_by is not None:
            return
        guild_id = message.channel.guild_id
        for session in self._of_shard(guild_id):
            if session.wants_messages(guild_id):
                session.dispatch(event, payload)

    def _of_shard(self, guild_id: int | None) -> list[Session]:
        return [session for session in self._sessions.values() if session.serves(guild_id)]
