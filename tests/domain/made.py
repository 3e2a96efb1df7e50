"""Programs made for tests, from a few words, and runs of them as they ought to go."""

from __future__ import annotations

from bot.domain.plan_text import parse_plan
from bot.domain.program import Phase, Program, comparison
from bot.domain.schedule import Outcome, Runtime
from bot.domain.trace import Event, Kind, Trace

ENDS = {
    Outcome.FULFILLED: Kind.FULFILLED,
    Outcome.REJECTED: Kind.REJECTED,
    Outcome.CANCELLED: Kind.CANCELLED,
}


def program(*phases: tuple[str, str], demo: str = "made") -> Program:
    """A program of phases, each a name and a plan's text."""
    return Program(demo, tuple(Phase.generated(name, parse_plan(text)) for name, text in phases))


def tasks_in(count: int) -> Program:
    """The lesson's comparison of so many tasks."""
    return comparison([100 * number for number in range(1, count + 1)])


def ideal(program: Program, runtime: Runtime, ticks: tuple[float, ...] = ()) -> Trace:
    """The run of a program as it ought to go, and ticks, if any, in its last phase."""
    events: list[Event] = []
    for number, phase in enumerate(program.phases):
        begin = events[-1].at_ms if events else 0.0
        course, names = phase.ideal(runtime), [task.name for task in phase.tasks]
        main = Event(begin + course.makespan_ms, Kind.RETURNED if course.succeeds else Kind.THREW, number)
        found = [main]
        for span in course.spans:
            task = names.index(span.task)
            found += [Event(begin + span.start_ms, kind, number, task) for kind in (Kind.CALLED, Kind.STARTED)]
            found.append(Event(begin + span.end_ms, ENDS[span.outcome], number, task))
        if number == len(program.phases) - 1:
            found += [Event(begin + at, Kind.TICKED, number) for at in ticks]
        found.sort(key=lambda event: event.at_ms)
        end = Event(begin + course.over_ms, Kind.PHASE_ENDED, number)
        events += [Event(begin, Kind.PHASE_STARTED, number), *found, end]
    return Trace(program, runtime, tuple(events))
