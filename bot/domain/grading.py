"""Where somebody is strong: right answers by level, wrong ideas by how often, and the parts to read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from bot.domain.attempt import Answer
from bot.domain.lesson import Level, Misconception, PartId, Question


class LevelStrength(Struct, frozen=True):
    """How many questions of a level were asked, and how many of them were answered right."""

    level: Level
    right: int
    asked: int


class Idea(Struct, frozen=True):
    """A wrong idea, and how often it was behind an answer."""

    misconception: Misconception
    times: int


class Strength(Struct, frozen=True):
    """What answers tell: levels from easy to hard without those not asked, ideas and parts by how often."""

    levels: tuple[LevelStrength, ...]
    ideas: tuple[Idea, ...]
    parts: tuple[PartId, ...]


def strength(answered: Iterable[tuple[Question, Answer | None]]) -> Strength:
    """What these answers tell; a question without one counts as not right."""
    graded, ideas, parts = list[tuple[Level, bool]](), Counter[str](), Counter[PartId]()
    known: dict[str, Misconception] = {}
    for question, answer in answered:
        graded.append((question.level, answer is not None and answer.correct))
        if answer is not None and answer.correct:
            continue
        parts[question.part] += 1
        chosen = None if answer is None else question.option(answer.option_id)
        if chosen is not None and chosen.misconception is not None:
            ideas[chosen.misconception.id] += 1
            known[chosen.misconception.id] = chosen.misconception
    return Strength(
        levels=by_level(graded),
        ideas=tuple(Idea(known[id_], times) for id_, times in ideas.most_common()),
        parts=tuple(part for part, _ in parts.most_common()),
    )


def by_level(graded: Iterable[tuple[Level, bool]]) -> tuple[LevelStrength, ...]:
    """How many of each level were right, from easy to hard without those not asked."""
    asked, right = Counter[Level](), Counter[Level]()
    for level, correct in graded:
        asked[level] += 1
        right[level] += correct
    return tuple(LevelStrength(level, right[level], asked[level]) for level in Level if asked[level])
