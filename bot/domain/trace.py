"""What happened when: the events of one run, checked against its plan, and the times measured from them.

Every time is in milliseconds and counts from the moment the first phase started, on the runner's own clock. Phases and
tasks are told by their index in the plan. Tables made from a trace stand in `steps`, pictures in `timeline`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.domain.errors import MemberError
from bot.domain.plan import Json, Mode, Phase, Plan, PlanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_TRACE_MS = 600_000
"""No time in a trace is later. Far beyond what a plan may take, it keeps nonsense out of the drawings."""

RESOLUTION_MS = 0.01
"""How finely times are stored."""


class TraceError(MemberError):
    """These events cannot have come from a run of their plan."""


class Kind(StrEnum):
    """What can happen in a run. A task is called, its body starts, and it finishes; the first two can be apart."""

    PHASE_STARTED = "phase_started"
    CALLED = "called"
    STARTED = "started"
    FINISHED = "finished"
    PHASE_ENDED = "phase_ended"


PREDECESSOR: Mapping[Kind, Kind | None] = MappingProxyType(
    {
        Kind.PHASE_STARTED: None,
        Kind.PHASE_ENDED: Kind.PHASE_STARTED,
        Kind.CALLED: None,
        Kind.STARTED: Kind.CALLED,
        Kind.FINISHED: Kind.STARTED,
    }
)
"""The law of a trace: what must have happened last to the same phase, or to the same task in it. None: nothing yet.

Beyond it: times never go back; phases run one at a time, in the plan's order; a task's events lie within its phase, and
the phase ends when all its tasks have finished.
"""


class Status(StrEnum):
    """Where a task stands in the phase under way."""

    NOT_STARTED = "not started"
    STARTED = "started"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, `at_ms` after the run's first phase started. Events of a phase name no task."""

    at_ms: float
    kind: Kind
    phase: int
    task: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.at_ms <= LONGEST_TRACE_MS:  # false for NaN, too
            raise TraceError(f"An event happened at {self.at_ms} ms, outside any run.")
        if (self.task is None) != (self.kind in (Kind.PHASE_STARTED, Kind.PHASE_ENDED)):
            raise TraceError(f"An event of kind {self.kind} must name a task if and only if it is a task's.")

    def to_json(self) -> dict[str, Json]:
        """This event as plain values, its time rounded to `RESOLUTION_MS`."""
        at_ms = round(self.at_ms, 2)
        return {"at_ms": at_ms, "kind": self.kind.value, "phase": self.phase, "task": self.task}

    @classmethod
    def from_json(cls, value: Json) -> Event:
        """The event of which `to_json` gave `value`; TraceError if it is none."""
        match value:
            case {
                "at_ms": float() | int() as at_ms,
                "kind": str(kind),
                "phase": int(phase),
                "task": int() | None as task,
                **rest,
            } if not rest and kind in set(Kind) and bool not in map(type, (at_ms, phase, task)):
                return cls(float(at_ms), Kind(kind), phase, task)
            case _:
                raise TraceError("This event cannot be read: it is at_ms, kind, phase and task, no more.")


@dataclass(frozen=True, slots=True)
class Span:
    """The time in which a task was under way, counted from the start of its phase."""

    task: int
    start_ms: float
    end_ms: float


@dataclass(frozen=True, slots=True)
class Timing:
    """What was measured of one phase. Its spans stand in the order of their tasks."""

    phase: Phase
    measured_ms: float
    spans: tuple[Span, ...]

    @property
    def ideal_ms(self) -> int:
        """What the phase takes where nothing but the delays costs time."""
        return self.phase.ideal_ms

    @property
    def overhead_ms(self) -> float:
        """How much longer than ideal the phase took."""
        return self.measured_ms - self.ideal_ms

    @property
    def speed_up(self) -> float:
        """The sum of the delays over the measured time: about 1 in sequence, more where tasks overlapped."""
        return self.phase.sum_ms / max(self.measured_ms, RESOLUTION_MS)

    @property
    def overlap_ms(self) -> float:
        """For how long at least two tasks were under way at once."""
        edges = sorted(
            edge for span in self.spans for edge in ((span.start_ms, 1), (span.end_ms, -1))
        )  # at the same instant an end (-1) comes before a start
        total, under_way, since = 0.0, 0, 0.0
        for at_ms, change in edges:
            if under_way >= 2:
                total += at_ms - since
            under_way, since = under_way + change, at_ms
        return total


