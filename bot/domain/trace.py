"""What happened when: the events of one run, checked against its program, and the times measured from them.

Every time is in milliseconds and counts from the moment the first phase started, on the runner's own clock. Phases and
tasks are told by their index in the program. Tables made from a trace stand in `steps`, drawings in `timeline`.
"""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.errors import MemberError
from bot.domain.plan import Doing, PlanError
from bot.domain.program import Json, Program
from bot.domain.schedule import Runtime

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.domain.program import Phase
    from bot.domain.schedule import Schedule

LONGEST_TRACE_MS = 600_000
"""No time in a trace is later. Far beyond what a program may take, it keeps nonsense out of the drawings."""

LONGEST_DETAIL = 300
"""Characters of what a program returned, threw or printed."""

NOTABLE_MS = 20.0
"""What ends so much later than `main` ran on behind it; less is a matter of rounds of the event loop."""

RESOLUTION_MS = 0.01
"""How finely times are stored."""


class TraceError(MemberError):
    """These events cannot have come from a run of their program."""


class Kind(StrEnum):
    """What can happen in a run: to a phase, to its `main`, or to a task."""

    PHASE_STARTED = "phase_started"
    RETURNED = "returned"
    """`main` is over; the detail is its value as JSON, if it has one."""
    THREW = "threw"
    """`main` is over, by an error; the detail is its type and message."""
    PHASE_ENDED = "phase_ended"
    """Nothing is left that could still happen."""
    TICKED = "ticked"
    """The event loop was free to run a ticker, which it is asked to do every `TICK_MS`."""
    PRINTED = "printed"

    CALLED = "called"
    STARTED = "started"
    """The body of the task runs. In Python, that comes later than the call, or never."""
    FULFILLED = "fulfilled"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


TICK_MS = 50
"""How often a phase that computes asks its event loop for a sign of life."""

_TASK_KINDS = frozenset({Kind.CALLED, Kind.STARTED, Kind.FULFILLED, Kind.REJECTED, Kind.CANCELLED})
_SIGNS = frozenset({Kind.TICKED, Kind.PRINTED})

PREDECESSORS: Mapping[Kind, frozenset[Kind | None]] = MappingProxyType(
    {
        Kind.PHASE_STARTED: frozenset({None}),
        Kind.RETURNED: frozenset({Kind.PHASE_STARTED}),
        Kind.THREW: frozenset({Kind.PHASE_STARTED}),
        Kind.PHASE_ENDED: frozenset({Kind.RETURNED, Kind.THREW}),
        Kind.CALLED: frozenset({None}),
        Kind.STARTED: frozenset({Kind.CALLED}),
        Kind.FULFILLED: frozenset({Kind.STARTED}),
        Kind.REJECTED: frozenset({Kind.STARTED}),
        Kind.CANCELLED: frozenset({Kind.STARTED}),
    }
)
"""The law of a trace: what must have happened last to the same phase, or to the same task in it. None: nothing yet.

Beyond it: times never go back; phases run one at a time, in the program's order; all that happens to tasks, every tick
and every line printed lies within their phase; and a phase ends when none of its tasks is under way. A task may begin
or end after `main` is over, and a task that was called need not start.
"""


class Status(StrEnum):
    """Where a task stands in the phase under way, in a learner's words."""

    NOT_STARTED = "not started"
    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


_STATUS: Mapping[Kind | None, Status] = MappingProxyType(
    {
        Kind.STARTED: Status.STARTED,
        Kind.FULFILLED: Status.FINISHED,
        Kind.REJECTED: Status.FAILED,
        Kind.CANCELLED: Status.CANCELLED,
    }
)


def status_after(kind: Kind | None) -> Status:
    """Where a task stands when this has happened to it last."""
    return _STATUS.get(kind, Status.NOT_STARTED)


