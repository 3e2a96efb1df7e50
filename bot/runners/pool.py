"""Who may run when: the pool starts runners, so many at once, and owns every process until nothing is left of it."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bot.runners.report import RunnerError
from bot.runners.run import Run
from bot.runners.turns import Turns

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from bot.domain.plan import Plan
    from bot.runners.turns import OnWait

ASYNCIO = (sys.executable, "-I", "-S", str(Path(__file__).with_name("asyncio_program.py")))
"""The command of the asyncio runner. `-S`: it needs no installed package, and starts sooner without looking for any."""


class RunnerClosedError(RunnerError):
    """The pool was closed before the run was done, or before it began."""

    def __init__(self) -> None:
        super().__init__("The bot is going down, and this run with it. Try again in a minute.", "pool closed")


class RunnerPool:
    """Runs plans, at most `limit` at once. Close it, or use it as a context manager, to end whatever still runs.

    A run that takes `grace_s` seconds longer than its plan's ideal time, its start included, is ended.
    """

    def __init__(
        self,
        limit: int = 8,
        most_waiting: int = 32,
        grace_s: float = 5.0,
        *,
        command: Sequence[str] = ASYNCIO,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._grace_s = grace_s
        self._command = command
        self._clock = clock
        self._turns = Turns(limit, most_waiting)
        self._runs: set[Run] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def run(self, plan: Plan, on_wait: OnWait | None = None) -> AsyncGenerator[Run]:
        """Run a plan, when its turn has come; leaving the context ends it.

        `on_wait` is awaited with the place in the queue (1 is next), at first and whenever it changes; it is not
        called where nobody has to wait.

        Raises:
            QueueFullError: too many runs wait already.
            RunnerClosedError: the pool is closed.
            RunnerDiedError: the runner could not be started.
        """
        async with self._turns.turn(on_wait):
            if self._closed:
                raise RunnerClosedError
            run = Run(plan, self._clock, on_gone=self._runs.discard)
            self._runs.add(run)
            try:
                await run.start(self._command, plan.ideal_ms / 1000 + self._grace_s)
                yield run
            finally:
                await run.stop()

    async def close(self) -> None:
        """End every run, refuse every further one, and wait until no process is left."""
        self._closed = True
        self._turns.let_all_in()
        runs = tuple(self._runs)
        for run in runs:
            run.fail(RunnerClosedError())
        await asyncio.gather(*(run.gone() for run in runs))
