"""Actions that one feature answers and others point to. The names stand here, so that no feature imports another."""

from __future__ import annotations

from discord import ButtonStyle

from bot.domain.lesson import PartId, QuizKind
from bot.exts.kit.host import Interaction
from bot.exts.kit.parts import Press

READ_PART = "lesson.read"
START_QUIZ = "quiz.start"
OPEN_QUIZ = "quiz.open"
NEXT_QUESTION = "quiz.next"
PROVE = "quiz.prove"
START_TEST = "test.start"
GO_ON_TEST = "test.next"
SHARE_TEST = "test.share"
RUN_AGAIN = "demo.again"
RUN_STEPS = "demo.steps"
RUN_CODE = "demo.code"
RUN_TEXT = "demo.text"


def read_part(lesson_id: str, part_id: PartId, label: str) -> Press:
    """A button that opens a part in private."""
    return Press(READ_PART, lesson_id, part_id.value, label=label)


def start_quiz(lesson_id: str, kind: QuizKind, label: str) -> Press:
    """A button that begins a quiz or test in private, or goes on with it."""
    if kind is QuizKind.TEST:
        return Press(START_TEST, lesson_id, label=label, style=ButtonStyle.success)
    return Press(START_QUIZ, lesson_id, kind.value, label=label, style=ButtonStyle.success)


async def ask_next(interaction: Interaction, attempt_id: str, *, in_place: bool) -> None:
    """Answer with the question of an attempt that is to be answered next: in the message clicked, or one of its own."""
    action, *more = (NEXT_QUESTION, "next") if in_place else (OPEN_QUIZ,)
    await interaction.client.run_action(interaction, action, (attempt_id, *more))


def prove(attempt_id: str, question_id: str, label: str = "Prove it") -> Press:
    """A button that runs the program of an answered question, in private."""
    return Press(PROVE, attempt_id, question_id, label=label)


def run_again(run_id: str) -> Press:
    """A button that runs the program of a stored run anew, in the channel."""
    return Press(RUN_AGAIN, run_id, label="Run again", style=ButtonStyle.primary)


def run_steps(run_id: str) -> Press:
    """A button that opens the tables of a finished run in private."""
    return Press(RUN_STEPS, run_id, label="Steps")


def run_code(run_id: str) -> Press:
    """A button that shows the programs of a run in private."""
    return Press(RUN_CODE, run_id, label="Code")


def run_text(run_id: str) -> Press:
    """A button that tells a finished run in monospace bars, in private, for people who see no pictures."""
    return Press(RUN_TEXT, run_id, label="As text")
