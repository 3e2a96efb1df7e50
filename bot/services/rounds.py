"""Live rounds: begin, move on, answer, and what is still to be told of them. Whatever happens is stored first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.domain import timing
from bot.domain.attempt import lay_out
from bot.domain.errors import MemberError
from bot.domain.lesson import Lesson, Level, Question
from bot.domain.poll import Poll
from bot.domain.predict import Ask
from bot.domain.round import QUESTIONS, SECONDS, Move, Phase, Place, Round, standing
from bot.services.clock import Now
from bot.services.lessons import LessonService
from bot.services.polls import PollService, Taken
from bot.storage.polls import Polls
from bot.storage.rounds import Rounds


class NoRoundError(MemberError):
    """There is no such round."""


class OthersRoundError(MemberError):
    """The round is somebody else's."""


@dataclass(frozen=True, slots=True)
class LeftToTell:
    """Closed questions without their solution, asked ones without a message, and rounds that are over."""

    closed: Sequence[Poll]
    asked: Sequence[Poll]
    over: Sequence[Round]


class RoundService:
    """Lets a class play."""

    def __init__(
        self,
        lessons: LessonService,
        asking: PollService,
        polls: Polls,
        rounds: Rounds,
        *,
        now: Now,
        new_id: Callable[[], str],
        rng: Random,
        has_node: Callable[[], bool],
    ) -> None:
        self._lessons, self._asking, self._polls, self._rounds = lessons, asking, polls, rounds
        self._now, self._new_id, self._rng, self._has_node = now, new_id, rng, has_node

    async def start(
        self, guild_id: int, channel_id: int, host_id: int, topic: str, *, questions: int, seconds: int
    ) -> Round:
        """Begin a round in a channel, with its first question.

        Raises:
            MemberError: there is no such topic, too few or too many questions or seconds, or the channel has a round.
        """
        if questions not in QUESTIONS or seconds not in SECONDS:
            raise MemberError(
                f"A round has {QUESTIONS[0]} to {QUESTIONS[-1]} questions, "
                f"each of {SECONDS[0]} to {SECONDS[-1]} seconds."
            )
        lesson, now = self._lessons.lesson(topic), self._now()
        new = Round(
            id=self._new_id(),
            guild_id=guild_id,
            channel_id=channel_id,
            host_id=host_id,
            lesson_id=lesson.id,
            layout=lay_out(self._drawn(lesson, questions), self._rng),
            seconds=seconds,
            started_at=now,
            phase_ends_at=now + timedelta(seconds=seconds),
        )
        await self._rounds.begin(new, self._poll(new))
        return new

    async def open_in(self, channel_id: int) -> Round:
        """The round that is played in a channel.

        Raises:
            NoRoundError: there is none.
        """
        found = await self._rounds.open_in(channel_id)
        if found is None:
            raise NoRoundError("There is no round in this channel. `/round start` begins one.")
        return found

    async def load(self, round_id: str) -> Round:
        """A round, also one that is over.

        Raises:
            NoRoundError: it is not stored any more.
        """
        found = await self._rounds.get(round_id)
        if found is None:
            raise NoRoundError("This round is not here any more. `/round start` begins another.")
        return found

    async def move(self, played: Round, move: Move, member_id: int, *, manages: bool) -> Round:
        """Let the host, or who manages the server, move a round on; the round as it is then.

        Raises:
            OthersRoundError: it is somebody else's.
            RoundMoveError: it does not allow this move now.
        """
        if member_id != played.host_id and not manages:
            host = "somebody else's" if played.host_id is None else f"<@{played.host_id}>’s"
            raise OthersRoundError(f"This round is {host}. Only they, or who manages the server, can do this.")
        while not await self._step(played, after := played.move(move, self._now())):
            played = await self.load(played.id)
        return after

    async def answer(self, member_id: int, poll_id: str, option_id: str) -> Taken:
        """Take a member's answer, or change it; it is on disk when this returns.

        Raises:
            ClosedError: time is up.
        """
        return await self._asking.answer(member_id, poll_id, option_id)

    async def tick(self) -> bool:
        """Move on every round whose phase is over, and whether there was one. If another was first, that stands."""
        due = await self._rounds.due(self._now())
        for played in due:
            await self._step(played, played.move(Move.TIME_UP, self._now()))
        return bool(due)

    async def skip_gone(self, played: Round) -> None:
        """Close a question that the lesson does not hold any more."""
        if played.phase.open:
            await self._step(played, played.move(Move.SKIP, self._now()))

    async def end(self, played: Round) -> None:
        """End a round that cannot be shown any more; nothing is left to be told."""
        while played.phase is not Phase.OVER:
            if await self._step(played, played.move(Move.STOP, self._now())):
                break
            played = await self.load(played.id)
        await self._rounds.told(played.id, self._now())

    async def standing(self, played: Round, up_to: int) -> list[Place]:
        """The places after the closed questions up to that number."""
        return standing(await self._rounds.results(played.id, up_to))

    async def posted(self, poll: Poll, message_id: int) -> None:
        """Remember which message shows a question."""
        await self._polls.posted(poll.id, message_id)

    async def explained(self, poll: Poll) -> None:
        """Remember that a question was brought to its end."""
        await self._rounds.explained(poll.id, self._now())

    async def told(self, over: Round) -> None:
        """Remember that the end of a round was told."""
        await self._rounds.told(over.id, self._now())

    async def next_at(self) -> datetime | None:
        """When the next phase of any round ends."""
        return await self._rounds.next_at()

    async def left_to_tell(self) -> LeftToTell:
        """What happened, and no message shows yet."""
        rounds = self._rounds
        return LeftToTell(await rounds.unexplained(), await rounds.unposted(), await rounds.untold())

    async def asked_now(self, played: Round) -> str | None:
        """The id of the question that takes answers now."""
        return await self._rounds.poll_id(played.id, played.number) if played.phase.open else None

    async def _step(self, before: Round, after: Round) -> bool:
        asks = after.phase is Phase.ASKING and after.number != before.number
        return await self._rounds.step(before, after, self._poll(after) if asks else None, self._now())

    def _poll(self, played: Round) -> Poll:
        asked = played.layout[played.number]
        return Poll(
            id=self._new_id(),
            guild_id=played.guild_id,
            channel_id=played.channel_id,
            lesson_id=played.lesson_id,
            question_id=asked.question_id,
            option_ids=asked.option_ids,
            opened_at=self._now(),
            round_id=played.id,
            number=played.number,
        )

    def _drawn(self, lesson: Lesson, many: int) -> Sequence[Question]:
        """Questions of the bank, and generated ones where it has too few, from easy to hard."""
        bank = list(lesson.questions.values())
        drawn = self._rng.sample(bank, min(many, len(bank)))
        while len(drawn) < many:
            item = f"g.{self._rng.choice(list(Level)).value}.{self._rng.choice(list(Ask)).value}"
            if (made := timing.fresh(item, self._rng, has_node=self._has_node())) is not None:
                drawn.append(made)
        return sorted(drawn, key=lambda question: list(Level).index(question.level))
