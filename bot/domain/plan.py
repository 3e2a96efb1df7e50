"""A plan: tasks with a duration, in turn, together, nested, with failures, limits and deadlines.

A plan is checked when it is made, so whoever holds one may run it. Every duration is in milliseconds. Its text form,
such as `(a 300 & b 500) > c 200`, stands in `plan_text`, how long it takes in `schedule`.
"""

from __future__ import annotations

import builtins
import keyword
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import accumulate

from msgspec import Struct

from bot.domain.errors import MemberError

MOST_TASKS = 12
LONGEST_NAME = 12
SHORTEST_MS = 10
LONGEST_MS = 5_000
MOST_IN_ALL_MS = 20_000
DEEPEST = 12
"""How deep parts may lie inside each other."""


class PlanError(MemberError):
    """The plan cannot be run. The sentence says what was found and what is expected.

    `task` is the place, among the tasks as they are written, of the one where it goes wrong; None where it is not told.
    """

    def __init__(self, sentence: str, task: int | None = None) -> None:
        super().__init__(sentence)
        self.task = task


class Doing(StrEnum):
    """What a task does with its time."""

    WAIT = "wait"
    CPU = "cpu"
    """It computes on the event loop."""
    THREAD = "thread"
    """It computes in a thread of its own."""


class Until(StrEnum):
    """What ends a wait for parts that are together."""

    ALL = "all"
    """All have succeeded, or the first has failed."""
    SETTLED = "settled"
    """All have ended, well or not."""
    RACE = "race"
    """The first has ended, well or not."""
    ANY = "any"
    """The first has succeeded, or all have failed."""


class Task(Struct, frozen=True):
    """One piece of waiting or work. Its name is that of the function in the programs, so it is no word of theirs."""

    name: str
    ms: int
    fails: bool = False
    doing: Doing = Doing.WAIT

    def __post_init__(self) -> None:
        if not re.fullmatch(rf"[a-z][a-z0-9]{{0,{LONGEST_NAME - 1}}}", self.name):
            raise PlanError(
                f"A task's name is 1 to {LONGEST_NAME} small letters and digits, a letter first, such as task1."
            )
        if self.name in RESERVED:
            raise PlanError(f"“{self.name}” means something in plans or in their programs. Give the task another name.")
        check_duration(self.ms)

    @property
    def label(self) -> str:
        """The name as it is read: “task 1” for `task1`."""
        return re.sub(r"^task(?=[0-9])", "task ", self.name)


class Unawaited(Struct, frozen=True):
    """A task that is called and not awaited."""

    task: Task


