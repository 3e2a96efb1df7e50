"""A live round as a state machine, and its standing. The law is one table, `TRANSITIONS`.

The end of a phase is an absolute moment, shown to everybody as such: while the bot is down, it comes nearer. What ran
out meanwhile is over when the bot is back, and the next phase begins then. A pause keeps what was left instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from random import Random
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from bot.domain import timing
from bot.domain.attempt import Asked
from bot.domain.errors import MemberError
from bot.domain.lesson import Lesson, Level, Question
from bot.domain.poll import Poll, PollAnswer

QUESTIONS = range(1, 16)
SECONDS = range(5, 301)
"""How many questions a round may have, and how many seconds each."""

READ_S = 10
"""How many seconds there are to read the solution before the next question comes."""

LONGEST_PAUSE = timedelta(days=1)
"""A round that is paused for longer ends by itself, so that nobody need clear it away."""

LONGEST_ABSENCE = timedelta(minutes=10)
"""A round that nothing has driven for so long after a phase was over ends: its class has left."""


class Phase(StrEnum):
    """Where a round stands."""

    ASKING = "asking"
    READING = "reading"
    PAUSED_ASKING = "paused-asking"
    """The time stands still; answers are taken all the same."""
    PAUSED_READING = "paused-reading"
    OVER = "over"


OPEN = frozenset({Phase.ASKING, Phase.PAUSED_ASKING})
"""The phases in which a question takes answers."""

PAUSED = frozenset({Phase.PAUSED_ASKING, Phase.PAUSED_READING})


class Move(Enum):
    """What happens to a round: by the clock, or by whoever leads it."""

    TIME_UP = "time up"
    SKIP = "skip"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


TRANSITIONS: Mapping[tuple[Phase, Move], Phase] = MappingProxyType(
    {
        (Phase.ASKING, Move.TIME_UP): Phase.READING,
        (Phase.ASKING, Move.SKIP): Phase.READING,
        (Phase.ASKING, Move.PAUSE): Phase.PAUSED_ASKING,
        (Phase.ASKING, Move.STOP): Phase.OVER,
        (Phase.READING, Move.TIME_UP): Phase.ASKING,  # the next question; after the last one it is over
        (Phase.READING, Move.SKIP): Phase.ASKING,  # so here, and below
        (Phase.READING, Move.PAUSE): Phase.PAUSED_READING,
        (Phase.READING, Move.STOP): Phase.OVER,
        (Phase.PAUSED_ASKING, Move.TIME_UP): Phase.OVER,  # nobody came back
        (Phase.PAUSED_ASKING, Move.SKIP): Phase.READING,
        (Phase.PAUSED_ASKING, Move.RESUME): Phase.ASKING,
        (Phase.PAUSED_ASKING, Move.STOP): Phase.OVER,
        (Phase.PAUSED_READING, Move.TIME_UP): Phase.OVER,
        (Phase.PAUSED_READING, Move.SKIP): Phase.ASKING,
        (Phase.PAUSED_READING, Move.RESUME): Phase.READING,
        (Phase.PAUSED_READING, Move.STOP): Phase.OVER,
    }
)
"""Which move leads where. What is not here is refused."""


class IllegalMoveError(MemberError):
    """The round does not allow this move now. Nothing has changed."""


class Round(Struct, frozen=True):
    """A round in a channel. `number` counts questions from 0; once it is over, it is how many of them count.

    `phase_ends_at` is when something happens by itself, None once it is over. `remaining_ms` is what was left of the
    phase when it was paused. `host_id` is None once the host has been forgotten.
    """

    id: str
    guild_id: int
    channel_id: int
    host_id: int | None
    lesson_id: str
    layout: tuple[Asked, ...]
    seconds: int
    started_at: datetime
    number: int = 0
    phase: Phase = Phase.ASKING
    phase_ends_at: datetime | None = None
    remaining_ms: int | None = None
    ended_at: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.phase is Phase.OVER

    @property
    def paused(self) -> bool:
        """Whether its time stands still."""
        return self.phase in PAUSED

    @property
    def closed(self) -> int:
        """How many of its questions are closed and count. One that was open when the round was stopped does not."""
        return self.number + (self.phase in (Phase.READING, Phase.PAUSED_READING))

    @property
    def poll_id(self) -> str:
        """The id of the question of now."""
        return poll_id(self.id, self.number)

    def poll(self, opened_at: datetime) -> Poll:
        """The question of now, as it is asked of the channel."""
        asked = self.layout[self.number]
        return Poll(
            id=self.poll_id,
            guild_id=self.guild_id,
            channel_id=self.channel_id,
            lesson_id=self.lesson_id,
            question_id=asked.question_id,
            option_ids=asked.option_ids,
            opened_at=opened_at,
            round_id=self.id,
            number=self.number,
        )

    def due(self, now: datetime) -> bool:
        """Whether the time of its phase is up."""
        return self.phase_ends_at is not None and self.phase_ends_at <= now

    def begin(self) -> Round:
        """The round with its first question open."""
        return replace(self, phase_ends_at=self.started_at + timedelta(seconds=self.seconds))

    def move(self, move: Move, now: datetime) -> Round:
        """The round after a move.

        Raises:
            IllegalMoveError: the round does not allow it now.
        """
        to = TRANSITIONS.get((self.phase, move))
        if to is None:
            raise IllegalMoveError(_refusal(self.phase))
        if move is Move.TIME_UP and self._left_alone(now):
            to = Phase.OVER
        number = self.number + (to is Phase.ASKING and move is not Move.RESUME)
        if to is Phase.OVER or number == len(self.layout):
            answered_in_time = move is Move.TIME_UP and self.phase is Phase.ASKING
            return replace(
                self,
                number=self.closed + answered_in_time,
                phase=Phase.OVER,
                phase_ends_at=None,
                remaining_ms=None,
                ended_at=now,
            )
        return replace(
            self,
            number=number,
            phase=to,
            phase_ends_at=now + self._lasts(to, move),
            remaining_ms=self._left_ms(now) if to in PAUSED else None,
        )

    def _lasts(self, to: Phase, move: Move) -> timedelta:
        """How long the phase is that a move leads to."""
        if move is Move.RESUME:
            return timedelta(milliseconds=self.remaining_ms or 0)
        if to in PAUSED:
            return LONGEST_PAUSE
        return timedelta(seconds=self.seconds if to is Phase.ASKING else READ_S)

    def _left_ms(self, now: datetime) -> int:
        left = self.phase_ends_at - now if self.phase_ends_at else timedelta()
        return max(0, left // timedelta(milliseconds=1))

    def _left_alone(self, now: datetime) -> bool:
        return self.phase_ends_at is not None and now - self.phase_ends_at > LONGEST_ABSENCE


def poll_id(round_id: str, number: int) -> str:
    """The id of a question of a round; its place in the round is in it, so that it is never asked twice."""
    return f"{round_id}.{number}"


def draw(lesson: Lesson, count: int, rng: Random, *, has_node: bool = True) -> Sequence[Question]:
    """So many questions of a lesson's bank, from easy to hard; made anew where it has too few."""
    bank = list(lesson.questions.values())
    drawn = rng.sample(bank, min(len(bank), count))
    kinds = list(timing.items())
    rng.shuffle(kinds)
    for number in range(count - len(drawn)):
        made = timing.fresh(kinds[number % len(kinds)], rng, has_node=has_node)
        assert made is not None  # noqa: S101 - the kind is one of those that there are
        drawn.append(made)
    rng.shuffle(drawn)
    levels = list(Level)
    return sorted(drawn, key=lambda question: levels.index(question.level))


