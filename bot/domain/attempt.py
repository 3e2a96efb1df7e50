"""A run through a quiz as a state machine. The law is one table, `TRANSITIONS`; an illegal move changes nothing.

Every question of an attempt is in one `State`, and every press is one `Move`. An attempt is finished when its last
question is answered. What a member sees follows from the attempt alone, so a restart loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from random import Random
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from bot.domain.errors import MemberError
from bot.domain.lesson import Question, QuizKind


class State(Enum):
    """Where a question of an attempt stands."""

    AHEAD = "ahead"
    ASKED = "asked"
    HINTED = "hinted"
    ANSWERED = "answered"


class Move(Enum):
    """What a member can do to a question."""

    HINT = "hint"
    ANSWER = "answer"


TRANSITIONS: Mapping[tuple[State, Move], State] = MappingProxyType(
    {
        (State.ASKED, Move.HINT): State.HINTED,
        (State.ASKED, Move.ANSWER): State.ANSWERED,
        (State.HINTED, Move.HINT): State.HINTED,
        (State.HINTED, Move.ANSWER): State.ANSWERED,
        (State.ANSWERED, Move.ANSWER): State.ANSWERED,  # a second press: the first answer stands, same feedback
    }
)
"""Which move leads where. What is not here is refused."""


class IllegalMoveError(MemberError):
    """The attempt does not allow this move now. Nothing has changed."""


class TimeUpError(IllegalMoveError):
    """The attempt's time was over before this move. What was answered in time stands."""


class Asked(Struct, frozen=True):
    """A question as it was laid out for one attempt: its options in the order shown."""

    question_id: str
    option_ids: tuple[str, ...]


class Answer(Struct, frozen=True):
    """A member's answer to one question, graded when it was given."""

    option_id: str
    correct: bool
    hinted: bool
    at: datetime