class InTurn(Struct, frozen=True):
    """Parts one after the other. A failure keeps the later ones from starting."""

    parts: tuple[Plan, ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise PlanError("One after the other takes two tasks or more, such as a 300 > b 500.")


class Together(Struct, frozen=True):
    """Parts that are under way at once, at most `limit` of them if there is a limit."""

    parts: tuple[Plan, ...]
    until: Until = Until.ALL
    limit: int | None = None

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise PlanError("Together takes two tasks or more, such as a 300 & b 500.")
        if any(isinstance(part, Unawaited) for part in self.parts):
            raise PlanError("A task that nobody awaits stands in a sequence, such as ~a 300 > b 500.")
        if self.limit is None:
            return
        if self.until is not Until.ALL:
            raise PlanError(f"A limit goes with & alone, not with {self.until}.")
        if not 1 <= self.limit <= MOST_TASKS:
            raise PlanError(f"A limit is 1 to {MOST_TASKS} at once, not {self.limit}.")


class Within(Struct, frozen=True):
    """A part with a deadline. When that passes first, the part counts as failed."""

    part: Plan
    ms: int

    def __post_init__(self) -> None:
        if isinstance(self.part, Unawaited):
            raise PlanError("A task that nobody awaits cannot have a deadline.")
        check_duration(self.ms)


Plan = Task | Unawaited | InTurn | Together | Within


def tasks_of(plan: Plan) -> tuple[Task, ...]:
    """All tasks of a plan, in the order in which they are written."""
    match plan:
        case Task():
            return (plan,)
        case Unawaited(task):
            return (task,)
        case Within(part):
            return tasks_of(part)
        case InTurn(parts) | Together(parts):
            return tuple(task for part in parts for task in tasks_of(part))


def listed(words: Sequence[str]) -> str:
    """Words as they are read in a row: “a, b and c”."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def with_durations(plan: Plan, durations_ms: tuple[int, ...]) -> Plan:
    """The same plan with other durations, one for each task in the order in which they are written.

    Raises:
        PlanError: there are more or fewer of them than tasks, or one is outside the limits.
    """
    tasks = tasks_of(plan)
    if len(durations_ms) != len(tasks):
        need = "1 duration" if len(tasks) == 1 else f"{len(tasks)} durations"
        raise PlanError(f"This demo takes {need}, one for each task, and {len(durations_ms)} came.")
    durations = dict(zip((task.name for task in tasks), durations_ms, strict=True))

    def renewed(part: Plan) -> Plan:
        match part:
            case Task(name, _, fails, doing):
                return Task(name, durations[name], fails, doing)
            case Unawaited(task):
                return Unawaited(Task(task.name, durations[task.name], task.fails, task.doing))
            case Within(inner, ms):
                return Within(renewed(inner), ms)
            case InTurn(parts):
                return InTurn(tuple(map(renewed, parts)))
            case Together(parts, until, limit):
                return Together(tuple(map(renewed, parts)), until, limit)

    return checked(renewed(plan))


def checked(plan: Plan) -> Plan:
    """The plan itself, if it may be run as a whole.

    Raises:
        PlanError: it has too many tasks, two of one name, takes too long in all, or lies too deep.
    """
    tasks = tasks_of(plan)
    if len(tasks) > MOST_TASKS:
        raise PlanError(f"{len(tasks)} tasks are too many. Leave some out: a plan has up to {MOST_TASKS}.", MOST_TASKS)
    names = [task.name for task in tasks]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise PlanError(f"“{name}” stands in the plan twice. Give every task a name of its own.", place)
    sums = list(accumulate(task.ms for task in tasks))
    if sums[-1] > MOST_IN_ALL_MS:
        raise PlanError(
            f"The tasks add up to {sums[-1]:,} ms, which is too long. "
            f"Shorten some: a plan takes at most {MOST_IN_ALL_MS:,} ms in all.",
            bisect_right(sums, MOST_IN_ALL_MS),
        )
    for place, depth in enumerate(_depths(plan)):
        if depth > DEEPEST:
            raise PlanError(f"The plan is nested too deep. It may go {DEEPEST} levels down.", place)
    return plan


def check_duration(ms: int) -> None:
    """Raise PlanError unless a task may last that long."""
    if isinstance(ms, bool) or not SHORTEST_MS <= ms <= LONGEST_MS:
        wrong = "short" if ms < SHORTEST_MS else "long"
        raise PlanError(f"{ms:,} ms is too {wrong}. Choose from {SHORTEST_MS} to {LONGEST_MS:,} ms.")


def _depths(plan: Plan, level: int = 1) -> Iterator[int]:
    """How deep each task lies, in the order in which they are written."""
    match plan:
        case Task() | Unawaited():
            yield level
        case Within(part):
            yield from _depths(part, level + 1)
        case InTurn(parts) | Together(parts):
            for part in parts:
                yield from _depths(part, level + 1)


_JAVASCRIPT = """
    arguments await break case catch class const continue debugger default delete do else enum eval export extends false
    finally for function if implements import in instanceof interface let new null of package private protected public
    return static super switch this throw true try typeof undefined var void while with yield console crypto process
    performance fetch global require module exports
"""
_OURS = """
    asyncio main cpu thread limit within settled any error late reject
    worker group job jobs rest queue next done workers
"""

_PYTHON = [*keyword.kwlist, *keyword.softkwlist, *dir(builtins)]

RESERVED = frozenset(word for word in [*_PYTHON, *_JAVASCRIPT.split(), *_OURS.split()] if re.match("[a-z]", word))
"""What no task may be called: words of the two languages, of the plans, and names that the programs use themselves."""
