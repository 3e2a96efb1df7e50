"""One run as its caller sees it: events as they happen, then a trace or an error. Who may run when is the pool's."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import TYPE_CHECKING

import structlog

from bot.domain.program import CUSTOM
from bot.runners.child import Child
from bot.runners.limits import Limits
from bot.runners.report import Report, RunnerDiedError, RunnerError, RunnerGarbledError
from bot.runners.request import longest_s, most_cpu_s, request_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.program import Program
    from bot.domain.schedule import Runtime
    from bot.domain.trace import Event, Progress, Trace

_log = structlog.get_logger("tandem.runners")


class RunnerOverstayedError(RunnerError):
    """The runner was ended because it took far longer than its program."""

    def __init__(self, deadline_s: float) -> None:
        super().__init__(
            "This run took far longer than it should, so it was ended. Run it again.",
            f"not done after {deadline_s:g} s",
        )


class Run:
    """A program being run. Iterate over it for its events; when they end, `trace` holds them all.

    Iterating raises a RunnerError after the last event if the run broke off. Starting and ending it is the pool's part;
    `on_gone` is called when nothing is left of its process, however it ended.
    """

    def __init__(
        self, program: Program, runtime: Runtime, clock: Callable[[], float], on_gone: Callable[[Run], None]
    ) -> None:
        self.program, self.runtime = program, runtime
        self._clock = clock
        self._on_gone = on_gone
        self._report = Report(program, runtime)
        self._child = Child(self._heard, self._ended)
        self._unread: deque[Event] = deque()
        self._news = asyncio.Event()
        self._over = False
        self._error: RunnerError | None = None
        self._origin_s: float | None = None
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def progress(self) -> Progress:
        """What has happened so far, read by the caller or not."""
        return self._report.progress

    @property
    def elapsed_ms(self) -> float:
        """The time since the first event arrived, by the pool's clock; 0 before."""
        return 0.0 if self._origin_s is None else (self._clock() - self._origin_s) * 1000

    @property
    def trace(self) -> Trace:
        """The trace of the finished run; TraceError before."""
        return self.progress.trace()

    @property
    def outcome(self) -> str:
        """How it ended, in a word: finished, stopped by its caller, or the kind of its error."""
        if self._error:
            return type(self._error).__name__.removeprefix("Runner").removesuffix("Error").lower()
        return "finished" if self.progress.complete else "stopped"

    def __aiter__(self) -> Run:
        return self

    async def __anext__(self) -> Event:
        while not self._unread and not self._over:
            self._news.clear()
            await self._news.wait()
        if self._unread:
            return self._unread.popleft()
        if self._error:
            raise self._error
        raise StopAsyncIteration

    async def start(self, command: Sequence[str], grace_s: float) -> None:
        """Start the runner and give it the program; RunnerDiedError if it cannot be started.

        It is ended when it takes `grace_s` seconds longer than the program may, and when its processor time does.
        """
        request = request_of(self.program, self.runtime)
        computing_s = most_cpu_s(self.program)
        limits = Limits(cpu_s=computing_s + grace_s, gives_way=computing_s > 0)
        deadline_s = longest_s(self.program, self.runtime) + grace_s
        try:
            await self._child.start(command, request, limits)
        except OSError as error:
            died = RunnerDiedError(None, f"could not start {command[0]}: {error}")
            self.fail(died)
            raise died from error
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(deadline_s, lambda: self.fail(RunnerOverstayedError(deadline_s)))

    def fail(self, error: RunnerError) -> None:
        """Break the run off. Its caller gets the events so far, then this error; the first one counts."""
        if self._over or self._error:
            return
        self._error = error
        reason = type(error).__name__
        detail = without_names(error.detail, self.program)
        _log.warning("run broke off", demo=self.program.demo, runtime=self.runtime.value, reason=reason, detail=detail)
        self._child.kill()

    async def stop(self) -> None:
        """End the run, if it is not over, and wait until nothing is left of its process."""
        self._finish()
        await self._child.end()

    async def gone(self) -> None:
        """Wait until nothing is left of its process."""
        await self._child.end()

    def _heard(self, fd: int, data: bytes) -> None:
        try:
            for event in self._report.hear(fd, data):
                if self._origin_s is None:
                    self._origin_s = self._clock()
                self._unread.append(event)
                self._news.set()
        except RunnerGarbledError as error:
            self.fail(error)

    def _ended(self, exit_code: int | None) -> None:
        if exit_code is not None:
            try:
                self._report.end(exit_code)
            except RunnerDiedError as error:
                self.fail(error)
            self._finish()
        self._on_gone(self)

    def _finish(self) -> None:
        self._over = True
        self._news.set()
        if self._deadline:
            self._deadline.cancel()


def without_names(said: str, program: Program) -> str:
    """What a runner said, without the names of tasks where a member has made them up: a log is not told of those."""
    if program.demo != CUSTOM:
        return said
    names = {re.escape(word) for phase in program.phases for task in phase.tasks for word in (task.name, task.label)}
    return re.sub(rf"\b({'|'.join(names)})\b", "…", said)
