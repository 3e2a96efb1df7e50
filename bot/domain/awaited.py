"""Until when somebody waits for each task, as the measured times of a phase show. What is told of it: `steps`.

A task is left behind when nobody awaits it, when the race, failure or deadline around it was decided before its end, or
when `main` was over by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.domain.plan import Doing, InTurn, Plan, Task, Together, Unawaited, Until, Within, tasks_of
from bot.domain.schedule import Runtime
from bot.domain.trace import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.domain.trace import Span, Timing


def waited_until(timing: Timing) -> Mapping[int, float]:
    """Until when somebody waits for each task that started, in milliseconds since the start of its phase.

    A task that is never awaited has a 0; one that is awaited to its end, a time that is not before that.
    """
    tasks = timing.phase.tasks
    until = dict(_Waits(timing).until(timing.phase.plan, timing.measured_ms))
    return {span.task: until[tasks[span.task].name] for span in timing.spans}


def awaited(timing: Timing) -> frozenset[int]:
    """The tasks of a phase that somebody waited for to their end."""
    until = waited_until(timing)
    ended = (span for span in timing.spans if span.status is not Status.CANCELLED)
    return frozenset(span.task for span in ended if span.end_ms <= until[span.task])


def compares(timing: Timing) -> bool:
    """Whether the speed-up of a phase says anything: several tasks ran, and somebody waited for each to its end."""
    return len(timing.spans) > 1 and len(awaited(timing)) == len(timing.spans)


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


class _Waits:
    """Works out from the spans of a phase when each of its parts was decided.

    A part is `vital` where its failure is that of `main`, so that the end of `main` tells whether it has failed.
    """

    def __init__(self, timing: Timing) -> None:
        tasks = timing.phase.tasks
        self._spans: Mapping[str, Span] = {tasks[span.task].name: span for span in timing.spans}
        self._over_ms = timing.measured_ms
        self._cancels = timing.runtime is Runtime.PYTHON
        computed = (span for span in timing.spans if tasks[span.task].doing is Doing.CPU)
        self._busy = sorted((span.start_ms, span.end_ms) for span in computed)

    def until(self, part: Plan, until_ms: float, *, vital: bool = True) -> Iterator[tuple[str, float]]:
        """Until when somebody waits for each task of a part, if it is waited for until then."""
        settled = self._settled(part, vital=vital)
        until_ms = min(until_ms, settled.at_ms) if settled else until_ms
        match part:
            case Task(name):
                yield name, until_ms
            case Unawaited(task):
                yield task.name, 0.0
            case Within(inner):
                yield from self.until(inner, until_ms, vital=vital)
            case InTurn(parts) | Together(parts):
                for inner in parts:
                    yield from self.until(inner, until_ms, vital=vital and _passes_on(part))

    def _settled(self, part: Plan, *, vital: bool) -> _Settled | None:
        match part:
            case Task(name):
                span = self._spans.get(name)
                if span is None or span.status is Status.CANCELLED:  # what cancelled it was decided elsewhere
                    return None
                return _Settled(span.end_ms, span.status is Status.FINISHED)
            case Unawaited():
                return None
            case Within():
                return self._within(part, vital=vital)
            case InTurn(parts):
                return _in_turn([self._settled(one, vital=vital) for one in parts if not isinstance(one, Unawaited)])
            case Together(parts, until):
                vital = vital and _passes_on(part)
                return _together([self._settled(inner, vital=vital) for inner in parts], until)

    def _within(self, part: Within, *, vital: bool) -> _Settled | None:
        """A deadline has passed first if that has cut its part short: a late end alone may be the clock's."""
        found = [span for task in tasks_of(part.part) if (span := self._spans.get(task.name))]
        if not found:
            return None
        fires_ms = self._free(min(span.start_ms for span in found) + part.ms)
        settled, late = self._settled(part.part, vital=vital), _Settled(fires_ms, succeeded=False)
        if settled is None:
            return late
        if vital:
            return late if self._over_ms < settled.at_ms else settled
        if self._cancels and not any(task.doing is Doing.THREAD for task in tasks_of(part.part)):
            return settled  # it would have been cancelled
        return late if fires_ms < settled.at_ms else settled

    def _free(self, at_ms: float) -> float:
        """When the event loop can see that a time has come: not while it computes."""
        for start_ms, end_ms in self._busy:
            if start_ms <= at_ms < end_ms:
                at_ms = end_ms
        return at_ms


def _passes_on(part: Plan) -> bool:
    """Whether the failure of one part is, at once, that of the whole."""
    return not isinstance(part, Together) or part.until is Until.ALL


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
