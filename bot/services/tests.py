"""The graded test: begun or gone on with, answered, closed when its hour is over, and what it has shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from bot.domain import paper
from bot.domain.attempt import Attempt, lay_out
from bot.domain.grading import Strength, strength
from bot.domain.guild import GuildSettings
from bot.domain.lesson import Lesson, Question, QuizKind
from bot.services.lessons import LessonService
from bot.services.quizzes import NotYoursError
from bot.storage.attempts import Attempts, GoneAttemptError

LASTS = timedelta(hours=1)
"""How long a test is open, whether it is looked at or left."""


class Outcome(Struct, frozen=True):
    """A finished test: its questions in their order, None for one that this version does not know, and what they tell.

    `again_at` is when the member may take the next one; None if that is now.
    """

    attempt: Attempt
    lesson: Lesson
    questions: tuple[Question | None, ...]
    strength: Strength
    again_at: datetime | None


class TestService:
    """Leads members through tests."""

    __test__ = False  # for pytest: it is none of its own

    def __init__(
        self,
        lessons: LessonService,
        attempts: Attempts,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        rng: Random,
        has_node: Callable[[], bool],
    ) -> None:
        self._lessons, self._attempts = lessons, attempts
        self._now, self._new_id, self._rng, self._has_node = now, new_id, rng, has_node
        self.changed = asyncio.Event()
        """Set when a test is begun, whose hour will be over."""

    async def begin(self, member_id: int, settings: GuildSettings, guild_id: int | None, topic: str) -> Attempt:
        """The member's open test on a topic, or a new one drawn for them.

        Until the server's cooldown is over, and when the hour of the open one is, it is the last one, finished.
        """
        lesson = self._lessons.lesson(topic)
        last = await self._attempts.latest(member_id, lesson.id, QuizKind.TEST)
        if last is not None and (last.finished_at is None or self._again_at(last, settings) is not None):
            return await self._brought_up(last)
        questions = paper.draw(lesson, self._rng, has_node=self._has_node())
        now = self._now()
        fresh = Attempt(
            id=self._new_id(),
            member_id=member_id,
            guild_id=guild_id,
            lesson_id=lesson.id,
            kind=QuizKind.TEST,
            layout=lay_out(questions, self._rng),
            first=False,  # the store decides
            started_at=now,
            deadline_at=now + LASTS,
            pass_mark=settings.pass_mark,
        )
        begun = await self._attempts.begin(fresh)
        self.changed.set()
        return begun

    async def go_on(self, member_id: int, attempt_id: str) -> Attempt:
        """A member's own test as it stands now: closed if its hour is over, without questions that are gone.

        Raises:
            GoneAttemptError: it is not stored any more.
            NotYoursError: it is another member's.
        """
        attempt = await self._now_of(member_id, attempt_id)
        return attempt if attempt.finished else await self._now_of(member_id, attempt_id, anew=True)

    async def answer(self, member_id: int, attempt_id: str, question_id: str, option_id: str) -> tuple[Attempt, bool]:
        """The test after a press on an option, and whether this press, or an earlier one, has answered the question.

        An answer is on disk when this returns. The first one stands. After the hour nothing is taken any more.
        """

        async def press(*, anew: bool = False) -> Attempt:
            attempt = await self._now_of(member_id, attempt_id, anew=anew)
            return await self._answered(attempt, question_id, option_id)

        attempt = await press()
        if not attempt.finished and question_id not in attempt.answers:  # it may not be as it was known here
            attempt = await press(anew=True)
        return attempt, question_id in attempt.answers

    async def _answered(self, attempt: Attempt, question_id: str, option_id: str) -> Attempt:
        """The test with this answer stored, if it may be given now; as it is stored if it may not."""
        if attempt.finished or question_id in attempt.answers:
            return attempt
        asked = attempt.layout[attempt.position]
        lesson = self._lessons.lesson(attempt.lesson_id)
        question = self._lessons.question(lesson, question_id)
        option = None if question is None else question.option(option_id)
        if asked.question_id != question_id or option is None or option_id not in asked.option_ids:
            return attempt  # it is not the question that is asked now, or not as it was shown
        now = self._now()
        if attempt.overdue(now):
            return await self._attempts.close(attempt)
        answered = attempt.answer(question_id, option_id, correct=option.correct, at=now)
        return await self._attempts.save_answer(answered, question_id)

    async def outcome(self, attempt: Attempt, settings: GuildSettings) -> Outcome:
        """What a finished test has shown."""
        lesson = self._lessons.lesson(attempt.lesson_id)
        ids = [asked.question_id for asked in attempt.layout]
        questions = tuple(self._lessons.question(lesson, id_) for id_ in ids)
        known = [(question, attempt.answers.get(question.id)) for question in questions if question is not None]
        latest = await self._attempts.latest(attempt.member_id, lesson.id, QuizKind.TEST)
        again_at = None if latest is None else self._again_at(latest, settings)
        return Outcome(attempt, lesson, questions, strength(known), again_at)

    async def next_deadline(self) -> datetime | None:
        """When the next of the open tests is over."""
        return await self._attempts.next_deadline()

    async def close_overdue(self) -> Sequence[Attempt]:
        """Close the tests whose hour is over, and return them."""
        overdue = await self._attempts.overdue(self._now())
        return [await self._attempts.close(attempt) for attempt in overdue]

    def _again_at(self, last: Attempt, settings: GuildSettings) -> datetime | None:
        """When the next test may be taken after this one; None if that is now, or it is open still."""
        if last.finished_at is None:
            return None
        again_at = last.finished_at + timedelta(hours=settings.cooldown_h)
        return again_at if again_at > self._now() else None

    async def _now_of(self, member_id: int, attempt_id: str, *, anew: bool = False) -> Attempt:
        """As `go_on`, and from what is known here, unless it is to be read `anew`."""
        attempt = await self._attempts.get(attempt_id, anew=anew)
        if attempt is None or attempt.kind is not QuizKind.TEST:
            raise GoneAttemptError(QuizKind.TEST)
        if attempt.member_id != member_id:
            raise NotYoursError("This test is somebody else's. `/test` begins your own.")
        return await self._brought_up(attempt)

    async def _brought_up(self, attempt: Attempt) -> Attempt:
        """The test as it stands now, and stored so."""
        if attempt.overdue(self._now()):
            return await self._attempts.close(attempt)
        lesson, has_node = self._lessons.lesson(attempt.lesson_id), self._has_node()

        def find(question_id: str) -> Question | None:
            return self._lessons.question(lesson, question_id)

        def change(attempt: Attempt) -> Attempt:
            rng = Random(attempt.id)  # noqa: S311 - whoever does it comes to the same
            revised = attempt.revised(find, rng)
            if lost := len(attempt.layout) - len(revised.layout):
                kept = [find(asked.question_id) for asked in revised.layout]
                more = paper.instead(kept, lost, rng, has_node=has_node)
                revised = replace(revised, layout=(*revised.layout, *lay_out(more, rng)))
            return revised

        return await self._attempts.revised(attempt, change, self._now())