class Progress:
    """A trace that is still being made: it takes event after event and refuses what cannot be."""

    def __init__(self, plan: Plan, events: Iterable[Event] = ()) -> None:
        self.plan = plan
        self._events: list[Event] = []
        self._last: dict[tuple[int, int | None], Kind] = {}
        for event in events:
            self.add(event)

    @property
    def events(self) -> tuple[Event, ...]:
        """The events so far."""
        return tuple(self._events)

    @property
    def ended(self) -> int:
        """How many phases have ended; it is the index of the phase under way, or about to start."""
        return sum(kind is Kind.PHASE_ENDED for kind in self._last.values())

    @property
    def complete(self) -> bool:
        """Whether every phase has ended."""
        return self.ended == len(self.plan.phases)

    def status(self, phase: int, task: int) -> Status:
        """Where a task stands in a phase."""
        match self._last.get((phase, task)):
            case Kind.STARTED:
                return Status.STARTED
            case Kind.FINISHED:
                return Status.FINISHED
            case _:
                return Status.NOT_STARTED

    def add(self, event: Event) -> None:
        """Take the next event.

        Raises:
            TraceError: it cannot have happened now. Nothing has changed.
        """
        fault = self._fault(event)
        if fault:
            raise TraceError(f"This run cannot be: {event.kind} at {event.at_ms:.2f} ms, but {fault}.")
        self._events.append(event)
        self._last[event.phase, event.task] = event.kind

    def trace(self) -> Trace:
        """The finished trace; TraceError while a phase has not ended."""
        return Trace(self.plan, self.events)

    def timing(self, phase: int, now_ms: float) -> Timing | None:
        """What is measured of a phase so far, what is under way counted up to `now_ms`; None before it starts."""
        mine = [event for event in self._events if event.phase == phase]
        if not mine:
            return None
        origin = mine[0].at_ms
        ends = {event.task: event.at_ms for event in mine if event.kind is Kind.FINISHED}
        spans = tuple(
            Span(event.task, event.at_ms - origin, ends.get(event.task, now_ms) - origin)
            for event in sorted(mine, key=lambda event: -1 if event.task is None else event.task)
            if event.task is not None and event.kind is Kind.STARTED
        )
        last = mine[-1]
        end = last.at_ms if last.kind is Kind.PHASE_ENDED else now_ms
        return Timing(self.plan.phases[phase], end - origin, spans)

    def _fault(self, event: Event) -> str | None:
        before = self._last.get((event.phase, event.task))
        expected = PREDECESSOR[event.kind]
        if self._events and event.at_ms < self._events[-1].at_ms:
            return "time went back"
        if event.phase != self.ended or self.complete:
            return f"phase {event.phase} is not under way"
        if event.task is not None:
            if self._last.get((event.phase, None)) is not Kind.PHASE_STARTED:
                return f"phase {event.phase} has not started"
            if not 0 <= event.task < len(self.plan.tasks):
                return f"there is no task {event.task}"
        if before is not expected:
            return f"before it came {before or 'nothing'}, not {expected or 'nothing'}"
        if event.kind is Kind.PHASE_ENDED and not self._all_finished(event.phase):
            return "a task has not finished"
        return None

    def _all_finished(self, phase: int) -> bool:
        return all(self.status(phase, task) is Status.FINISHED for task in range(len(self.plan.tasks)))


@dataclass(frozen=True, slots=True)
class Trace:
    """All events of one finished run of a plan, in their order. Making one raises TraceError if they cannot be."""

    plan: Plan
    events: tuple[Event, ...]

    def __post_init__(self) -> None:
        if not Progress(self.plan, self.events).complete:
            raise TraceError("This run is not finished: a phase has not ended.")

    @property
    def timings(self) -> tuple[Timing, ...]:
        """What was measured, a `Timing` for each phase of the plan."""
        progress, end_ms = Progress(self.plan, self.events), self.events[-1].at_ms
        found = (progress.timing(phase, end_ms) for phase in range(len(self.plan.phases)))
        return tuple(timing for timing in found if timing is not None)

    @property
    def speed_up(self) -> float:
        """Measured sequential over measured concurrent time; with one mode alone, its phase's own speed-up."""
        by_mode = {timing.phase.mode: timing for timing in self.timings}
        if len(by_mode) == 1:
            return self.timings[0].speed_up
        concurrent_ms = max(by_mode[Mode.CONCURRENT].measured_ms, RESOLUTION_MS)
        return by_mode[Mode.SEQUENTIAL].measured_ms / concurrent_ms

    def to_json(self) -> dict[str, Json]:
        """This trace as plain values, for storage: its plan and its events."""
        return {"plan": self.plan.to_json(), "events": [event.to_json() for event in self.events]}

    @classmethod
    def from_json(cls, value: Json) -> Trace:
        """The trace of which `to_json` gave `value`, its times rounded; TraceError if it is none."""
        match value:
            case {"plan": plan, "events": list(events), **rest} if not rest:
                try:
                    return cls(Plan.from_json(plan), tuple(Event.from_json(event) for event in events))
                except PlanError as error:
                    raise TraceError(str(error)) from error
            case _:
                raise TraceError("This trace cannot be read: it is a plan and events, no more.")
