"""A demo in words: under way, measured, explained. No Discord."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.lesson import RunTable
from bot.domain.plan import Mode, Plan
from bot.domain.timeline import bars, progress
from bot.domain.trace import Event, Timing, Trace
from bot.exts.kit import blocks
from bot.exts.kit.words import code_block, count, milliseconds, table


def title(plan: Plan, member_id: int) -> str:
    """Which demo runs which tasks, and who asked for it."""
    delays = ", ".join(f"{task.delay_ms:,}" for task in plan.tasks)
    return f"## /demo {plan.demo}\n-# {count(len(plan.tasks), 'task')} of {delays} ms · run by <@{member_id}>"


def waiting(position: int) -> str:
    """The run waits for its turn."""
    return f"Waiting for a free place: number {position} in line. It starts by itself."


def under_way(plan: Plan, events: Sequence[Event], now_ms: float) -> str:
    """The live bars, `now_ms` after the run began."""
    return code_block(progress(plan, events, now_ms))


def measured(trace: Trace) -> Iterator[str]:
    """The times of a finished run, and its timeline."""
    yield f"**{_verdict(trace)}**"
    rows = [
        (t.phase.mode.value, milliseconds(t.measured_ms, 1), milliseconds(t.ideal_ms), milliseconds(t.overhead_ms, 1))
        for t in trace.timings
    ]
    yield code_block(table(("", "measured", "ideal", "overhead"), rows, words=1))
    yield code_block(bars(trace))
    yield f"-# Ideal: {'; '.join(_ideal(timing) for timing in trace.timings)}. Overhead: measured less ideal."


def steps(trace: Trace, step: int) -> Iterator[str]:
    """What happened, row by row; `step` counts from 0."""
    yield "## What happened, step by step\n-# Made from the trace of this very run."
    yield blocks.run_table(RunTable.EXECUTION, trace, step)
    yield blocks.step_note(trace, step)
    yield f"**Variable tracker**\n{blocks.run_table(RunTable.VARIABLES, trace)}"


def code(sources: Sequence[str]) -> Iterator[str]:
    """The programs that ran."""
    yield "## The code that ran\n-# This text, as it stands. Each task waits for its delay."
    for source in sources:
        yield code_block(source, "py")


def _verdict(trace: Trace) -> str:
    speed_up = f"{trace.speed_up:.2f}×"
    modes = {timing.phase.mode for timing in trace.timings}
    if len(modes) > 1:
        return f"Together was {speed_up} as fast."
    if modes == {Mode.CONCURRENT}:
        return f"{milliseconds(trace.timings[0].measured_ms)}: {speed_up} as fast as the sum of the waits."
    return f"{milliseconds(trace.timings[0].measured_ms)}: one after the other, so the waits add up."


def _ideal(timing: Timing) -> str:
    if timing.phase.mode is Mode.SEQUENTIAL:
        return "in turn, the sum of the waits"
    return "together, the longest wait"
