"""Everything that can be said of the lesson fits one message and a phone."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from bot.catalog.loader import load
from bot.domain.attempt import Attempt, lay_out
from bot.domain.lesson import Lesson, QuizKind
from bot.exts.kit import question_words
from bot.exts.kit.words import code_block, count, milliseconds, table
from bot.exts.quiz import _render
from bot.services.quizzes import Sheet
from bot.settings import Settings

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LIMIT = 4_000


@pytest.fixture(scope="module")
def lessons() -> list[Lesson]:
    return list(load(Settings().content_dir).lessons.values())


def attempt_at(lesson: Lesson, question_id: str) -> Attempt:
    """An attempt that asks one question only."""
    layout = lay_out([lesson.questions[question_id]], Random(1))
    return Attempt("id", 1, 2, lesson.id, QuizKind.VISUAL, layout, first=True, started_at=NOW)


def test_every_question_and_every_feedback_fits_one_message(lessons: list[Lesson]) -> None:
    seen = 0
    for lesson in lessons:
        for question_id, question in lesson.questions.items():
            hinted = attempt_at(lesson, question_id).hint(question_id)
            for option in question.options:
                answered = hinted.answer(question_id, option.id, correct=option.correct, at=NOW)
                sheet = Sheet(answered, lesson, 0, question, question.options)
                said = [*_render.question(sheet), *question_words.feedback(sheet, "another")]
                assert sum(map(len, said)) <= LIMIT
                seen += 1
    assert seen >= 30


def test_a_fence_in_code_cannot_end_its_block() -> None:
    for ticks in range(3, 12):
        assert code_block(f"a {'`' * ticks} b", "js").count("```") == 2


def test_numbers_stand_to_the_right() -> None:
    assert table(("", "measured"), [("sequential", "9 ms"), ("x", "1,002 ms")], words=1) == (
        "            measured\n"
        "──────────  ────────\n"
        "sequential      9 ms\n"
        "x           1,002 ms"
    )  # fmt: skip


def test_counts_and_times() -> None:
    assert [count(1, "task"), count(2_000, "task")] == ["1 task", "2,000 tasks"]
    assert [milliseconds(1002.6), milliseconds(601.49), milliseconds(-0.04)] == ["1,003 ms", "601 ms", "0 ms"]
    assert [milliseconds(1002.64, 1), milliseconds(-0.04, 1)] == ["1,002.6 ms", "0.0 ms"]
