"""Programs written from plans, really run: what is measured agrees with the ideal course that the domain works out."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.plan import Doing, with_durations
from bot.domain.plan_text import parse_plan
from bot.domain.program import custom
from bot.domain.schedule import Outcome, Runtime, schedule
from bot.domain.trace import Status
from bot.runners.pool import RunnerPool
from bot.runners.run import RunnerOverstayedError

WAITING = [
    "a 40",
    "a 40!",
    "a 60 > b 30 > c 40",
    "a 60 & b 30 & c 90",
    "(a 60 & b 30) > c 40",
    "(a 60 > b 30) & (c 30 > d 100)",
    "a 30! > b 40",
    "a 30! & b 90",
    "(a 30! & b 90) settled",
    "(a 30! & b 90) > c 40",
    "((a 30! & b 90) settled) > c 40",
    "a 90 | b 40",
    "a 90 | b 40!",
    "(a 40! | b 90 | c 130) any",
    "(a 40! | b 90!) any",
    "(a 40 & b 80 & c 60 & d 30) limit 2",
    "(a 40 & b 30 & c 60 & d 30 & e 50) limit 4",
    "(a 60 & b 40! & c 60 & d 40) limit 2",
    "((a 60 > b 40) & c 60 & (d 40 & e 30)) limit 1",
    "(a 90 > b 40) within 50",
    "(a 30 > b 30) within 120",
    "(a 60 & (b 90 > c 30)) within 120 > d 30",
    "((a 100 > b 30) | c 50) > d 100",
    "(a 30! & (b 60 > c 40)) > d 30",
    "~a 100 > b 40",
    "~a 40! > b 90",
    "~a 40 > ~b 60",
    "(~a 90 > b 40) & c 60",
    "((a 60 > b 40) within 150 & (c 120 | d 40)) > (e 30! & f 60) settled",
]
COMPUTING = [
    "a 60 cpu",
    "a 60 cpu & b 40 cpu",
    "a 60 cpu! > b 40",
    "a 80 & b 50 cpu & c 30",
    "a 80 thread & b 60 thread",
    "a 60 thread! & b 120",
    "(a 60 thread & b 50 thread & c 40) limit 2",
    "a 50 | b 110 thread",
    "a 110 thread within 50",
    "~a 80 thread > b 40",
    "a 80 cpu within 40",
    "a 30 | b 90 cpu",
    "((a 40 cpu > b 40 cpu) & c 30) limit 2",
    "(a 60 cpu | b 30) > c 30",
    "(a 60 cpu & b 30) within 40",
    "(a 60 cpu! | b 30 cpu) any",
]
EARLY_MS, LATE_MS, LATE_PART = 3, 25, 0.1
BUSY_LATE_MS = 100
"""Where a plan computes, it takes the machine from itself, too."""

ENDS = {Status.FINISHED: Outcome.FULFILLED, Status.FAILED: Outcome.REJECTED, Status.CANCELLED: Outcome.CANCELLED}


AT_ONCE = 3
"""So many runs that only wait do not disturb each other."""
TRIES = 3
"""A machine with other things to do may be late. A course that was worked out wrongly is wrong every time."""

Found = dict[tuple[str, Runtime], list[str]]


@pytest.fixture(scope="module")
def found() -> Found:
    """Every plan, run in both runtimes: where it took another course."""

    async def all_of_them() -> Found:
        found: Found = {}
        for texts, at_once in ((WAITING, AT_ONCE), (COMPUTING, 1)):
            async with (
                RunnerPool(at_once, most_waiting=len(texts) * len(Runtime)) as pool,
                asyncio.TaskGroup() as tasks,
            ):
                running = {
                    (text, runtime): tasks.create_task(least_differences(pool, text, runtime))
                    for text in texts
                    for runtime in Runtime
                }
            found |= {case: task.result() for case, task in running.items()}
        return found

    return asyncio.run(all_of_them())


async def least_differences(pool: RunnerPool, text: str, runtime: Runtime) -> list[str]:
    """The differences of a run that was not disturbed."""
    tries = [await differences(pool, text, runtime)]
    while tries[-1] and len(tries) < TRIES:
        tries.append(await differences(pool, text, runtime))
    return tries[-1]


async def differences(pool: RunnerPool, text: str, runtime: Runtime) -> list[str]:
    """Run a plan, and say in words where the run and the ideal course differ by more than is allowed.

    How long computing takes depends on who else computes on the machine: the course is that of what it really took.
    """
    try:
        async with pool.run(custom(parse_plan(text)), runtime) as run:
            async for _ in run:
                pass
    except RunnerOverstayedError:
        return ["it was not over in time"]
    trace = run.trace
    (timing,) = trace.timings
    tasks = trace.program.tasks
    took = {span.task: round(span.end_ms - span.start_ms) for span in timing.spans}
    plan = with_durations(
        trace.program.phases[0].plan,
        tuple(task.ms if task.doing is Doing.WAIT else took.get(i, task.ms) for i, task in enumerate(tasks)),
    )
    ideal = schedule(plan, runtime)
    late_ms = LATE_MS if all(task.doing is Doing.WAIT for task in tasks) else BUSY_LATE_MS
    times = [("main", ideal.makespan_ms, timing.measured_ms), ("all", ideal.over_ms, timing.over_ms)]
    measured = {tasks[span.task].name: span for span in timing.spans}
    for planned in ideal.spans:
        if span := measured.get(planned.task):
            times.append((f"start of {planned.task}", planned.start_ms, span.start_ms))
            times.append((f"end of {planned.task}", planned.end_ms, span.end_ms))
    found = [
        f"{what}: {is_ms:.0f} ms, not {ought_ms:.0f}"
        for what, ought_ms, is_ms in times
        if not -EARLY_MS <= is_ms - ought_ms <= late_ms + LATE_PART * ought_ms
    ]
    ends = {name: ENDS[span.status].value for name, span in measured.items()}
    if ends != (planned_ends := {planned.task: planned.outcome.value for planned in ideal.spans}):
        found.append(f"ends: {ends}, not {planned_ends}")
    if (timing.threw is None) != ideal.succeeds:
        found.append(f"main threw {timing.threw}, and ought to {'succeed' if ideal.succeeds else 'fail'}")
    return found


@pytest.mark.parametrize("runtime", Runtime)
@pytest.mark.parametrize("text", WAITING + COMPUTING)
def test_a_real_run_takes_the_course_that_was_worked_out(text: str, runtime: Runtime, found: Found) -> None:
    assert found[text, runtime] == []
