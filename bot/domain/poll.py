"""A question asked of a channel: one message, everyone answers in private, closed at a moment, then explained.

Rounds ask several of them in turn, the question a day asks one. Until it is closed, a member may change their answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from bot.domain.errors import MemberError


class ClosedError(MemberError):
    """The question takes no more answers."""


class Poll(Struct, frozen=True):
    """A question asked of a channel. `round_id` and `number` say which of a round it is; `day` of which day it is.

    `message_id` is None until it was posted, `closed_at` until it takes no more answers.
    """

    id: str
    guild_id: int
    channel_id: int
    lesson_id: str
    question_id: str
    option_ids: tuple[str, ...]
    opened_at: datetime
    round_id: str | None = None
    number: int = 0
    day: str | None = None
    message_id: int | None = None
    closed_at: datetime | None = None


class PollAnswer(Struct, frozen=True):
    """What one member answers, for now."""

    member_id: int
    option_id: str
    correct: bool
    at: datetime


class Distribution(Struct, frozen=True):
    """How many members chose each option, in the order shown."""

    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many answered."""
        return sum(self.counts.values())
