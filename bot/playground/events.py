"""What happens in the world, as the gateway and the chat page hear of it; no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.playground.interaction import Interaction
    from bot.playground.message import Message
    from bot.playground.model import Channel
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


Event = Posted | Edited | Removed | Asked | Answered | CommandsChanged | DirectMessageOpened | BotSeen
