"""A question a day in each server that wants one: which, when, and what of it is still to be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from random import Random
from zoneinfo import ZoneInfo

from bot.domain import timing
from bot.domain.daily import LATE, REFUSED_BEFORE_OFF, in_time, next_of_bank
from bot.domain.errors import MemberError
from bot.domain.guild import GuildSettings
from bot.domain.hours import NoSuchTimeError, next_at, zone
from bot.domain.lesson import Lesson, Question
from bot.domain.poll import ClosedError, Poll
from bot.services.demos import DemoService
from bot.services.lessons import LessonService
from bot.services.polls import PollService, PollSheet, Taken
from bot.storage.daily import Daily, DueDay
from bot.storage.polls import Polls


class DayOverError(MemberError):
    """The question of that day takes no more answers."""

    def __init__(self) -> None:
        super().__init__(
            "This question of the day is closed, so your answer came too late. Its message shows the solution, and "
            "the next one is not far. `/quiz` asks you others right now."
        )


class DailyService:
    """Asks servers a question a day."""

    def __init__(
        self,
        lessons: LessonService,
        polls: PollService,
        stored: Polls,
        daily: Daily,
        demos: DemoService,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        rng: Random,
    ) -> None:
        self._lessons, self._polls, self._stored, self._daily = lessons, polls, stored, daily
        self._demos, self._now, self._new_id, self._rng = demos, now, new_id, rng

    async def next_at(self) -> datetime | None:
        """When there is something to do: now, if something was begun; None while no server wants a question."""
        return self._now() if await self._daily.unfinished() else await self._daily.next_at()

    async def due(self) -> Sequence[DueDay]:
        """The servers whose question is due."""
        return await self._daily.due(self._now())

    async def claim(self, due: DueDay) -> str | None:
        """Give a server its question for today; its id, or None if there is none to be posted.

        A day on which the bot woke up too late goes without.
        """
        now, where, minute = self._now(), _zone(due.settings), due.settings.daily_minute
        at = in_time(due.at, minute, where, now)
        poll = None if at is None else await self._poll(due.settings, at.astimezone(where).date())
        claimed = await self._daily.claim(due, next_at(minute, where, now), poll)
        return poll.id if claimed and poll else None

    async def unposted(self) -> Sequence[Poll]:
        """Questions of claimed days of which no message is known."""
        return await self._daily.unposted()

    async def wanted(self, poll: Poll) -> bool:
        """Whether a claimed question is still to be posted: it is not late, and its channel is still the chosen one."""
        return not self.late(poll.opened_at) and await self._daily.wanted(poll)

    async def over(self) -> Sequence[Poll]:
        """Open questions that a later one has followed, or of servers that want none any more."""
        return await self._daily.over()

    async def close(self, poll: Poll) -> None:
        """Take no more answers to a question; what was answered is learned and counted."""
        await self._stored.close(poll.id, self._now())

    async def unexplained(self) -> Sequence[Poll]:
        """Closed questions whose message is to show the solution."""
        return await self._daily.unexplained()

    async def answer(self, member_id: int, poll_id: str, option_id: str) -> Taken:
        """Take a member's answer, or change it; it is on disk when this returns.

        Raises:
            DayOverError: the question takes no more answers.
            GonePollError: it is not there any more, or has no such option.
        """
        try:
            return await self._polls.answer(member_id, poll_id, option_id)
        except ClosedError as error:
            raise DayOverError from error

    async def posted(self, poll: Poll, message_id: int) -> None:
        """Remember which message shows a question."""
        await self._stored.posted(poll.id, message_id)

    async def explained(self, poll: Poll) -> None:
        """Remember that nothing is left to be done about a question."""
        await self._daily.explained(poll.id, self._now())

    async def drop(self, poll: Poll) -> None:
        """Forget a question that was never posted."""
        await self._daily.drop(poll.id)

    async def refused(self, poll: Poll) -> bool:
        """Remember that today's question may not be posted; whether that has switched the daily question off."""
        off = await self._daily.refused(poll, self._now(), REFUSED_BEFORE_OFF)
        if off:
            await self._daily.switch_off(poll.guild_id, poll.channel_id)
        return off

    async def channel_gone(self, poll: Poll) -> None:
        """Switch the daily question off in a server whose channel for it was deleted."""
        await self._daily.switch_off(poll.guild_id, poll.channel_id)
        await self._daily.drop(poll.id)

    def late(self, since: datetime) -> bool:
        """Whether so much time has passed that it is not worth another try."""
        return self._now() - since > LATE

    def sheet(self, poll: Poll) -> PollSheet:
        """A question as everybody sees it.

        Raises:
            MemberError: the lesson does not hold it any more.
        """
        return self._polls.sheet(poll)

    async def _poll(self, settings: GuildSettings, day: date) -> Poll | None:
        if settings.daily_channel_id is None:
            return None
        asked = await self._daily.asked(settings.guild_id)
        lesson, question = self._question(self._of(settings), asked)
        return Poll(
            id=self._new_id(),
            guild_id=settings.guild_id,
            channel_id=settings.daily_channel_id,
            lesson_id=lesson.id,
            question_id=question.id,
            option_ids=self._polls.laid_out(question),
            opened_at=self._now(),
            day=day.isoformat(),
        )

    def _of(self, settings: GuildSettings) -> Sequence[Lesson]:
        """The lessons that a server is asked about: the one that it has chosen, if it is there, or all."""
        chosen = [lesson for lesson in self._lessons.lessons if lesson.id == settings.daily_lesson_id]
        return chosen or self._lessons.lessons

    def _question(self, lessons: Sequence[Lesson], asked: Sequence[tuple[str, str]]) -> tuple[Lesson, Question]:
        by_id = {lesson.id: lesson for lesson in lessons}
        bank = [(lesson.id, question_id) for lesson in lessons for question_id in lesson.questions]
        chosen = next_of_bank(bank, asked, self._rng)
        if chosen is not None:
            return by_id[chosen[0]], by_id[chosen[0]].questions[chosen[1]]
        made = timing.fresh(self._rng.choice(timing.items()), self._rng, has_node=self._demos.has_node)
        assert made is not None  # noqa: S101 - it is of a kind that this version knows
        return lessons[0], made


def _zone(settings: GuildSettings) -> ZoneInfo:
    """Where a server is; UTC if the machine does not know its time zone any more."""
    try:
        return zone(settings.time_zone)
    except NoSuchTimeError:
        return ZoneInfo("UTC")
