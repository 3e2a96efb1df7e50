"""A lesson as the rest of the house sees it: parts, questions, options, misconceptions. No YAML, no Discord."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from bot.domain.proof import Proof
    from bot.domain.trace import Trace


class PartId(StrEnum):
    """The ten ways to learn a lesson, in the order in which they are shown."""

    FLOW = "flow"
    CODE = "code"
    STEPS = "steps"
    VARIABLES = "variables"
    MOMENTS = "moments"
    VISUAL = "visual"
    SNAPSHOT = "snapshot"
    TRANSCRIPT = "transcript"
    PRACTICE = "practice"
    TEST = "test"


class Level(StrEnum):
    """How hard a question or a prediction is."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class QuizKind(StrEnum):
    """What a run through questions is for. The part of a lesson of the same name starts it."""

    PRACTICE = "practice"
    VISUAL = "visual"
    TEST = "test"
    """Drawn anew each time, graded at its end, with a deadline."""
    REVIEW = "review"
    """What a member is about to forget, or got wrong before. It never ranks."""

    @property
    def word(self) -> str:
        """What members call it; the command of that name goes on with it."""
        return self.value if self in (QuizKind.TEST, QuizKind.REVIEW) else "quiz"


LISTED = (QuizKind.PRACTICE, QuizKind.VISUAL)
"""The quizzes whose questions a lesson lists."""

RANKED = (QuizKind.PRACTICE, QuizKind.VISUAL, QuizKind.TEST)
"""The quizzes whose first attempt ranks."""


class RunTable(StrEnum):
    """The tables that are made from the trace of a recorded run."""

    EXECUTION = "execution_table"
    VARIABLES = "variable_tracker"


class Text(Struct, frozen=True):
    """A paragraph or more, in Discord's markdown."""

    markdown: str


class Code(Struct, frozen=True):
    """A snippet, shown highlighted; `language` is a name that Discord's highlighter knows."""

    language: str
    source: str
    caption: str | None = None


class Table(Struct, frozen=True):
    """A table of words. Every row has as many cells as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Text | Code | Table | RunTable


class Part(Struct, frozen=True):
    """One of the ten ways: a title and what stands under it."""

    id: PartId
    title: str
    blocks: tuple[Block, ...]

    @property
    def quiz(self) -> QuizKind | None:
        """The quiz that this part starts, if it starts one."""
        return QuizKind(self.id) if self.id in set(RANKED) else None


class Misconception(Struct, frozen=True):
    """A wrong idea that many learners hold: its name, and what is true instead."""

    id: str
    name: str
    truth: str


class Option(Struct, frozen=True):
    """One of the answers offered. A wrong one says what is mistaken in it and names the misconception behind it."""

    id: str
    text: str
    mistake: str | None = None
    misconception: Misconception | None = None

    @property
    def correct(self) -> bool:
        """Whether this is the right answer: it carries no misconception."""
        return self.misconception is None


class Question(Struct, frozen=True):
    """A question with one right option, its worked solution and the part that explains it."""

    id: str
    title: str
    level: Level
    part: PartId
    prompt: str
    code: Code | None
    table: RunTable | None
    hint: str
    options: tuple[Option, ...]
    solution: tuple[str, ...]
    proof: Proof | None = None
    """The program whose run shows which option is right."""

    @property
    def answer(self) -> Option:
        """The right option."""
        return next(option for option in self.options if option.correct)

    def option(self, option_id: str) -> Option | None:
        """The option with that id, or None."""
        return next((option for option in self.options if option.id == option_id), None)


class Lesson(Struct, frozen=True, dict=True):
    """A topic taught in ten parts, with its questions, its quizzes and a recorded run of its comparison."""

    id: str
    title: str
    summary: str
    minutes: int
    delays_ms: tuple[int, ...]
    parts: tuple[Part, ...]
    questions: Mapping[str, Question]
    quizzes: Mapping[QuizKind, tuple[str, ...]]
    run: Trace

    @cached_property
    def by_part(self) -> Mapping[PartId, Part]:
        """The parts by their ids."""
        return {part.id: part for part in self.parts}
