"""One interaction's life: asked, acknowledged once and in time, then answered through its token. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from bot.playground.errors import refusal

if TYPE_CHECKING:
    from bot.playground.message import Message
    from bot.playground.model import Channel, Member
    from bot.playground.wire import Json

ACKNOWLEDGE_WITHIN = 3.0
"""Seconds from the interaction to its first answer (Discord's documentation, "Interaction Callback")."""

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
    """A person's request to the bot. `asked_at` is in seconds since the epoch.

    Attributes:
        message: the message whose component was used, also behind a modal that a component opened.
        opened_by: the interaction whose modal is submitted here.
        answer: the first answer, once there is one.
        original: what `@original` means from then on.
        awaits_content: the answer was "is thinking…", so the bot's next message takes its place.
        modal: the modal that was the answer.
    """

    id: int
    token: str
    ask: Ask
    member: Member
    channel: Channel
    data: Json
    asked_at: float
    command_name: str | None = None
    message: Message | None = None
    opened_by: Interaction | None = None
    answer: Answer | None = None
    original: Message | None = None
    awaits_content: bool = False
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
            ApiError: 50027 after the token's 15 minutes, 10015 before the first answer.
        """
        if now - self.asked_at > TOKEN_LIVES:
            raise refusal("invalid_webhook_token")
        if self.answer is None:
            raise refusal("unknown_webhook")

    def metadata(self) -> Json:
        """Return Discord's `interaction_metadata` for a message that answers this interaction."""
        metadata: Json = {
            "id": str(self.id),
            "type": int(self.ask),
            "user": self.member.user.payload(),
            "authorizing_integration_owners": self.installed_for(),
        }
        if self.ask is Ask.COMMAND:
            metadata |= {"name": self.command_name, "command_type": 1}
        if self.ask is Ask.COMPONENT and self.message is not None:
            metadata["interacted_message_id"] = str(self.message.id)
        if self.opened_by is not None:
            metadata["triggering_interaction_metadata"] = self.opened_by.metadata()
        return metadata

    def installed_for(self) -> Json:
        """Return `authorizing_integration_owners`: the app is installed to the server (0), and to nobody alone."""
        return {"0": str(self.channel.guild_id or 0)}


class Interactions:
    """The interactions of the last half hour: long enough to tell a late answer from a made-up one."""

    def __init__(self) -> None:
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def add(self, interaction: Interaction) -> None:
        """Keep an interaction, and let go of those whose tokens have long died."""
        self._by_id[interaction.id] = self._by_token[interaction.token] = interaction
        while interaction.asked_at - (oldest := next(iter(self._by_id.values()))).asked_at > 2 * TOKEN_LIVES:
            del self._by_id[oldest.id], self._by_token[oldest.token]

    def get(self, interaction_id: int | None) -> Interaction:
        """Return an interaction; 10062 when there is none of that id."""
        found = self._by_id.get(interaction_id or 0)
        if found is None:
            raise refusal("unknown_interaction")
        return found

    def of_token(self, token: str) -> Interaction:
        """Return the interaction whose webhook has that token; 10015 when there is none."""
        found = self._by_token.get(token)
        if found is None:
            raise refusal("unknown_webhook")
        return found
