"""A gateway session: what a bot subscribed to, its sequence numbers and its memory for a resume. No sockets."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import IntFlag
from typing import TYPE_CHECKING

from bot.playground.wire import Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.playground.message import Message

EVENTS_REMEMBERED = 1_000
"""Events that a resume can replay; who missed more must identify again."""


class Intent(IntFlag):
    """Gateway intents that matter here (Discord's documentation, "List of Intents")."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
EVERY_INTENT = (1 << 26) - 1
"""Bits that Discord has published so far, some of them unused."""


class Op:
    """Gateway opcodes (Discord's documentation, "Gateway Opcodes")."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    VOICE_STATE_UPDATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_GUILD_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11
    REQUEST_SOUNDBOARD_SOUNDS = 31


@dataclass
class Session:
    """One shard's session. `send` is the connection it has now, None between connections."""

    id: str
    shard: tuple[int, int]
    intents: int
    send: Callable[[Json], None] | None = None
    sequence: int = 0
    left_at: float | None = None
    memory: deque[Json] = field(default_factory=lambda: deque[Json](maxlen=EVENTS_REMEMBERED))

    def dispatch(self, event: str, data: Json) -> None:
        """Number an event, remember it, and send it when there is a connection."""
        self.sequence += 1
        payload: Json = {"op": Op.DISPATCH, "t": event, "s": self.sequence, "d": data}
        self.memory.append(payload)
        if self.send is not None:
            self.send(payload)

    def can_replay(self, seen: int) -> bool:
        """Tell whether every event after number `seen` is still remembered."""
        return seen + len(self.memory) >= self.sequence

    def missed(self, seen: int) -> list[Json]:
        """Return the remembered events after number `seen`."""
        return [payload for payload in self.memory if payload["s"] > seen]

    def serves(self, guild_id: int | None) -> bool:
        """Tell whether this shard gets a server's events; direct messages (None) are shard 0's."""
        number, count = self.shard
        return (0 if guild_id is None else (guild_id >> 22) % count) == number

    def wants_messages(self, guild_id: int | None) -> bool:
        """Tell whether the session asked for messages of servers, or of direct messages (None)."""
        wanted = Intent.DIRECT_MESSAGES if guild_id is None else Intent.GUILD_MESSAGES
        return bool(self.intents & wanted)


def seen_by_bot(message: Message, bot_id: int) -> Json:
    """Return the message as a bot without the message content intent sees it.

    What others say in a server is withheld unless it mentions the bot (Discord's documentation, "Message Content
    Intent").
    """
    payload = message.payload()
    open_to_bot = (
        message.author.id == bot_id
        or message.channel.guild_id is None
        or any(user.id == bot_id for user in message.mentions)
    )
    if not open_to_bot:
        payload |= {"content": "", "embeds": [], "attachments": [], "components": []}
    return payload
