"""Actions that one feature answers and others point to. The names stand here, so that no feature imports another."""

from __future__ import annotations

from discord import ButtonStyle

from bot.domain.lesson import PartId, QuizKind
from bot.exts.kit.actions import Press

READ_PART = "lesson.read"
START_QUIZ = "quiz.start"
RUN_DEMO = "demo.run"


def read_part(lesson_id: str, part_id: PartId, label: str) -> Press:
    """A button that opens a part in private."""
    return Press(READ_PART, lesson_id, part_id.value, label=label)


def start_quiz(lesson_id: str, kind: QuizKind, label: str) -> Press:
    """A button that begins a quiz in private, or goes on with it."""
    return Press(START_QUIZ, lesson_id, kind.value, label=label, style=ButtonStyle.success)


def run_demo(demo: str, delays_ms: tuple[int, ...], label: str) -> Press:
    """A button that runs a demo in the channel."""
    return Press(RUN_DEMO, demo, ",".join(map(str, delays_ms)), label=label, style=ButtonStyle.primary)
