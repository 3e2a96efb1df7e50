"""The paper of a test: ten questions, easy, medium and hard, drawn from a bank and made anew, so that none is alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

from bot.domain import timing
from bot.domain.lesson import Lesson, Level, Question
from bot.domain.predict import Ask

LENGTH = 10

COUNTS = {Level.EASY: 3, Level.MEDIUM: 4, Level.HARD: 3}
"""How many questions of each level a test has."""

GENERATED = {Level.EASY: 1, Level.MEDIUM: 1, Level.HARD: 1}
"""How many of them are made anew at least; more where the bank has too few."""


def draw(lesson: Lesson, rng: Random, *, has_node: bool = True) -> tuple[Question, ...]:
    """The questions of a new test, from easy to hard."""
    return tuple(question for level in Level for question in _of_level(lesson, level, rng, has_node=has_node))


def _of_level(lesson: Lesson, level: Level, rng: Random, *, has_node: bool) -> Iterable[Question]:
    bank = [question for question in lesson.questions.values() if question.level is level]
    drawn = rng.sample(bank, min(len(bank), COUNTS[level] - GENERATED[level]))
    asks = list(Ask)
    rng.shuffle(asks)
    drawn += (_made(level, asks[n % len(asks)], rng, has_node=has_node) for n in range(COUNTS[level] - len(drawn)))
    rng.shuffle(drawn)
    return drawn


def instead(kept: Iterable[Question | None], lost: int, rng: Random, *, has_node: bool = True) -> Sequence[Question]:
    """Questions made anew in the place of so many that are gone, of the levels that the paper lacks; from easy to hard.

    `kept` are the questions that stay on it; None stands for one that is answered, and not known any more.
    """
    there = Counter(question.level for question in kept if question is not None)
    lacking = [level for level in Level for _ in range(COUNTS[level] - there[level])]
    levels = sorted(rng.sample(lacking, min(lost, len(lacking))), key=list(Level).index)
    return [_made(level, rng.choice(list(Ask)), rng, has_node=has_node) for level in levels]


def _made(level: Level, ask: Ask, rng: Random, *, has_node: bool) -> Question:
    made = timing.fresh(f"g.{level.value}.{ask.value}", rng, has_node=has_node)
    assert made is not None  # noqa: S101 - the item is made of what there is
    return made
