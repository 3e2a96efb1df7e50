"""What a run has shown, in one sentence made from what was measured: where runtimes differ, or phases, or what it cost.

Times are milliseconds. The differences that teach most come first: what started, what was cancelled, what failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.awaited import compares
from bot.domain.plan import InTurn, Plan, Task, Together, Unawaited, Within, listed
from bot.domain.trace import NOTABLE_MS, TICK_MS, Status

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from bot.domain.trace import Timing, Trace

NOTABLE_RATIO = 1.1
"""What is so many times as fast is told as a ratio, a smaller gain in milliseconds."""

NOTICED_MS = 1.0
"""What is less is a matter of rounds of the event loop: no overlap, and no gain."""


def verdict(traces: Sequence[Trace]) -> str:
    """One sentence, or two, on a run: one trace, or one of each runtime."""
    first, *others = traces
    for other in others:
        if difference := _between_runtimes(first, other):
            return difference
        if any(_course_differs(*pair) for pair in zip(first.timings, other.timings, strict=True)):
            return _each(traces)
    said = _alone(first) if len(first.timings) == 1 else _by_outcome(first) or _by_time(traces)
    if said is None:
        return _each(traces)
    return f"{' and '.join(trace.runtime.label for trace in traces)} agree. {said}" if others else said


def _between_runtimes(one: Trace, other: Trace) -> str | None:
    """The first thing that they do differently."""
    for mine, theirs in zip(one.timings, other.timings, strict=True):
        for here, there, said in (
            (_started(mine), _started(theirs), "started {tasks}, {other} did not."),
            (
                _with(mine, Status.CANCELLED),
                _with(theirs, Status.CANCELLED),
                "cancelled {tasks}, {other} let {it} run on.",
            ),
        ):
            for more, less, doer, idler in ((here, there, one, other), (there, here, other, one)):
                if tasks := more - less:
                    it = "it" if len(tasks) == 1 else "them"
                    sentence = said.format(tasks=_names(tasks, one), other=idler.runtime.label, it=it)
                    return f"{doer.runtime.label} {sentence}"
        if (mine.threw is None) != (theirs.threw is None):
            failed, fine = (one, other) if mine.threw else (other, one)
            return f"{failed.runtime.label} ended with an error, {fine.runtime.label} did not."
    return None


def _each(traces: Sequence[Trace]) -> str:
    """What each runtime has shown, told for itself."""
    said = [verdict([trace]) for trace in traces]
    return " ".join(
        f"In {trace.runtime.label}, {words[0].lower()}{words[1:]}" for trace, words in zip(traces, said, strict=True)
    )


def _course_differs(one: Timing, other: Timing) -> bool:
    """Whether two runtimes take another course through the same phase, so that it ends at another time."""
    return abs(one.ideal_ms - other.ideal_ms) > NOTABLE_MS or abs(one.ideal.over_ms - other.ideal.over_ms) > NOTABLE_MS


def _by_outcome(trace: Trace) -> str | None:
    """Where the phases of a run differ in what became of them."""
    timings = trace.timings
    for timing in timings:
        if timing.threw is None and (facts := _facts(timing, trace)):
            return f"“{timing.phase.name}” was over after {_ms(timing.measured_ms)}; {facts}."
    failed = [timing for timing in timings if timing.threw is not None]
    fine = [timing for timing in timings if timing.threw is None]
    if failed and fine:
        return (
            f"“{failed[0].phase.name}” ended with an error after {_ms(failed[0].measured_ms)}, "
            f"“{fine[0].phase.name}” was done after {_ms(fine[0].measured_ms)}."
        )
    return None


def _by_time(traces: Sequence[Trace]) -> str | None:
    """Which phase was faster, and by how much in each runtime; None where the runtimes do not agree on it."""
    timings = traces[0].timings
    slow, fast = timings.index(max(timings, key=_measured)), timings.index(min(timings, key=_measured))
    ratios = [each.timings[slow].measured_ms / max(each.timings[fast].measured_ms, 1) for each in traces]
    if min(ratios) >= NOTABLE_RATIO:
        figures = " and ".join(dict.fromkeys(f"{ratio:.2f}×" for ratio in ratios))
        return f"“{timings[fast].phase.name}” was {figures} as fast as “{timings[slow].phase.name}”."
    if max(ratios) >= NOTABLE_RATIO:
        return None
    gains = [_gain(each.timings[slow], each.timings[fast]) for each in traces]
    if min(gains) >= NOTICED_MS:
        figures = " and ".join(dict.fromkeys(map(_ms, gains)))
        return f"“{timings[fast].phase.name}” was done {figures} sooner than “{timings[slow].phase.name}”."
    if max(gains) < NOTICED_MS:
        return f"“{timings[-1].phase.name}” was no faster than “{timings[0].phase.name}”.{_stall(timings[-1])}"
    return None


def _gain(slow: Timing, fast: Timing) -> float:
    """What overlap has gained, in milliseconds: two phases that overlap alike differ by chance."""
    more_overlap = fast.overlap_ms >= slow.overlap_ms + NOTICED_MS
    return slow.measured_ms - fast.measured_ms if more_overlap else 0.0


def _alone(trace: Trace) -> str:
    """What a run of one phase has shown."""
    (timing,) = trace.timings
    took, facts = _ms(timing.measured_ms), _facts(timing, trace)
    tail = f"; {facts}." if facts else "."
    if timing.threw is not None:
        return f"It ended with an error after {took}{tail}"
    if failed := _with(timing, Status.FAILED):
        facts = ", ".join(filter(None, [f"{_names(failed, trace)} failed", facts]))
        tail = f"; {facts}."
    if facts:
        return f"It was over after {took}{tail}"
    if len(timing.spans) == 1:
        return f"{took}: one task, alone."
    if not compares(timing):
        return f"It was over after {took}.{_stall(timing)}"
    if timing.speed_up >= NOTABLE_RATIO:
        return f"{took}: {timing.speed_up:.2f}× as fast as one after the other."
    if timing.overlap_ms >= NOTICED_MS:
        return f"{took}: {_sooner(timing)} than one after the other.{_stall(timing)}"
    if _asks_for_overlap(timing.phase.plan):
        return f"{took}: no faster than one after the other.{_stall(timing)}"
    return f"{took}: one after the other, so the times add up.{_stall(timing)}"


def _sooner(timing: Timing) -> str:
    gained_ms = timing.over_ms * (timing.speed_up - 1)
    return f"{_ms(gained_ms)} sooner" if gained_ms >= NOTICED_MS else "no faster"


def _asks_for_overlap(plan: Plan) -> bool:
    """Whether parts of a plan may be under way at once."""
    match plan:
        case Task() | Unawaited():
            return False
        case Within(part):
            return _asks_for_overlap(part)
        case InTurn(parts):
            return any(map(_asks_for_overlap, parts))
        case Together(parts, _, limit):
            return limit != 1 or any(map(_asks_for_overlap, parts))


def _facts(timing: Timing, trace: Trace) -> str:
    """What became of tasks that did not simply end before `main` did."""
    facts: list[str] = []
    if cancelled := _with(timing, Status.CANCELLED):
        facts.append(f"{_names(cancelled, trace)} {'was' if len(cancelled) == 1 else 'were'} cancelled")
    late = [span for span in timing.spans if span.end_ms > timing.measured_ms + NOTABLE_MS]
    if late:
        until = max(span.end_ms for span in late)
        facts.append(f"{_names({span.task for span in late}, trace)} ran on until {_ms(until)}")
    if idle := set(range(len(trace.program.tasks))) - _started(timing):
        facts.append(f"{_names(idle, trace)} never started")
    return ", ".join(facts)


def _stall(timing: Timing) -> str:
    """How long the event loop stood still, where a ticker watched it and it was long."""
    stall = timing.longest_stall_ms
    return f" The event loop stood still for {_ms(stall)}." if stall > 3 * TICK_MS else ""


def _started(timing: Timing) -> Set[int]:
    return {span.task for span in timing.spans}


def _with(timing: Timing, status: Status) -> Set[int]:
    return {span.task for span in timing.spans if span.status is status}


def _names(tasks: Set[int], trace: Trace) -> str:
    labels = [trace.program.tasks[task].label for task in sorted(tasks)]
    return listed(labels) if len(labels) <= 3 else f"{len(labels)} tasks"


def _measured(timing: Timing) -> float:
    return timing.measured_ms


def _ms(duration_ms: float) -> str:
    return f"{duration_ms:,.0f} ms"
