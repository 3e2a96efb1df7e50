"""Reviews: what a member is about to forget, or got wrong, laid out as questions. How it is asked is a quiz's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random

from msgspec import Struct

from bot.domain import timing
from bot.domain.attempt import Asked, Attempt, lay_out
from bot.domain.hours import zone_or_utc
from bot.domain.lesson import Lesson, QuizKind
from bot.domain.recall import Due
from bot.services.lessons import LessonService
from bot.services.quizzes import QuizService
from bot.storage.attempts import Attempts
from bot.storage.cards import Cards
from bot.storage.members import Members

MOST_A_SITTING = 20
"""How many questions a review asks at most; what is left is due still."""


class Outlook(Struct, frozen=True):
    """What a member has learned, and what of it is due; questions that are not in the lessons any more are left out."""

    learned: int
    due: int
    next_at: datetime | None
    """When the next of what is not due yet will be; None if there is nothing such."""


class ReviewService:
    """Leads members back to what they are about to forget."""

    def __init__(
        self,
        lessons: LessonService,
        quizzes: QuizService,
        attempts: Attempts,
        cards: Cards,
        members: Members,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        rng: Random,
        has_node: Callable[[], bool],
    ) -> None:
        self._lessons, self._quizzes = lessons, quizzes
        self._attempts, self._cards, self._members = attempts, cards, members
        self._now, self._new_id, self._rng, self._has_node = now, new_id, rng, has_node

    async def outlook(self, member_id: int, topic: str = "") -> Outlook:
        """How a member stands, in one lesson, or in all without a topic.

        Raises:
            UnknownTopicError: there is no such lesson.
        """
        learned = await self._learned(member_id, self._of(topic))
        now = self._now()
        due = sum(item.due_at <= now for item in learned)
        return Outlook(len(learned), due, learned[due].due_at if due < len(learned) else None)

    async def open(self, member_id: int, topic: str = "") -> Attempt | None:
        """The review that a member has left half done today; one of another day is ended with what was answered."""
        lessons = self._of(topic)
        while left := await self._attempts.last_open(member_id, [found.id for found in lessons], [QuizKind.REVIEW]):
            if await self._is_of_today(left):
                revised = await self._quizzes.revised(left)
                if not revised.finished:
                    return revised
            else:
                await self._attempts.leave(left.id, self._now())
        return None

    async def begin(self, member_id: int, guild_id: int | None, topic: str = "") -> Attempt | None:
        """The review that is under way, or a new one of what is due, the earliest first; None if nothing is due.

        Without a topic it is about the lesson whose question is due for longest: a review is about one lesson.

        Raises:
            UnknownTopicError: there is no such lesson.
        """
        if left := await self.open(member_id, topic):
            return left
        now = self._now()
        due = [item for item in await self._learned(member_id, self._of(topic)) if item.due_at <= now]
        if not due:
            return None
        lesson = self._lessons.lesson(due[0].lesson_id)
        items = [item.item_id for item in due if item.lesson_id == lesson.id][:MOST_A_SITTING]
        fresh = Attempt(
            id=self._new_id(),
            member_id=member_id,
            guild_id=guild_id,
            lesson_id=lesson.id,
            kind=QuizKind.REVIEW,
            layout=await asyncio.to_thread(self._layout, lesson, items),  # making questions takes its time
            first=False,
            started_at=now,
        )
        return await self._attempts.begin(fresh) if fresh.layout else None

    def _of(self, topic: str) -> Sequence[Lesson]:
        return (self._lessons.lesson(topic),) if topic else self._lessons.lessons

    async def _learned(self, member_id: int, lessons: Sequence[Lesson]) -> Sequence[Due]:
        """What can still be asked of what a member has learned, by when it is due."""
        known = {lesson.id: lesson.questions.keys() | set(timing.items()) for lesson in lessons}
        found = await self._cards.of(member_id, list(known))
        return [item for item in found if item.item_id in known[item.lesson_id]]

    def _layout(self, lesson: Lesson, items: Sequence[str]) -> tuple[Asked, ...]:
        """Each item as a question: one of the bank as it is, of a kind that is generated a new one."""
        has_node = self._has_node()
        asked = (lesson.questions.get(item) or timing.fresh(item, self._rng, has_node=has_node) for item in items)
        return lay_out((question for question in asked if question is not None), self._rng)

    async def _is_of_today(self, attempt: Attempt) -> bool:
        """Whether it began on this day, by the member's own clock if they have told where they are."""
        where = zone_or_utc((await self._members.get(attempt.member_id)).time_zone)
        return attempt.started_at.astimezone(where).date() == self._now().astimezone(where).date()
