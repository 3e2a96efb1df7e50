"""What a plan does on a machine that needs no time of its own: when each task starts and ends, and when all is over.

It is worked out by running the plan on a clock that jumps: exact for waits, for limits, deadlines and failures, for
what sets the runtimes apart, and in Node.js for work on the one thread of its event loop. Times are milliseconds since
the start. Where tasks of a Python program compute on the loop, asyncio may differ in two things: several timers that
are overdue at once may decide a race or a deadline the other way, and a task that is left behind deep inside other
parts may have its turn before the cancellation reaches it, so that `main` is over only when that has computed.

Node.js cannot cancel: what a race, a failure or a deadline leaves behind runs on. Python cancels it, but for what
computes in a thread, which nothing can stop. A call that nobody awaits starts in Node.js, and starts nothing in Python.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from heapq import heappop, heappush

from msgspec import Struct

from bot.domain.plan import Doing, InTurn, Plan, Task, Together, Unawaited, Until, Within


class Runtime(StrEnum):
    """The language and event loop that run a program."""

    NODE = "node"
    PYTHON = "python"

    @property
    def label(self) -> str:
        """The name as it is read."""
        return "Node.js" if self is Runtime.NODE else "Python"

    @property
    def suffix(self) -> str:
        """The suffix of its programs' files, by which highlighters know the language, too."""
        return "js" if self is Runtime.NODE else "py"


class Outcome(StrEnum):
    """How a task ends."""

    FULFILLED = "fulfilled"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Planned(Struct, frozen=True):
    """When a task ought to be under way, and how it ought to end."""

    task: str
    start_ms: float
    end_ms: float
    outcome: Outcome


class Schedule(Struct, frozen=True):
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
        self.cancels = runtime is Runtime.PYTHON
        self._now = 0.0
        self._asked = 0
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._ready: deque[Callable[[], None]] = deque()
        self._going_on: deque[Callable[[], None]] = deque()
        self._spans: list[Planned] = []
        self._started: dict[str, float] = {}

    def run(self, plan: Plan) -> Schedule:
        """Carry a plan out."""
        over: list[tuple[float, bool]] = []
        self._do(lambda: self._begin(plan, lambda succeeded: over.append((self._now, succeeded))))
        while self._ready or self._timers:
            if self.cancels:
                self._turn()
            else:
                self._do(self._ready.popleft() if self._ready else self._next_timer())
        (makespan_ms, succeeds), *_ = over
        order = {task: place for place, task in enumerate(self._started)}
        return Schedule(makespan_ms, succeeds, tuple(sorted(self._spans, key=lambda span: order[span.task])))

    def _turn(self) -> None:
        """A turn of asyncio's loop: timers that are due queue behind what is ready. In Node.js promises go first."""
        if not self._ready:
            self._ready.append(self._next_timer())
        while self._timers and self._timers[0][0] <= self._now:
            self._ready.append(self._next_timer())
        for _ in range(len(self._ready)):
            self._do(self._ready.popleft())

    def _next_timer(self) -> Callable[[], None]:
        at_ms, _, then = heappop(self._timers)
        self._now = max(self._now, at_ms)
        return then

    def _do(self, what: Callable[[], object]) -> None:
        what()
        while self._going_on:
            self._going_on.popleft()()

    def _after(self, ms: float, then: Callable[[], None]) -> None:
        self._asked += 1
        heappush(self._timers, (self._now + ms, self._asked, then))

    def hop(self, then: Callable[[], None]) -> None:
        """Do something after all that is ready now: what hears of the end of a task, or of a promise, is called so."""
        self._ready.append(then)

    def hop_in_python(self, then: Callable[[], None]) -> None:
        """Start or wake a task: Node.js does it at once."""
        if self.cancels:
            self._ready.append(then)
        else:
            then()

    def hop_in_node(self, then: Callable[[], None]) -> None:
        """Go on behind an `await`: Python does it at once where there was nothing to wait for, or a task of its own."""
        if self.cancels:
            then()
        else:
            self._ready.append(then)

    def _go_on(self, then: Callable[[], None]) -> None:
        """Do something at once, in Python when the one that asks has returned."""
        if self.cancels:
            self._going_on.append(then)
        else:
            then()

    def _begin(self, plan: Plan, done: _Done) -> _Stop:
        match plan:
            case Task():
                return self._task(plan, lambda succeeded: self.hop_in_node(lambda: done(succeeded)))
            case Unawaited():
                return self._in_turn((plan,), done)
            case InTurn(parts):
                return self._in_turn(parts, done)
            case Together():
                return _Group(self, plan, done).start()
            case Within(part, ms):
                return self._within(part, ms, done)

    def promise(self, part: Plan, done: _Done) -> _Stop:
        """Begin a part that is handed to others, who wait for it."""
        return self._task(part, done) if isinstance(part, Task) else self._begin(part, done)

    def _task(self, task: Task, done: _Done) -> _Stop:
        start = self._started[task.name] = self._now
        over: list[Outcome] = []
        heard = [True]

        def end(outcome: Outcome) -> None:
            if not over:
                over.append(outcome)
                own_clock = self.cancels and task.doing is Doing.THREAD  # a thread does not wait for the loop
                end_ms = start + task.ms if own_clock else self._now
                self._spans.append(Planned(task.name, start, end_ms, outcome))

        def tell() -> None:
            if heard[0]:
                done(not task.fails)

        def wake() -> None:
            cancelled = not heard[0] and task.doing is not Doing.THREAD
            end(Outcome.CANCELLED if cancelled else outcome)
            tell()

        def cancel() -> None:
            heard[0] = False
            if task.doing is not Doing.THREAD:  # a thread runs on, and nobody hears of its end
                self.hop(lambda: end(Outcome.CANCELLED))

        outcome = Outcome.REJECTED if task.fails else Outcome.FULFILLED
        if task.doing is Doing.CPU:
            self._now += task.ms  # nothing else happens meanwhile
            end(outcome)
            self._go_on(tell)
        else:
            self._after(task.ms, lambda: self.hop_in_python(wake))
        return cancel

    def _call(self, part: Unawaited) -> None:
        """Call a task that nobody awaits."""
        if not self.cancels:
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
                stop[:] = [self._step(left.pop(0), go_on)]
            elif stop:
                done(succeeded)
            else:  # there was nothing to wait for
                stop.append(lambda: None)
                self._go_on(lambda: go_on(succeeded=True))

        def cancel() -> None:
            stopped[0] = True
            for stop_part in stop:
                stop_part()

        go_on(True)
        return cancel

    def _step(self, part: Plan, done: _Done) -> _Stop:
        """Begin a part of a sequence. What is a function of its own (`source`) has one `await` more."""
        if isinstance(part, Within) or (isinstance(part, Together) and part.limit is not None):
            return self._begin(part, lambda succeeded: self.hop_in_node(lambda: done(succeeded)))
        return self._begin(part, done)

    def _within(self, part: Plan, ms: int, done: _Done) -> _Stop:
        over, stopped = [False], [False]

        def end(succeeded: bool) -> None:
            if not over[0]:
                over[0] = True
                self.hop_in_node(lambda: done(succeeded))

        def too_late() -> None:
            if not over[0]:
                over[0] = True
                if self.cancels:
                    stop()
                self.hop(tell)

        def tell() -> None:
            if not stopped[0]:
                done(False)

        def cancel() -> None:
            over[0] = stopped[0] = True
            stop()

        self._after(ms, too_late)
        stop = self.promise(part, lambda succeeded: self.hop_in_node(lambda: end(succeeded)))
        return cancel


