"""Who may run when: the pool starts runners, so many at once, and owns every process until nothing is left of it."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from bot.domain.schedule import Runtime
from bot.meter import NOBODY, Meter
from bot.runners.node import NodeMissingError, find_node, trouble_with
from bot.runners.report import RunnerError
from bot.runners.run import Run
from bot.runners.sandbox import confined
from bot.runners.turns import Turns

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from bot.domain.program import Program
    from bot.runners.turns import OnWait

Commands = Mapping[Runtime, Sequence[str]]
"""How each runtime's runner is started. One that is not there has none."""

_HERE = Path(__file__).parent
_NODE = ("--max-old-space-size=64", "--jitless", "--no-warnings")
"""Options of Node.js: a small heap, in megabytes, and no compiler, for which some versions reserve more memory for code
than a runner may have at all. What is measured is waiting, and a hash that is compiled already.
"""


def installed(path: str | None = None) -> Commands:
    """The commands of the runners that this machine can start. The first call may start Node.js and wait for it.

    `path` is where to look for Node.js before the package from PyPI; the `PATH` if None.
    """
    python = (str(_HERE / "python_program.py"),)
    commands: dict[Runtime, Sequence[str]] = {Runtime.PYTHON: confined(python, sys.executable)}
    if node := find_node(path):
        command = (node, *_NODE, str(_HERE / "node_program.mjs"))
        commands[Runtime.NODE] = confined(command, node, reads_all=bool(trouble_with(node, reads_all=False)))
    return MappingProxyType(commands)


class RunnerClosedError(RunnerError):
    """The pool was closed before the run was done, or before it began."""

    def __init__(self) -> None:
        super().__init__("The bot is going down, and this run with it. Try again in a minute.", "pool closed")


class RunnerPool:
    """Runs programs, at most `limit` at once. Close it, or use it as a context manager, to end whatever still runs.

    A run that takes `grace_s` seconds longer than its program may, its start included, is ended. `commands` start the
    runners; those that are installed, unless given.
    """

    def __init__(
        self,
        limit: int = 8,
        most_waiting: int = 32,
        grace_s: float = 5.0,
        *,
        commands: Commands | None = None,
        clock: Callable[[], float] = time.monotonic,
        meter: Meter = NOBODY,
    ) -> None:
        self._grace_s = grace_s
        self._commands = commands
        self._clock = clock
        self._meter = meter
        self._turns = Turns(limit, most_waiting)
        self._runs: set[Run] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        self._commands = self._commands or await asyncio.to_thread(installed)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def has_node(self) -> bool:
        """Whether Node.js is there to run programs with."""
        return Runtime.NODE in self._installed

    @property
    def running(self) -> int:
        """How many runs have a turn."""
        return self._turns.inside

    @property
    def queued(self) -> int:
        """How many runs wait for one."""
        return self._turns.waiting

    @asynccontextmanager
    async def run(self, program: Program, runtime: Runtime, on_wait: OnWait | None = None) -> AsyncGenerator[Run]:
        """Run a program, when its turn has come; leaving the context ends it.

        `on_wait` is awaited with the place in the queue (1 is next), at first and whenever it changes; it is not
        called where nobody has to wait.

        Raises:
            NodeMissingError: it would need Node.js, and there is none.
            QueueFullError: too many runs wait already.
            RunnerClosedError: the pool is closed.
            RunnerDiedError: the runner could not be started.
        """
        command = self._installed.get(runtime)
        if command is None:
            raise NodeMissingError
        async with self._turns.turn(on_wait):
            if self._closed:
                raise RunnerClosedError
            run = Run(program, runtime, self._clock, on_gone=self._runs.discard)
            self._runs.add(run)
            try:
                await run.start(command, self._grace_s)
                yield run
            finally:
                self._meter.ran(program.demo, runtime.value, run.outcome)
                await run.stop()

    async def close(self) -> None:
        """End every run, refuse every further one, and wait until no process is left."""
        self._closed = True
        self._turns.let_all_in()
        runs = tuple(self._runs)
        for run in runs:
            run.fail(RunnerClosedError())
        await asyncio.gather(*(run.gone() for run in runs))

    @property
    def _installed(self) -> Commands:
        """The commands; looked for where nobody has entered the pool, which is quick only once they are known."""
        self._commands = self._commands or installed()
        return self._commands