class Attempt(Struct, frozen=True):
    """One member's run through one quiz. `first` marks the attempt that ranks; later ones are practice.

    A test has a deadline, and the mark that passes it, in percent; both are set when it begins and do not change. An
    attempt that was `closed` is finished, whatever was left open: its time was up.
    """

    id: str
    member_id: int
    guild_id: int | None
    lesson_id: str
    kind: QuizKind
    layout: tuple[Asked, ...]
    first: bool
    started_at: datetime
    answers: Mapping[str, Answer] = field(default_factory=lambda: MappingProxyType({}))
    hinted: frozenset[str] = frozenset()
    deadline_at: datetime | None = None
    pass_mark: int | None = None
    closed: bool = False
    finished_at: datetime | None = None

    @property
    def position(self) -> int:
        """The index of the question to answer next; the number of questions when all are answered."""
        return next(
            (i for i, asked in enumerate(self.layout) if asked.question_id not in self.answers),
            len(self.layout),
        )

    @property
    def finished(self) -> bool:
        """Whether every question is answered, or the time was up."""
        return self.closed or self.position == len(self.layout)

    @property
    def passed(self) -> bool:
        """Whether the share of right answers reaches the mark; never without a mark."""
        return self.pass_mark is not None and 100 * self.score >= self.pass_mark * len(self.layout) > 0

    def overdue(self, now: datetime) -> bool:
        """Whether the deadline has passed with questions left open."""
        return self.deadline_at is not None and now >= self.deadline_at and not self.finished

    def close(self) -> Attempt:
        """The attempt with its time up: what is open stays unanswered, and counts as not right."""
        return replace(self, closed=True, finished_at=self.deadline_at)

    @property
    def score(self) -> int:
        """How many questions were answered right."""
        return sum(answer.correct for answer in self.answers.values())

    def index(self, question_id: str) -> int:
        """Where a question stands in this attempt.

        Raises:
            IllegalMoveError: the attempt has no such question.
        """
        for index, asked in enumerate(self.layout):
            if asked.question_id == question_id:
                return index
        word = self.kind.word
        raise IllegalMoveError(f"This question is not part of your {word} any more. `/{word}` goes on where you were.")

    def state(self, index: int) -> State:
        """Where the question at `index` stands."""
        question_id = self.layout[index].question_id
        if question_id in self.answers:
            return State.ANSWERED
        if index > self.position:
            return State.AHEAD
        return State.HINTED if question_id in self.hinted else State.ASKED

    def hint(self, question_id: str) -> Attempt:
        """The attempt after the member asked for this question's hint.

        Raises:
            IllegalMoveError: the question is answered already, or not asked yet, or this is a test.
        """
        if self.kind is QuizKind.TEST:
            raise IllegalMoveError("A test gives no hints. When it is over, each question is explained.")
        self._move(question_id, Move.HINT)
        return replace(self, hinted=self.hinted | {question_id})

    def answer(self, question_id: str, option_id: str, *, correct: bool, at: datetime) -> Attempt:
        """The attempt after this answer; the same attempt if the question was answered before.

        Raises:
            IllegalMoveError: the question is not asked yet, or the option is not one of those shown.
            TimeUpError: the deadline has passed.
        """
        before = self._move(question_id, Move.ANSWER)
        if before is State.ANSWERED:
            return self
        if self.overdue(at):
            raise TimeUpError("The time for this is up. What you answered in time stands.")
        if option_id not in self.layout[self.index(question_id)].option_ids:
            word = self.kind.word
            raise IllegalMoveError(f"This answer is not one of those shown. `/{word}` shows the question again.")
        answer = Answer(option_id, correct=correct, hinted=before is State.HINTED, at=at)
        return self._with(question_id, answer)

    def revised(self, find: Find, rng: Random) -> Attempt:
        """The attempt as its lesson is now: open questions that are gone leave, changed ones are laid out anew."""
        if self.finished:
            return self
        kept = (_revised(asked, self, find, rng) for asked in self.layout)
        return replace(self, layout=tuple(asked for asked in kept if asked is not None))

    def left(self, at: datetime) -> Attempt:
        """The attempt ended with what is answered: what is open leaves it, as if it had not been asked."""
        answered = tuple(asked for asked in self.layout if asked.question_id in self.answers)
        return replace(self, layout=answered, finished_at=at)

    def _with(self, question_id: str, answer: Answer) -> Attempt:
        """The attempt with one more answer. Every click comes by here, and `replace` takes five times as long."""
        answers = {**self.answers, question_id: answer}
        all_answered = all(asked.question_id in answers for asked in self.layout)
        return Attempt(
            self.id,
            self.member_id,
            self.guild_id,
            self.lesson_id,
            self.kind,
            self.layout,
            self.first,
            self.started_at,
            MappingProxyType(answers),
            self.hinted,
            self.deadline_at,
            self.pass_mark,
            self.closed,
            answer.at if all_answered or self.closed else self.finished_at,
        )

    def _move(self, question_id: str, move: Move) -> State:
        before = self.state(self.index(question_id))
        if (before, move) in TRANSITIONS:
            return before
        word = self.kind.word
        if self.finished:
            raise IllegalMoveError(
                f"This {word} is finished: {self.score} of {len(self.layout)}. `/{word}` starts a new one."
            )
        if before is State.ANSWERED:
            raise IllegalMoveError("This question is answered already. Press Next to go on.")
        raise IllegalMoveError(f"An earlier question is still open. `/{word}` shows it.")


Find = Callable[[str], Question | None]
"""Finds a question by its id, in a lesson's bank or made from a seed; None if there is no such question any more."""


def lay_out(questions: Iterable[Question], rng: Random) -> tuple[Asked, ...]:
    """The questions in their order, each with its options shuffled by `rng`."""
    return tuple(Asked(question.id, _shuffled([o.id for o in question.options], rng)) for question in questions)


def _revised(asked: Asked, attempt: Attempt, find: Find, rng: Random) -> Asked | None:
    question = find(asked.question_id)
    if asked.question_id in attempt.answers:
        return asked
    if question is None:
        return None
    now = [option.id for option in question.options]
    return asked if sorted(now) == sorted(asked.option_ids) else Asked(question.id, _shuffled(now, rng))


def _shuffled(ids: Sequence[str], rng: Random) -> tuple[str, ...]:
    return tuple(rng.sample(ids, len(ids)))
