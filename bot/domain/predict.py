"""Predict, then run: a program made from a seed, four options of how it goes, and which of them a run has shown.

The right option is the schedule's; each wrong one follows from a named misconception. Totals lie so far apart that a
measurement can only be one of them, and no order rests on less than `GAP_MS`.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING
from zlib import crc32

from msgspec import Struct

from bot.domain.lesson import Level
from bot.domain.plan import Plan, tasks_of, with_durations
from bot.domain.plan_text import text_of
from bot.domain.predict_course import MAIN, Course, course_of, observed
from bot.domain.predict_misreadings import MISREADINGS, Misreading
from bot.domain.predict_plans import random_plan
from bot.domain.program import Phase, Program
from bot.domain.schedule import Runtime, schedule

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.lesson import Misconception
    from bot.domain.trace import Trace

PREDICT = "predict"
"""The name of the programs made here."""

OPTIONS = 4
NEVER = "never ends"
"""What an option says of a task that is cancelled, or that does not start."""

GAP_MS = 100
GAP_SHARE = 0.2
"""Two totals are so far apart: this share of the longer one, and at least so many milliseconds."""

LONGEST_MS = 3_000
"""No program takes longer, with all that runs on behind it."""

_LATE_MS = 12
"""Tasks may be late by multiples of this on a busy machine: that must not change what is right."""

_MARGIN_MS = 45
"""By so much each task may be shorter or longer without a deadline that was met being missed, or the other way."""

_MOST_TRIES = 1_000


class Ask(StrEnum):
    """What is to be predicted."""

    TOTAL = "total"
    """How long `main` takes."""
    ORDER = "order"
    """What ends in which order, `main` included."""


class Choice(Struct, frozen=True):
    """An option: what it says, and the wrong idea that leads to it, unless it is the right one."""

    text: str
    misconception: Misconception | None
    total_ms: int | None = None
    order: tuple[str, ...] | None = None


class Challenge(Struct, frozen=True):
    """A program to predict. `right` is the index of the option that the schedule confirms."""

    seed: int
    level: Level
    program: Program
    runtime: Runtime
    ask: Ask
    options: tuple[Choice, ...]
    right: int

    @property
    def plan(self) -> Plan:
        """The plan of the program."""
        return self.program.phases[0].plan

    @property
    def code(self) -> str:
        """The program's text in its runtime."""
        return self.program.phases[0].code[self.runtime]

    @property
    def mark(self) -> str:
        """Eight characters that tell whether another version of the bot makes the same challenge of the same seed."""
        parts = [text_of(self.plan), self.runtime, *(option.text for option in self.options)]
        return f"{crc32('|'.join(parts).encode()):08x}"


class Prediction(Struct, frozen=True):
    """What is kept of a member's prediction. `choice` and `observed` are indices of the challenge's options."""

    id: str
    member_id: int
    guild_id: int | None
    level: Level
    seed: int
    asked_at: datetime
    choice: int | None = None
    answered_at: datetime | None = None
    observed: int | None = None
    """What the run has shown, and that is the right option; None before, and where it was too late to show that."""
    run_id: str | None = None

    @property
    def right(self) -> bool:
        """Whether the run has shown what was predicted."""
        return self.observed is not None and self.choice == self.observed


def challenge(seed: int, level: Level) -> Challenge:
    """The challenge of a seed, the same each time."""
    rng = Random(f"{level} {seed}")  # noqa: S311 - it guards nothing
    runtime = rng.choice(tuple(Runtime))
    for _ in range(_MOST_TRIES):
        plan = random_plan(rng, level)
        ask = rng.choice(tuple(Ask))
        right = course_of(plan, runtime)
        wrong = _wrong_courses(plan, runtime, ask, right, rng) if _fits(plan, ask, right) else []
        if len(wrong) == OPTIONS - 1 and _is_steady(plan, runtime, ask, right):
            options = [_choice(plan, ask, right, None), *(_choice(plan, ask, *found) for found in wrong)]
            rng.shuffle(options)
            at = next(index for index, option in enumerate(options) if option.misconception is None)
            program = Program(PREDICT, (Phase.generated("program", plan),))
            return Challenge(seed, level, program, runtime, ask, tuple(options), at)
    raise AssertionError(f"no {level} challenge in {_MOST_TRIES} tries with seed {seed}")  # pragma: no cover


