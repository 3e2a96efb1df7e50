"""A live round as a state machine: questions asked of a channel in turn. The law is one table, `TRANSITIONS`.

A question is asked for a time that ends at a moment kept in the store, and then its solution is read for a while. The
host may pause both, which keeps the time that is left. A moment that passes while the bot is down has passed: whoever
had not answered by then has not. Points are for right answers, whatever the speed; ties are ties.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from types import MappingProxyType

from bot.domain.attempt import Asked
from bot.domain.errors import MemberError

READING = timedelta(seconds=10)
"""How long the solution of a question is shown before the next one is asked."""

QUESTIONS = range(1, 16)
"""How many questions a round may have."""

SECONDS = range(5, 301)
"""How long a question may be open."""


class Phase(StrEnum):
    """Where a round stands."""

    ASKING = "asking"
    READING = "reading"
    ASKING_PAUSED = "asking-paused"
    READING_PAUSED = "reading-paused"
    OVER = "over"

    @property
    def paused(self) -> bool:
        """Whether no time passes."""
        return self in (Phase.ASKING_PAUSED, Phase.READING_PAUSED)

    @property
    def open(self) -> bool:
        """Whether answers are taken."""
        return self in (Phase.ASKING, Phase.ASKING_PAUSED)


class Move(Enum):
    """What can happen to a round; all but the first is the host's."""

    TIME_UP = "time up"
    SKIP = "skip"
    PAUSE = "pause"
    GO_ON = "go on"
    STOP = "stop"


TRANSITIONS: Mapping[tuple[Phase, Move], Phase] = MappingProxyType(
    {
        (Phase.ASKING, Move.TIME_UP): Phase.READING,
        (Phase.ASKING, Move.SKIP): Phase.READING,
        (Phase.ASKING, Move.PAUSE): Phase.ASKING_PAUSED,
        (Phase.ASKING, Move.STOP): Phase.OVER,
        (Phase.READING, Move.TIME_UP): Phase.ASKING,
        (Phase.READING, Move.SKIP): Phase.ASKING,
        (Phase.READING, Move.PAUSE): Phase.READING_PAUSED,
        (Phase.READING, Move.STOP): Phase.OVER,
        (Phase.ASKING_PAUSED, Move.GO_ON): Phase.ASKING,
        (Phase.ASKING_PAUSED, Move.SKIP): Phase.READING,
        (Phase.ASKING_PAUSED, Move.STOP): Phase.OVER,
        (Phase.READING_PAUSED, Move.GO_ON): Phase.READING,
        (Phase.READING_PAUSED, Move.SKIP): Phase.ASKING,
        (Phase.READING_PAUSED, Move.STOP): Phase.OVER,
    }
)
"""Which move leads where; what is not here is refused. After its last question a round is over at once."""


class RoundMoveError(MemberError):
    """The round does not allow this move now. Nothing has changed."""


@dataclass(frozen=True, slots=True)
class Round:
    """A round in a channel. `number` is the index of the question that is asked, or was asked last."""

    id: str
    guild_id: int
    channel_id: int
    host_id: int | None
    lesson_id: str
    layout: tuple[Asked, ...]
    seconds: int
    started_at: datetime
    phase_ends_at: datetime | None
    phase: Phase = Phase.ASKING
    number: int = 0
    remaining_ms: int | None = None
    ended_at: datetime | None = None

    @property
    def last(self) -> bool:
        """Whether no question comes after this one."""
        return self.number + 1 >= len(self.layout)

    def move(self, move: Move, now: datetime) -> Round:
        """The round after a move.

        Raises:
            RoundMoveError: it does not allow this one now.
        """
        phase = TRANSITIONS.get((self.phase, move))
        if phase is None:
            raise RoundMoveError(_refusal(self.phase))
        if phase is Phase.OVER or (phase is Phase.READING and self.phase.open and self.last):
            return replace(self, phase=Phase.OVER, phase_ends_at=None, remaining_ms=None, ended_at=now)
        if phase.paused:
            left = (self.phase_ends_at or now) - now
            left_ms = max(0, left // timedelta(milliseconds=1))
            return replace(self, phase=phase, phase_ends_at=None, remaining_ms=left_ms)
        if move is Move.GO_ON:
            ends_at = now + timedelta(milliseconds=self.remaining_ms or 0)
            return replace(self, phase=phase, phase_ends_at=ends_at, remaining_ms=None)
        if phase is Phase.READING:
            return replace(self, phase=phase, phase_ends_at=now + READING, remaining_ms=None)
        ends_at = now + timedelta(seconds=self.seconds)
        return replace(self, phase=phase, number=self.number + 1, phase_ends_at=ends_at, remaining_ms=None)


@dataclass(frozen=True, slots=True)
class Place:
    """A member's place in a round: points, and how many were right in a row up to now."""

    rank: int
    member_id: int
    points: int
    streak: int


def standing(questions: Sequence[Mapping[int, bool]]) -> list[Place]:
    """The places after some questions, each a mapping from members to whether they were right. Ties share a rank."""
    points, streaks = defaultdict[int, int](int), defaultdict[int, int](int)
    for answers in questions:
        for member_id in {*points, *answers}:
            right = answers.get(member_id, False)
            points[member_id] += right
            streaks[member_id] = streaks[member_id] + 1 if right else 0
    best = sorted(points, key=lambda member_id: (-points[member_id], -streaks[member_id], member_id))
    ranks = {member_id: 1 + sum(other > points[member_id] for other in points.values()) for member_id in best[:LISTED]}
    return [Place(ranks[member_id], member_id, points[member_id], streaks[member_id]) for member_id in best[:LISTED]]


LISTED = 10
"""How many places are told."""


def _refusal(phase: Phase) -> str:
    if phase is Phase.OVER:
        return "This round is over. `/round start` begins another."
    if phase.paused:
        return "This round is paused. Press *Go on*, or type `/round pause` once more."
    return "This round is not paused."
