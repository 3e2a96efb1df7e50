"""Questions asked of a channel: ask, answer in private, close. Rounds and the daily question are made of these."""

from __future__ import annotations

from random import Random

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.attempt import lay_out
from bot.domain.errors import MemberError
from bot.domain.lesson import Lesson, Option, Question
from bot.domain.poll import Distribution, Poll, PollAnswer
from bot.services.clock import Now
from bot.services.lessons import LessonService
from bot.storage.polls import Polls


class GonePollError(MemberError):
    """The question is not stored any more, or not part of the lesson any more."""

    def __init__(self) -> None:
        super().__init__("This question is not here any more. `/quiz` asks you others.")


class PollSheet(Struct, frozen=True):
    """A question asked of a channel, as everybody sees it: its options in the order shown."""

    poll: Poll
    lesson: Lesson
    question: Question
    options: tuple[Option, ...]


class Taken(Struct, frozen=True):
    """An answer that was stored: what was chosen, and how many have answered by now.

    The sheet's poll may be as it was asked: which message shows it, and whether it is closed, it need not know.
    """

    sheet: PollSheet
    option: Option
    answered: int


MOST_SHEETS = 256
"""How many sheets are remembered, so that each of many answers to a poll need not read it anew."""


class PollService:
    """Takes the answers of a channel."""

    def __init__(self, lessons: LessonService, polls: Polls, *, now: Now, rng: Random) -> None:
        self._lessons, self._polls, self._now, self._rng = lessons, polls, now, rng
        self._sheets: dict[str, PollSheet] = {}

    def laid_out(self, question: Question) -> tuple[str, ...]:
        """The ids of the options of a question in an order of chance, the same for everybody."""
        return lay_out([question], self._rng)[0].option_ids

    async def load(self, poll_id: str) -> PollSheet:
        """A poll with its question.

        Raises:
            GonePollError: either is not there any more.
        """
        poll = await self._polls.get(poll_id)
        if poll is None:
            raise GonePollError
        return self.sheet(poll)

    def sheet(self, poll: Poll) -> PollSheet:
        """A poll with its question.

        Raises:
            GonePollError: the lesson does not hold the question, or one of its options, any more.
        """
        lesson = self._lessons.lesson(poll.lesson_id)
        question = self._lessons.question(lesson, poll.question_id)
        options = tuple(question.option(id_) for id_ in poll.option_ids) if question else ()
        present = tuple(option for option in options if option is not None)
        if question is None or len(present) != len(options):
            raise GonePollError
        return PollSheet(poll, lesson, question, present)

    async def answer(self, member_id: int, poll_id: str, option_id: str) -> Taken:
        """Take a member's answer, or change it; it is on disk when this returns.

        Raises:
            ClosedError: the poll takes no more answers.
            GonePollError: it is not there any more, or has no such option.
        """
        sheet = await self._asked(poll_id)
        option = next((option for option in sheet.options if option.id == option_id), None)
        if option is None:
            raise GonePollError
        answer = PollAnswer(member_id, option_id, correct=option.correct, at=self._now())
        return Taken(sheet, option, await self._polls.answer(poll_id, answer))

    async def _asked(self, poll_id: str) -> PollSheet:
        """What was asked, which never changes; whether it is still open, the store alone knows."""
        sheet = self._sheets.get(poll_id)
        if sheet is None:
            sheet = self._sheets[poll_id] = await self.load(poll_id)
            if len(self._sheets) > MOST_SHEETS:
                del self._sheets[next(iter(self._sheets))]
        return sheet

    async def close(self, sheet: PollSheet) -> PollSheet:
        """Take no more answers; what was answered is learned and counted. A second time changes nothing."""
        at = self._now()
        await self._polls.close(sheet.poll.id, at)
        return replace(sheet, poll=replace(sheet.poll, closed_at=sheet.poll.closed_at or at))

    async def count(self, poll_id: str) -> int:
        """How many have answered."""
        return await self._polls.count(poll_id)

    async def posted(self, poll_id: str, message_id: int) -> None:
        """Remember which message shows it."""
        await self._polls.posted(poll_id, message_id)

    async def distribution(self, poll: Poll) -> Distribution:
        """How many chose each option."""
        return await self._polls.distribution(poll)
