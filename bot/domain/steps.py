"""The execution table and the variable tracker: a trace told in words, step by step. How they are laid out is not here.

Both follow the events and nothing else. Starts with no finish between them are one call, finishes with no start between
them are one wait; so a concurrent phase whose tasks took turns reads as tasks that took turns.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from bot.domain.trace import Event, Kind, Status, Trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.plan import Plan


class Act(Enum):
    """What a step is: a call of tasks, a wait for them, or the end of a phase."""

    CALL = auto()
    WAIT = auto()
    DONE = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the execution table: what was done, and where each task stood after it. Numbers count from 1."""

    number: int
    act: Act
    action: str
    statuses: tuple[Status, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A column of the variable tracker: the value of every variable at one time of the run."""

    name: str
    statuses: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class Tracker:
    """The variable tracker: one variable a task, one moment a column."""

    variables: tuple[str, ...]
    moments: tuple[Moment, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The heads of the table."""
        return ("variable", *(moment.name for moment in self.moments))

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The table as it is read: a row a variable, its name first, then its value at each moment."""
        values = zip(*(moment.statuses for moment in self.moments), strict=True)
        return tuple((name, *row) for name, row in zip(self.variables, values, strict=True))


def execution_table(trace: Trace) -> tuple[Step, ...]:
    """What happened, a step a row. Every phase begins with no task started."""
    rows = (row for phase in range(len(trace.plan.phases)) for row in _Narrator(trace.plan, phase).tell(trace.events))
    return tuple(
        Step(number, act, action, statuses, note) for number, (act, action, statuses, note) in enumerate(rows, 1)
    )


def variable_tracker(trace: Trace) -> Tracker:
    """Where each task stood at the start, after every call, after the last wait of a phase, and at the end.

    A wait that another call follows has no column of its own: nothing can be read between the two.
    """
    steps = execution_table(trace)
    moments = [Moment("start", (Status.NOT_STARTED,) * len(trace.plan.tasks))]
    for step, following in pairwise(steps):
        if step.act is Act.CALL or following.act is Act.DONE:
            moments.append(Moment(f"after {step.number}", step.statuses))
    moments.append(Moment("final", steps[-1].statuses))
    return Tracker(tuple(f"status of {task.name}" for task in trace.plan.tasks), tuple(moments))


_Row = tuple[Act, str, tuple[Status, ...], str]


class _Narrator:
    """Tells one phase, keeping in mind where its tasks stand."""

    def __init__(self, plan: Plan, phase: int) -> None:
        self._phase = phase
        self._mode = plan.phases[phase].mode
        self._names = [task.name for task in plan.tasks]
        self._statuses = [Status.NOT_STARTED] * len(self._names)
        self._most_at_once = 0

    def tell(self, events: Sequence[Event]) -> Iterator[_Row]:
        moves = (
            (event.kind, event.task)
            for event in events
            if event.phase == self._phase and event.task is not None and event.kind is not Kind.CALLED
        )
        for kind, group in groupby(moves, key=lambda move: move[0]):
            tasks = sorted(task for _, task in group)
            yield self._call(tasks) if kind is Kind.STARTED else self._wait(tasks)
        yield Act.DONE, f"{self._mode} run done", tuple(self._statuses), self._summary()

    def _call(self, tasks: Sequence[int]) -> _Row:
        who, others = self._who(tasks), self._at(Status.STARTED)
        if len(tasks) > 1:
            action, note = f"call {who} together", f"{who} begin at once"
        elif others:
            action, note = f"call {who}", f"{who} begins beside {self._who(others)}"
        elif self._at(Status.FINISHED):
            action, note = f"call {who}", f"{who} begins only now"
        else:
            action, note = f"call {who}", f"{who} begins"
        self._set(tasks, Status.STARTED)
        self._most_at_once = max(self._most_at_once, len(tasks) + len(others))
        return Act.CALL, action, tuple(self._statuses), f"{self._mode}: {note}"

    def _wait(self, tasks: Sequence[int]) -> _Row:
        who = self._who(tasks)
        note = f"one wait covers {who}" if len(tasks) > 1 else f"waiting on {who}"
        self._set(tasks, Status.FINISHED)
        return Act.WAIT, f"wait for {who}", tuple(self._statuses), f"{self._mode}: {note}"

    def _summary(self) -> str:
        if len(self._names) == 1:
            return "one task, alone"
        if self._most_at_once == 1:
            return "one after the other"
        return "together" if self._most_at_once == len(self._names) else "partly together"

    def _who(self, tasks: Sequence[int]) -> str:
        if len(tasks) == len(self._names) > 1:
            return "both" if len(tasks) == 2 else f"all {len(tasks)}"
        names = [self._names[task] for task in tasks]
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))

    def _at(self, status: Status) -> list[int]:
        return [task for task, current in enumerate(self._statuses) if current is status]

    def _set(self, tasks: Sequence[int], status: Status) -> None:
        for task in tasks:
            self._statuses[task] = status
