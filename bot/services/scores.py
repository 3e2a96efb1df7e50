"""Scores: what one member has reached, and who stands where in a server. Only first attempts rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.attempt import Attempt
from bot.domain.lesson import RANKED, Lesson, PartId, QuizKind
from bot.domain.records import Standing
from bot.services.lessons import LessonService
from bot.storage.attempts import Attempts
from bot.storage.ranking import Ranking
from bot.storage.reading import PartsRead

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True)
class QuizScore:
    """A member's finished attempts at one quiz, oldest first, and the open one."""

    kind: QuizKind
    first: Attempt | None
    later: tuple[Attempt, ...]
    open: Attempt | None


@dataclass(frozen=True, slots=True)
class LessonScore:
    """What a member has reached in one lesson."""

    lesson: Lesson
    read: frozenset[PartId]
    quizzes: tuple[QuizScore, ...]


@dataclass(frozen=True, slots=True)
class MemberScore:
    """What a member has reached in all lessons, and their place in the server."""

    member_id: int
    standing: Standing | None
    lessons: tuple[LessonScore, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One page of a server's ranking, and the place of the member who looks."""

    page: int
    pages: int
    standings: Sequence[Standing]
    mine: Standing | None


class ScoreService:
    """Counts what members have reached."""

    def __init__(self, lessons: LessonService, attempts: Attempts, read: PartsRead, ranking: Ranking) -> None:
        self._lessons, self._attempts, self._read, self._ranking = lessons, attempts, read, ranking

    async def of_member(self, guild_id: int, member_id: int) -> MemberScore:
        """What a member has reached."""
        attempts = await self._attempts.of_member(member_id)
        lessons = [
            LessonScore(
                lesson,
                await self._read.of(member_id, lesson.id),
                tuple(_quiz_score([a for a in attempts if (a.lesson_id, a.kind) == (lesson.id, k)], k) for k in RANKED),
            )
            for lesson in self._lessons.lessons
        ]
        return MemberScore(member_id, await self._ranking.of_member(guild_id, member_id), tuple(lessons))

    async def board(self, guild_id: int, member_id: int, page: int) -> Board:
        """A page of a server's ranking; `page` counts from 0 and is brought into range."""
        pages = max(1, -(-await self._ranking.size(guild_id) // PAGE_SIZE))
        page = min(max(page, 0), pages - 1)
        standings = await self._ranking.page(guild_id, offset=page * PAGE_SIZE, limit=PAGE_SIZE)
        return Board(page, pages, standings, await self._ranking.of_member(guild_id, member_id))


def _quiz_score(attempts: Sequence[Attempt], kind: QuizKind) -> QuizScore:
    finished = [attempt for attempt in attempts if attempt.finished]
    return QuizScore(
        kind,
        first=next((a for a in finished if a.first), None),
        later=tuple(a for a in finished if not a.first),
        open=next((a for a in attempts if not a.finished), None),
    )