class _Group:
    """Parts that are together, and who waits for them: `Promise.all` and its like, `TaskGroup`, `gather`, `wait`."""

    def __init__(self, machine: _Machine, together: Together, done: _Done) -> None:
        self._machine = machine
        self._together = together
        self._done = done
        self._waiting = list(together.parts)
        self._stops: list[_Stop] = []
        self._ended: list[bool] = []
        self._over = self._stopped = False

    def start(self) -> _Stop:
        """Start what may start; what it returns cancels it."""
        for _ in self._together.parts[: self._together.limit]:
            self._machine.hop_in_python(self._start_next)
        return self._cancel

    def _start_next(self) -> None:
        if self._waiting:
            self._stops.append(self._machine.promise(self._waiting.pop(0), self._end))

    def _end(self, succeeded: bool) -> None:
        if self._together.limit is None:
            self._machine.hop(lambda: self._count(succeeded))
        else:
            self._machine.hop_in_node(lambda: self._worker_goes_on(succeeded))

    def _worker_goes_on(self, succeeded: bool) -> None:
        if succeeded:  # a worker whose task fails takes no other
            self._start_next()
        self._machine.hop(lambda: self._count(succeeded))

    def _count(self, succeeded: bool) -> None:
        self._ended.append(succeeded)
        verdict = None if self._over else _verdict(self._together.until, self._ended, len(self._together.parts))
        if verdict is not None:
            self._over = True
            if self._machine.cancels and self._together.until is Until.ALL:
                self._cancel_parts()
            self._machine.hop(lambda: self._tell(verdict))

    def _tell(self, verdict: bool) -> None:
        if self._machine.cancels:
            self._cancel_parts()
        if not self._stopped:
            self._done(verdict)

    def _cancel(self) -> None:
        self._over = self._stopped = True
        if self._together.until is Until.SETTLED:  # `gather` hands a cancellation on at once, the others when they wake
            self._cancel_parts()
        else:
            self._machine.hop(self._cancel_parts)

    def _cancel_parts(self) -> None:
        self._waiting.clear()
        for stop in self._stops:
            stop()


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