class Event(Struct, frozen=True):
    """One thing that happened, `at_ms` after the run's first phase started. Events of a phase name no task."""

    at_ms: float
    kind: Kind
    phase: int
    task: int | None = None
    detail: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.at_ms <= LONGEST_TRACE_MS:  # false for NaN, too
            raise TraceError(f"An event happened at {self.at_ms} ms, outside any run.")
        if (self.task is not None) != (self.kind in _TASK_KINDS):
            raise TraceError(f"An event of kind {self.kind} must name a task if and only if it is a task's.")
        if self.detail is not None and len(self.detail) > LONGEST_DETAIL:
            raise TraceError(f"The detail of an event has at most {LONGEST_DETAIL} characters.")

    def to_json(self) -> dict[str, Json]:
        """This event as plain values, its time rounded to `RESOLUTION_MS`."""
        plain: dict[str, Json] = {"at_ms": round(self.at_ms, 2), "kind": self.kind.value, "phase": self.phase}
        if self.task is not None:
            plain["task"] = self.task
        if self.detail is not None:
            plain["detail"] = self.detail
        return plain

    @classmethod
    def from_json(cls, value: Json) -> Event:
        """The event of which `to_json` gave `value`; TraceError if it is none."""
        match value:
            case {"at_ms": float() | int() as at_ms, "kind": str(kind), "phase": int(phase), **rest} if kind in set(
                Kind
            ):
                task, detail = rest.pop("task", None), rest.pop("detail", None)
                plain = bool not in map(type, (at_ms, phase, task))
                if plain and not rest and isinstance(task, int | None) and isinstance(detail, str | None):
                    with suppress(OverflowError):  # a whole number may have more digits than any float
                        return cls(float(at_ms), Kind(kind), phase, task, detail)
            case _:
                pass
        raise TraceError("This event cannot be read: it is at_ms, kind, phase, and a task or a detail, no more.")


class Span(Struct, frozen=True):
    """The time in which a task was under way, counted from the start of its phase, and how it ended."""

    task: int
    start_ms: float
    end_ms: float
    status: Status


class Timing(Struct, frozen=True):
    """What was measured of one phase, in milliseconds since its start. Its spans stand in the order of their tasks."""

    phase: Phase
    runtime: Runtime
    ideal: Schedule
    measured_ms: float
    """How long `main` took."""
    over_ms: float
    """When nothing was left. It is later than `measured_ms` where tasks ran on."""
    spans: tuple[Span, ...]
    ticks_ms: tuple[float, ...] = ()
    threw: str | None = None
    """The error that ended `main`, if one did."""
    returned: str | None = None
    printed: tuple[str, ...] = ()
    printed_ms: tuple[float, ...] = ()
    """When each line was printed."""

    @property
    def ideal_ms(self) -> float:
        """What `main` takes where nothing but the tasks costs time."""
        return self.ideal.makespan_ms

    @property
    def overhead_ms(self) -> float:
        """How much longer than ideal `main` took."""
        return self.measured_ms - self.ideal_ms

    @property
    def speed_up(self) -> float:
        """What was done, one after the other, over the time until all was over: 1 in turn, more with overlap.

        A wait that came to its end late, because the event loop was busy, counts no longer than it was asked to be.
        """
        tasks = self.phase.tasks
        in_turn_ms = sum(min(span.end_ms - span.start_ms, tasks[span.task].ms) for span in self.spans)
        return in_turn_ms / max(self.over_ms, RESOLUTION_MS)

    @property
    def has_ticker(self) -> bool:
        """Whether the event loop was asked for signs of life. It may have given none: that is one long stall."""
        return any(task.doing is not Doing.WAIT for task in self.phase.tasks)

    @property
    def silences(self) -> tuple[tuple[float, float], ...]:
        """From when to when there was no tick, where a ticker ran. In Python its loop, and so it, ends with `main`."""
        if not self.has_ticker:
            return ()
        watched_ms = self.measured_ms if self.runtime is Runtime.PYTHON else self.over_ms
        return tuple(pairwise([0.0, *(at_ms for at_ms in self.ticks_ms if at_ms < watched_ms), watched_ms]))

    @property
    def longest_stall_ms(self) -> float:
        """The longest time without a tick, where a ticker ran; 0 where none did."""
        return max((later - earlier for earlier, later in self.silences), default=0.0)

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

    def __init__(self, program: Program, runtime: Runtime, events: Iterable[Event] = ()) -> None:
        self.program, self.runtime = program, runtime
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
        return self.ended == len(self.program.phases)

    def status(self, phase: int, task: int) -> Status:
        """Where a task stands in a phase."""
        return status_after(self._last.get((phase, task)))

    def add(self, event: Event) -> None:
        """Take the next event.

        Raises:
            TraceError: it cannot have happened now. Nothing has changed.
        """
        fault = self._fault(event)
        if fault:
            raise TraceError(f"This run cannot be: {event.kind} at {event.at_ms:.2f} ms, but {fault}.")
        self._events.append(event)
        if event.kind not in _SIGNS:
            self._last[event.phase, event.task] = event.kind

    def trace(self) -> Trace:
        """The finished trace; TraceError while a phase has not ended."""
        return Trace(self.program, self.runtime, self.events)

    def timing(self, phase: int, now_ms: float) -> Timing | None:
        """What is measured of a phase so far, what is under way counted up to `now_ms`; None before it starts."""
        mine = [event for event in self._events if event.phase == phase]
        if not mine:
            return None
        origin = mine[0].at_ms
        starts = {e.task: e.at_ms - origin for e in mine if e.kind is Kind.STARTED and e.task is not None}
        ends = {e.task: e.at_ms - origin for e in mine if e.task in starts and e.kind is not Kind.CALLED}
        main = next((event for event in mine if event.kind in (Kind.RETURNED, Kind.THREW)), None)
        over_ms = (mine[-1].at_ms if mine[-1].kind is Kind.PHASE_ENDED else now_ms) - origin

        def span(task: int) -> Span:
            status = self.status(phase, task)
            end_ms = over_ms if status is Status.STARTED else ends[task]
            return Span(task, starts[task], end_ms, status)

        return Timing(
            phase=self.program.phases[phase],
            runtime=self.runtime,
            ideal=self.program.phases[phase].ideal(self.runtime),
            measured_ms=main.at_ms - origin if main else over_ms,
            over_ms=over_ms,
            spans=tuple(span(task) for task in sorted(starts)),
            ticks_ms=tuple(event.at_ms - origin for event in mine if event.kind is Kind.TICKED),
            threw=main.detail or "an error" if main and main.kind is Kind.THREW else None,
            returned=main.detail if main and main.kind is Kind.RETURNED else None,
            printed=tuple(event.detail or "" for event in mine if event.kind is Kind.PRINTED),
            printed_ms=tuple(event.at_ms - origin for event in mine if event.kind is Kind.PRINTED),
        )

    def _fault(self, event: Event) -> str | None:
        if self._events and event.at_ms < self._events[-1].at_ms:
            return "time went back"
        if event.phase != self.ended or self.complete:
            return f"phase {event.phase} is not under way"
        if event.kind is not Kind.PHASE_STARTED and (event.phase, None) not in self._last:
            return f"phase {event.phase} has not started"
        if event.task is not None and not 0 <= event.task < len(self.program.tasks):
            return f"there is no task {event.task}"
        if event.kind in _SIGNS:
            return None
        before, expected = self._last.get((event.phase, event.task)), PREDECESSORS[event.kind]
        if before not in expected:
            named = " or ".join(sorted(kind or "nothing" for kind in expected))
            return f"before it came {before or 'nothing'}, not {named}"
        if event.kind is Kind.PHASE_ENDED and self._under_way(event.phase):
            return "a task is under way"
        return None

    def _under_way(self, phase: int) -> bool:
        return any(self.status(phase, task) is Status.STARTED for task in range(len(self.program.tasks)))


