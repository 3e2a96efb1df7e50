"""The execution table and the variable tracker: a trace told in words, step by step. How they are laid out is not here.

Both follow the events. Starts with no end between them are one call, ends that somebody waits for with no start between
them are one wait; so a concurrent phase whose tasks took turns reads as tasks that took turns.
"""

from __future__ import annotations

from enum import Enum, auto
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.awaited import awaited, unawaited
from bot.domain.plan import listed
from bot.domain.trace import TICK_MS, Kind, Status, Trace, status_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.domain.trace import Event, Timing


class Act(Enum):
    """What a step is: a call of tasks, a wait for them, another end of theirs, or the end of `main`."""

    CALL = auto()
    WAIT = auto()
    END = auto()
    """They fail, are cancelled, or finish with nobody waiting for them."""
    DONE = auto()


class Step(Struct, frozen=True):
    """A row of the execution table: what was done, and where each task stood after it. Numbers count from 1."""

    number: int
    act: Act
    action: str
    statuses: tuple[Status, ...]
    note: str


class Moment(Struct, frozen=True):
    """A column of the variable tracker: the value of every variable at one time of the run."""

    name: str
    statuses: tuple[Status, ...]


class Tracker(Struct, frozen=True):
    """The variable tracker: one variable a task, one moment a column."""

    labels: tuple[str, ...]
    """The tasks, as they are read."""
    moments: tuple[Moment, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """What is tracked."""
        return tuple(f"status of {label}" for label in self.labels)

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
    rows = (
        row
        for phase, timing in enumerate(trace.timings)
        for row in _Narrator(timing).tell([event for event in trace.events if event.phase == phase])
    )
    return tuple(
        Step(number, act, action, statuses, note) for number, (act, action, statuses, note) in enumerate(rows, 1)
    )


def variable_tracker(trace: Trace) -> Tracker:
    """Where each task stood at the start, after every call, after the last wait of a phase, and at the end.

    A wait that another call follows has no column of its own: nothing can be read between the two.
    """
    steps = execution_table(trace)
    moments = [Moment("start", (Status.NOT_STARTED,) * len(trace.program.tasks))]
    for step, following in pairwise(steps):
        if step.act in (Act.CALL, Act.END) or (step.act is Act.WAIT and following.act is not Act.CALL):
            moments.append(Moment(f"after {step.number}", step.statuses))
    moments.append(Moment("final", steps[-1].statuses))
    return Tracker(tuple(task.label for task in trace.program.tasks), tuple(moments))


class _Wording(Struct, frozen=True):
    """How the end of tasks is told: the action and the note of one, and of several at once."""

    act: Act
    one: tuple[str, str]
    several: tuple[str, str]


_LEFT_BEHIND = "nobody waited for"
_ENDS: Mapping[tuple[Kind, bool], _Wording] = MappingProxyType(
    {
        (Kind.FULFILLED, True): _Wording(
            Act.WAIT, ("wait for {who}", "waiting on {who}"), ("wait for {who}", "one wait covers {who}")
        ),
        (Kind.FULFILLED, False): _Wording(
            Act.END, ("{who} finishes", f"{_LEFT_BEHIND} it"), ("{who} finish", f"{_LEFT_BEHIND} them")
        ),
        (Kind.REJECTED, True): _Wording(
            Act.END,
            ("{who} fails", "whoever waits for it gets its error"),
            ("{who} fail", "whoever waits for them gets an error"),
        ),
        (Kind.REJECTED, False): _Wording(
            Act.END, ("{who} fails", f"{_LEFT_BEHIND} it"), ("{who} fail", f"{_LEFT_BEHIND} them")
        ),
        (Kind.CANCELLED, False): _Wording(
            Act.END,
            ("{who} is cancelled", "stopped before its end"),
            ("{who} are cancelled", "stopped before their end"),
        ),
    }
)
"""By what happened, and whether somebody waited for it. Nobody waits for what is cancelled."""

_STALL_MS = 3 * TICK_MS
"""An event loop that gives no sign of life for so long stood still."""

_Row = tuple[Act, str, tuple[Status, ...], str]
_Move = tuple[Kind, bool]


class _Narrator:
    """Tells one phase, keeping in mind where its tasks stand."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._name = timing.phase.name
        self._labels = [task.label for task in timing.phase.tasks]
        self._statuses = [Status.NOT_STARTED] * len(self._labels)
        self._started = {span.task for span in timing.spans}
        self._awaited = awaited(timing)
        self._most_at_once = 0

    def tell(self, events: Sequence[Event]) -> Iterator[_Row]:
        for (kind, waited), group in groupby(filter(self._is_told, events), self._move):
            tasks = sorted(event.task for event in group if event.task is not None)
            if kind is Kind.STARTED:
                yield self._call(tasks)
            elif kind is Kind.CALLED:
                yield self._vain_call(tasks)
            elif kind in (Kind.RETURNED, Kind.THREW):
                yield self._done()
            else:
                yield self._end(tasks, kind, _ENDS[kind, waited])

    def _is_told(self, event: Event) -> bool:
        if event.task is None:
            return event.kind in (Kind.RETURNED, Kind.THREW)
        return event.kind is not Kind.CALLED or event.task not in self._started

    def _move(self, event: Event) -> _Move:
        waited = event.kind in (Kind.FULFILLED, Kind.REJECTED) and event.task in self._awaited
        return event.kind, waited

    def _call(self, tasks: Sequence[int]) -> _Row:
        who, others = self._who(tasks), self._at(Status.STARTED)
        if len(tasks) > 1:
            action, note = f"call {who} together", f"{who} begin at once"
        elif others:
            action, note = f"call {who}", f"{who} begins beside {self._who(others)}"
        elif any(status is not Status.NOT_STARTED for status in self._statuses):
            action, note = f"call {who}", f"{who} begins only now"
        else:
            action, note = f"call {who}", f"{who} begins"
        self._set(tasks, Status.STARTED)
        self._most_at_once = max(self._most_at_once, len(tasks) + len(others))
        return self._row(Act.CALL, action, note)

    def _vain_call(self, tasks: Sequence[int]) -> _Row:
        names = {self._timing.phase.tasks[task].name for task in tasks}
        why = "nobody awaits" if names <= unawaited(self._timing.phase.plan) else "too late for"
        it = "it" if len(tasks) == 1 else "them"
        return self._row(Act.CALL, f"call {self._who(tasks)}", f"called, and {why} {it}: nothing starts")

    def _end(self, tasks: Sequence[int], kind: Kind, wording: _Wording) -> _Row:
        self._set(tasks, status_after(kind))
        action, note = wording.one if len(tasks) == 1 else wording.several
        who = self._who(tasks)
        return self._row(wording.act, action.format(who=who), note.format(who=who))

    def _done(self) -> _Row:
        if self._timing.threw is not None:
            return Act.DONE, f"{self._name} run fails", tuple(self._statuses), self._timing.threw
        notes = [self._summary()]
        if left := self._at(Status.STARTED):
            notes.append(f"{self._who(left)} still under way")
        if (stall_ms := self._timing.longest_stall_ms) >= _STALL_MS:
            notes.append(f"the event loop stood still for {stall_ms:,.0f} ms")
        return Act.DONE, f"{self._name} run done", tuple(self._statuses), ", ".join(notes)

    def _summary(self) -> str:
        begun = [task for task, status in enumerate(self._statuses) if status is not Status.NOT_STARTED]
        if len(self._labels) == 1 and begun:
            return "one task, alone"
        if len(begun) < 2:
            return f"{self._who(begun)} alone" if begun else "nothing has started"
        if self._most_at_once == 1:
            return "one after the other"
        return "together" if self._most_at_once == len(begun) else "partly together"

    def _row(self, act: Act, action: str, note: str) -> _Row:
        return act, action, tuple(self._statuses), f"{self._name}: {note}"

    def _who(self, tasks: Sequence[int]) -> str:
        if len(tasks) == len(self._labels) > 1:
            return "both" if len(tasks) == 2 else f"all {len(tasks)}"
        return listed([self._labels[task] for task in tasks])

    def _at(self, status: Status) -> list[int]:
        return [task for task, current in enumerate(self._statuses) if current is status]

    def _set(self, tasks: Sequence[int], status: Status) -> None:
        for task in tasks:
            self._statuses[task] = status
