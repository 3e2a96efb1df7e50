"""One interaction's life: asked, acknowledged once and in time, then answered through its token. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from bot.playground.errors import refusal

if TYPE_CHECKING:
    from bot.playground.ids import Json
    from bot.playground.message import Message
    from bot.playground.model import Channel, Member

ACKNOWLEDGE_WITHIN = 3.0
"""Seconds from the interaction to its first answer (Discord's documentation, "Responding to an Interaction")."""

TOKEN_LIVES = 15 * 60.0
"""Seconds that an interaction's token works (the same place)."""


class Ask(IntEnum):
    """What a person did (Discord's documentation, "Interaction Type")."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class Answer(IntEnum):
    """What the bot answers first (Discord's documentation, "Interaction Callback Type")."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass
class Interaction:
    """A person's request to the bot. `asked_at` is in seconds since the epoch."""

    id: int
    token: str
    ask: Ask
    member: Member
    channel: Channel
    data: Json
    asked_at: float
    command_name: str | None = None
    message: Message | None = None
    """The message whose component was used, also for a modal that a component opened."""
    opened_by: Interaction | None = None
    """The interaction whose modal is submitted here."""
    answer: Answer | None = None
    original: Message | None = None
    """What `@original` means once it is answered."""
    awaits_content: bool = False
    """Answered with "is thinking…": the next message of the bot takes its place."""
    modal: Json | None = None

    def check_unanswered(self, now: float) -> None:
        """Make sure that a first answer may come now.

        Raises:
            ApiError: 40060 when there was one already, 10062 when it comes too late.
        """
        if self.answer is not None:
            raise refusal("already_acknowledged")
        if now - self.asked_at > ACKNOWLEDGE_WITHIN:
            raise refusal("unknown_interaction")

    def check_token(self, now: float) -> None:
        """Make sure that the webhook of this interaction can be used.

        Raises:
            ApiError: 10015 before the first answer, 50027 after the token's 15 minutes.
        """
        if now - self.asked_at > TOKEN_LIVES:
            raise refusal("invalid_webhook_token")
        if self.answer is None:
            raise refusal("unknown_webhook")

    def metadata(self, guild_id: int | None) -> Json:
        """Return Discord's `interaction_metadata` for a message that answers this interaction."""
        metadata: Json = {
            "id": str(self.id),
            "type": int(self.ask),
            "user": self.member.user.payload(),
            "authorizing_integration_owners": installed_for(guild_id),
        }
        if self.ask is Ask.COMMAND:
            metadata["name"] = self.command_name
            metadata["command_type"] = 1
        if self.ask is Ask.COMPONENT and self.message is not None:
            metadata["interacted_message_id"] = str(self.message.id)
        if self.opened_by is not None:
            metadata["triggering_interaction_metadata"] = self.opened_by.metadata(guild_id)
        return metadata


def installed_for(guild_id: int | None) -> Json:
    """Return `authorizing_integration_owners` of an app that was installed to the server alone."""
    return {"0": "0" if guild_id is None else str(guild_id)}
