"""A lesson without fault becomes what the rest of the house works with."""

from __future__ import annotations

import pytest

from bot.catalog.loader import Catalog, load
from bot.domain import paper
from bot.domain.lesson import Code, Lesson, Level, PartId, QuizKind, RunTable, Table, Text
from bot.settings import ROOT
from tests.catalog.conftest import LESSON, QUESTIONS, Desk


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """What the bot ships."""
    return load(ROOT / "content")


@pytest.fixture
def small(desk: Desk) -> Lesson:
    return load(desk.content).lessons["small"]


def test_the_first_lesson_has_all_ten_parts_in_order(catalog: Catalog) -> None:
    lesson = catalog.lessons["async"]
    assert [part.id for part in lesson.parts] == list(PartId)
    assert [part.quiz for part in lesson.parts if part.quiz] == [QuizKind.VISUAL, QuizKind.PRACTICE, QuizKind.TEST]
    assert all(part.blocks for part in lesson.parts)


def test_the_first_lesson_has_its_quizzes(catalog: Catalog) -> None:
    lesson = catalog.lessons["async"]
    counts = {kind.value: len(asked) for kind, asked in lesson.quizzes.items()}
    assert counts == {"practice": 5, "visual": 3}
    assert catalog.questions == len(lesson.questions) >= 10
    levels = [question.level for question in lesson.questions.values()]
    assert all(levels.count(level) >= paper.COUNTS[level] - paper.GENERATED[level] for level in Level)


def test_every_question_has_one_right_option_and_a_reason_for_each_wrong_one(catalog: Catalog) -> None:
    for lesson in catalog.lessons.values():
        for question in lesson.questions.values():
            wrong = [option for option in question.options if option is not question.answer]
            assert question.answer.correct
            assert all(option.mistake and option.misconception and not option.correct for option in wrong)


def test_blocks_are_read_as_what_they_are(small: Lesson) -> None:
    assert small.by_part[PartId.FLOW].blocks == (Text("Boil the water.\n\nThen brew the tea."),)
    assert small.by_part[PartId.CODE].blocks == (Code("js", "await boil();\nawait brew();", "In turn"),)
    assert small.by_part[PartId.STEPS].blocks == (RunTable.EXECUTION,)
    table = Table(("task", "waits for"), (("boil", "nothing"), ("brew", "hot water")))
    assert small.by_part[PartId.MOMENTS].blocks == (table,)


def test_a_question_is_read_with_its_misconceptions(small: Lesson) -> None:
    question = small.questions["who-brews"]
    assert (question.level, question.part, question.hint) == (Level.MEDIUM, PartId.CODE, "Look for the second call.")
    assert question.code == Code("js", "await boil();")
    assert question.answer.id == "needs-call"
    wrong = question.option("by-itself")
    assert wrong is not None
    assert wrong.misconception is not None
    assert (wrong.mistake, wrong.misconception.name) == ("Nothing here calls it.", "Tea makes itself")
    assert question.option("gone") is None


def test_yes_and_no_are_words(small: Lesson) -> None:
    assert [option.text for option in small.questions["who-brews"].options] == ["No", "Yes"]


def test_the_lesson_is_named_after_its_folder_and_knows_its_run(small: Lesson) -> None:
    assert (small.id, small.title, small.minutes, small.delays_ms) == ("small", "Tea", 5, (400, 600))
    assert [task.ms for task in small.run.program.tasks] == [400, 600]


@pytest.mark.parametrize("start", ["\ufeff", "# a comment\n", "---\n", "%YAML 1.2\n---\n"])
def test_a_file_may_begin_in_any_usual_way(desk: Desk, start: str) -> None:
    for name in (LESSON, QUESTIONS):
        desk.write(name, start + desk.text(name))
    assert desk.check() == []


def test_a_file_may_have_the_line_ends_of_windows(desk: Desk) -> None:
    for name in (LESSON, QUESTIONS):
        (desk.lesson / name).write_bytes(desk.text(name).replace("\n", "\r\n").encode())
    assert desk.check() == []
    assert load(desk.content).lessons["small"].by_part[PartId.CODE].blocks[0] == Code(
        "js", "await boil();\nawait brew();", "In turn"
    )
