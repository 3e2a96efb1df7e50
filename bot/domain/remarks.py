"""What stands under the figures of a run: what its programs printed, threw and gave, and what may surprise a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.awaited import unawaited
from bot.domain.plan import listed
from bot.domain.schedule import Runtime
from bot.domain.trace import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.program import Program
    from bot.domain.trace import Timing, Trace

EARLY_MS = 1.0
"""By how much a wait of Node.js may end too early, each of them: its timers count in whole milliseconds.

https://github.com/nodejs/node/issues/26578
"""


class Saying(Struct, frozen=True):
    """What a program has said: who did what, such as “Node.js printed”, the words themselves, and when, if it tells."""

    who: str
    words: str
    when: str = ""


def place(program: Program, runtime: Runtime, phase: str) -> str:
    """Where something of a run happened: the runtime, and the phase if there are several of it."""
    return runtime.label if len(program.phases) == 1 else f"{runtime.label} · {phase}"


def sayings(traces: Sequence[Trace]) -> Iterator[Saying]:
    """What the programs of a run printed, the errors that ended them, and the values that they gave."""
    for trace in traces:
        for timing in trace.timings:
            where = place(trace.program, trace.runtime, timing.phase.name)
            for line, at_ms in zip(timing.printed, timing.printed_ms, strict=True):
                yield Saying(f"{where} printed", line, f"at {at_ms:,.0f} ms")
            if timing.threw is not None:
                yield Saying(f"{where} threw", timing.threw)
            if timing.returned is not None:
                yield Saying(f"{where} returned", timing.returned)


def remarks(traces: Sequence[Trace]) -> Iterator[str]:
    """What a reader may stumble over: a time below the ideal, and a failure that would have ended Node.js."""
    timings = [timing for trace in traces if trace.runtime is Runtime.NODE for timing in trace.timings]
    if any(_is_early(timing) for timing in timings):
        why = f"Node.js counts in whole milliseconds, so a wait may end up to {EARLY_MS:.0f} ms early."
        yield f"Less than ideal: {why}"
    if lost := list(dict.fromkeys(name for timing in timings for name in _lost_failures(timing))):
        it = "its failure" if len(lost) == 1 else "their failures"
        yield f"Nobody awaits {listed(lost)}: in a program of your own, {it} would end Node.js at once."


def _is_early(timing: Timing) -> bool:
    """Whether figures with one decimal show a time below the ideal that timers account for."""
    return round(timing.overhead_ms, 1) < 0 and timing.overhead_ms >= -EARLY_MS * len(timing.spans)


def _lost_failures(timing: Timing) -> Iterator[str]:
    """The tasks that failed with nobody to hear of it, which ends a program of Node.js.

    https://nodejs.org/api/cli.html#--unhandled-rejectionsmode
    """
    tasks, nobodys = timing.phase.tasks, unawaited(timing.phase.plan)
    for span in timing.spans:
        if span.status is Status.FAILED and tasks[span.task].name in nobodys:
            yield tasks[span.task].label
