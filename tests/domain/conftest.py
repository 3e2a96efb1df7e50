"""Runs made by hand, so that every time in a test is exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from bot.domain.plan import Mode, Plan, plan_for
from bot.domain.trace import Event, Kind, Trace

MakeRun = Callable[..., Trace]
MOVES = {"c": Kind.CALLED, "s": Kind.STARTED, "f": Kind.FINISHED}


def events_of(phase: int, moves: str, times: Iterable[float]) -> list[Event]:
    """The events of a phase from words such as `c0 s0 f0`, at these times; called and started at one."""
    words = moves.split()
    at = list(times)
    events = [Event(at_ms, MOVES[word[0]], phase, int(word[1:])) for word, at_ms in zip(words, at, strict=True)]
    return [Event(at[0], Kind.PHASE_STARTED, phase), *events, Event(at[-1], Kind.PHASE_ENDED, phase)]


@pytest.fixture(scope="session")
def written() -> Callable[..., Trace]:
    """A run of one phase in which exactly the given moves happen, a hundred milliseconds apart."""

    def make(demo: str, tasks: int, moves: str) -> Trace:
        called = " ".join(f"c{task}" for task in range(tasks))
        times = [0.0] * tasks + [100.0 * n for n in range(len(moves.split()))]
        return Trace(plan_for(demo, [100] * tasks), tuple(events_of(0, f"{called} {moves}", times)))

    return make


@pytest.fixture(scope="session")
def ran() -> MakeRun:
    """A run of a plan as it ought to go, each wait `late_ms` longer than its delay."""

    def make(plan: Plan, late_ms: float = 1.0) -> Trace:
        events: list[Event] = []
        for number, phase in enumerate(plan.phases):
            begin = events[-1].at_ms if events else 0.0
            delays = [task.delay_ms + late_ms for task in phase.tasks]
            tasks = range(len(delays))
            if phase.mode is Mode.SEQUENTIAL:
                moves = [f"{move}{task}" for task in tasks for move in "csf"]
                ends = [sum(delays[: task + 1]) for task in tasks]
                starts = [0.0, *ends]
                times = [at for task in tasks for at in (starts[task], starts[task], ends[task])]
            else:
                by_delay = sorted(tasks, key=lambda task: delays[task])
                moves = [f"{move}{task}" for move in "cs" for task in tasks]
                moves += [f"f{task}" for task in by_delay]
                times = [0.0] * (2 * len(tasks)) + [delays[task] for task in by_delay]
            events += events_of(number, " ".join(moves), [begin + at for at in times])
        return Trace(plan, tuple(events))

    return make
