"""Runs made by hand, so that every time in a test is exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from bot.domain.awaited import unawaited
from bot.domain.plan import Doing
from bot.domain.program import Phase, Program
from bot.domain.schedule import Outcome, Runtime
from bot.domain.trace import TICK_MS, Event, Kind, Trace
from tests.domain.made import program

MakeRun = Callable[..., Trace]
MOVES = {
    "c": Kind.CALLED,
    "s": Kind.STARTED,
    "f": Kind.FULFILLED,
    "r": Kind.REJECTED,
    "x": Kind.CANCELLED,
    "m": Kind.RETURNED,
    "e": Kind.THREW,
}
ENDS = {Outcome.FULFILLED: Kind.FULFILLED, Outcome.REJECTED: Kind.REJECTED, Outcome.CANCELLED: Kind.CANCELLED}


def events_of(phase: int, moves: str, times: Iterable[float]) -> list[Event]:
    """The events of a phase from words such as `c0 s0 f0 m`, at these times. With no `m` or `e`, `main` ends last."""
    words, at = moves.split(), list(times)
    events = [_event(at_ms, phase, word) for word, at_ms in zip(words, at, strict=True)]
    over = [] if {"m", "e"} & set(words) else [Event(at[-1], Kind.RETURNED, phase)]
    return [Event(at[0], Kind.PHASE_STARTED, phase), *events, *over, Event(at[-1], Kind.PHASE_ENDED, phase)]


def _event(at_ms: float, phase: int, word: str) -> Event:
    task = int(word[1:]) if word[1:] else None
    return Event(at_ms, MOVES[word[0]], phase, task, "Error: it broke" if word == "e" else None)


@pytest.fixture(scope="session")
def written() -> MakeRun:
    """A run of a plan in which exactly the given moves happen, a hundred milliseconds apart; calls come first."""

    def make(plan: str, moves: str, name: str = "concurrent", runtime: Runtime = Runtime.PYTHON) -> Trace:
        made = program((name, plan))
        words = moves.split()
        called = [f"c{task}" for task in range(len(made.tasks)) if f"c{task}" not in words]
        times = [0.0] * len(called) + [100.0 * n for n in range(len(words))]
        return Trace(made, runtime, tuple(events_of(0, " ".join([*called, *words]), times)))

    return make


@pytest.fixture(scope="session")
def ran() -> MakeRun:
    """A run of a program as it ought to go, on a machine that is `slow` times slower than the ideal one."""

    def make(made: Program, runtime: Runtime = Runtime.NODE, slow: float = 1.0) -> Trace:
        events: list[Event] = []
        for number, phase in enumerate(made.phases):
            begin = events[-1].at_ms if events else 0.0
            course = _course(phase, runtime)
            events += [
                Event(begin + at_ms * slow, kind, number, task, "Error: a task failed" if kind is Kind.THREW else None)
                for at_ms, kind, task in course
            ]
        return Trace(made, runtime, tuple(events))

    return make


def _course(phase: Phase, runtime: Runtime) -> list[tuple[float, Kind, int | None]]:
    """What ought to happen when. At one instant ends come first, then cancellations, starts, and the end of `main`."""
    ideal = phase.ideal(runtime)
    index = {task.name: number for number, task in enumerate(phase.tasks)}
    happened: list[tuple[float, int, Kind, int | None]] = [
        (ideal.makespan_ms, 3, Kind.RETURNED if ideal.succeeds else Kind.THREW, None),
        *((at_ms, 4, Kind.TICKED, None) for at_ms in _ticks(phase, runtime)),
    ]
    for span in ideal.spans:
        task = index[span.task]
        happened.append((span.start_ms, 2, Kind.CALLED, task))
        happened.append((span.start_ms, 2, Kind.STARTED, task))
        order = 2 if span.start_ms == span.end_ms else 1 if span.outcome is Outcome.CANCELLED else 0
        happened.append((span.end_ms, order, ENDS[span.outcome], task))
    never = index.keys() - {span.task for span in ideal.spans}
    happened += [(0.0, 0, Kind.CALLED, index[name]) for name in sorted(unawaited(phase.plan) & never)]
    told = [(at_ms, kind, task) for at_ms, _, kind, task in sorted(happened, key=lambda each: each[:2])]
    return [(0.0, Kind.PHASE_STARTED, None), *told, (max(told[-1][0], ideal.over_ms), Kind.PHASE_ENDED, None)]


def _ticks(phase: Phase, runtime: Runtime) -> Iterator[float]:
    doing = {task.name: task.doing for task in phase.tasks}
    if set(doing.values()) == {Doing.WAIT}:
        return
    ideal = phase.ideal(runtime)
    stalls = [(span.start_ms, span.end_ms) for span in ideal.spans if doing[span.task] is Doing.CPU]
    until_ms = ideal.makespan_ms if runtime is Runtime.PYTHON else ideal.over_ms  # a loop in Python ends with `main`
    for at_ms in range(TICK_MS, int(until_ms), TICK_MS):
        if not any(start < at_ms < end for start, end in stalls):
            yield float(at_ms)
