"""What happens in the world, as the gateway and the chat page hear of it; no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.playground.interaction import Interaction
    from bot.playground.message import Message
    from bot.playground.model import Channel, Guild, Member, Role, User
    from bot.playground.wire import Json


@dataclass(frozen=True)
class Posted:
    """A message was posted."""

    message: Message


@dataclass(frozen=True)
class Edited:
    """A message has changed."""

    message: Message


@dataclass(frozen=True)
class Removed:
    """A message is gone."""

    message: Message


@dataclass(frozen=True)
class Asked:
    """A person used a command, a component or a modal."""

    interaction: Interaction


@dataclass(frozen=True)
class Answered:
    """The bot acknowledged an interaction; `choices` are the answer to an autocomplete."""

    interaction: Interaction
    choices: list[Json]


@dataclass(frozen=True)
class CommandsChanged:
    """The bot registered, changed or removed commands."""


@dataclass(frozen=True)
class DirectMessageOpened:
    """The bot opened a direct message with a person."""

    channel: Channel


@dataclass(frozen=True)
class BotSeen:
    """The bot came online, or went."""

    online: bool


@dataclass(frozen=True)
class MemberJoined:
    """Somebody has come to a server."""

    member: Member


@dataclass(frozen=True)
class MemberLeft:
    """Somebody has left a server, or was thrown out."""

    member: Member


@dataclass(frozen=True)
class MemberChanged:
    """A member's roles are others now."""

    member: Member


@dataclass(frozen=True)
class RoleChanged:
    """A role may do other things now, or has another rank."""

    role: Role


@dataclass(frozen=True)
class RoleRemoved:
    """A role is gone; nobody bears it any more."""

    role: Role


@dataclass(frozen=True)
class ChannelChanged:
    """A channel lets other people do other things."""

    channel: Channel


@dataclass(frozen=True)
class ChannelRemoved:
    """A channel is gone, with all that was said there."""

    channel: Channel


@dataclass(frozen=True)
class InboxChanged:
    """A person takes direct messages of bots from now on, or does not."""

    user: User


@dataclass(frozen=True)
class BotRemoved:
    """The bot was thrown out of a server."""

    guild: Guild


@dataclass(frozen=True)
class BotAdded:
    """The bot was invited, or invited again."""

    guild: Guild


PeopleAndPlaces = (
    MemberJoined
    | MemberLeft
    | MemberChanged
    | RoleChanged
    | RoleRemoved
    | ChannelChanged
    | ChannelRemoved
    | InboxChanged
    | BotRemoved
    | BotAdded
    | DirectMessageOpened
)
Event = Posted | Edited | Removed | Asked | Answered | CommandsChanged | BotSeen | PeopleAndPlaces
