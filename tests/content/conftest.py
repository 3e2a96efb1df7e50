"""The content that the bot ships, and programs of it really run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import pytest

from bot.catalog.loader import Catalog, load
from bot.domain.plan import Doing
from bot.domain.program import Program
from bot.domain.schedule import Runtime
from bot.domain.trace import Timing, Trace
from bot.runners.pool import RunnerPool
from bot.settings import ROOT

NEAR_MS = 45
"""How far a measured time may lie from the ideal. What a proof claims of times may be off by 50 ms or more, times in
the demos that differ do so by 100 ms or more.
"""

AT_ONCE = 4
"""How many programs that only wait are run at once: few enough that none disturbs what is measured of another."""


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load(ROOT / "content")


def run_all(runs: Iterable[tuple[Program, Runtime]]) -> list[Trace]:
    """Run programs for real. Those that compute run alone, after the others: the machine has few cores."""

    async def main() -> list[Trace]:
        async with RunnerPool(limit=AT_ONCE, most_waiting=1_000) as pool:

            async def trace(program: Program, runtime: Runtime) -> Trace:
                async with pool.run(program, runtime) as run:
                    async for _ in run:
                        pass
                return run.trace

            asked = list(runs)
            waiting = [place for place, (program, _) in enumerate(asked) if not computes(program)]
            traces = dict(zip(waiting, await asyncio.gather(*(trace(*asked[place]) for place in waiting)), strict=True))
            for place, (program, runtime) in enumerate(asked):
                if place not in traces:
                    traces[place] = await trace(program, runtime)
            return [traces[place] for place in range(len(asked))]

    return asyncio.run(main())


def undisturbed(runs: Sequence[tuple[Program, Runtime]]) -> list[Trace]:
    """Run programs for real, and those again, twice at most, that did not keep to their times.

    A machine with other things to do may be late. What is wrong with a plan or a program is wrong every time.
    """
    traces = run_all(runs)
    for _ in range(2):
        late = [place for place, trace in enumerate(traces) if not all(map(keeps_time, trace.timings))]
        for place, trace in zip(late, run_all(runs[place] for place in late), strict=True):
            traces[place] = trace
    return traces


def keeps_time(timing: Timing) -> bool:
    """Whether `main` and its tasks took the times of the plan, if they only wait."""
    if any(task.doing is not Doing.WAIT for task in timing.phase.tasks):  # its time is up to whoever shares the machine
        return True
    ideal = {span.task: (span.start_ms, span.end_ms) for span in timing.ideal.spans}
    measured = {timing.phase.tasks[span.task].name: (span.start_ms, span.end_ms) for span in timing.spans}
    return timing.measured_ms == pytest.approx(timing.ideal_ms, abs=NEAR_MS) and all(
        measured[task] == pytest.approx(ideal.get(task), abs=NEAR_MS) for task in measured
    )


def computes(program: Program) -> bool:
    """Whether a task of the program keeps a processor busy."""
    return any(task.doing is not Doing.WAIT for phase in program.phases for task in phase.tasks)
