"""Everything that can be said of the lesson fits one message and a phone."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest
from msgspec.structs import replace

from bot.catalog.loader import load
from bot.domain import timing
from bot.domain.attempt import Answer, Asked, Attempt, lay_out
from bot.domain.grading import strength
from bot.domain.lesson import Lesson, Misconception, Option, QuizKind
from bot.exts.kit import question_words
from bot.exts.kit.words import code_block, count, milliseconds, table
from bot.exts.quiz import _render
from bot.exts.test import _render as _test_render
from bot.services.quizzes import Sheet
from bot.services.tests import Outcome
from bot.settings import Settings

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LIMIT = 4_000
PHONE_COLUMNS = 46


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


def worst_outcome() -> Outcome:
    """A test in which all is wrong, with the longest words that a lesson may hold."""
    lesson = load(Settings().content_dir).lessons["async"]
    ideas = [Misconception(f"m{n}", f"`{'n' * 299}", "t" * 300) for n in range(10)]
    questions = tuple(
        replace(q, id=f"q{n}", title="w" * 80, options=(Option("r", "`a" * 150), Option("x", "x", "x", ideas[n])))
        for n, q in enumerate(list(lesson.questions.values())[:10])
    )
    layout = tuple(Asked(question.id, ("r", "x")) for question in questions)
    attempt = Attempt("id", 1, 2, lesson.id, QuizKind.TEST, layout, first=False, started_at=NOW, pass_mark=100)
    for question in questions[:9]:
        attempt = attempt.answer(question.id, "x", correct=False, at=NOW)
    closed = replace(attempt, deadline_at=NOW).close()
    found = strength([(question, closed.answers.get(question.id)) for question in questions])
    return Outcome(closed, replace(lesson, title="T" * 80), questions, found, NOW)


def test_the_worst_result_of_a_test_fits_one_message() -> None:
    outcome = worst_outcome()
    said = "".join(_test_render.result(outcome)) + _test_render.resting(NOW)
    assert len(said) <= LIMIT - 300  # what became of the role
    assert all(len(line) <= PHONE_COLUMNS for line in _test_render.levels(outcome.strength.levels).split("\n"))
    assert said.count("`") % 2 == 0


def test_every_question_of_a_test_is_asked_and_explained_in_one_message(lessons: list[Lesson]) -> None:
    for lesson in lessons:
        made = [timing.fresh(item, Random(5)) for item in timing.items()]
        for question in [*lesson.questions.values(), *(question for question in made if question)]:
            layout = lay_out([question], Random(1))
            begun = Attempt("id", 1, 2, lesson.id, QuizKind.TEST, layout, first=True, started_at=NOW, deadline_at=NOW)
            asked = _test_render.question(Sheet(begun, lesson, 0, question, question.options), "a note " * 20)
            assert sum(map(len, asked)) <= LIMIT
            for option in question.options:
                answer = Answer(option.id, correct=option.correct, hinted=False, at=NOW)
                done = replace(begun, answers={question.id: answer})
                said = _test_render.explained(Sheet(done, lesson, 0, question, question.options))
                assert sum(map(len, said)) <= LIMIT


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
