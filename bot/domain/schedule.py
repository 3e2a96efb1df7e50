"""What a plan does on a machine that needs no time of its own: when each task starts and ends, and when all is over.

It is worked out by running the plan on a clock that jumps: exact for waits, for work on the one thread of an event
loop, for limits, deadlines and failures, and for what sets the runtimes apart. Times are milliseconds since the start.

Node.js cannot cancel: what a race, a failure or a deadline leaves behind runs on. Python cancels it, but for what
computes in a thread, which nothing can stop. A call that nobody awaits starts in Node.js, and starts nothing in Python.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from heapq import heappop, heappush

from bot.domain.plan import Doing, InTurn, Plan, Task, Together, Unawaited, Until, Within


class Runtime(StrEnum):
    """The language and event loop that run a program."""

    NODE = "node"
    PYTHON = "python"

    @property
    def label(self) -> str:
        """The name as it is read."""
        return "Node.js" if self is Runtime.NODE else "Python"


class Outcome(StrEnum):
    """How a task ends."""

    FULFILLED = "fulfilled"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Planned:
    """When a task ought to be under way, and how it ought to end."""

    task: str
    start_ms: float
    end_ms: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Schedule:
    """The ideal course of a plan. Its makespan is the time until `main` is over; tasks may run on behind it."""

    makespan_ms: float
    succeeds: bool
    spans: tuple[Planned, ...]
    """The tasks that start, in the order in which they do."""

    @property
    def over_ms(self) -> float:
        """When nothing is left, tasks that ran on behind `main` included."""
        return max([self.makespan_ms, *(span.end_ms for span in self.spans)])


@lru_cache(maxsize=1024)
def schedule(plan: Plan, runtime: Runtime) -> Schedule:
    """The ideal course of a plan in a runtime."""
    return _Machine(runtime).run(plan)


_Done = Callable[[bool], None]
"""Called once when a part is over, with whether it succeeded."""

_Stop = Callable[[], None]
"""Cancels a part that is under way; without effect on one that is over."""


class _Machine:
    """An event loop on a clock that jumps. What happens at one time happens in the order in which it was asked for."""

    def __init__(self, runtime: Runtime) -> None:
        self._cancels = runtime is Runtime.PYTHON
        self._now = 0.0
        self._asked = 0
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._spans: list[Planned] = []
        self._started: dict[str, float] = {}

    def run(self, plan: Plan) -> Schedule:
        """Carry a plan out."""
        over: list[tuple[float, bool]] = []
        self._begin(plan, lambda succeeded: over.append((self._now, succeeded)))
        while self._timers:
            at_ms, _, then = heappop(self._timers)
            self._now = max(self._now, at_ms)
            then()
        (makespan_ms, succeeds), *_ = over
        order = {task: place for place, task in enumerate(self._started)}
        return Schedule(makespan_ms, succeeds, tuple(sorted(self._spans, key=lambda span: order[span.task])))

    def _after(self, ms: float, then: Callable[[], None]) -> None:
        self._asked += 1
        heappush(self._timers, (self._now + ms, self._asked, then))

    def _begin(self, plan: Plan, done: _Done) -> _Stop:
        match plan:
            case Task():
                return self._task(plan, done)
            case Unawaited():
                return self._in_turn((plan,), done)
            case InTurn(parts):
                return self._in_turn(parts, done)
            case Together(parts, until, limit):
                return self._together(parts, until, limit, done)
            case Within(part, ms):
                return self._within(part, ms, done)

    def _task(self, task: Task, done: _Done) -> _Stop:
        start = self._started[task.name] = self._now
        over: list[Outcome] = []
        heard = [True]

        def end(outcome: Outcome) -> None:
            if not over:
                over.append(outcome)
                self._spans.append(Planned(task.name, start, self._now, outcome))
                if heard[0]:
                    done(not task.fails)

        def cancel() -> None:
            heard[0] = False
            if task.doing is not Doing.THREAD:  # a thread runs on, and nobody hears of its end
                end(Outcome.CANCELLED)

        outcome = Outcome.REJECTED if task.fails else Outcome.FULFILLED
        if task.doing is Doing.CPU:
            self._now += task.ms  # nothing else happens meanwhile
            over.append(outcome)
            self._spans.append(Planned(task.name, start, self._now, outcome))
            self._after(0, lambda: done(not task.fails))
        else:
            self._after(task.ms, partial(end, outcome))
        return cancel

    def _call(self, part: Unawaited) -> None:
        """Call a task that nobody awaits."""
        if not self._cancels:
            self._task(part.task, lambda _: None)

    def _in_turn(self, parts: tuple[Plan, ...], done: _Done) -> _Stop:
        left, stopped = list(parts), [False]
        stop: list[_Stop] = []

        def go_on(succeeded: bool) -> None:
            if stopped[0]:
                return
            while left and succeeded and isinstance(left[0], Unawaited):
                self._call(left[0])
                left.pop(0)
            if left and succeeded:
                stop[:] = [self._begin(left.pop(0), go_on)]
            elif stop:
                done(succeeded)
            else:  # there was nothing to wait for
                self._after(0, lambda: done(True))

        def cancel() -> None:
            stopped[0] = True
            if stop:
                stop[0]()

        go_on(True)
        return cancel

    def _together(self, parts: tuple[Plan, ...], until: Until, limit: int | None, done: _Done) -> _Stop:
        waiting, stops, ended = list(parts), list[_Stop](), list[bool]()
        over = [False]

        def cancel() -> None:
            over[0] = True
            waiting.clear()
            for stop in stops:
                stop()

        def end(succeeded: bool) -> None:
            ended.append(succeeded)
            if waiting and succeeded:  # under a limit, a worker whose task fails takes no other
                stops.append(self._begin(waiting.pop(0), end))
            verdict = None if over[0] else _verdict(until, ended, len(parts))
            if verdict is not None:
                over[0] = True
                if self._cancels:
                    cancel()
                done(verdict)

        for _ in range(limit or len(parts)):
            if waiting:
                stops.append(self._begin(waiting.pop(0), end))
        return cancel

    def _within(self, part: Plan, ms: int, done: _Done) -> _Stop:
        over = [False]

        def end(succeeded: bool) -> None:
            if not over[0]:
                over[0] = True
                done(succeeded)

        def too_late() -> None:
            if not over[0]:
                if self._cancels:
                    stop()
                end(False)

        def cancel() -> None:
            over[0] = True
            stop()

        self._after(ms, too_late)
        stop = self._begin(part, end)
        return cancel


def _verdict(until: Until, ended: list[bool], parts: int) -> bool | None:
    """Whether parts that are together have succeeded as a whole, or None while they have to be waited for."""
    everything = len(ended) == parts
    match until:
        case Until.ALL:
            return False if not ended[-1] else (True if everything else None)
        case Until.SETTLED:
            return True if everything else None
        case Until.RACE:
            return ended[0]
        case Until.ANY:
            return True if ended[-1] else (False if everything else None)
