"""What answers tell of a member: levels, wrong ideas, parts to read again."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.attempt import Answer
from bot.domain.grading import Idea, LevelStrength, strength
from bot.domain.lesson import Level, Misconception, Option, PartId, Question

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE, TWO = (Misconception(name, name.capitalize(), "What is true") for name in ("one", "two"))


def question(name: str, level: Level, part: PartId = PartId.FLOW) -> Question:
    options = (Option("right", "Right"), Option("first", "No", "No.", ONE), Option("second", "No!", "No.", TWO))
    return Question(name, "What", level, part, "?", None, None, "Look.", options, ("One.", "Two."))


def given(option_id: str) -> Answer:
    return Answer(option_id, correct=option_id == "right", hinted=False, at=NOON)


def test_levels_are_counted_from_easy_to_hard_and_those_not_asked_left_out() -> None:
    found = strength(
        [
            (question("a", Level.HARD), given("right")),
            (question("b", Level.EASY), given("first")),
            (question("c", Level.EASY), given("right")),
        ]
    )
    assert found.levels == (LevelStrength(Level.EASY, 1, 2), LevelStrength(Level.HARD, 1, 1))


def test_ideas_and_parts_stand_by_how_often() -> None:
    found = strength(
        [
            (question("a", Level.EASY, PartId.CODE), given("second")),
            (question("b", Level.EASY, PartId.STEPS), given("first")),
            (question("c", Level.EASY, PartId.STEPS), given("first")),
            (question("d", Level.EASY, PartId.FLOW), given("right")),
        ]
    )
    assert found.ideas == (Idea(ONE, 2), Idea(TWO, 1))
    assert found.parts == (PartId.STEPS, PartId.CODE)


def test_a_question_left_open_counts_as_not_right_and_blames_no_idea() -> None:
    found = strength([(question("a", Level.MEDIUM, PartId.CODE), None)])
    assert found.levels == (LevelStrength(Level.MEDIUM, 0, 1),)
    assert (found.ideas, found.parts) == ((), (PartId.CODE,))


def test_an_option_that_is_gone_blames_no_idea() -> None:
    assert strength([(question("a", Level.MEDIUM), given("gone"))]).ideas == ()


def test_nothing_answered_tells_nothing() -> None:
    found = strength([])
    assert (found.levels, found.ideas, found.parts) == ((), (), ())
