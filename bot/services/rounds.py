"""Live rounds: begin one, answer, lead it. Everything is stored first; whoever watches a round is woken to tell it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from random import Random

from msgspec import Struct, field

from bot.domain.attempt import lay_out
from bot.domain.errors import MemberError
from bot.domain.poll import Poll, PollAnswer
from bot.domain.round import QUESTIONS, SECONDS, IllegalMoveError, Move, Phase, Place, Round, draw, standing
from bot.services.clock import Now
from bot.services.demos import DemoService
from bot.services.lessons import LessonService
from bot.services.polls import PollService, Taken
from bot.storage.rounds import Rounds


class OneRoundError(MemberError):
    """There is a round in this channel already."""

    def __init__(self, running: Round) -> None:
        if running.host_id is None:
            who, them = "A round", "Whoever manages this server"
        else:
            who, them = f"<@{running.host_id}>'s round", "They, or whoever manages this server,"
        super().__init__(
            f"{who} is running here already. {them} can end it with `/round stop`. Or start yours in another channel."
        )


class OthersRoundError(MemberError):
    """The round is led by somebody else."""

    def __init__(self, running: Round) -> None:
        whose = "Its host has left." if running.host_id is None else f"This round is <@{running.host_id}>'s."
        super().__init__(f"{whose} Only the host, or whoever manages this server, can skip, pause or stop it.")


class NoRoundError(MemberError):
    """There is no such round."""


class Watch(Struct):
    """What whoever tells a round is told of. In memory only: all that it says stands in the store too."""

    round: Round
    answered: int = 0
    """How many have answered the question of now, as far as known."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    counted: asyncio.Event = field(default_factory=asyncio.Event)

    def see(self, round_: Round) -> None:
        """The round as it is stored now; another question has no answers yet."""
        if round_.number != self.round.number:
            self.answered = 0
        self.round = round_


class RoundService:
    """Leads rounds."""

    def __init__(
        self,
        lessons: LessonService,
        polls: PollService,
        rounds: Rounds,
        *,
        now: Now,
        new_id: Callable[[], str],
        rng: Random,
        demos: DemoService,
    ) -> None:
        self._lessons, self._polls, self._rounds = lessons, polls, rounds
        self._now, self._new_id, self._rng, self._demos = now, new_id, rng, demos
        self._watches: dict[str, Watch] = {}
        self.begun = asyncio.Event()
        """Set when there is a round that nobody may watch yet."""

    async def begin(
        self, guild_id: int, channel_id: int, host_id: int, topic: str, *, questions: int, seconds: int
    ) -> Round:
        """Begin a round in a channel; the caller has made sure that the host may, and the bot too.

        Raises:
            UnknownTopicError: there is no lesson of that name.
            MemberError: the number of questions or seconds is out of range.
            OneRoundError: one is running in the channel.
        """
        lesson = self._lessons.lesson(topic)
        for number, allowed, what in ((questions, QUESTIONS, "questions"), (seconds, SECONDS, "seconds a question")):
            if number not in allowed:
                raise MemberError(f"A round has {allowed[0]} to {allowed[-1]} {what}. Choose a number of those.")
        drawn = draw(lesson, questions, self._rng, has_node=self._demos.has_node)
        fresh = Round(
            id=self._new_id(),
            guild_id=guild_id,
            channel_id=channel_id,
            host_id=host_id,
            lesson_id=lesson.id,
            layout=lay_out(drawn, self._rng),
            seconds=seconds,
            started_at=self._now(),
        ).begin()
        running = await self._rounds.begin(fresh)
        if running is not None:
            raise OneRoundError(running)
        self.begun.set()
        return fresh

    async def answer(self, member_id: int, poll_id: str, option_id: str) -> tuple[Taken, Round | None]:
        """Take a member's answer, or change it; it is on disk when this returns. Also its round as far as known.

        Raises:
            ClosedError: time was up.
            GonePollError: the question is not there any more.
        """
        taken = await self._polls.answer(member_id, poll_id, option_id)
        watch = self._watches.get(taken.sheet.poll.round_id or "")
        if watch is not None and watch.round.number == taken.sheet.poll.number:
            watch.answered = max(watch.answered, taken.answered)
            watch.counted.set()
        return taken, None if watch is None else watch.round

    async def running_in(self, channel_id: int) -> Round:
        """The round of a channel.

        Raises:
            NoRoundError: there is none.
        """
        found = await self._rounds.running_in(channel_id)
        if found is None:
            raise NoRoundError("There is no round in this channel. `/round start` begins one.")
        return found

    async def load(self, round_id: str) -> Round:
        """The round of that id.

        Raises:
            NoRoundError: it is not stored any more.
        """
        found = await self._rounds.get(round_id)
        if found is None:
            raise NoRoundError("This round is not here any more. `/round start` begins another.")
        return found

    async def lead(
        self, round_: Round, member_id: int, move: Move, *, manages: bool, among: Collection[Phase] = frozenset(Phase)
    ) -> Round:
        """Move a round, if it is in one of the phases `among`, for its host or for whoever manages the server.

        Raises:
            OthersRoundError: the member is neither.
            IllegalMoveError: the round does not allow it now.
            NoRoundError: it is not stored any more.
        """
        if not manages and member_id != round_.host_id:
            raise OthersRoundError(round_)
        return await self._move(round_.id, move, among)

    async def time_up(self, round_id: str) -> None:
        """Move a round whose time is up."""
        await self._move(round_id, Move.TIME_UP, frozenset(Phase))

    async def skip_gone(self, round_: Round) -> None:
        """Close a question that is not part of its lesson any more."""
        await self._move(round_.id, Move.SKIP, {round_.phase})

    async def give_up(self, round_id: str) -> None:
        """End a round that cannot be told, and tell nobody of its end."""
        with suppress(IllegalMoveError, NoRoundError):  # it is over, or gone
            await self._move(round_id, Move.STOP, frozenset(Phase))
        await self._rounds.end_told(round_id, 0)

    async def end_told(self, round_id: str, message_id: int) -> None:
        """Remember which message tells the end."""
        await self._rounds.end_told(round_id, message_id)

    async def unfinished(self) -> Sequence[Round]:
        """Those that are running, and those whose end nobody has been told of."""
        return await self._rounds.unfinished()

    async def polls(self, round_id: str) -> Sequence[Poll]:
        """The questions that were asked, in order."""
        return await self._rounds.polls(round_id)

    async def standing(self, round_id: str, closed: int) -> Sequence[Place]:
        """Who stands where after so many questions."""
        answers: Sequence[Sequence[PollAnswer]] = await self._rounds.answers(round_id, closed)
        return standing(answers)

    def watch(self, round_: Round) -> Watch:
        """Begin to be told of what happens to a round."""
        watch = self._watches[round_.id] = Watch(round_)
        return watch

    def unwatch(self, watch: Watch) -> None:
        """Be told no more."""
        del self._watches[watch.round.id]

    def is_watched(self, round_id: str) -> bool:
        """Whether somebody tells it."""
        return round_id in self._watches

    async def _move(self, round_id: str, move: Move, among: Collection[Phase]) -> Round:
        moved = await self._rounds.move(round_id, move, self._now(), among=among)
        if moved is None:
            raise NoRoundError("This round is not here any more. `/round start` begins another.")
        if (watch := self._watches.get(round_id)) is not None:
            watch.moved.set()
        return moved
