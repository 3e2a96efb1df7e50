"""Quizzes: begin or go on, ask for a hint, answer. What a member was told is saved, is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import TypeVar

from msgspec import Struct

from bot.domain.attempt import Answer, Attempt, lay_out
from bot.domain.errors import MemberError
from bot.domain.lesson import Lesson, Option, Question, QuizKind
from bot.domain.proof import Proof
from bot.services.lessons import LessonService
from bot.storage.attempts import Attempts, GoneAttemptError

T = TypeVar("T")


class NotYoursError(MemberError):
    """The button belongs to another member."""


class GoneError(MemberError):
    """What the button is about is not part of the lesson any more."""


class Sheet(Struct, frozen=True):
    """One question of an attempt as a member sees it, its options in the order of this attempt."""

    attempt: Attempt
    lesson: Lesson
    index: int
    question: Question
    options: tuple[Option, ...]

    @property
    def answer(self) -> Answer | None:
        """The member's answer to it, once given."""
        return self.attempt.answers.get(self.question.id)

    @property
    def hinted(self) -> bool:
        """Whether the hint was shown."""
        return self.question.id in self.attempt.hinted


class QuizService:
    """Leads members through quizzes."""

    def __init__(
        self,
        lessons: LessonService,
        attempts: Attempts,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        rng: Random,
    ) -> None:
        self._lessons, self._attempts = lessons, attempts
        self._now, self._new_id, self._rng = now, new_id, rng

    async def begin(self, member_id: int, guild_id: int | None, topic: str, kind: QuizKind) -> Attempt:
        """The member's open attempt at this quiz, brought up to what the lesson holds now, or a new one."""
        lesson = self._lessons.lesson(topic)
        fresh = Attempt(
            id=self._new_id(),
            member_id=member_id,
            guild_id=guild_id,
            lesson_id=lesson.id,
            kind=kind,
            layout=lay_out((lesson.questions[id_] for id_ in lesson.quizzes[kind]), self._rng),
            first=False,  # the store decides
            started_at=self._now(),
        )
        attempt = await self.revised(await self._attempts.begin(fresh))
        return attempt if not attempt.finished else await self._attempts.begin(fresh)

    async def resume(self, member_id: int, guild_id: int | None) -> Attempt | None:
        """The quiz that a member touched last of those left half done, or None."""
        left = await self._attempts.last_open(member_id, [lesson.id for lesson in self._lessons.lessons])
        return None if left is None else await self.begin(member_id, guild_id, left.lesson_id, left.kind)

    async def go_on(self, member_id: int, attempt_id: str) -> Attempt:
        """A member's own attempt, brought up to what the lesson holds now.

        Raises:
            GoneAttemptError: it is not stored any more, or nothing is left of it.
            NotYoursError: it is another member's.
        """
        attempt = await self.revised(await self.load(member_id, attempt_id))
        if not attempt.layout:
            raise GoneAttemptError(attempt.kind)
        return attempt

    async def load(self, member_id: int, attempt_id: str, *, anew: bool = False) -> Attempt:
        """A member's own attempt; `anew` as it is stored now, whatever is known of it here.

        Raises:
            GoneAttemptError: it is not stored any more.
            NotYoursError: it is another member's.
        """
        attempt = await self._attempts.get(attempt_id, anew=anew)
        if attempt is None:
            raise GoneAttemptError
        if attempt.member_id != member_id:
            word = attempt.kind.word
            raise NotYoursError(f"This {word} is somebody else's. `/{word}` starts your own.")
        return attempt

    def sheet(self, attempt: Attempt, index: int) -> Sheet:
        """The question at `index` of an attempt.

        Raises:
            GoneError: the lesson does not hold this question, or one of its options, any more.
        """
        lesson, word = self._lessons.lesson(attempt.lesson_id), attempt.kind.word
        asked = attempt.layout[index]
        question = self._lessons.question(lesson, asked.question_id)
        known = {option.id: option for option in question.options} if question else {}
        options = tuple([known[option_id] for option_id in asked.option_ids if option_id in known])
        if question is None or len(options) != len(asked.option_ids):
            raise GoneError(f"This question is not part of the lesson any more. `/{word}` goes on without it.")
        if question.id not in attempt.answers and len(options) != len(question.options):
            raise GoneError(f"This question has changed. `/{word}` shows it as it is now.")
        return Sheet(attempt, lesson, index, question, options)

    async def hint(self, member_id: int, attempt_id: str, question_id: str) -> Sheet:
        """The question with its hint shown, which is remembered."""

        def move(attempt: Attempt) -> Sheet:
            return self.sheet(attempt.hint(question_id), attempt.index(question_id))

        sheet = await self._moved(member_id, attempt_id, move)
        await self._attempts.save_hint(sheet.attempt, question_id, self._now())
        return sheet

    async def answer(self, member_id: int, attempt_id: str, question_id: str, option_id: str) -> Sheet:
        """The question with the member's answer, which is on disk when this returns.

        A question that was answered before keeps its first answer.

        Raises:
            MemberError: the attempt does not allow the answer; nothing has changed.
        """

        def move(attempt: Attempt) -> tuple[bool, Sheet]:
            sheet = self.sheet(attempt, attempt.index(question_id))
            option = sheet.question.option(option_id)
            if option is None:
                word = attempt.kind.word
                raise GoneError(
                    f"This answer is not part of the lesson any more. `/{word}` shows the question as it is now."
                )
            answered = attempt.answer(sheet.question.id, option.id, correct=option.correct, at=self._now())
            return answered is not attempt, Sheet(answered, sheet.lesson, sheet.index, sheet.question, sheet.options)

        is_new, sheet = await self._moved(member_id, attempt_id, move)
        if not is_new:
            return sheet
        stored = await self._attempts.save_answer(sheet.attempt, question_id)
        if question_id not in stored.answers and not stored.finished:  # it was not as it was known here
            is_new, sheet = move(stored)
            stored = await self._attempts.save_answer(sheet.attempt, question_id) if is_new else stored
        if stored is sheet.attempt:
            return sheet
        return self.sheet(stored, stored.index(question_id))  # it may have been laid out anew meanwhile

    async def proven(self, member_id: int, attempt_id: str, question_id: str) -> tuple[Sheet, Proof]:
        """A question that the member has answered, and the program that proves its answer.

        Raises:
            MemberError: it is not answered yet, so that no run tells the answer, or there is no such program.
        """

        def move(attempt: Attempt) -> tuple[Sheet, Proof]:
            sheet = self.sheet(attempt, attempt.index(question_id))
            if attempt.kind is QuizKind.TEST and not attempt.finished:
                raise MemberError("A test proves nothing until it is over. `/test` goes on with it.")
            if sheet.answer is None and not attempt.finished:
                raise MemberError("Answer this question first. Then a run shows whether it is so.")
            if sheet.question.proof is None:
                raise GoneError("This question has no run of its own any more. Try `/demo`.")
            return sheet, sheet.question.proof

        return await self._moved(member_id, attempt_id, move)

    async def _moved(self, member_id: int, attempt_id: str, move: Callable[[Attempt], T]) -> T:
        """What a move makes of a member's own attempt; tried again if it was only not allowed as it is known here."""
        attempt = await self.load(member_id, attempt_id)
        try:
            return move(attempt)
        except MemberError:
            now = await self.load(member_id, attempt_id, anew=True)
            if now == attempt:
                raise
        return move(now)

    async def revised(self, attempt: Attempt) -> Attempt:
        """The attempt as its lesson is now, and stored so."""
        lesson = self._lessons.lesson(attempt.lesson_id)

        def change(attempt: Attempt) -> Attempt:
            rng = Random(attempt.id)  # noqa: S311 - whoever does it comes to the same
            return attempt.revised(lambda question_id: self._lessons.question(lesson, question_id), rng)

        return await self._attempts.revised(attempt, change, self._now())