class Place(Struct, frozen=True):
    """Where a member stands: equal points share a rank. `streak` is how many were right in a row up to now."""

    rank: int
    member_id: int
    points: int
    streak: int


def standing(answers: Sequence[Sequence[PollAnswer]]) -> Sequence[Place]:
    """Everybody who answered, the best first, by the answers to each closed question in turn.

    A right answer is a point, however fast. A question that was not answered ends a streak.
    """
    points, streaks = Counter[int](), dict[int, int]()
    for given in answers:
        right = {answer.member_id for answer in given if answer.correct}
        points.update({answer.member_id: int(answer.correct) for answer in given})
        streaks = {member_id: streaks.get(member_id, 0) + 1 for member_id in right}
    better = Counter(points.values())
    ranks = {score: 1 + sum(better[other] for other in better if other > score) for score in better}
    in_order = sorted(points, key=lambda member_id: (-points[member_id], member_id))
    return [Place(ranks[points[id_]], id_, points[id_], streaks.get(id_, 0)) for id_ in in_order]


def _refusal(phase: Phase) -> str:
    if phase is Phase.OVER:
        return "This round is over. `/round start` begins another."
    if phase in PAUSED:
        return "This round is paused already. `/round pause` lets it go on."
    return "This round is not paused. `/round pause` pauses it."