def judge(asked: Challenge, trace: Trace) -> int | None:
    """The index of the option that a run of the challenge has shown, or None if it has shown none of them."""
    seen = observed(trace)
    for index, option in enumerate(asked.options):
        if asked.ask is Ask.ORDER and option.order == seen.order:
            return index
        if option.total_ms is not None and abs(seen.total_ms - option.total_ms) < _gap_ms(option.total_ms) / 2:
            return index
    return None


def far_apart(one_ms: float, other_ms: float) -> bool:
    """Whether two totals cannot be taken for one another."""
    return abs(one_ms - other_ms) >= _gap_ms(max(one_ms, other_ms))


def _gap_ms(total_ms: float) -> float:
    return max(GAP_MS, GAP_SHARE * total_ms)


def _fits(plan: Plan, ask: Ask, right: Course) -> bool:
    """Whether the program is short enough, and, if it is about an order, that order is plain."""
    ends = right.ends or ()
    if max(ms for ms, _ in ends) > LONGEST_MS or sum(task.ms for task in tasks_of(plan)) > LONGEST_MS:
        return False
    return ask is Ask.TOTAL or all(_clear(first, second) for first, second in pairwise(ends))


def _clear(first: tuple[float, str], second: tuple[float, str]) -> bool:
    """Whether it is plain which comes first: by the time between them, or because `main` ends when a task does."""
    gap = second[0] - first[0]
    return gap >= GAP_MS or (gap == 0 and second[1].startswith(f"{MAIN} "))


def _is_steady(plan: Plan, runtime: Runtime, ask: Ask, right: Course) -> bool:
    """Whether what is right stays so on a machine where tasks are late, each by another time."""
    tasks = tasks_of(plan)
    succeeds = schedule(plan, runtime).succeeds
    for ms in -_MARGIN_MS, _MARGIN_MS:  # no deadline is met or missed by a hair
        shifted = with_durations(plan, tuple(task.ms + ms for task in tasks))
        if schedule(shifted, runtime).succeeds != succeeds:
            return False
    growing = [_LATE_MS * place for place in range(1, len(tasks) + 1)]
    for late in growing, growing[::-1]:  # whatever is a tie falls one way in the first, the other way in the second
        course = course_of(
            with_durations(plan, tuple(task.ms + ms for task, ms in zip(tasks, late, strict=True))), runtime
        )
        by_ms = abs(course.total_ms - right.total_ms)
        if by_ms > sum(late) if ask is Ask.TOTAL else course.order != right.order:
            return False
    return True


def _wrong_courses(
    plan: Plan, runtime: Runtime, ask: Ask, right: Course, rng: Random
) -> list[tuple[Course, Misconception]]:
    """As many courses as there are wrong options, all different enough; fewer if the program has not so many in it."""
    found: list[tuple[Course, Misconception]] = []
    for misreading in _by_interest(rng):
        course, misconception = misreading.course(plan, runtime), misreading.misconception(plan, runtime)
        if course is None or misconception is None or (ask is Ask.ORDER and course.order is None):
            continue
        if all(_differ(ask, course, other) for other in [right, *(known for known, _ in found)]):
            found.append((course, misconception))
        if len(found) == OPTIONS - 1:
            break
    return found


def _by_interest(rng: Random) -> list[Misreading]:
    """All misreadings in a random order, those with more to say about this program than about others first."""
    shuffled = rng.sample(MISREADINGS, len(MISREADINGS))
    return sorted(shuffled, key=lambda misreading: misreading.rank)


def _differ(ask: Ask, one: Course, other: Course) -> bool:
    return far_apart(one.total_ms, other.total_ms) if ask is Ask.TOTAL else one.order != other.order


def _choice(plan: Plan, ask: Ask, course: Course, misconception: Misconception | None) -> Choice:
    if ask is Ask.TOTAL:
        total_ms = round(course.total_ms)
        return Choice(f"about {total_ms:,} ms", misconception, total_ms=total_ms)
    order = course.order or ()
    ended = {what.split()[0] for what in order}
    never = [task.name for task in tasks_of(plan) if task.name not in ended]
    text = " → ".join(order) + "".join(f"; {name} {NEVER}" for name in never)
    return Choice(text, misconception, order=order)
