"""A demo of the catalogue: its story, what to notice, and the program it runs, with a member's durations if given."""

from __future__ import annotations

import re
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.names import shown
from bot.domain.plan import (
    LONGEST_MS,
    MOST_TASKS,
    SHORTEST_MS,
    InTurn,
    Plan,
    PlanError,
    Task,
    Together,
    Until,
    check_duration,
    checked,
    with_durations,
)
from bot.domain.program import Phase, Program
from bot.domain.schedule import Runtime

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.domain.schedule import Schedule


class DemoPhase(Struct, frozen=True):
    """A phase as the catalogue has it: with code of its own, or with code written from its plan."""

    name: str
    plan: Plan
    code: Mapping[Runtime, str] | None = None
    """The code of its own; for a runtime that is not in it, the code is written from the plan."""

    def phase(self, durations_ms: tuple[int, ...] | None, *, any_number: bool) -> Phase:
        """The phase with these durations; with `any_number`, of so many tasks."""
        plan = self.plan
        if durations_ms is not None:
            plan = _resized(plan, durations_ms) if any_number else with_durations(plan, durations_ms)
        phase = Phase.generated(self.name, plan)
        return phase if self.code is None else Phase(self.name, plan, MappingProxyType({**phase.code, **self.code}))


class Demo(Struct, frozen=True):
    """What `/demo` can run by name."""

    id: str
    title: str
    story: str
    """Two sentences: what is about to happen, and why it matters."""
    notice: str
    """What to look at in the result."""
    phases: tuple[DemoPhase, ...]
    any_number: bool = False
    """Whether a member may give as many durations as they like: every phase is tasks in turn, or together, no more."""

    def __post_init__(self) -> None:
        if self.any_number and not all(phase.code is None and is_flat(phase.plan) for phase in self.phases):
            raise PlanError("Only tasks in turn, or together, without code of their own, may come in any number.")
        self.program()

    def program(self, durations_ms: tuple[int, ...] | None = None) -> Program:
        """What is run, with the catalogue's durations or with these.

        Raises:
            PlanError: the durations do not fit the demo, or are outside the limits.
        """
        phases = tuple(phase.phase(durations_ms, any_number=self.any_number) for phase in self.phases)
        return Program(self.id, phases)

    def makes(self, program: Program) -> bool:
        """Whether a program is this demo with some durations; not if the demo was another when the program was made."""
        try:
            return self.program(tuple(task.ms for task in program.tasks)) == program
        except PlanError:
            return False

    def tells_of(self, program: Program, runtimes: Iterable[Runtime]) -> bool:
        """Whether story and notice, written for the catalogue's durations, are true of a program of this demo.

        They are where everything starts and ends in the same order and the same way. Of tasks in any number, which all
        succeed, they tell what is saved: they are true where it is half as much at least, and no task is missing.
        """
        own = self.program()
        if self.any_number:
            enough = len(program.tasks) >= len(own.tasks)
            pairs = zip(_savings(program), _savings(own), strict=True)
            return enough and all(2 * saved >= ours for saved, ours in pairs)
        return all(
            _course(theirs.ideal(runtime)) == _course(ours.ideal(runtime))
            for theirs, ours in zip(program.phases, own.phases, strict=True)
            for runtime in runtimes
        )


def parse_durations(text: str) -> tuple[int, ...]:
    """The durations that a member wrote, such as `300, 500 200ms`: commas or spaces between, `ms` if they like.

    Raises:
        PlanError: the first mistake, with what was found and what is expected.
    """
    words = [word for word in _BETWEEN.split(_UNIT.sub("", text)) if word]
    if not words:
        raise PlanError(f"There is no duration. Write 1 to {MOST_TASKS} of them, such as {_EXAMPLE}.")
    durations = tuple(map(_duration, words))
    for duration in durations:
        check_duration(duration)
    if len(durations) > MOST_TASKS:
        raise PlanError(f"{len(durations)} durations are too many. A demo has up to {MOST_TASKS} tasks.")
    return durations


_UNIT = re.compile(r"(?<=[0-9])\s*ms\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[,\s]+")
_NUMBER = re.compile(r"(-?)0*([0-9]+)")
_EXAMPLE = "300, 500, 200"


def _duration(word: str) -> int:
    told = shown(word, 20)
    number = _NUMBER.fullmatch(word)
    if number is None:
        raise PlanError(f"“{told}” is not a whole number of milliseconds. Write durations such as {_EXAMPLE}.")
    sign, digits = number.groups()
    if len(digits) > 9:  # int() refuses thousands of digits
        raise PlanError(f"“{told}” is far beyond a task. Choose from {SHORTEST_MS} to {LONGEST_MS:,} ms.")
    return int(sign + digits)


def _savings(program: Program) -> list[float]:
    """What each phase of tasks in turn, or together, saves of the longest phase, as a part of it."""
    totals = [phase.ideal(Runtime.NODE).makespan_ms for phase in program.phases]
    return [1 - total / max(totals) for total in totals]


def _course(course: Schedule) -> list[list[str]]:
    """What starts and ends together, in the order in which it does, and how; not when."""
    moments = [(course.makespan_ms, f"main {'succeeds' if course.succeeds else 'fails'}")]
    for span in course.spans:
        moments += [(span.start_ms, f"{span.task} starts"), (span.end_ms, f"{span.task} {span.outcome}")]
    moments.sort()
    return [[what for _, what in together] for _, together in groupby(moments, key=lambda moment: moment[0])]


def is_flat(plan: Plan) -> bool:
    """Whether a plan is tasks that succeed, in turn or together, and no more."""
    match plan:
        case InTurn(parts) | Together(parts, Until.ALL, None):
            return all(isinstance(part, Task) and not part.fails for part in parts)
        case _:
            return False


def _resized(plan: Plan, durations_ms: tuple[int, ...]) -> Plan:
    tasks = tuple(Task(f"task{number}", ms) for number, ms in enumerate(durations_ms, 1))
    if len(tasks) == 1:
        return checked(tasks[0])
    return checked(InTurn(tasks) if isinstance(plan, InTurn) else Together(tasks))
