"""What of a run can be predicted: how long `main` takes, and what ends in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.plan import Plan, tasks_of
from bot.domain.schedule import Outcome, Runtime, schedule
from bot.domain.trace import Kind

if TYPE_CHECKING:
    from bot.domain.trace import Trace

MAIN = "main"


class Course(Struct, frozen=True):
    """How a program goes, as it is or as somebody believes. Times are milliseconds; a cancelled task does not end."""

    total_ms: float
    ends: tuple[tuple[float, str], ...] | None
    """When what ends, in order, such as `(300, "tea ends")`, or None where a belief is about the total alone."""

    @property
    def order(self) -> tuple[str, ...] | None:
        """What ends in which order."""
        return None if self.ends is None else tuple(what for _, what in self.ends)

    def with_main_at(self, ms: float) -> Course:
        """The same, but `main` is over at that time: after what ends then, before everything if it is 0."""
        others = [end for end in self.ends or () if not _is_main(end[1])]
        main = [(ms, what) for _, what in self.ends or () if _is_main(what)]
        before = [end for end in others if end[0] <= ms]
        return Course(ms, (*before, *main, *others[len(before) :]))

    @property
    def total_alone(self) -> Course:
        """The same, without saying anything about the order."""
        return Course(self.total_ms, None)


def course_of(plan: Plan, runtime: Runtime) -> Course:
    """How a plan really goes in a runtime, on a machine that needs no time of its own."""
    ideal = schedule(plan, runtime)
    fails = {task.name for task in tasks_of(plan) if task.fails}
    ended = [span for span in ideal.spans if span.outcome is not Outcome.CANCELLED]
    ends = [(span.end_ms, 0, f"{span.task} {_verb(span.task not in fails)}") for span in ended]
    ends.append((ideal.makespan_ms, 1, f"{MAIN} {_verb(ideal.succeeds)}"))  # it ends because a task has
    return Course(ideal.makespan_ms, tuple((ms, what) for ms, _, what in sorted(ends, key=lambda end: end[:2])))


def observed(trace: Trace) -> Course:
    """How the first phase of a run went, as it was measured."""
    names = [task.name for task in trace.program.tasks]
    ends: list[tuple[float, str]] = []
    for event in trace.events:
        if event.phase == 0 and event.kind in _ENDS:
            who = MAIN if event.task is None else names[event.task]
            ends.append((event.at_ms, f"{who} {_verb(_ENDS[event.kind])}"))
    return Course(trace.timings[0].measured_ms, tuple(ends))


_ENDS = {Kind.FULFILLED: True, Kind.RETURNED: True, Kind.REJECTED: False, Kind.THREW: False}


def _verb(well: bool) -> str:
    return "ends" if well else "fails"


def _is_main(what: str) -> bool:
    return what.startswith(f"{MAIN} ")
