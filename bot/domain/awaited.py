"""Until when somebody waits for each task, as the measured times of a phase show. What is told of it: `steps`.

A task is left behind when nobody awaits it, when the race, failure or deadline around it was decided before its end, or
when `main` was over by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.domain.plan import InTurn, Plan, Task, Together, Unawaited, Until, Within, tasks_of
from bot.domain.trace import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.domain.trace import Span, Timing


def waited_until(timing: Timing) -> Mapping[int, float]:
    """Until when somebody waits for each task that started, in milliseconds since the start of its phase.

    A task that is never awaited has a 0; one that is awaited to its end, a time that is not before that.
    """
    tasks = timing.phase.tasks
    spans = {tasks[span.task].name: span for span in timing.spans}
    until = dict(_until(timing.phase.plan, spans, timing.measured_ms))
    return {span.task: until[tasks[span.task].name] for span in timing.spans}


def awaited(timing: Timing) -> frozenset[int]:
    """The tasks of a phase that somebody waited for to their end."""
    until = waited_until(timing)
    return frozenset(span.task for span in timing.spans if span.end_ms <= until[span.task])


def unawaited(plan: Plan) -> frozenset[str]:
    """The names of the tasks that a plan calls and does not await."""
    match plan:
        case Task():
            return frozenset()
        case Unawaited(task):
            return frozenset({task.name})
        case Within(part):
            return unawaited(part)
        case InTurn(parts) | Together(parts):
            return frozenset[str]().union(*map(unawaited, parts))


class _Settled(NamedTuple):
    """When a part was decided, milliseconds since the start of its phase, and whether it went well."""

    at_ms: float
    succeeded: bool


def _until(part: Plan, spans: Mapping[str, Span], until_ms: float) -> Iterator[tuple[str, float]]:
    settled = _settled(part, spans)
    until_ms = min(until_ms, settled.at_ms) if settled else until_ms
    match part:
        case Task(name):
            yield name, until_ms
        case Unawaited(task):
            yield task.name, 0.0
        case Within(inner):
            yield from _until(inner, spans, until_ms)
        case InTurn(parts) | Together(parts):
            for inner in parts:
                yield from _until(inner, spans, until_ms)


def _settled(part: Plan, spans: Mapping[str, Span]) -> _Settled | None:
    match part:
        case Task(name):
            span = spans.get(name)
            if span is None or span.status is Status.CANCELLED:  # what cancelled it was decided elsewhere
                return None
            return _Settled(span.end_ms, span.status is Status.FINISHED)
        case Unawaited():
            return None
        case Within(inner, ms):
            starts = [spans[task.name].start_ms for task in tasks_of(inner) if task.name in spans]
            settled, deadline = _settled(inner, spans), _Settled(min(starts, default=0) + ms, succeeded=False)
            return min(settled, deadline) if settled else deadline
        case InTurn(parts):
            return _in_turn([_settled(inner, spans) for inner in parts if not isinstance(inner, Unawaited)])
        case Together(parts, until):
            return _together([_settled(inner, spans) for inner in parts], until)


def _in_turn(parts: list[_Settled | None]) -> _Settled | None:
    failed = next((part for part in parts if part and not part.succeeded), None)
    return failed or (parts[-1] if parts else None)


def _together(parts: list[_Settled | None], until: Until) -> _Settled | None:
    ended = sorted(part for part in parts if part)
    last = ended[-1] if len(ended) == len(parts) else None
    match until:
        case Until.ALL:
            return next((part for part in ended if not part.succeeded), last)
        case Until.SETTLED:
            return last and _Settled(last.at_ms, succeeded=True)
        case Until.RACE:
            return ended[0] if ended else None
        case Until.ANY:
            return next((part for part in ended if part.succeeded), last)
