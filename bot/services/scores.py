"""Scores: what one member has reached, and who stands where. Only first attempts rank."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.attempt import Attempt
from bot.domain.board import ALL_LESSONS, Period, Scope, board_key
from bot.domain.errors import MemberError
from bot.domain.grading import by_level
from bot.domain.lesson import RANKED, Lesson, Level, PartId, QuizKind
from bot.domain.progress import Progress, Reading
from bot.domain.records import BoardPage, Standing
from bot.domain.streak import streak
from bot.domain.timing import item_of, level_of
from bot.services.clock import Now
from bot.services.demos import Picture
from bot.services.lessons import LessonService
from bot.storage.attempts import Attempts
from bot.storage.members import Members
from bot.storage.progress import Polled, ProgressStore
from bot.storage.ranking import Ranking
from bot.storage.reading import PartsRead

PAGE_SIZE = 10


class QuizScore(Struct, frozen=True):
    """A member's finished attempts at one quiz, oldest first, and the open one."""

    kind: QuizKind
    first: Attempt | None
    later: tuple[Attempt, ...]
    open: Attempt | None


class LessonScore(Struct, frozen=True):
    """What a member has reached in one lesson."""

    lesson: Lesson
    read: frozenset[PartId]
    quizzes: tuple[QuizScore, ...]


class MemberScore(Struct, frozen=True):
    """What a member has reached in all lessons, their place in the server, and whether they hide it from others."""

    member_id: int
    standing: Standing | None
    hidden: bool
    lessons: tuple[LessonScore, ...]
    progress: Progress


class HiddenScoreError(MemberError):
    """The member keeps their score to themselves."""

    def __init__(self, member_id: int) -> None:
        super().__init__(f"<@{member_id}> keeps their score private. `/score` without a member shows yours.")


class Board(Struct, frozen=True):
    """One page of a ranking, and which ranking it is: as it stood at the moment at which it was asked for."""

    scope: Scope
    period: Period
    lesson: Lesson | None
    since: date | None
    found: BoardPage


class ScoreService:
    """Counts what members have reached."""

    def __init__(
        self,
        lessons: LessonService,
        attempts: Attempts,
        read: PartsRead,
        ranking: Ranking,
        progress: ProgressStore,
        members: Members,
        now: Now,
    ) -> None:
        self._lessons, self._attempts, self._read, self._now = lessons, attempts, read, now
        self._ranking, self._progress, self._members = ranking, progress, members

    async def of_member(self, guild_id: int, member_id: int, asked_by: int) -> MemberScore:
        """What a member has reached.

        Raises:
            HiddenScoreError: they hide it, and somebody else asks.
        """
        choices, now = await self._members.get(member_id), self._now()
        if choices.hidden and asked_by != member_id:
            raise HiddenScoreError(member_id)
        attempts = await self._attempts.of_member(member_id)
        polled, due = await self._progress.of(member_id, now)
        lessons = [
            LessonScore(
                lesson,
                await self._read.of(member_id, lesson.id),
                tuple(_quiz_score([a for a in attempts if (a.lesson_id, a.kind) == (lesson.id, k)], k) for k in RANKED),
            )
            for lesson in self._lessons.lessons
        ]
        where = ZoneInfo(choices.time_zone) if choices.time_zone else UTC
        days = {at.astimezone(where).date() for at in _moments(attempts, polled)}
        progress = Progress(
            tuple(Reading(found.lesson.title, found.read) for found in lessons),
            by_level(self._graded(attempts, polled)),
            streak(days, now.astimezone(where).date()),
            due,
        )
        key = board_key(guild_id, now, Scope.SERVER, Period.ALWAYS)
        standing = await self._ranking.of_member(key, member_id)
        return MemberScore(member_id, standing, choices.hidden, tuple(lessons), progress)

    async def hide(self, member_id: int, *, hidden: bool) -> None:
        """Leave a member out of every ranking, or show them again."""
        await self._members.hide(member_id, hidden)

    async def card(self, progress: Progress) -> Picture:
        """A member's progress as a picture. It is drawn in a thread, so that clicks are answered meanwhile."""
        return await asyncio.to_thread(_card, progress)

    async def board(
        self, guild_id: int, member_id: int, *, scope: Scope, period: Period, topic: str = "", page: int = 0
    ) -> Board:
        """A page of a ranking as it stands now; `page` counts from 0 and is brought into range.

        Raises:
            UnknownTopicError: there is no lesson on `topic`; without one, all lessons count.
        """
        at, lesson = self._now(), self._lessons.lesson(topic) if topic else None
        key = board_key(guild_id, at, scope, period, lesson.id if lesson else ALL_LESSONS)
        found = await self._ranking.page(key, member_id, page, PAGE_SIZE)
        return Board(scope, period, lesson, period.since(at), found)

    def _graded(self, attempts: Iterable[Attempt], polled: Iterable[Polled]) -> Iterator[tuple[Level, bool]]:
        """The answers whose outcome a member may know: a test tells at its end, a question of a channel when closed."""
        told = [a for a in attempts if a.finished or a.kind is not QuizKind.TEST]
        answers = [(a.lesson_id, id_, answer.correct) for a in told for id_, answer in a.answers.items()]
        answers += [(each.lesson_id, each.question_id, each.correct) for each in polled if each.closed]
        lessons = {lesson.id: lesson for lesson in self._lessons.lessons}
        for lesson_id, question_id, correct in answers:
            known = lessons[lesson_id].questions.get(question_id) if lesson_id in lessons else None
            level = level_of(item_of(question_id)) if known is None else known.level
            if level is not None:  # otherwise the lesson does not hold the question any more
                yield level, correct


def _moments(attempts: Iterable[Attempt], polled: Iterable[Polled]) -> Iterator[datetime]:
    yield from (answer.at for attempt in attempts for answer in attempt.answers.values())
    yield from (each.at for each in polled)


def _card(progress: Progress) -> Picture:
    from bot.pictures import progress as card  # noqa: PLC0415 - Pillow is slow to import, and the bot starts without it

    return Picture(card.draw(progress), card.describe(progress))


def _quiz_score(attempts: Sequence[Attempt], kind: QuizKind) -> QuizScore:
    finished = [attempt for attempt in attempts if attempt.finished]
    return QuizScore(
        kind,
        first=next((a for a in finished if a.first), None),
        later=tuple(a for a in finished if not a.first),
        open=next((a for a in attempts if not a.finished), None),
    )