class Trace(Struct, frozen=True, dict=True):
    """All events of one finished run of a program, in their order. Making one raises TraceError if they cannot be."""

    program: Program
    runtime: Runtime
    events: tuple[Event, ...]

    def __post_init__(self) -> None:
        if not Progress(self.program, self.runtime, self.events).complete:
            raise TraceError("This run is not finished: a phase has not ended.")

    def __hash__(self) -> int:
        """Quick to work out, so that what is made of a run can be remembered by it: hardly two runs end alike."""
        return hash((self.runtime, len(self.events), self.events[-1].at_ms))

    @cached_property
    def timings(self) -> tuple[Timing, ...]:
        """What was measured, a `Timing` for each phase of the program. Worked out once."""
        progress, end_ms = Progress(self.program, self.runtime, self.events), self.events[-1].at_ms
        found = (progress.timing(phase, end_ms) for phase in range(len(self.program.phases)))
        return tuple(timing for timing in found if timing is not None)

    def to_json(self) -> dict[str, Json]:
        """This trace as plain values, for storage: its program, its runtime and its events."""
        events: list[Json] = [event.to_json() for event in self.events]
        return {"program": self.program.to_json(), "runtime": self.runtime.value, "events": events}

    @classmethod
    def from_json(cls, value: Json) -> Trace:
        """The trace of which `to_json` gave `value`, its times rounded; TraceError if it is none."""
        match value:
            case {"program": program, "runtime": str(runtime), "events": list(events), **rest} if (
                not rest and runtime in set(Runtime)
            ):
                try:
                    known = Program.from_json(program)
                except PlanError as error:
                    raise TraceError(str(error)) from error
                return cls(known, Runtime(runtime), tuple(Event.from_json(event) for event in events))
            case _:
                raise TraceError("This trace cannot be read: it is a program, a runtime and events, no more.")
